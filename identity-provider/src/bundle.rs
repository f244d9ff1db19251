//! The keys by which our tokens are verified now, for whoever asks: a SPIFFE trust bundle that changes under its readers.

use std::sync::Arc;

use keystead_trust::jwks::{self, KeySet};
use tokio::sync::watch;

/// The keys of all services' tokens.
pub struct Bundle(watch::Sender<Keys>);

/// What readers see.
#[derive(Clone)]
pub struct Keys {
    /// For each service, the keys that sign its tokens or are about to, as SubjectPublicKeyInfo.
    by_service: Vec<Vec<Vec<u8>>>,
    published: Arc<Published>,
}

/// A bundle as others read it.
pub struct Published {
    /// A set of keys (JWKS).
    pub jwks: String,
    /// The same, read.
    pub keys: KeySet,
}

impl Bundle {
    /// For so many services, none of which believes us yet.
    pub fn of(services: usize) -> Bundle {
        let by_service = vec![Vec::new(); services];
        let published = Arc::new(Published::of(&by_service));
        Bundle(watch::Sender::new(Keys { by_service, published }))
    }

    /// From now on these keys, and no others, verify the tokens for the service with this number.
    pub fn publish(&self, service: usize, keys: Vec<Vec<u8>>) {
        self.0.send_if_modified(|now| match now.by_service.get_mut(service) {
            Some(before) if *before != keys => {
                *before = keys;
                now.published = Arc::new(Published::of(&now.by_service));
                true
            }
            _ => false,
        });
    }

    /// As it is now.
    pub fn now(&self) -> Arc<Published> {
        self.0.borrow().published()
    }

    /// Each state from now on; one that was followed by another before it was looked at is left out.
    pub fn follow(&self) -> watch::Receiver<Keys> {
        self.0.subscribe()
    }
}

impl Keys {
    /// As others read it.
    pub fn published(&self) -> Arc<Published> {
        Arc::clone(&self.published)
    }
}

impl Published {
    fn of(by_service: &[Vec<Vec<u8>>]) -> Published {
        let jwks = jwks::write(by_service.iter().flatten().map(Vec::as_slice));
        // What we write can be read; if it could not, nobody would be believed, here as elsewhere.
        let keys = KeySet::parse(jwks.as_bytes()).unwrap_or_default();
        Published { jwks, keys }
    }
}

#[cfg(test)]
mod tests {
    use keystead_trust::jws::SigningKey;

    use super::*;

    #[test]
    fn readers_see_what_is_published_and_are_told_of_changes_alone() {
        let (old, new, other) = (key(), key(), key());
        let bundle = Bundle::of(2);
        assert!(bundle.now().keys.is_empty());
        let mut follower = bundle.follow();
        bundle.publish(0, vec![old.spki().to_vec()]);
        bundle.publish(1, vec![other.spki().to_vec()]);
        assert!(follower.has_changed().unwrap());
        let seen = follower.borrow_and_update().published();
        assert!(seen.keys.find(old.key_id()).is_some() && seen.keys.find(other.key_id()).is_some());
        bundle.publish(1, vec![other.spki().to_vec()]);
        assert!(!follower.has_changed().unwrap());
        bundle.publish(0, vec![old.spki().to_vec(), new.spki().to_vec()]);
        assert_eq!(follower.borrow_and_update().published().keys.len(), 3);
        bundle.publish(0, vec![new.spki().to_vec()]);
        let seen = KeySet::parse(bundle.now().jwks.as_bytes()).unwrap();
        assert!(seen.find(old.key_id()).is_none() && seen.find(new.key_id()).is_some() && seen.len() == 2);
    }

    fn key() -> SigningKey {
        SigningKey::generate().unwrap()
    }
}
