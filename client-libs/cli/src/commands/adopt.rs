//! Taking over a key that others made in a token, for administrators.

use clap::Args;
use keystead_client::interface::attributes::KeyShape;

use super::create::{Policy, say_made};
use crate::failure::Failure;
use crate::input::{Bytes, parse_bytes};
use crate::session::Session;
use crate::words::parse_key_type;

/// Takes a token's key over.
#[derive(Args)]
pub(crate) struct Adopt {
    /// How the token knows the key, in hexadecimal: in PKCS#11 the CKA_ID, which a pair's halves share
    #[arg(long, value_name = "DIGITS", value_parser = parse_bytes)]
    id: Bytes,
    /// Who is to own it: an application's name, or a uid if you are known by yours
    #[arg(long, value_name = "CLIENT")]
    client: String,
    /// Name of the key for its owner
    #[arg(long)]
    name: String,
    /// Its type, and size if it is to be checked: ecc-p256, rsa, aes, hmac and so on
    #[arg(long = "type", short = 't', value_name = "TYPE", value_parser = parse_key_type)]
    shape: KeyShape,
    #[command(flatten)]
    policy: Policy,
}

impl Adopt {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let provider = configured_name(session)?;
        let asked = self.policy.attributes(self.shape);
        let made = session.client.adopt_key(&provider, &self.id.0, &self.client, &self.name, &asked)?;
        say_made(session, &self.name, &made)
    }
}

/// The provider's name in the service's configuration: the user may have given it, or the provider's number.
fn configured_name(session: &Session) -> Result<String, Failure> {
    let providers = session.client.health()?.providers;
    let word = session.provider_word.as_deref();
    if let Some(provider) = providers.iter().find(|provider| Some(&*provider.name) == word) {
        return Ok(provider.name.clone());
    }
    let number = match (session.provider, word) {
        (None, Some(_)) => None,
        _ => Some(session.client.provider()?),
    };
    match providers.iter().find(|provider| Some(provider.provider_id) == number) {
        Some(provider) => Ok(provider.name.clone()),
        None => {
            let names: Vec<_> = providers.iter().map(|provider| provider.name.escape_debug().to_string()).collect();
            Err(Failure::Usage(format!("there is no such provider; the service has {}", names.join(", "))))
        }
    }
}
