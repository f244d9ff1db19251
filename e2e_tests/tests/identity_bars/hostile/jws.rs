//! Signed payloads put together by hand, so that any part can be wrong.

use base64ct::{Base64UrlUnpadded, Encoding};
use keystead_trust::jws::SigningKey;
use keystead_trust::payload::{Content, Envelope};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Header and claims of a payload, as texts.
#[derive(Clone)]
pub struct Parts {
    pub header: String,
    pub claims: String,
}

impl Parts {
    /// Those of a good payload.
    pub fn of<C: Content>(key: &SigningKey, envelope: &Envelope, content: &C) -> Parts {
        let header = json!({"alg": "ES256", "kid": key.key_id(), "typ": C::TYPE}).to_string();
        let mut claims = Map::new();
        claims.insert("iss".into(), envelope.sender.to_string().into());
        claims.insert("aud".into(), envelope.receiver.to_string().into());
        claims.insert("iat".into(), envelope.issued_at.into());
        claims.insert("exp".into(), envelope.expires_at.into());
        claims.insert("seq".into(), envelope.sequence.into());
        content.write(&mut claims);
        Parts { header, claims: Value::Object(claims).to_string() }
    }

    /// Under a good signature.
    pub fn signed(&self, key: &SigningKey) -> String {
        key.sign(self.header.as_bytes(), self.claims.as_bytes()).expect("a signature")
    }

    /// Under any signature.
    pub fn under(&self, signature: &[u8]) -> String {
        format!("{}.{}", self.message(), encode(signature))
    }

    /// What is signed.
    pub fn message(&self) -> String {
        format!("{}.{}", encode(self.header.as_bytes()), encode(self.claims.as_bytes()))
    }

    /// With a member of the header in other JSON; another one if there is none such.
    pub fn with_header(&self, member: &str, json: &str) -> Parts {
        Parts { header: replaced(&self.header, member, json), ..self.clone() }
    }

    /// With a claim in other JSON.
    pub fn with_claim(&self, claim: &str, json: &str) -> Parts {
        Parts { claims: replaced(&self.claims, claim, json), ..self.clone() }
    }

    /// With more text at the end of the header.
    pub fn with_more_header(&self, more: &str) -> Parts {
        Parts { header: extended(&self.header, more), ..self.clone() }
    }

    /// With more text at the end of the claims.
    pub fn with_more_claims(&self, more: &str) -> Parts {
        Parts { claims: extended(&self.claims, more), ..self.clone() }
    }

    /// Without a claim.
    pub fn without_claim(&self, claim: &str) -> Parts {
        let mut members = members(&self.claims);
        members.remove(claim);
        Parts { claims: Value::Object(members).to_string(), ..self.clone() }
    }
}

/// HMAC with SHA-256 (RFC 2104).
pub fn hmac_sha256(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut key = [0; 64];
    if secret.len() > key.len() {
        key[..32].copy_from_slice(&Sha256::digest(secret));
    } else {
        key[..secret.len()].copy_from_slice(secret);
    }
    let keyed = |pad: u8| key.map(|byte| byte ^ pad);
    let inner = Sha256::new().chain_update(keyed(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(keyed(0x5c)).chain_update(inner).finalize().to_vec()
}

/// As RFC 7515 encodes parts.
pub fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn members(object: &str) -> Map<String, Value> {
    serde_json::from_str(object).expect("it was made here")
}

/// The member's value may be any text, also none that serde_json would write.
fn replaced(object: &str, member: &str, json: &str) -> String {
    let mut members = members(object);
    members.remove(member);
    let rest = Value::Object(members).to_string();
    let comma = if rest == "{}" { "" } else { "," };
    format!("{{\"{member}\":{json}{comma}{}", &rest[1..])
}

fn extended(object: &str, more: &str) -> String {
    format!("{},{more}}}", object.strip_suffix('}').expect("an object"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test case 2 of RFC 4231.
    #[test]
    fn the_code_of_the_rfc() {
        let code = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        let hex: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
