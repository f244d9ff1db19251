//! The messages of `operations::cipher`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::cipher::*;

keystead_interface_fuzz::family! {
    PsaCipherEncrypt,
    PsaCipherEncryptResult,
    PsaCipherDecrypt,
    PsaCipherDecryptResult,
}
