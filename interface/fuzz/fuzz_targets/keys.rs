//! The messages of `operations::keys`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::keys::*;

keystead_interface_fuzz::family! {
    PsaGenerateKey,
    PsaGenerateKeyResult,
    PsaImportKey,
    PsaImportKeyResult,
    PsaDestroyKey,
    PsaDestroyKeyResult,
    PsaExportKey,
    PsaExportKeyResult,
    PsaExportPublicKey,
    PsaExportPublicKeyResult,
}
