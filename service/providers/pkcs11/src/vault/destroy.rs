//! Destroying keys, and what is left of them.

use keystead_provider::{ErrorKind, KeyHandle, KeyTag, ProviderError};

use crate::error::CallError;
use crate::objects::{Class, Prepared};
use crate::session::Session;
use crate::token::{Repeat, Token};

/// Destroys all keys that have the tag or the handle's CKA_ID as their CKA_ID. What is private goes first, so that
/// whatever a crash leaves is of no use. What has no CKA_ID yet, because the module died over it, goes at the next login.
pub(super) fn destroy(token: &Token, tag: KeyTag, handle: Option<&KeyHandle>) -> Result<(), ProviderError> {
    // A handle that cannot be read is that of no key which was taken over; its tag is known.
    let adopted = handle.and_then(|handle| Prepared::parse(handle.0.expose()).ok());
    let mut ids = vec![tag.0.as_slice()];
    ids.extend(adopted.as_ref().map(Prepared::id).filter(|id| *id != tag.0));
    token
        .with_session(Repeat::Always, |session| {
            let _alone = session.changing();
            let mut destroyed = 0;
            for id in &ids {
                session.forget(id);
                destroyed += destroy_all(session, id)?;
            }
            // A token that was pulled may look like one that is empty.
            if destroyed == 0 { Err(CallError::KeyGone) } else { Ok(()) }
        })
        .or_else(|error| match error.kind {
            ErrorKind::KeyMissing => Ok(()),
            _ => Err(error),
        })
}

/// Destroys all keys with this CKA_ID, and says how many objects there were. No other session may change objects meanwhile.
pub(super) fn destroy_all(session: &Session, id: &[u8]) -> Result<usize, CallError> {
    let mut objects = Vec::new();
    for class in [Class::Private, Class::Secret, Class::Public] {
        objects.extend(session.search(id, Some(class))?);
    }
    session.check_login()?;
    for object in &objects {
        session.destroy_object(*object)?;
    }
    Ok(objects.len())
}
