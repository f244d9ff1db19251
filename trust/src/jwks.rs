//! Sets of public keys (JWKS, RFC 7517): the JWT part of a SPIFFE trust bundle, read and written.

use std::collections::BTreeMap;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::json;

use crate::json::{BadJson, Object, Value};
use crate::jws::{Algorithm, SigningKey, VerifyingKey, decode_base64url, key_id};
use crate::token::svid::MAX_KEY_ID_BYTES;

/// The longest set, in bytes: a key takes some 500, and an issuer has a few.
pub const MAX_SET_BYTES: usize = 256 * 1024;
/// The most keys in a set. Issuers have two or three while they rotate.
pub const MAX_KEYS: usize = 256;

/// The keys of one trust domain, by `kid`.
#[derive(Debug, Default)]
pub struct KeySet {
    keys: BTreeMap<String, VerifyingKey>,
}

/// The bytes are no set of keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKeySet {
    /// Over [`MAX_SET_BYTES`] or [`MAX_KEYS`].
    #[error("the set is too large")]
    TooLarge,
    /// Not one plain object.
    #[error("JSON: {0}")]
    Json(#[from] BadJson),
    /// No list of objects under `keys`.
    #[error("it has no list `keys`")]
    NoKeys,
    /// Which of the two would verify?
    #[error("two keys have the same `kid`")]
    SameName,
}

impl KeySet {
    /// Reads a set. A key that is not for JWT-SVIDs, of a kind that we have not, malformed or without a `kid` is left
    /// out, as RFC 7517 section 5 wishes; [`KeySet::len`] says what remained.
    pub fn parse(bytes: &[u8]) -> Result<KeySet, BadKeySet> {
        if bytes.len() > MAX_SET_BYTES {
            return Err(BadKeySet::TooLarge);
        }
        let Some(Value::List(list)) = Object::parse(bytes)?.take("keys") else {
            return Err(BadKeySet::NoKeys);
        };
        if list.len() > MAX_KEYS {
            return Err(BadKeySet::TooLarge);
        }
        let mut keys = BTreeMap::new();
        for entry in list {
            let Value::Object(entry) = entry else {
                return Err(BadKeySet::NoKeys);
            };
            if let Some((name, key)) = read_key(entry)
                && keys.insert(name, key).is_some()
            {
                return Err(BadKeySet::SameName);
            }
        }
        Ok(KeySet { keys })
    }

    /// The key of exactly this `kid`.
    pub fn find(&self, key_id: &str) -> Option<&VerifyingKey> {
        self.keys.get(key_id)
    }

    /// How many keys it has.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it vouches for nobody.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// The set of these ES256 keys, each a SubjectPublicKeyInfo, as the SPIFFE Workload API gives it. A key of another
/// kind is left out.
pub fn write<'a>(spkis: impl IntoIterator<Item = &'a [u8]>) -> String {
    let keys: Vec<_> = spkis.into_iter().filter_map(write_key).collect();
    json!({ "keys": keys }).to_string()
}

/// The set of one key.
pub fn of_key(key: &SigningKey) -> String {
    write([key.spki()])
}

fn write_key(spki: &[u8]) -> Option<serde_json::Value> {
    VerifyingKey::from_spki(spki).ok().filter(|key| key.serves(Algorithm::Es256))?;
    let coordinates = spki.last_chunk::<64>()?;
    let (x, y) = coordinates.split_at(32);
    Some(json!({
        "kty": "EC", "crv": "P-256", "kid": key_id(spki), "alg": Algorithm::Es256.name(),
        "x": Base64UrlUnpadded::encode_string(x), "y": Base64UrlUnpadded::encode_string(y),
    }))
}

fn read_key(mut entry: Object) -> Option<(String, VerifyingKey)> {
    let name = entry.take_text("kid").ok().filter(|name| !name.is_empty() && name.len() <= MAX_KEY_ID_BYTES)?;
    match entry.take("use") {
        // Workload APIs leave `use` out; bundles on the web say `jwt-svid`, which x509-svid keys are not for.
        None => {}
        Some(Value::Text(purpose)) if purpose == "jwt-svid" || purpose == "sig" => {}
        Some(_) => return None,
    }
    let key = read_material(&mut entry)?;
    match entry.take("alg") {
        None => Some((name, key)),
        Some(Value::Text(only)) => Some((name, key.only_for(Algorithm::named(&only)?)?)),
        Some(_) => None,
    }
}

