//! Any bytes as a token, and any header or claims under a good signature: no panic, and what is accepted keeps the
//! promises that tokens make.
#![no_main]

use std::sync::LazyLock;

use keystead_trust::jws::{SigningKey, VerifyingKey};
use keystead_trust::spiffe_id::TrustDomain;
use keystead_trust::token::{DEFAULT_ALGORITHMS, Expected, MAX_LIFETIME_SECONDS, Refused, svid, verify};
use libfuzzer_sys::fuzz_target;

/// A new key at each start: no input depends on it but those that it signs here.
static KEY: LazyLock<(SigningKey, VerifyingKey)> = LazyLock::new(|| {
    let key = SigningKey::generate().expect("a key");
    let public = VerifyingKey::from_spki(key.spki()).expect("its public half");
    (key, public)
});
static DOMAIN: LazyLock<TrustDomain> = LazyLock::new(|| TrustDomain::parse("td").expect("a domain"));

const AUDIENCE: &str = "a";
const NOW: u64 = 1_000_000;
const CLAIMS: &str = r#"{"sub":"spiffe://td/x","aud":"a","iat":999999,"exp":1000100,"jti":"j","uds":{"kind":"none"}}"#;

fuzz_target!(|data: &[u8]| {
    let Some((pick, bytes)) = data.split_first() else { return };
    let (key, public) = &*KEY;
    let header = format!(r#"{{"alg":"ES256","kid":"{}","typ":"JWT"}}"#, key.key_id());
    let token = match pick % 3 {
        0 => bytes.to_vec(),
        1 => key.sign(bytes, CLAIMS.as_bytes()).expect("a signature").into_bytes(),
        _ => key.sign(header.as_bytes(), bytes).expect("a signature").into_bytes(),
    };
    let find = |kid: &str| (kid == key.key_id()).then_some(public);
    let expected = Expected { audience: AUDIENCE, trust_domain: &DOMAIN, algorithms: DEFAULT_ALGORITHMS, now: NOW };
    match verify(&token, find, &expected) {
        Ok(verified) => {
            assert!(verified.subject.is_in(&DOMAIN));
            assert!(verified.expires_at > NOW && verified.expires_at - verified.issued_at <= MAX_LIFETIME_SECONDS);
            // Our rules are the narrower ones.
            let expected = svid::ExpectedSvid { audience: AUDIENCE, trust_domain: &DOMAIN, now: NOW };
            let again = svid::verify(&token, find, &expected).expect("a token of ours is a JWT-SVID");
            assert_eq!((again.subject, again.expires_at), (verified.subject, verified.expires_at));
        }
        Err(Refused::Stale(reason)) => assert!(!reason.to_string().is_empty()),
        Err(Refused::Invalid(reason)) => assert!(!reason.to_string().is_empty()),
    }
});
