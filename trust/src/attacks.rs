//! Forged tokens, made one by one from a good one, and how each must be refused.
//!
//! They are for tests and benches, of the pure function here and of a service's socket elsewhere: whoever runs them
//! holds the key of a trusted intermediate, so that claims which no issuer would sign arrive under a good signature.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::jws::SigningKey;
use crate::token::{Claims, NotIssued, issue};

mod claims;
mod form;
mod header;
mod signature;

/// A forged token.
#[derive(Clone, Debug)]
pub struct Attack {
    /// What is wrong with it.
    pub name: String,
    /// What is sent.
    pub token: Vec<u8>,
    /// How it must be refused.
    pub refusal: Refusal,
}

/// The kind of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// As [`crate::token::Refused::Stale`]: its key is not known, or it has expired and is good otherwise.
    Stale,
    /// As [`crate::token::Refused::Invalid`].
    Invalid,
}

/// Every attack on a token with these claims, which a service must accept for the whole time of the test when `key`
/// signed them. More than 500.
pub fn attacks(key: &SigningKey, good: &Claims) -> Result<Vec<Attack>, NotIssued> {
    let forge = Forge::new(key, good)?;
    let mut attacks = Attacks(Vec::new());
    form::forge(&forge, &mut attacks);
    header::forge(&forge, &mut attacks);
    signature::forge(&forge, &mut attacks);
    claims::forge(&forge, &mut attacks);
    Ok(attacks.0)
}

/// The attack that `refuse` takes longest for, by the shortest of its `rounds`, which a busy machine does not lengthen.
pub fn slowest(attacks: &[Attack], rounds: NonZeroU32, mut refuse: impl FnMut(&[u8])) -> Option<(Duration, &Attack)> {
    let mut shortest = |attack: &Attack| {
        let rounds = (0..rounds.get()).map(|_| {
            let start = Instant::now();
            refuse(&attack.token);
            start.elapsed()
        });
        rounds.min().unwrap_or_default()
    };
    attacks.iter().map(|attack| (shortest(attack), attack)).max_by_key(|(time, _)| *time)
}

struct Attacks(Vec<Attack>);

impl Attacks {
    fn invalid(&mut self, name: impl Into<String>, token: impl Into<Vec<u8>>) {
        self.0.push(Attack { name: name.into(), token: token.into(), refusal: Refusal::Invalid });
    }

    fn stale(&mut self, name: impl Into<String>, token: impl Into<Vec<u8>>) {
        self.0.push(Attack { name: name.into(), token: token.into(), refusal: Refusal::Stale });
    }
}

/// The good token, whole and in parts, and the keys of both sides.
struct Forge<'a> {
    key: &'a SigningKey,
    /// A key that nobody vouches for.
    other: SigningKey,
    good: &'a Claims,
    token: String,
    header: String,
    payload: String,
    signature: Vec<u8>,
}

impl<'a> Forge<'a> {
    fn new(key: &'a SigningKey, good: &'a Claims) -> Result<Forge<'a>, NotIssued> {
        let token = issue(key, good)?;
        let parts = crate::jws::Compact::parse(token.as_bytes()).map_err(|_| NotIssued::Key)?;
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| NotIssued::Key);
        let (header, payload, signature) = (text(parts.header)?, text(parts.payload)?, parts.signature);
        let other = SigningKey::generate().map_err(|_| NotIssued::Key)?;
        Ok(Forge { key, other, good, header, payload, signature, token })
    }

    /// Signed by the trusted key.
    fn signed(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        sign(self.key, header, payload)
    }

    /// Under the good signature, which is over something else.
    fn unsigned(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>, signature: &[u8]) -> String {
        format!("{}.{}.{}", encode(header), encode(payload), encode(signature))
    }

    /// The good header with the value of one member in other JSON.
    fn header_with(&self, member: &str, json: &str) -> String {
        replaced(&self.header, member, Some(json))
    }

    /// The good claims with the value of one member in other JSON, signed.
    fn claiming(&self, member: &str, json: &str) -> String {
        self.signed(&self.header, replaced(&self.payload, member, Some(json)))
    }
}

