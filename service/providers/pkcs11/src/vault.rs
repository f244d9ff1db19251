//! Making, keeping and destroying keys.

mod destroy;
mod export;
mod generate;
pub(crate) mod husks;
mod import;
pub(crate) mod public;
mod support;
pub(crate) mod wrapping;

use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, KeyTag, KeyVault, NewKey, ProviderError};

use crate::error::{CallError, Remedy};
use crate::objects::Prepared;
use crate::session::Session;
use crate::token::{Repeat, Token};

impl KeyVault for Token {
    fn generates(&self, key: KeyShape) -> bool {
        self.mechanisms().is_some_and(|mechanisms| support::generates(&mechanisms, key))
    }

    fn imports(&self, key: KeyShape) -> bool {
        self.mechanisms().is_some_and(|mechanisms| support::imports(&mechanisms, key))
    }

    fn exports(&self, key: KeyShape) -> bool {
        let known = self.mechanisms().is_some_and(|mechanisms| support::imports(&mechanisms, key));
        known && (key.key_type.is_public() || self.settings.allow_export)
    }

    fn generate(&self, key: NewKey<'_>) -> Result<Created, ProviderError> {
        generate::generate(self, key)
    }

    fn import(&self, key: NewKey<'_>, material: &SecretBytes) -> Result<Created, ProviderError> {
        import::import(self, key, material.expose())
    }

    /// It is in the handle: the token is not asked.
    fn public_key(&self, key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
        let public = Prepared::of(&key)?.public();
        public.map(<[u8]>::to_vec).ok_or_else(|| ProviderError::invalid_argument("the key has no public half"))
    }

    fn export(&self, key: Key<'_>) -> Result<SecretBytes, ProviderError> {
        if key.attributes.key_type().is_public() {
            return self.public_key(key).map(SecretBytes::new);
        }
        export::export(self, key)
    }

    fn destroy(&self, tag: KeyTag, handle: Option<&KeyHandle>) -> Result<(), ProviderError> {
        destroy::destroy(self, tag, handle)
    }
}

/// Makes a key with several calls. If they must be made again, or fail, what they left is removed; what cannot be removed
/// now, the service removes by the tag later.
fn make(
    token: &Token,
    tag: KeyTag,
    mut work: impl FnMut(&Session) -> Result<Created, CallError>,
) -> Result<Created, ProviderError> {
    let mut again = false;
    token.with_session(Repeat::IfRefused, |session| {
        let _alone = session.changing();
        if std::mem::replace(&mut again, true) {
            destroy::destroy_all(session, &tag.0)?;
        }
        let made = work(session);
        if made.as_ref().is_err_and(|error| matches!(error.remedy(), Remedy::None | Remedy::Doubt)) {
            let _ = destroy::destroy_all(session, &tag.0);
        }
        made
    })
}
