//! Hashes, computed in the service.

use clap::Args;
use keystead_client::Error;
use keystead_client::interface::algorithm::Hash as HashAlgorithm;
use keystead_client::interface::status::Status;
use serde_json::json;

use crate::failure::Failure;
use crate::hex;
use crate::input::{Bytes, Input, parse_bytes};
use crate::output::{Output, Secrecy};
use crate::session::Session;
use crate::words::{hash_word, parse_hash};

/// Computes a hash, or compares one.
#[derive(Args)]
pub(crate) struct Hash {
    /// The hash function, such as sha256, sha3-256, sha1, ripemd160
    #[arg(value_name = "HASH", value_parser = parse_hash)]
    alg: HashAlgorithm,
    #[command(flatten)]
    input: Input,
    /// Compare with this hash, in hexadecimal; exit code 1 means that it is another
    #[arg(long, value_name = "DIGITS", value_parser = parse_bytes)]
    compare_hex: Option<Bytes>,
    #[command(flatten)]
    output: Output,
}

impl Hash {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let input = self.input.read()?;
        if let Some(expected) = self.compare_hex {
            return match session.client.hash_compare(self.alg, &input, &expected.0) {
                Ok(()) => session.say("the hash is right", || json!({ "valid": true })),
                Err(Error::Refused { status: Status::PsaErrorInvalidSignature, .. }) => {
                    Err(Failure::No("it is another hash"))
                }
                Err(error) => Err(error.into()),
            };
        }
        let hash = session.client.hash_compute(self.alg, &input)?;
        if self.output.is_default() {
            let digits = hex::print(&hash);
            return session.say(&digits, || json!({ "algorithm": hash_word(self.alg), "hash": digits }));
        }
        self.output.write(session, "hash", &hash, Secrecy::Public)
    }
}