fn sign(key: &SigningKey, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    // A key that does not sign yields a token of nothing, which is refused, but not as most tests expect.
    key.sign(header.as_ref(), payload.as_ref()).unwrap_or_default()
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

/// The text of an object with a member's value replaced by any text at all, or the member taken out.
fn replaced(object: &str, member: &str, json: Option<&str>) -> String {
    let mut members: Vec<(String, String)> = members(object);
    match json {
        None => members.retain(|(name, _)| name != member),
        Some(json) => match members.iter_mut().find(|(name, _)| name == member) {
            Some((_, value)) => *value = json.to_owned(),
            None => members.push((member.to_owned(), json.to_owned())),
        },
    }
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// The object with more text before its end.
fn extended(object: &str, more: &str) -> String {
    format!("{},{more}}}", object.strip_suffix('}').unwrap_or(object))
}

fn members(object: &str) -> Vec<(String, String)> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(object).unwrap_or_default();
    object.into_iter().map(|(name, value)| (name, value.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binding::{Binding, BootId};
    use crate::jws::VerifyingKey;
    use crate::spiffe_id::{SpiffeId, TrustDomain};
    use crate::token::{DEFAULT_ALGORITHMS, Expected, Refused, verify};
    use std::collections::HashSet;

    const AUDIENCE: &str = "spiffe://example.org/keystead";
    const NOW: u64 = 1_800_000_000;

    fn good() -> Claims {
        let boot = BootId::parse("3f2504e0-4f89-41d3-9a0c-0305e82c3301").expect("a UUID");
        Claims {
            subject: SpiffeId::parse("spiffe://example.org/ns/web").expect("an ID"),
            audience: vec![AUDIENCE.to_owned()],
            issued_at: NOW,
            not_before: Some(NOW),
            expires_at: NOW + 300,
            id: "dGhlLXRva2Vu".to_owned(),
            binding: Binding::Process { boot, uid: 1000, pid: 77, pidfd_inode: Some(5001), start_time: 123_456 },
        }
    }

    #[test]
    fn more_than_500_forged_tokens_are_each_refused_as_they_must_be() {
        let key = SigningKey::generate().expect("a key");
        let public = VerifyingKey::from_spki(key.spki()).expect("a P-256 key");
        let trust_domain = TrustDomain::parse("example.org").expect("a domain");
        let expected =
            Expected { audience: AUDIENCE, trust_domain: &trust_domain, algorithms: DEFAULT_ALGORITHMS, now: NOW };
        let check = |token: &[u8]| verify(token, |kid| (kid == key.key_id()).then_some(&public), &expected);

        let good = good();
        let token = issue(&key, &good).expect("a token");
        assert!(check(token.as_bytes()).is_ok(), "what the attacks begin with is good");

        let attacks = attacks(&key, &good).expect("attacks");
        assert!(attacks.len() >= 500, "only {}", attacks.len());
        let different: HashSet<_> = attacks.iter().map(|attack| &attack.token).collect();
        assert!(different.len() >= 500, "only {} are different", different.len());
        let mut wrong = Vec::new();
        for attack in &attacks {
            let refusal = match check(&attack.token) {
                Ok(_) => None,
                Err(Refused::Stale(_)) => Some(Refusal::Stale),
                Err(Refused::Invalid(_)) => Some(Refusal::Invalid),
            };
            if refusal != Some(attack.refusal) {
                wrong.push(format!("{}: {refusal:?}", attack.name));
            }
        }
        assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), attacks.len());
        let (time, attack) = slowest(&attacks, NonZeroU32::MIN, |token| drop(check(token))).expect("many attacks");
        println!("{} forged tokens; the slowest to refuse took {time:?}: {}", attacks.len(), attack.name);

        // What is changed for the attacks is what they are refused for: changed to the same, it is good.
        let forge = Forge::new(&key, &good).expect("a token");
        for harmless in [
            forge.claiming("jti", "\"dGhlLXRva2Vu\""),
            forge.signed(forge.header_with("alg", "\"ES256\""), &forge.payload),
            forge.signed(&forge.header, extended(&forge.payload, r#""x":[{"y":1},{"y":1}]"#)),
            forge.unsigned(&forge.header, &forge.payload, &forge.signature),
        ] {
            assert!(check(harmless.as_bytes()).is_ok(), "{harmless}");
        }
    }
}
