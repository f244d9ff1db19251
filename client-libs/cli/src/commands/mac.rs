//! Message authentication codes.

use clap::Args;
use keystead_client::Error;
use keystead_client::interface::algorithm::Algorithm;
use keystead_client::interface::status::Status;
use serde_json::json;

use super::{algorithm_for, wrong_algorithm};
use crate::failure::Failure;
use crate::input::{Bytes, Input, parse_bytes};
use crate::output::{Output, Secrecy};
use crate::session::Session;
use crate::words::parse_algorithm;

/// Computes a code, or verifies one.
#[derive(Args)]
pub(crate) struct Mac {
    /// Name of the key
    name: String,
    #[command(flatten)]
    input: Input,
    /// The algorithm [default: the key's own]
    #[arg(long, value_name = "ALGORITHM", value_parser = parse_algorithm)]
    alg: Option<Algorithm>,
    /// Compare with this code, in hexadecimal; exit code 1 means that it is wrong
    #[arg(long, value_name = "DIGITS", value_parser = parse_bytes)]
    verify_hex: Option<Bytes>,
    #[command(flatten)]
    output: Output,
}

impl Mac {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let alg = match algorithm_for(session, &self.name, self.alg)? {
            Algorithm::Mac(alg) => alg,
            other => return Err(wrong_algorithm(other, "authentication codes")),
        };
        let input = self.input.read()?;
        let Some(expected) = self.verify_hex else {
            let mac = session.client.mac_compute(&self.name, alg, &input)?;
            return self.output.write(session, "mac", &mac, Secrecy::Public);
        };
        match session.client.mac_verify(&self.name, alg, &input, &expected.0) {
            Ok(()) => session.say("the code is right", || json!({ "valid": true })),
            Err(Error::Refused { status: Status::PsaErrorInvalidSignature, .. }) => {
                Err(Failure::No("the code is wrong"))
            }
            Err(error) => Err(error.into()),
        }
    }
}
