//! The messages of `operations::key_agreement`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::key_agreement::*;

keystead_interface_fuzz::family! {
    PsaRawKeyAgreement,
    PsaRawKeyAgreementResult,
}
