//! The keys that the agent shows: those of the caller's that may make signatures of SSH, asked from the service anew
//! each time.

use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::operations::core::KeyInfo;
use keystead_client::interface::status::Status;
use keystead_client::{Client, Error};

use crate::failure::Failure;
use crate::limits::{MAX_AGENT_KEYS, MAX_COMMENT};
use crate::session::Session;
use crate::ssh::key;

/// The agent's view of the service.
pub(super) struct Identities {
    client: Client,
    /// The provider whose keys are shown; `None` for all.
    provider: Option<ProviderNumber>,
}

impl Identities {
    pub(super) fn new(session: &Session) -> Identities {
        Identities { client: session.client.clone(), provider: session.provider }
    }

    /// The public half of each key in SSH's form, and its name. Of more than [`MAX_AGENT_KEYS`] the first are shown, in
    /// the service's order.
    pub(super) fn list(&self) -> Result<Vec<(Vec<u8>, String)>, Failure> {
        let mut keys = Vec::new();
        for info in self.usable()?.into_iter().take(MAX_AGENT_KEYS) {
            if let Some(blob) = self.public_key(&info)? {
                keys.push((blob, comment(info.name.as_str())));
            }
        }
        Ok(keys)
    }

    /// A signature in SSH's form by the key of this public half.
    pub(super) fn sign(&self, blob: &[u8], data: &[u8], flags: u32) -> Result<Vec<u8>, Failure> {
        for info in self.usable()?.into_iter().filter(|info| key::is_of_kind(&info.attributes, blob)) {
            if self.public_key(&info)?.as_deref() == Some(blob) {
                let signature = key::algorithm(&info.attributes, flags)
                    .ok_or(Failure::No("the key's policy does not permit the signature that was asked for"))?;
                let raw = self.of(&info).sign_message(info.name.as_str(), signature.1, data)?;
                return Ok(key::signature(signature, &raw));
            }
        }
        Err(Failure::No("none of your keys is the one that was asked for"))
    }

    fn usable(&self) -> Result<Vec<KeyInfo>, Failure> {
        let mut keys = self.client.list_keys()?;
        keys.retain(|info| {
            key::may_sign(&info.attributes) && self.provider.is_none_or(|provider| provider == info.provider_id)
        });
        Ok(keys)
    }

    /// `None` for a key that is gone meanwhile, or whose token is not there: the others are of use all the same.
    fn public_key(&self, info: &KeyInfo) -> Result<Option<Vec<u8>>, Failure> {
        match self.of(info).public_key(info.name.as_str()) {
            Ok(public) => Ok(key::public_key(&info.attributes, &public)),
            Err(Error::Refused { status, .. }) if concerns_one_key(status) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The client for the provider that holds the key.
    fn of(&self, info: &KeyInfo) -> Client {
        self.client.with_provider(info.provider_id)
    }
}

/// Whether another key, maybe on another provider, may still be got.
fn concerns_one_key(status: Status) -> bool {
    matches!(
        status,
        Status::PsaErrorDoesNotExist
            | Status::PsaErrorInvalidHandle
            | Status::PsaErrorCommunicationFailure
            | Status::PsaErrorHardwareFailure
            | Status::PsaErrorDataCorrupt
            | Status::Busy
    )
}

/// A key's name, in one line, whatever it holds.
fn comment(name: &str) -> String {
    name.chars().flat_map(char::escape_debug).take(MAX_COMMENT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_one_line_of_a_bounded_length() {
        assert_eq!(comment("my key"), "my key");
        assert_eq!(comment("two\nlines\u{1b}"), r"two\nlines\u{1b}");
        assert_eq!(comment(&"x".repeat(100_000)).len(), MAX_COMMENT);
    }
}
