//! Signatures. Files are hashed here, however long they are, and the hash is sent.

use std::path::PathBuf;

use clap::Args;
use keystead_client::interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_client::interface::attributes::{KeyAttributes, Usage};
use keystead_client::interface::status::Status;
use keystead_client::{Error, ecdsa};
use serde_json::json;

use super::wrong_algorithm;
use crate::digest::digest;
use crate::failure::Failure;
use crate::input::{Bytes, Input, parse_bytes, read_file};
use crate::output::{Output, Secrecy};
use crate::session::Session;
use crate::words::parse_algorithm;

/// What is signed, and how.
#[derive(Args)]
pub(crate) struct Signed {
    /// Name of the key
    name: String,
    #[command(flatten)]
    input: Input,
    /// The algorithm [default: the key's own, with SHA-2 as long as the key where it names no hash]
    #[arg(long, value_name = "ALGORITHM", value_parser = parse_algorithm)]
    alg: Option<Algorithm>,
    /// The input is the hash, not the message
    #[arg(long)]
    prehashed: bool,
    /// ECDSA signatures in DER, as OpenSSL has them, instead of r ‖ s
    #[arg(long)]
    der: bool,
}

/// Signs.
#[derive(Args)]
pub(crate) struct Sign {
    #[command(flatten)]
    signed: Signed,
    #[command(flatten)]
    output: Output,
}

/// Verifies.
#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    signed: Signed,
    /// File with the signature
    #[arg(long, short, value_name = "FILE", required_unless_present = "signature_hex")]
    signature: Option<PathBuf>,
    /// The signature itself, in hexadecimal
    #[arg(long, value_name = "DIGITS", value_parser = parse_bytes, conflicts_with = "signature")]
    signature_hex: Option<Bytes>,
}

/// What goes to the service.
enum Payload {
    Hash(Vec<u8>),
    Message(Vec<u8>),
}

impl Signed {
    fn attributes(&self, session: &Session) -> Result<KeyAttributes, Failure> {
        Ok(session.client.key_attributes(&self.name)?)
    }

    /// The algorithm and what to send. A key that may only sign messages has them hashed by the service.
    fn prepare(
        &self,
        session: &Session,
        key: &KeyAttributes,
        hash_usage: Usage,
    ) -> Result<(AsymmetricSignature, Payload), Failure> {
        let alg = match self.alg.unwrap_or(key.algorithm()) {
            Algorithm::AsymmetricSignature(alg) => alg,
            other => return Err(wrong_algorithm(other, "signatures")),
        };
        let usual = hash_of_length(key.bits());
        let (alg, hash) = match alg.hash() {
            Some(SignHash::Any) => (alg.with_hash(SignHash::Specific(usual)), usual),
            Some(SignHash::Specific(hash)) => (alg, hash),
            None => (alg, usual),
        };
        // Raw PKCS#1 v1.5 signs a DigestInfo, which only the caller can make.
        if self.prehashed || alg == AsymmetricSignature::RsaPkcs1v15SignRaw {
            return Ok((alg, Payload::Hash(self.input.read()?)));
        }
        if !key.usage().intersects(hash_usage) && alg.hash().is_some() {
            return Ok((alg, Payload::Message(self.input.read()?)));
        }
        let (name, mut source) = self.input.open()?;
        let hash = match digest(hash, &mut *source) {
            Some(done) => done.map_err(|error| Failure::file(name, error))?,
            None => session.client.hash_compute(hash, &self.input.read()?)?,
        };
        Ok((alg, Payload::Hash(hash)))
    }
}

impl Sign {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let (signed, client) = (&self.signed, &session.client);
        let key = signed.attributes(session)?;
        let (alg, payload) = signed.prepare(session, &key, Usage::SIGN_HASH)?;
        let signature = match payload {
            Payload::Hash(hash) => client.sign_hash(&signed.name, alg, &hash)?,
            Payload::Message(message) => client.sign_message(&signed.name, alg, &message)?,
        };
        let signature = if signed.der && !alg.is_rsa() { ecdsa::to_der(&signature) } else { signature };
        self.output.write(session, "signature", &signature, Secrecy::Public)
    }
}

impl Verify {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let (signed, client) = (&self.signed, &session.client);
        let key = signed.attributes(session)?;
        let (alg, payload) = signed.prepare(session, &key, Usage::VERIFY_HASH)?;
        let mut signature = match &self.signature_hex {
            Some(bytes) => bytes.0.clone(),
            None => read_file(self.signature.as_deref())?.into_exposed(),
        };
        if signed.der && !alg.is_rsa() {
            let half = key.bits().div_ceil(8) as usize;
            signature = ecdsa::from_der(&signature, half).ok_or(Failure::No(WRONG))?;
        }
        let verified = match payload {
            Payload::Hash(hash) => client.verify_hash(&signed.name, alg, &hash, &signature),
            Payload::Message(message) => client.verify_message(&signed.name, alg, &message, &signature),
        };
        match verified {
            Ok(()) => session.say("the signature is right", || json!({ "valid": true })),
            Err(Error::Refused { status: Status::PsaErrorInvalidSignature, .. }) => Err(Failure::No(WRONG)),
            Err(error) => Err(error.into()),
        }
    }
}

const WRONG: &str = "the signature is wrong";

/// The member of SHA-2 that is as long as a key on an elliptic curve; SHA-256 for RSA, whose keys are longer.
pub(super) fn hash_of_length(bits: u32) -> Hash {
    match bits {
        257..=384 => Hash::Sha384,
        385..=600 => Hash::Sha512,
        _ => Hash::Sha256,
    }
}
