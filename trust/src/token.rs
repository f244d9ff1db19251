//! Tokens: who an application is, signed by the identity provider (RFC 7519 in a profile without choices).
//!
//! The header is exactly `alg`, `kid` and `typ`; the claims are `sub` (the application's SPIFFE ID), `aud` (one
//! string), `iat`, `exp`, `jti`, `uds` (what binds it to its caller) and perhaps `nbf`. [`svid`] reads tokens of other
//! SPIFFE issuers under their wider rules.

use std::borrow::Borrow;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::json;

use crate::binding::Binding;
use crate::json::{BadJson, BadMember, Object, Value};
use crate::jws::{Algorithm, Compact, NotCompact, SigningKey, VerifyingKey};
use crate::spiffe_id::{BadSpiffeId, SpiffeId, TrustDomain};

pub mod svid;

/// The longest token, in bytes: ours have about 700, and every request carries one.
pub const MAX_TOKEN_BYTES: usize = 4096;
/// The longest that a token may live, in seconds, whatever its issuer says: it cannot be called back.
pub const MAX_LIFETIME_SECONDS: u64 = 3600;
/// How far ahead of our clock a token may have been issued, in seconds. Issuer and service share a clock, which may be
/// set back a little between them; a clock set back further is for the caller to see (CLOCK_BOOTTIME).
pub const MAX_AHEAD_SECONDS: u64 = 2;
/// The longest `jti`, in bytes. It is logged, so it is also of letters, digits, `-` and `_` only.
pub const MAX_ID_BYTES: usize = 64;

/// What a token says. Times are seconds since 1970, UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `sub`: the application.
    pub subject: SpiffeId,
    /// `aud`: whom it is for, at least one. Our service accepts exactly one; SPIFFE clients may ask for more.
    pub audience: Vec<String>,
    /// `iat`: when it was issued.
    pub issued_at: u64,
    /// `nbf`: from when on it is good, if that is not at once.
    pub not_before: Option<u64>,
    /// `exp`: from when on it is good no more.
    pub expires_at: u64,
    /// `jti`: its own name in logs.
    pub id: String,
    /// `uds`: who may use it.
    pub binding: Binding,
}

/// A token could not be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotIssued {
    /// No audience, an empty or too long lifetime, or a `jti` that is not one.
    #[error("the token would be refused: {0}")]
    Unusable(&'static str),
    /// Over [`MAX_TOKEN_BYTES`].
    #[error("the token would be too long")]
    TooLong,
    /// The crypto library failed.
    #[error("the key does not sign")]
    Key,
}

/// A token that was verified, all of it but its binding, which is for the caller to compare with its peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedToken {
    /// The application.
    pub subject: SpiffeId,
    /// When it was issued, in seconds since 1970.
    pub issued_at: u64,
    /// From when on it is good no more, in seconds since 1970.
    pub expires_at: u64,
    /// Its name in logs.
    pub id: String,
    /// Who may use it: [`crate::binding::matches`].
    pub binding: Binding,
}

/// What a token must fit.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The service's SPIFFE ID.
    pub audience: &'a str,
    /// Whose applications are served.
    pub trust_domain: &'a TrustDomain,
    /// The algorithms allowed; [`DEFAULT_ALGORITHMS`] if nobody says otherwise.
    pub algorithms: &'a [Algorithm],
    /// Seconds since 1970.
    pub now: u64,
}

/// What tokens are signed with by default. ES384 and EdDSA may be added; RSA may not.
pub const DEFAULT_ALGORITHMS: &[Algorithm] = &[Algorithm::Es256];

/// Why a token is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It was good, or may be once its key is known: fetching a new token helps (AuthStale).
    #[error("{0}")]
    Stale(#[from] Stale),
    /// It is none: nothing helps (AuthenticationError).
    #[error("{0}")]
    Invalid(#[from] Invalid),
}

/// Why a new token is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stale {
    /// Nobody vouches for the key that it names, or no longer.
    #[error("the token's key is not known")]
    UnknownKey,
    /// All is well with it but its time.
    #[error("the token has expired")]
    Expired,
}