/// The key itself (RFC 7518 section 6): RSA, or a point on a NIST curve with coordinates of full length.
fn read_material(entry: &mut Object) -> Option<VerifyingKey> {
    let kind = entry.take_text("kty").ok()?;
    let curve = entry.take_text("crv").ok();
    let mut bytes = |member| entry.take_text(member).ok().and_then(|text| decode_base64url(&text));
    let (algorithm, length) = match (kind.as_str(), curve.as_deref()) {
        ("RSA", None) => return VerifyingKey::from_rsa(&bytes("n")?, &bytes("e")?).ok(),
        ("EC", Some("P-256")) => (Algorithm::Es256, 32),
        ("EC", Some("P-384")) => (Algorithm::Es384, 48),
        ("EC", Some("P-521")) => (Algorithm::Es512, 66),
        _ => return None,
    };
    let (x, y) = (bytes("x")?, bytes("y")?);
    if x.len() != length || y.len() != length {
        return None;
    }
    VerifyingKey::from_point(algorithm, &[&[4], x.as_slice(), y.as_slice()].concat()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7517 appendix A.1, with the RSA key of A.1 and the EC key that it marks for encryption.
    #[test]
    fn the_set_of_the_rfc_is_read() {
        let set = KeySet::parse(RFC_7517_A_1.as_bytes()).expect("a set");
        assert_eq!(set.len(), 1, "one of the two is for encryption");
        let key = set.find("2011-04-29").expect("the RSA key");
        assert!(key.serves(Algorithm::Rs256));
        assert!(!key.serves(Algorithm::Ps256), "its `alg` says RS256 alone");
        let signing = RFC_7517_A_1.replace(r#""use":"enc""#, r#""use":"jwt-svid""#);
        let set = KeySet::parse(signing.as_bytes()).expect("a set");
        assert!(set.find("1").expect("the EC key").serves(Algorithm::Es256));
    }

    #[test]
    fn what_we_write_verifies_what_we_sign() {
        let key = SigningKey::generate().expect("a key");
        let set = KeySet::parse(of_key(&key).as_bytes()).expect("a set");
        let message = key.sign(b"{}", b"{}").expect("a signature");
        let parts = crate::jws::Compact::parse(message.as_bytes()).expect("three parts");
        let public = set.find(key.key_id()).expect("the key");
        assert_eq!(public.verify(Algorithm::Es256, parts.signed, &parts.signature), Ok(()));
    }

    #[test]
    fn sets_that_could_be_read_in_two_ways_are_refused() {
        let key = of_key(&SigningKey::generate().expect("a key"));
        let inner = key.trim_start_matches(r#"{"keys":["#).trim_end_matches("]}");
        assert_eq!(
            KeySet::parse(format!(r#"{{"keys":[{inner},{inner}]}}"#).as_bytes()).err(),
            Some(BadKeySet::SameName)
        );
        assert_eq!(KeySet::parse(br#"{"keys":[7]}"#).err(), Some(BadKeySet::NoKeys));
        assert_eq!(KeySet::parse(br#"{"keys":{}}"#).err(), Some(BadKeySet::NoKeys));
        assert!(matches!(KeySet::parse(br#"{"keys":[],"keys":[]}"#), Err(BadKeySet::Json(_))));
        let many = format!(r#"{{"keys":[{}]}}"#, vec!["{}"; MAX_KEYS + 1].join(","));
        assert_eq!(KeySet::parse(many.as_bytes()).err(), Some(BadKeySet::TooLarge));
        assert_eq!(KeySet::parse(&vec![b' '; MAX_SET_BYTES + 1]).err(), Some(BadKeySet::TooLarge));
        assert!(KeySet::parse(br#"{"keys":[{},{"kty":"oct","kid":"a","k":"AA"}]}"#).expect("a set").is_empty());
    }

    const RFC_7517_A_1: &str = r#"{"keys":[
        {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
         "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"},
        {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
         "e":"AQAB","alg":"RS256","kid":"2011-04-29"}]}"#;
}
