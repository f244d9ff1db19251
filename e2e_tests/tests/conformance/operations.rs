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
    /// Its arguments, in the order in which they are written, with a space between.
    arguments: &'static str,
    /// The names of what it gives, in alphabetical order, with a space between.
    gives: &'static str,
}

impl Operation {
    /// Its arguments, in the order in which they are written.
    pub fn arguments(&self) -> impl Iterator<Item = &'static str> {
        self.arguments.split_whitespace()
    }

    /// The names of what it gives, in alphabetical order.
    pub fn gives(&self) -> impl Iterator<Item = &'static str> {
        self.gives.split_whitespace()
    }
}

const fn operation(
    name: &'static str,
    opcode: Option<&'static str>,
    arguments: &'static str,
    gives: &'static str,
) -> Operation {
    Operation { name, opcode, arguments, gives }
}

/// The table.
pub const OPERATIONS: &[Operation] = &[
    operation("ping", None, "", "version"),
    operation("providers", None, "", "ids"),
    operation("authenticators", None, "", "ids"),
    operation("opcodes", None, "provider", "opcodes"),
    operation("keys", None, "", "keys"),
    operation("attributes", None, "provider name", "algorithm bits type usage"),
    operation("generate", Some("PsaGenerateKey"), "provider name type bits usage algorithm", ""),
    operation("import", Some("PsaImportKey"), "provider name type bits usage algorithm data", ""),
    operation("export", Some("PsaExportKey"), "provider name", "data"),
    operation("export-public", Some("PsaExportPublicKey"), "provider name", "data"),
    operation("destroy", Some("PsaDestroyKey"), "provider name", ""),
    operation("sign-hash", Some("PsaSignHash"), "provider name algorithm hash", "signature"),
    operation("sign-message", Some("PsaSignMessage"), "provider name algorithm message", "signature"),
    operation("verify-hash", Some("PsaVerifyHash"), "provider name algorithm hash signature", ""),
    operation("verify-message", Some("PsaVerifyMessage"), "provider name algorithm message signature", ""),
    operation(
        "asymmetric-encrypt",
        Some("PsaAsymmetricEncrypt"),
        "provider name algorithm salt plaintext",
        "ciphertext",
    ),
    operation(
        "asymmetric-decrypt",
        Some("PsaAsymmetricDecrypt"),
        "provider name algorithm salt ciphertext",
        "plaintext",
    ),
    operation("aead-encrypt", Some("PsaAeadEncrypt"), "provider name algorithm nonce aad plaintext", "ciphertext"),
    operation("aead-decrypt", Some("PsaAeadDecrypt"), "provider name algorithm nonce aad ciphertext", "plaintext"),
    operation("cipher-encrypt", Some("PsaCipherEncrypt"), "provider name algorithm plaintext", "ciphertext"),
    operation("cipher-decrypt", Some("PsaCipherDecrypt"), "provider name algorithm ciphertext", "plaintext"),
    operation("mac-compute", Some("PsaMacCompute"), "provider name algorithm data", "mac"),
    operation("mac-verify", Some("PsaMacVerify"), "provider name algorithm data mac", ""),
    operation("hash-compute", Some("PsaHashCompute"), "provider algorithm data", "hash"),
    operation("hash-compare", Some("PsaHashCompare"), "provider algorithm data hash", ""),
    operation("agree", Some("PsaRawKeyAgreement"), "provider name algorithm peer", "secret"),
    operation("random", Some("PsaGenerateRandom"), "provider size", "data"),
    operation("can-do", Some("CanDoCrypto"), "provider check type bits usage algorithm", ""),
    operation("high-level", Some("PsaGenerateKey"), "provider name", "public signature"),
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
