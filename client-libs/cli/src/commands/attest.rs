//! Proof that a key lives in a TPM, and a TPM's statements, in the files of tpm2-tools.

mod statement;

use std::path::PathBuf;

use base64ct::{Base64, Encoding};
use clap::{Args, Subcommand};
use keystead_client::interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_client::interface::operations::attestation::ActivateCredentialChallenge;
use serde_json::json;

use crate::failure::Failure;
use crate::hex;
use crate::input::Input;
use crate::key_file;
use crate::output::{Output, Secrecy};
use crate::session::Session;

/// Proves that a key lives in a TPM.
#[derive(Args)]
pub(crate) struct Attest {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Print a key's Name in hexadecimal, and write what else a verifier needs
    Prepare(Prepare),
    /// Answer a verifier's challenge: write the secret that is hidden in it
    Answer(Answer),
    /// Have the TPM state that a key is in it, signed by another key of yours
    Certify(statement::Certify),
    /// Have the TPM state what was measured into its registers, signed by a key of yours
    ///
    /// The verifier has the key's public half, and checks the signature with OpenSSL:
    ///
    ///   keystead attest quote sha256:0,1,7 --signer KEY --nonce-hex 0a1b -o statement -s signature
    ///   openssl dgst -sha256 -verify KEY.pem -signature signature statement
    ///   tpm2_print -t TPMS_ATTEST statement
    #[command(verbatim_doc_comment)]
    Quote(statement::Quote),
    /// Write the certificates that the TPM's maker put into it, as PEM
    Certificates(statement::Certificates),
}

#[derive(Args)]
struct Prepare {
    /// Name of the key that is to be proved
    name: String,
    /// Name of the key that proves it [default: the TPM's endorsement key]
    #[arg(long, value_name = "NAME")]
    attesting: Option<String>,
    /// File to write the proving key's public half to, as PEM
    #[arg(long, value_name = "FILE")]
    ek: Option<PathBuf>,
    /// File to write the key's public area to, as TPM2B_PUBLIC: tpm2_print -t TPM2B_PUBLIC shows it
    #[arg(long, value_name = "FILE")]
    public: Option<PathBuf>,
}

#[derive(Args)]
struct Answer {
    /// Name of the key that is to be proved
    name: String,
    #[command(flatten)]
    challenge: Input,
    /// Name of the key that proves it [default: the TPM's endorsement key]
    #[arg(long, value_name = "NAME")]
    attesting: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl Attest {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match self.action {
            Action::Prepare(prepare) => prepare.run(session),
            Action::Answer(answer) => answer.run(session),
            Action::Certify(certify) => certify.run(session),
            Action::Quote(quote) => quote.run(session),
            Action::Certificates(certificates) => certificates.run(session),
        }
    }
}

impl Prepare {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let keys = session.client.prepare_key_attestation(&self.name, self.attesting.as_deref().unwrap_or_default())?;
        let pem = attesting_pem(&keys.attesting_key_pub);
        let write = |path: &PathBuf, bytes: &[u8]| {
            std::fs::write(path, bytes).map_err(|error| Failure::file(path.display(), error))
        };
        if let Some(path) = &self.ek {
            let pem = pem.as_deref().ok_or(Failure::No("the proving key is of a kind that PEM has no form for"))?;
            write(path, pem.as_bytes())?;
        }
        if let Some(path) = &self.public {
            write(path, &sized(&keys.public)?)?;
        }
        let name = hex::print(&keys.name);
        session
            .say(&name, || json!({ "name": name, "public": Base64::encode_string(&keys.public), "attesting_key": pem }))
    }
}

impl Answer {
    fn run(self, session: &Session) -> Result<(), Failure> {
        let file = self.challenge.read()?;
        let (blob, secret) = parse_challenge(&file)
            .ok_or_else(|| Failure::Usage("this is no challenge as tpm2_makecredential writes it".to_owned()))?;
        let challenge = ActivateCredentialChallenge { credential_blob: blob.to_vec(), secret: secret.to_vec() };
        let attesting = self.attesting.as_deref().unwrap_or_default();
        let credential = session.client.attest_key(&self.name, attesting, challenge)?;
        self.output.write(session, "credential", credential.expose(), Secrecy::Secret)
    }
}

/// The public half as PEM. The service gives RSA's PKCS#1 DER, which is a SEQUENCE, or an uncompressed point.
fn attesting_pem(public: &[u8]) -> Option<String> {
    let shape = |key_type, bits| KeyShape { key_type, bits };
    let curve = |bits| shape(KeyType::EccPublicKey(EccFamily::SecpR1), bits);
    let shape = match (public.first(), public.len()) {
        (Some(0x30), _) => shape(KeyType::RsaPublicKey, 0),
        (Some(0x04), 65) => curve(256),
        (Some(0x04), 97) => curve(384),
        (Some(0x04), 133) => curve(521),
        _ => return None,
    };
    key_file::public_key_pem(shape, public)
}

/// A TPM2B structure (TPM 2.0 Library part 2, 10.4): the size in two bytes, then the contents.
fn sized(contents: &[u8]) -> Result<Vec<u8>, Failure> {
    let size = u16::try_from(contents.len()).map_err(|_| Failure::No("the public area is too long for a TPM's"))?;
    Ok([&size.to_be_bytes()[..], contents].concat())
}

/// What a file of tpm2_makecredential begins with: its magic number and the version 1 of its form.
const CHALLENGE_HEADER: &[u8] = &[0xba, 0xdc, 0xc0, 0xde, 0, 0, 0, 1];

/// The contents of TPM2B_ID_OBJECT and TPM2B_ENCRYPTED_SECRET, which follow the header and are all that follows it.
fn parse_challenge(file: &[u8]) -> Option<(&[u8], &[u8])> {
    let (blob, rest) = split_sized(file.strip_prefix(CHALLENGE_HEADER)?)?;
    let (secret, rest) = split_sized(rest)?;
    rest.is_empty().then_some((blob, secret))
}

fn split_sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (size, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u16::from_be_bytes(*size).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_read_whole_or_not_at_all() {
        let file = [CHALLENGE_HEADER, &[0, 3, 1, 2, 3, 0, 2, 8, 9]].concat();
        assert_eq!(parse_challenge(&file), Some((&[1, 2, 3][..], &[8, 9][..])));
        for length in 0..file.len() {
            assert_eq!(parse_challenge(&file[..length]), None, "{length} bytes");
        }
        assert_eq!(parse_challenge(&[&file[..], &[0]].concat()), None);
        assert_eq!(parse_challenge(&file[8..]), None);
    }

    #[test]
    fn a_public_area_has_its_size_before_it() {
        assert_eq!(sized(&[7; 258]).unwrap()[..3], [1, 2, 7]);
        assert!(sized(&[0; 65_536]).is_err());
    }

    #[test]
    fn endorsement_keys_of_both_kinds_have_a_form_in_pem() {
        for (first, length) in [(0x30, 270), (0x04, 65), (0x04, 97), (0x04, 133)] {
            let mut public = vec![1; length];
            public[0] = first;
            assert!(attesting_pem(&public).unwrap().starts_with("-----BEGIN PUBLIC KEY-----"));
        }
        assert!(attesting_pem(&[]).is_none() && attesting_pem(&[4; 66]).is_none());
    }
}
