//! What a subcommand works with: the client, and how to speak to the user.

use std::io::Write;

use keystead_client::interface::codes::ProviderNumber;
use keystead_client::{Client, Credential, Endpoint};
use serde_json::Value;

use crate::arguments::{Global, NamedProvider};
use crate::failure::Failure;

/// One run of the command.
pub(crate) struct Session {
    /// The client, with its provider, credential and time limit as the user wants them.
    pub(crate) client: Client,
    /// Whether results are printed as JSON.
    pub(crate) json: bool,
    /// The provider that the user named by its number.
    pub(crate) provider: Option<ProviderNumber>,
    /// What the user wrote to name the provider.
    pub(crate) provider_word: Option<String>,
}

impl Session {
    /// Prepares the client; nothing is sent yet. Only some subcommands take a provider's name for its number.
    pub(crate) fn new(global: Global, takes_provider_name: bool) -> Result<Session, Failure> {
        let endpoint = match global.endpoint {
            Some(endpoint) => endpoint,
            None => Endpoint::from_environment().map_err(|error| Failure::Usage(error.to_string()))?,
        };
        let credential = global.auth_direct.map_or_else(Credential::default, Credential::Direct);
        let mut client = Client::at(endpoint, credential);
        let (provider, provider_word) = match global.provider {
            Some(NamedProvider { number: Ok(number), word }) => (Some(number), Some(word)),
            Some(NamedProvider { word, .. }) if takes_provider_name => (None, Some(word)),
            Some(NamedProvider { number: Err(reason), word }) => {
                return Err(Failure::Usage(format!("--provider {word}: {reason}")));
            }
            None => (None, None),
        };
        if let Some(provider) = provider {
            client = client.with_provider(provider);
        }
        if let Some(timeout) = global.timeout {
            client = client.with_timeout(timeout);
        }
        Ok(Session { client, json: global.json, provider, provider_word })
    }

    /// Prints a result: the text, or the JSON if that is wanted.
    pub(crate) fn say(&self, text: &str, json: impl FnOnce() -> Value) -> Result<(), Failure> {
        let line = if self.json { json().to_string() } else { text.trim_end().to_owned() };
        let mut stdout = std::io::stdout().lock();
        let written = if line.is_empty() { Ok(()) } else { writeln!(stdout, "{line}") };
        written.and_then(|()| stdout.flush()).map_err(|error| Failure::file("standard output", error))
    }
}
