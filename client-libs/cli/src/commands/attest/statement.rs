//! Signed statements of a TPM, and its certificates.

use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};
use clap::Args;
use keystead_client::ecdsa;
use keystead_client::interface::algorithm::{Algorithm, AsymmetricSignature, Hash};
use serde_json::json;

use crate::failure::Failure;
use crate::input::{Bytes, parse_bytes};
use crate::output::Output;
use crate::pem;
use crate::session::Session;
use crate::words::{algorithm_word, parse_hash};

/// Has a key certified.
#[derive(Args)]
pub(super) struct Certify {
    /// Name of the key that is stated
    name: String,
    #[command(flatten)]
    statement: Statement,
}

/// Has registers quoted.
#[derive(Args)]
pub(super) struct Quote {
    /// The hash of the bank and the numbers of registers, such as sha256:0,1,7
    #[arg(value_name = "PCRS", value_parser = parse_registers)]
    registers: Registers,
    #[command(flatten)]
    statement: Statement,
}

/// Gives certificates.
#[derive(Args)]
pub(super) struct Certificates {
    #[command(flatten)]
    output: Output,
}

/// What every statement needs.
#[derive(Args)]
struct Statement {
    /// Name of the key that signs the statement
    #[arg(long, value_name = "NAME")]
    signer: String,
    /// The verifier's nonce, in hexadecimal, 64 bytes at most
    #[arg(long, value_name = "DIGITS", value_parser = parse_bytes)]
    nonce_hex: Option<Bytes>,
    /// File to write the statement to (TPMS_ATTEST); with --json both files may be left out
    #[arg(long, short, value_name = "FILE", requires = "signature")]
    output: Option<PathBuf>,
    /// File to write the signature to; ECDSA in DER, as OpenSSL has it
    #[arg(long, short, value_name = "FILE", requires = "output")]
    signature: Option<PathBuf>,
}

/// Registers of one bank.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Registers {
    bank: Hash,
    numbers: Vec<u32>,
}

impl Certify {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let Certify { name, statement } = self;
        statement.check(session)?;
        let made = session.client.tpm_certify(&name, &statement.signer, statement.nonce())?;
        statement.write(session, &made.attest, made.signature, made.alg)
    }
}

impl Quote {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let Quote { registers: Registers { bank, numbers }, statement } = self;
        statement.check(session)?;
        let made = session.client.tpm_quote(&statement.signer, bank, &numbers, statement.nonce())?;
        statement.write(session, &made.attest, made.signature, made.alg)
    }
}

impl Certificates {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let certificates = session.client.tpm_endorsement_certificates()?;
        if certificates.is_empty() {
            return Err(Failure::No("the TPM's maker put no certificate into it"));
        }
        let pem: String = certificates.iter().map(|certificate| pem::encode("CERTIFICATE", certificate)).collect();
        self.output.write_text(session, "certificates", &pem)
    }
}

impl Statement {
    /// Nothing is asked for that goes nowhere.
    fn check(&self, session: &Session) -> Result<(), Failure> {
        if self.output.is_none() && !session.json {
            return Err(Failure::Usage("name files with --output and --signature, or take --json".to_owned()));
        }
        Ok(())
    }

    fn nonce(&self) -> &[u8] {
        self.nonce_hex.as_ref().map_or(&[], |nonce| &nonce.0)
    }

    fn write(
        &self,
        session: &Session,
        attest: &[u8],
        signature: Vec<u8>,
        alg: AsymmetricSignature,
    ) -> Result<(), Failure> {
        let signature = if alg.is_rsa() { signature } else { ecdsa::to_der(&signature) };
        let put = |path: &Path, bytes: &[u8]| {
            std::fs::write(path, bytes).map_err(|error| Failure::file(path.display(), error))
        };
        if let (Some(output), Some(file)) = (&self.output, &self.signature) {
            put(output, attest)?;
            put(file, &signature)?;
        }
        let algorithm = algorithm_word(Algorithm::AsymmetricSignature(alg));
        session.say(&algorithm, || {
            let (attest, signature) = (Base64::encode_string(attest), Base64::encode_string(&signature));
            json!({ "statement": attest, "signature": signature, "algorithm": algorithm })
        })
    }
}

/// As tpm2-tools write it, with one bank.
fn parse_registers(text: &str) -> Result<Registers, String> {
    let (bank, numbers) = text.split_once(':').ok_or("write them as sha256:0,1,7")?;
    let number = |text: &str| text.parse().map_err(|_| format!("{text:?} is no number of a register"));
    Ok(Registers { bank: parse_hash(bank)?, numbers: numbers.split(',').map(number).collect::<Result<_, String>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_written_as_for_tpm2_tools() {
        let expected = Registers { bank: Hash::Sha256, numbers: vec![0, 1, 23] };
        assert_eq!(parse_registers("sha256:0,1,23"), Ok(expected));
        for wrong in ["0,1", "sha256", "sha256:", "sha256:0,", "sha257:0", "sha256:0+sha1:0", "sha256:-1"] {
            assert!(parse_registers(wrong).is_err(), "{wrong}");
        }
    }
}
