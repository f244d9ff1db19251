//! The messages of `operations::aead`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::aead::*;

keystead_interface_fuzz::family! {
    PsaAeadEncrypt,
    PsaAeadEncryptResult,
    PsaAeadDecrypt,
    PsaAeadDecryptResult,
}
