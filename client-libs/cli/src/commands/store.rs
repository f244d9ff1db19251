//! The service's store of keys, for administrators.

use clap::{Args, Subcommand};
use keystead_client::Error;
use keystead_client::interface::status::Status;
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;

/// Looks after the store.
#[derive(Args)]
pub(crate) struct Store {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a new storage root key, and seal every record under it
    ///
    /// The new key is made where the service's configuration wants it now: this is also how the root key moves into a
    /// token, and out of it. A crash leaves the old key or the new one in force.
    Rekey,
}

impl Store {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match self.action {
            Action::Rekey => {
                let done = session.client.rekey_store().map_err(explain)?;
                let text = format!("{} records; the root key is {}\n", done.records, done.place.escape_debug());
                session.say(&text, || json!({ "place": done.place, "records": done.records }))
            }
        }
    }
}

/// What refusals mean here, where that is something else than with keys.
fn explain(error: Error) -> Failure {
    match error.status() {
        Some(Status::PsaErrorDoesNotExist) => {
            Failure::No("the configured place holds no new root key: put one there first, the service cannot")
        }
        Some(Status::PsaErrorAlreadyExists) => Failure::No("something else is in the configured place already"),
        _ => error.into(),
    }
}
