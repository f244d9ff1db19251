//! The service's providers, and the tokens behind them.

use clap::{Args, Subcommand};
use keystead_client::interface::operations::core::ProviderInfo;
use keystead_client::interface::status::Status;
use serde_json::json;

use crate::arguments::provider_word;
use crate::failure::Failure;
use crate::session::Session;

/// Lists providers, or accepts another token.
#[derive(Args)]
pub(crate) struct Providers {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// List the providers, the default one first (default)
    List,
    /// Accept that another token stands under a provider's name (administrators)
    ///
    /// A provider whose token is not the one that made its keys does nothing until this is said. No key is lost by it:
    /// keys of the former token can be used again when that token is back and accepted.
    Accept {
        /// The provider's name in the service's configuration, as `keystead health` shows it
        name: String,
    },
}

impl Providers {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match self.action.unwrap_or(Action::List) {
            Action::List => list(session),
            Action::Accept { name } => {
                let tokens = session.client.accept_token(&name).map_err(|error| match error.status() {
                    Some(Status::PsaErrorDoesNotExist) => Failure::No("there is no other token than the one it has"),
                    _ => error.into(),
                })?;
                let (former, accepted) = (tokens.former.escape_debug(), tokens.accepted.escape_debug());
                let text = if tokens.former.is_empty() {
                    format!("accepted: {accepted}\n")
                } else {
                    format!("accepted: {accepted}\nformer:   {former}\n")
                };
                let row = || json!({ "provider": name, "former": tokens.former, "accepted": tokens.accepted });
                session.say(&text, row)
            }
        }
    }
}

fn list(session: &Session) -> Result<(), Failure> {
    let providers = session.client.list_providers()?;
    let version = |(major, minor, revision): (u32, u32, u32)| format!("{major}.{minor}.{revision}");
    let lines = providers.iter().map(|provider| {
        let (id, text) = (provider_word(provider.id), provider.description.escape_debug());
        format!("{:<10} {:<8} {} {text}\n", id, version(provider.version), provider.uuid.escape_debug())
    });
    session.say(&lines.collect::<String>(), || {
        let row = |provider: &ProviderInfo| {
            json!({
                "id": provider.id.0,
                "name": provider_word(provider.id),
                "uuid": provider.uuid,
                "description": provider.description,
                "vendor": provider.vendor,
                "version": version(provider.version),
            })
        };
        json!({ "providers": providers.iter().map(row).collect::<Vec<_>>() })
    })
}
