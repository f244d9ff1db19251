//! Random bytes.

use clap::Args;

use crate::failure::Failure;
use crate::output::{Output, Secrecy};
use crate::session::Session;

/// Writes random bytes from the provider.
#[derive(Args)]
pub(crate) struct Random {
    /// How many; 1048576 at most by default
    #[arg(value_name = "BYTES")]
    size: usize,
    #[command(flatten)]
    output: Output,
}

impl Random {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let bytes = session.client.random(self.size)?;
        self.output.write(session, "random", bytes.expose(), Secrecy::Secret)
    }
}
