//! Encryption with whatever algorithm the key has.

use clap::Args;
use keystead_client::interface::algorithm::Algorithm;
use keystead_client::interface::secret::SecretBytes;

use super::{algorithm_for, wrong_algorithm};
use crate::failure::Failure;
use crate::input::{Bytes, Input, SecretInput, parse_bytes};
use crate::output::{Output, Secrecy};
use crate::session::Session;
use crate::words::parse_algorithm;

/// A nonce that GCM, CCM and ChaCha20-Poly1305 all take, in bytes.
const NONCE: usize = 12;

/// How something is encrypted.
#[derive(Args)]
pub(crate) struct Mode {
    /// The algorithm [default: the key's own]
    #[arg(long, value_name = "ALGORITHM", value_parser = parse_algorithm)]
    alg: Option<Algorithm>,
    /// Authenticated encryption: data that is protected but not encrypted, in hexadecimal
    #[arg(long, value_name = "DIGITS", value_parser = parse_bytes)]
    aad_hex: Option<Bytes>,
    /// Authenticated encryption: the nonce, in hexadecimal; never use one twice [default: 12 random bytes, written
    /// before the ciphertext]
    #[arg(long, value_name = "DIGITS", value_parser = parse_bytes)]
    nonce_hex: Option<Bytes>,
    /// RSA-OAEP: the label, in hexadecimal
    #[arg(long, value_name = "DIGITS", value_parser = parse_bytes)]
    label_hex: Option<Bytes>,
}

/// Encrypts.
#[derive(Args)]
pub(crate) struct Encrypt {
    /// Name of the key
    name: String,
    #[command(flatten)]
    input: SecretInput,
    #[command(flatten)]
    mode: Mode,
    #[command(flatten)]
    output: Output,
}

/// Decrypts.
#[derive(Args)]
pub(crate) struct Decrypt {
    /// Name of the key
    name: String,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    mode: Mode,
    #[command(flatten)]
    output: Output,
}

fn bytes(option: &Option<Bytes>) -> &[u8] {
    option.as_ref().map_or(&[], |bytes| &bytes.0)
}

impl Encrypt {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, name) = (&session.client, &self.name);
        let algorithm = algorithm_for(session, name, self.mode.alg)?;
        let plaintext = self.input.read()?;
        let plaintext = plaintext.expose();
        let ciphertext = match algorithm {
            Algorithm::Aead(alg) => {
                let aad = bytes(&self.mode.aad_hex);
                match &self.mode.nonce_hex {
                    Some(nonce) => client.aead_encrypt(name, alg, &nonce.0, aad, plaintext)?,
                    None => {
                        let nonce = client.random(NONCE)?.into_exposed();
                        let ciphertext = client.aead_encrypt(name, alg, &nonce, aad, plaintext)?;
                        [nonce, ciphertext].concat()
                    }
                }
            }
            Algorithm::Cipher(alg) => client.cipher_encrypt(name, alg, plaintext)?,
            Algorithm::AsymmetricEncryption(alg) => {
                client.asymmetric_encrypt(name, alg, plaintext, bytes(&self.mode.label_hex))?
            }
            other => return Err(wrong_algorithm(other, "encryption")),
        };
        self.output.write(session, "ciphertext", &ciphertext, Secrecy::Public)
    }
}

impl Decrypt {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, name) = (&session.client, &self.name);
        let algorithm = algorithm_for(session, name, self.mode.alg)?;
        let ciphertext = self.input.read()?;
        let plaintext: SecretBytes = match algorithm {
            Algorithm::Aead(alg) => {
                let (nonce, ciphertext) = match &self.mode.nonce_hex {
                    Some(nonce) => (&nonce.0[..], &ciphertext[..]),
                    None => ciphertext.split_at_checked(NONCE).ok_or_else(|| {
                        Failure::Usage("the input is shorter than a nonce; see --nonce-hex".to_owned())
                    })?,
                };
                client.aead_decrypt(name, alg, nonce, bytes(&self.mode.aad_hex), ciphertext)?
            }
            Algorithm::Cipher(alg) => client.cipher_decrypt(name, alg, &ciphertext)?,
            Algorithm::AsymmetricEncryption(alg) => {
                client.asymmetric_decrypt(name, alg, &ciphertext, bytes(&self.mode.label_hex))?
            }
            other => return Err(wrong_algorithm(other, "encryption")),
        };
        self.output.write(session, "plaintext", plaintext.expose(), Secrecy::Secret)
    }
}
