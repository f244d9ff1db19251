//! What a subcommand works with: the client, and how to speak to the user.

use std::io::Write;
use std::time::Duration;

use keystead_client::endpoint::DEFAULT_IDENTITY_SOCKET;
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::limits::DEFAULT_TIMEOUT;
use keystead_client::{Client, Credential, Deadline, Endpoint, TokenSource};
use serde_json::Value;

use crate::arguments::{Global, NamedProvider};
use crate::failure::Failure;

/// One run of the command.
pub(crate) struct Session {
    /// The client, with its provider, credential and time limit as the user wants them.
    pub(crate) client: Client,
    /// Where tokens come from, whether the client uses them or not.
    pub(crate) tokens: TokenSource,
    timeout: Duration,
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
        let (credential, tokens) = identify(global.auth_direct, global.identity_endpoint, global.identity)?;
        let timeout = global.timeout.unwrap_or(DEFAULT_TIMEOUT);
        let mut client = Client::at(endpoint, credential).with_timeout(timeout);
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
        Ok(Session { client, tokens, timeout, json: global.json, provider, provider_word })
    }

    /// When a call that begins now must be done.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }

    /// Prints a result: the text, or the JSON if that is wanted.
    pub(crate) fn say(&self, text: &str, json: impl FnOnce() -> Value) -> Result<(), Failure> {
        let line = if self.json { json().to_string() } else { text.trim_end().to_owned() };
        let mut stdout = std::io::stdout().lock();
        let written = if line.is_empty() { Ok(()) } else { writeln!(stdout, "{line}") };
        written.and_then(|()| stdout.flush()).map_err(|error| Failure::file("standard output", error))
    }
}

/// How the user wants to be identified. Whoever names an identity provider, or an identity, wants a token.
fn identify(
    direct: Option<String>,
    endpoint: Option<Endpoint>,
    identity: Option<String>,
) -> Result<(Credential, TokenSource), Failure> {
    let named = match endpoint {
        Some(endpoint) => Some(endpoint),
        None => Endpoint::of_identity_from_environment().map_err(|error| Failure::Usage(error.to_string()))?,
    };
    let wants_token = named.is_some() || identity.is_some();
    let endpoint = named.unwrap_or_else(|| Endpoint::at(DEFAULT_IDENTITY_SOCKET));
    let tokens = TokenSource::at(endpoint).with_identity(identity.unwrap_or_default());
    let credential = match direct {
        Some(name) => Credential::Direct(name),
        None if wants_token => Credential::Token(tokens.clone()),
        None => Credential::default(),
    };
    Ok((credential, tokens))
}
