//! Any bytes as a set of keys: no panic, and no key that verifies what it did not sign.
#![no_main]

use keystead_trust::jwks::{KeySet, MAX_KEYS};
use keystead_trust::jws::Algorithm;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(set) = KeySet::parse(data) else { return };
    assert!(set.len() <= MAX_KEYS);
    for kid in ["", "1", "a", "2011-04-29"] {
        let Some(key) = set.find(kid) else { continue };
        assert!(!kid.is_empty());
        for algorithm in Algorithm::ALL {
            assert!(key.verify(algorithm, b"message", &[0; 64]).is_err());
        }
    }
});
