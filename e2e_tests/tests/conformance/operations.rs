//! The operations of `scenarios/README.md`: what they are given and what they give.

use Kind::{Bytes, Number, Word};

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word of the language.
    Word,
    /// Decimal.
    Number,
    /// Hexadecimal: bytes, and names of keys.
    Bytes,
}

/// A row of the table.
pub struct Operation {
    /// Its name.
    pub name: &'static str,
    /// The operation of the service that it comes to; none for what every service has.
    pub opcode: Option<&'static str>,
    /// Its arguments, in the order in which they are written.
    pub arguments: &'static [&'static str],
}

const fn operation(name: &'static str, opcode: Option<&'static str>, arguments: &'static [&'static str]) -> Operation {
    Operation { name, opcode, arguments }
}

const KEY: &[&str] = &["provider", "name", "type", "bits", "usage", "algorithm"];

/// The table.
pub const OPERATIONS: &[Operation] = &[
    operation("ping", None, &[]),
    operation("providers", None, &[]),
    operation("authenticators", None, &[]),
    operation("opcodes", None, &["provider"]),
    operation("keys", None, &[]),
    operation("attributes", None, &["provider", "name"]),
    operation("generate", Some("PsaGenerateKey"), KEY),
    operation("import", Some("PsaImportKey"), &["provider", "name", "type", "bits", "usage", "algorithm", "data"]),
    operation("export", Some("PsaExportKey"), &["provider", "name"]),
    operation("export-public", Some("PsaExportPublicKey"), &["provider", "name"]),
    operation("destroy", Some("PsaDestroyKey"), &["provider", "name"]),
    operation("sign-hash", Some("PsaSignHash"), &["provider", "name", "algorithm", "hash"]),
    operation("sign-message", Some("PsaSignMessage"), &["provider", "name", "algorithm", "message"]),
    operation("verify-hash", Some("PsaVerifyHash"), &["provider", "name", "algorithm", "hash", "signature"]),
    operation("verify-message", Some("PsaVerifyMessage"), &["provider", "name", "algorithm", "message", "signature"]),
    operation(
        "asymmetric-encrypt",
        Some("PsaAsymmetricEncrypt"),
        &["provider", "name", "algorithm", "salt", "plaintext"],
    ),
    operation(
        "asymmetric-decrypt",
        Some("PsaAsymmetricDecrypt"),
        &["provider", "name", "algorithm", "salt", "ciphertext"],
    ),
    operation("aead-encrypt", Some("PsaAeadEncrypt"), &["provider", "name", "algorithm", "nonce", "aad", "plaintext"]),
    operation("aead-decrypt", Some("PsaAeadDecrypt"), &["provider", "name", "algorithm", "nonce", "aad", "ciphertext"]),
    operation("cipher-encrypt", Some("PsaCipherEncrypt"), &["provider", "name", "algorithm", "plaintext"]),
    operation("cipher-decrypt", Some("PsaCipherDecrypt"), &["provider", "name", "algorithm", "ciphertext"]),
    operation("mac-compute", Some("PsaMacCompute"), &["provider", "name", "algorithm", "data"]),
    operation("mac-verify", Some("PsaMacVerify"), &["provider", "name", "algorithm", "data", "mac"]),
    operation("hash-compute", Some("PsaHashCompute"), &["provider", "algorithm", "data"]),
    operation("hash-compare", Some("PsaHashCompare"), &["provider", "algorithm", "data", "hash"]),
    operation("agree", Some("PsaRawKeyAgreement"), &["provider", "name", "algorithm", "peer"]),
    operation("random", Some("PsaGenerateRandom"), &["provider", "size"]),
    operation("can-do", Some("CanDoCrypto"), &["provider", "check", "type", "bits", "usage", "algorithm"]),
    operation("high-level", Some("PsaGenerateKey"), &["provider", "name"]),
];

/// The operation of this name. Panics if there is none: the story is wrong.
pub fn named(name: &str) -> &'static Operation {
    OPERATIONS.iter().find(|one| one.name == name).unwrap_or_else(|| panic!("there is no operation {name}"))
}

/// How arguments and answers of this name are written.
pub fn kind(name: &str) -> Kind {
    match name {
        "provider" | "bits" | "size" => Number,
        "type" | "usage" | "algorithm" | "check" | "version" | "ids" | "opcodes" | "keys" => Word,
        _ => Bytes,
    }
}
