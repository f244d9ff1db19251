//! The caller's keys: which there are, and destroying them.

use clap::{Args, Subcommand};
use keystead_client::interface::operations::core::KeyInfo;
use serde_json::{Value, json};

use super::adopt::Adopt;
use crate::arguments::provider_word;
use crate::failure::Failure;
use crate::session::Session;
use crate::words::{algorithm_word, key_type_word, usage_words};

/// Lists keys.
#[derive(Args)]
pub(crate) struct Keys {
    /// Only the key of this name; behind -- it may be anything
    name: Option<String>,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// Take over a key that others made in a token (administrators)
    ///
    /// The key stays as it is; its owner uses it as any other. --provider may be the provider's name in the service's
    /// configuration. The type alone gives the key its usual algorithm and all usages of that.
    Adopt(Box<Adopt>),
}

/// Destroys keys.
#[derive(Args)]
pub(crate) struct Delete {
    /// Names of the keys
    #[arg(required = true)]
    names: Vec<String>,
}

impl Keys {
    pub(super) fn takes_provider_name(&self) -> bool {
        matches!(self.action, Some(Action::Adopt(_)))
    }

    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        match self.action {
            Some(Action::Adopt(adopt)) => adopt.run(session),
            None => self.list(session),
        }
    }

    fn list(self, session: &Session) -> Result<(), Failure> {
        let mut keys = session.client.list_keys()?;
        keys.retain(|key| {
            self.name.as_deref().is_none_or(|name| key.name.as_str() == name)
                && session.provider.is_none_or(|provider| key.provider_id == provider)
        });
        let lines = keys.iter().map(|key| {
            let usage = usage_words(key.attributes.usage()).join(",");
            let (kind, algorithm) = (key_type_word(key.attributes.shape()), algorithm_word(key.attributes.algorithm()));
            let (provider, name) = (provider_word(key.provider_id), key.name.as_str().escape_debug());
            format!("{provider:<9} {kind:<17} {algorithm:<20} {usage} {name}\n")
        });
        session.say(&lines.collect::<String>(), || json!({ "keys": keys.iter().map(row).collect::<Vec<_>>() }))
    }
}

fn row(key: &KeyInfo) -> Value {
    json!({
        "provider": key.provider_id.0,
        "name": key.name.as_str(),
        "type": key_type_word(key.attributes.shape()),
        "bits": key.attributes.bits(),
        "algorithm": algorithm_word(key.attributes.algorithm()),
        "usage": usage_words(key.attributes.usage()),
    })
}

impl Delete {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        for name in &self.names {
            session.client.destroy(name)?;
        }
        session.say("", || json!({ "deleted": self.names }))
    }
}
