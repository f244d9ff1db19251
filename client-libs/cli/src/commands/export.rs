//! Writing keys and their public halves.

use clap::Args;

use crate::failure::Failure;
use crate::key_file;
use crate::output::{Output, Secrecy};
use crate::session::Session;

/// Writes a key.
#[derive(Args)]
pub(crate) struct Export {
    /// Name of the key
    name: String,
    #[command(flatten)]
    output: Output,
}

/// Writes the public half of a key.
#[derive(Args)]
pub(crate) struct PublicKey {
    /// Name of the key
    name: String,
    #[command(flatten)]
    output: Output,
}

impl Export {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = session.client.export(&self.name)?;
        self.output.write(session, "key", key.expose(), Secrecy::Secret)
    }
}

impl PublicKey {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let key = session.client.public_key(&self.name)?;
        if !self.output.has_format() {
            let shape = session.client.key_attributes(&self.name)?.shape();
            if let Some(pem) = key_file::public_key_pem(shape, &key) {
                return self.output.write_text(session, "public_key", &pem);
            }
        }
        self.output.write(session, "public_key", &key, Secrecy::Public)
    }
}
