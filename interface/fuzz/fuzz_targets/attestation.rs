//! The messages of `operations::attestation`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::attestation::*;

keystead_interface_fuzz::family! {
    PrepareKeyAttestation,
    PrepareKeyAttestationResult,
    AttestKey,
    AttestKeyResult,
    TpmCertify,
    TpmCertifyResult,
    TpmQuote,
    TpmQuoteResult,
    TpmEndorsementCertificates,
    TpmEndorsementCertificatesResult,
}
