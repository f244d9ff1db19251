//! Any text as a SPIFFE ID: what is accepted has one spelling, and is made of its parts.
#![no_main]

use keystead_trust::spiffe_id::{MAX_ID_BYTES, SpiffeId, TrustDomain};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(id) = SpiffeId::parse(text) {
        assert_eq!(id.as_str(), text);
        assert_eq!(format!("spiffe://{}{}", id.trust_domain(), id.path()), text);
        assert!(text.len() <= MAX_ID_BYTES && text.is_ascii());
        assert!(!text.contains("/./") && !text.contains("/../") && !text["spiffe://".len()..].contains("//"));
        let domain = TrustDomain::parse(id.trust_domain()).expect("the domain of an ID is one");
        assert!(id.is_in(&domain));
        assert_eq!(domain.id(id.path()), Ok(id));
    }
    let _ = TrustDomain::parse(text);
});
