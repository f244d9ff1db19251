//! The messages of `operations::asymmetric_encryption`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::asymmetric_encryption::*;

keystead_interface_fuzz::family! {
    PsaAsymmetricEncrypt,
    PsaAsymmetricEncryptResult,
    PsaAsymmetricDecrypt,
    PsaAsymmetricDecryptResult,
}
