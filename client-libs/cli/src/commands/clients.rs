//! The service's clients, for administrators.

use clap::{Args, Subcommand};
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;

/// Lists, deletes or releases clients of the administrator's own kind of authentication.
#[derive(Args)]
pub(crate) struct Clients {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// List the clients that own keys (default)
    List,
    /// Destroy all keys of a client
    Delete {
        /// Its name: an application's, or a uid
        name: String,
    },
    /// Serve a quarantined client again: its uid's new owner gets the keys that are there
    Release {
        /// Its name: a uid, as `keystead health` shows it
        name: String,
    },
}

impl Clients {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match self.action.unwrap_or(Action::List) {
            Action::List => {
                let clients = session.client.list_clients()?;
                let lines = clients.iter().map(|client| format!("{}\n", client.escape_debug()));
                session.say(&lines.collect::<String>(), || json!({ "clients": clients }))
            }
            Action::Delete { name } => {
                session.client.delete_client(&name)?;
                session.say("", || json!({ "deleted": name }))
            }
            Action::Release { name } => {
                let released = session.client.release_client(&name)?;
                let text = if released { "" } else { "it was not quarantined\n" };
                session.say(text, || json!({ "client": name, "released": released }))
            }
        }
    }
}
