//! What a provider could do.

use clap::{Args, ValueEnum};
use keystead_client::interface::attributes::KeyShape;
use keystead_client::interface::operations::core::CheckType;
use serde_json::json;

use super::create::Policy;
use crate::failure::Failure;
use crate::session::Session;
use crate::words::parse_key_type;

/// Asks whether the provider could do something with a key of this kind.
#[derive(Args)]
pub(crate) struct CanDo {
    /// What
    what: What,
    /// The key's type, and size if it matters
    #[arg(value_name = "TYPE", value_parser = parse_key_type)]
    shape: KeyShape,
    #[command(flatten)]
    policy: Policy,
}

/// What is asked.
#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Use such a key with its algorithm
    Use,
    /// Make it
    Generate,
    /// Take it over
    Import,
    /// Derive it
    Derive,
}

impl CanDo {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let check = match self.what {
            What::Use => CheckType::Use,
            What::Generate => CheckType::Generate,
            What::Import => CheckType::Import,
            What::Derive => CheckType::Derive,
        };
        if session.client.can_do(check, &self.policy.attributes(self.shape))? {
            session.say("yes", || json!({ "supported": true }))
        } else {
            Err(Failure::No("no"))
        }
    }
}
