//! Key agreement.

use clap::Args;
use keystead_client::interface::algorithm::{Algorithm, KeyAgreement};

use super::{algorithm_for, wrong_algorithm};
use crate::failure::Failure;
use crate::input::Input;
use crate::key_file;
use crate::output::{Output, Secrecy};
use crate::session::Session;

/// Agrees on a secret.
#[derive(Args)]
pub(crate) struct Agree {
    /// Name of the key
    name: String,
    #[command(flatten)]
    peer: Input,
    #[command(flatten)]
    output: Output,
}

impl Agree {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let alg = match algorithm_for(session, &self.name, None)? {
            Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => alg,
            other => return Err(wrong_algorithm(other, "raw key agreement")),
        };
        let peer = key_file::read(self.peer.read()?.into()).map_err(Failure::Usage)?;
        let secret = session.client.raw_key_agreement(&self.name, alg, peer.data.expose())?;
        self.output.write(session, "shared_secret", secret.expose(), Secrecy::Secret)
    }
}