/// Why a token is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Over the limit.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts.
    #[error("{0}")]
    Form(#[from] NotCompact),
    /// The header or the claims are not one plain object.
    #[error("JSON: {0}")]
    Json(#[from] BadJson),
    /// A member is missing or of the wrong type, or is one that may not be there.
    #[error("{0}")]
    Member(#[from] BadMember),
    /// The header has a member that it may not have.
    #[error("the header has members besides `alg`, `kid` and `typ`")]
    HeaderMember,
    /// Not allowed, or not what the key is for.
    #[error("the algorithm is not allowed")]
    Algorithm,
    /// Signed by another key, or not at all.
    #[error("the signature is wrong")]
    Signature,
    /// For somebody else.
    #[error("the audience is another")]
    Audience,
    /// Not the canonical ID of an application.
    #[error("the subject is no SPIFFE ID: {0}")]
    Subject(#[from] BadSpiffeId),
    /// Of another trust domain.
    #[error("the subject is of another trust domain")]
    TrustDomain,
    /// Issued in the future, not good yet, or for longer than tokens live.
    #[error("the times are impossible")]
    Times,
}

/// Signs a token with the intermediate's key.
pub fn issue(key: &SigningKey, claims: &Claims) -> Result<String, NotIssued> {
    let lifetime = claims.expires_at.saturating_sub(claims.issued_at);
    if lifetime == 0 || lifetime > MAX_LIFETIME_SECONDS {
        return Err(NotIssued::Unusable("it would live for no time, or for too long"));
    }
    if claims.audience.iter().any(String::is_empty) || claims.audience.is_empty() {
        return Err(NotIssued::Unusable("it names no audience"));
    }
    if !is_id(&claims.id) {
        return Err(NotIssued::Unusable("its `jti` is not of letters, digits, `-` and `_`"));
    }
    let audience = match claims.audience.as_slice() {
        [one] => json!(one),
        several => json!(several),
    };
    let mut payload = json!({
        "sub": claims.subject.as_str(), "aud": audience, "iat": claims.issued_at, "exp": claims.expires_at,
        "jti": claims.id, "uds": claims.binding.to_json(),
    });
    if let Some(not_before) = claims.not_before {
        payload["nbf"] = json!(not_before);
    }
    let header = json!({"alg": Algorithm::Es256.name(), "kid": key.key_id(), "typ": TYPE});
    let token = key.sign(header.to_string().as_bytes(), payload.to_string().as_bytes()).map_err(|_| NotIssued::Key)?;
    if token.len() > MAX_TOKEN_BYTES { Err(NotIssued::TooLong) } else { Ok(token) }
}

/// A new `jti`: 128 random bits.
pub fn fresh_id() -> Result<String, NotIssued> {
    let mut bits = [0; 16];
    aws_lc_rs::rand::fill(&mut bits).map_err(|_| NotIssued::Key)?;
    Ok(Base64UrlUnpadded::encode_string(&bits))
}

/// Verifies a token: its form, its header, its key by `kid`, its signature, its claims, and last its time.
///
/// `key` finds the key that a `kid` names among those that are good now. Whether a refused token could be good is
/// decided last: one that is wrong in another way too is [`Refused::Invalid`], unless its key is not known, without
/// which nothing more can be said of it.
pub fn verify<K: Borrow<VerifyingKey>>(
    token: &[u8],
    key: impl FnOnce(&str) -> Option<K>,
    expected: &Expected<'_>,
) -> Result<VerifiedToken, Refused> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(Invalid::TooLong.into());
    }
    let parts = Compact::parse(token).map_err(Invalid::Form)?;
    let (algorithm, key_id) = read_header(&parts.header)?;
    if !expected.algorithms.contains(&algorithm) {
        return Err(Invalid::Algorithm.into());
    }
    let key = key(&key_id).ok_or(Stale::UnknownKey)?;
    check_signature(key.borrow(), algorithm, &parts)?;
    let mut claims = Object::parse(&parts.payload).map_err(Invalid::Json)?;
    let verified = read_claims(&mut claims, expected)?;
    if expected.now >= verified.expires_at {
        return Err(Stale::Expired.into());
    }
    Ok(verified)
}

const TYPE: &str = "JWT";
/// The length of [`crate::jws::key_id`].
const KEY_ID_BYTES: usize = 43;

/// The algorithm and the key's name, of a header that has exactly these and `typ`.
fn read_header(json: &[u8]) -> Result<(Algorithm, String), Invalid> {
    let mut header = Object::parse(json)?;
    let algorithm = Algorithm::named(&header.take_text("alg")?).ok_or(Invalid::Algorithm)?;
    let key_id = header.take_text("kid")?;
    // A name of any other form was never given to a key here: it is not even looked up.
    if key_id.len() != KEY_ID_BYTES || !is_word(&key_id) {
        return Err(BadMember("kid").into());
    }
    if header.take_text("typ")? != TYPE {
        return Err(BadMember("typ").into());
    }
    if header.is_empty() { Ok((algorithm, key_id)) } else { Err(Invalid::HeaderMember) }
}

fn check_signature(key: &VerifyingKey, algorithm: Algorithm, parts: &Compact<'_>) -> Result<(), Invalid> {
    if !key.serves(algorithm) {
        return Err(Invalid::Algorithm);
    }
    key.verify(algorithm, parts.signed, &parts.signature).map_err(|_| Invalid::Signature)
}

/// Everything that is claimed but whether it has expired. Claims that we do not know are not ours to judge.
fn read_claims(claims: &mut Object, expected: &Expected<'_>) -> Result<VerifiedToken, Invalid> {
    if claims.take("aud") != Some(Value::Text(expected.audience.to_owned())) {
        return Err(Invalid::Audience);
    }
    let subject = read_subject(claims, expected.trust_domain)?;
    let issued_at = claims.take_natural("iat")?;
    let expires_at = claims.take_natural("exp")?;
    let not_before = claims.take_optional_natural("nbf")?;
    let lifetime = expires_at.checked_sub(issued_at).ok_or(Invalid::Times)?;
    let ahead = issued_at > expected.now.saturating_add(MAX_AHEAD_SECONDS);
    let too_early = not_before.is_some_and(|not_before| not_before > expected.now);
    if lifetime == 0 || lifetime > MAX_LIFETIME_SECONDS || ahead || too_early {
        return Err(Invalid::Times);
    }
    let id = claims.take_text("jti")?;
    if !is_id(&id) {
        return Err(BadMember("jti").into());
    }
    let binding = Binding::from_json(claims.take_object("uds")?)?;
    Ok(VerifiedToken { subject, issued_at, expires_at, id, binding })
}

fn read_subject(claims: &mut Object, trust_domain: &TrustDomain) -> Result<SpiffeId, Invalid> {
    let subject = SpiffeId::parse(&claims.take_text("sub")?)?;
    if subject.is_in(trust_domain) { Ok(subject) } else { Err(Invalid::TrustDomain) }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ID_BYTES && is_word(text)
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binding::{BindingKind, BootId, PeerFacts};

    const NOW: u64 = 1_800_000_000;

    fn claims() -> Claims {
        let facts = PeerFacts {
            boot: BootId::parse("3f2504e0-4f89-41d3-9a0c-0305e82c3301").expect("a UUID"),
            uid: 1000,
            pid: 77,
            pidfd_inode: Some(5001),
            start_time: Some(123_456),
            cgroup: None,
        };
        Claims {
            subject: SpiffeId::parse("spiffe://example.org/web").expect("an ID"),
            audience: vec!["spiffe://example.org/keystead".to_owned()],
            issued_at: NOW,
            not_before: None,
            expires_at: NOW + 300,
            id: fresh_id().expect("random bits"),
            binding: facts.binding(BindingKind::Process).expect("all facts"),
        }
    }

    fn verify_at(key: &SigningKey, token: &str, now: u64) -> Result<VerifiedToken, Refused> {
        let trust_domain = TrustDomain::parse("example.org").expect("a domain");
        let expected = Expected {
            audience: "spiffe://example.org/keystead",
            trust_domain: &trust_domain,
            algorithms: DEFAULT_ALGORITHMS,
            now,
        };
        let public = VerifyingKey::from_spki(key.spki()).expect("a P-256 key");
        verify(token.as_bytes(), |kid| (kid == key.key_id()).then_some(&public), &expected)
    }

    #[test]
    fn a_token_says_what_was_issued() {
        let key = SigningKey::generate().expect("a key");
        let claims = claims();
        let token = issue(&key, &claims).expect("a token");
        assert!(token.len() < 1000, "{} bytes", token.len());
        let verified = verify_at(&key, &token, NOW).expect("a good token");
        assert_eq!((verified.subject, verified.binding), (claims.subject, claims.binding));
        assert_eq!((verified.issued_at, verified.expires_at, verified.id), (NOW, NOW + 300, claims.id));
    }

    #[test]
    fn a_token_is_good_from_its_first_second_to_before_its_last() {
        let key = SigningKey::generate().expect("a key");
        let token = issue(&key, &Claims { not_before: Some(NOW - 1), ..claims() }).expect("a token");
        assert_eq!(verify_at(&key, &token, NOW - 3), Err(Invalid::Times.into()));
        assert_eq!(verify_at(&key, &token, NOW - 2), Err(Invalid::Times.into()), "`nbf` is not bent");
        assert!(verify_at(&key, &token, NOW - 1).is_ok());
        assert!(verify_at(&key, &token, NOW + 299).is_ok());
        assert_eq!(verify_at(&key, &token, NOW + 300), Err(Stale::Expired.into()));
        assert_eq!(verify_at(&key, &token, u64::MAX), Err(Stale::Expired.into()));
    }

    #[test]
    fn a_key_that_nobody_vouches_for_makes_a_token_stale_not_invalid() {
        let (key, other) = (SigningKey::generate().expect("a key"), SigningKey::generate().expect("a key"));
        let token = issue(&key, &claims()).expect("a token");
        assert_eq!(verify_at(&other, &token, NOW), Err(Stale::UnknownKey.into()));
    }

    #[test]
    fn tokens_for_several_audiences_are_issued_but_not_accepted_here() {
        let key = SigningKey::generate().expect("a key");
        let both = vec!["spiffe://example.org/keystead".to_owned(), "other".to_owned()];
        let token = issue(&key, &Claims { audience: both, ..claims() }).expect("a token");
        assert_eq!(verify_at(&key, &token, NOW), Err(Invalid::Audience.into()));
    }

    #[test]
    fn what_would_be_refused_is_not_issued() {
        let key = SigningKey::generate().expect("a key");
        for bad in [
            Claims { audience: Vec::new(), ..claims() },
            Claims { audience: vec![String::new()], ..claims() },
            Claims { expires_at: NOW, ..claims() },
            Claims { expires_at: NOW + MAX_LIFETIME_SECONDS + 1, ..claims() },
            Claims { id: "line\nbreak".to_owned(), ..claims() },
        ] {
            assert!(matches!(issue(&key, &bad), Err(NotIssued::Unusable(_))), "{bad:?}");
        }
        let long = Claims { audience: vec!["a".repeat(4096)], ..claims() };
        assert_eq!(issue(&key, &long), Err(NotIssued::TooLong));
    }
}
