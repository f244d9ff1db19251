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
        let peer = key_file::read(self.peer.read()?.into()).map_err(Failure::Usage)?;
        if peer.shape.is_some_and(|shape| !shape.key_type.is_public()) {
            // It would be sent, and what the peer shall keep for itself is nobody else's.
            return Err(Failure::Usage("the file holds a private key; give the peer's public key".to_owned()));
        }
        let alg = match algorithm_for(session, &self.name, None)? {
            Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => alg,
            other => return Err(wrong_algorithm(other, "raw key agreement")),
        };
        let secret = session.client.raw_key_agreement(&self.name, alg, peer.data.expose())?;
        self.output.write(session, "shared_secret", secret.expose(), Secrecy::Secret)
    }
}
