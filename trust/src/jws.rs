//! Signatures over JSON: JWS in its compact form (RFC 7515 section 7.1), taken apart strictly, and its algorithms
//! (RFC 7518 section 3, RFC 8037). What header and claims may say is decided by who reads them.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    ED25519, EcdsaKeyPair, KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};
use base64ct::{Base64UrlUnpadded, Encoding};

/// How a message is signed. There is no `none` and no HMAC: nobody here shares a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA, P-256, SHA-256
    Es256,
    /// ECDSA, P-384, SHA-384
    Es384,
    /// ECDSA, P-521, SHA-512
    Es512,
    /// Ed25519
    EdDsa,
    /// RSASSA-PKCS1-v1_5, SHA-256
    Rs256,
    /// RSASSA-PKCS1-v1_5, SHA-384
    Rs384,
    /// RSASSA-PKCS1-v1_5, SHA-512
    Rs512,
    /// RSASSA-PSS, SHA-256
    Ps256,
    /// RSASSA-PSS, SHA-384
    Ps384,
    /// RSASSA-PSS, SHA-512
    Ps512,
}

/// A public key, bound to the algorithms of its family: an RSA key never verifies ECDSA, nor P-256 P-384.
pub struct VerifyingKey {
    key: Key,
    /// The one algorithm that whoever published the key allows it for.
    only: Option<Algorithm>,
}

enum Key {
    /// One curve, one algorithm.
    Curve(ParsedPublicKey),
    /// Modulus and exponent serve six algorithms.
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
}

/// An ES256 key in this process's memory; AWS-LC clears it when it is dropped.
pub struct SigningKey {
    pair: EcdsaKeyPair,
    spki: Vec<u8>,
    key_id: String,
}

/// A message in its three parts, decoded; nothing of it is believed yet.
#[derive(Debug)]
pub struct Compact<'a> {
    /// What the signature is over.
    pub signed: &'a [u8],
    /// The header's JSON.
    pub header: Vec<u8>,
    /// The payload.
    pub payload: Vec<u8>,
    /// The signature, as the algorithm's raw bytes.
    pub signature: Vec<u8>,
}

/// Not three parts of canonical base64url, each of at least one byte, separated by two dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message is not three parts of canonical base64url")]
pub struct NotCompact;

/// The signature is not this key's over this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature is wrong")]
pub struct BadSignature;

/// The bytes are no key of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key is malformed or of another kind")]
pub struct BadKey;

impl Algorithm {
    /// Every algorithm there is.
    pub const ALL: [Algorithm; 10] = {
        use Algorithm::*;
        [Es256, Es384, Es512, EdDsa, Rs256, Rs384, Rs512, Ps256, Ps384, Ps512]
    };

    /// The name in a header (RFC 7518 section 3.1), where case matters.
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::Es256 => "ES256",
            Algorithm::Es384 => "ES384",
            Algorithm::Es512 => "ES512",
            Algorithm::EdDsa => "EdDSA",
            Algorithm::Rs256 => "RS256",
            Algorithm::Rs384 => "RS384",
            Algorithm::Rs512 => "RS512",
            Algorithm::Ps256 => "PS256",
            Algorithm::Ps384 => "PS384",
            Algorithm::Ps512 => "PS512",
        }
    }

    /// The algorithm of exactly this name.
    pub fn named(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// What AWS-LC calls a curve's algorithm, with signatures of fixed length; none for RSA.
    fn curve(self) -> Option<&'static dyn VerificationAlgorithm> {
        match self {
            Algorithm::Es256 => Some(&ECDSA_P256_SHA256_FIXED),
            Algorithm::Es384 => Some(&ECDSA_P384_SHA384_FIXED),
            Algorithm::Es512 => Some(&ECDSA_P521_SHA512_FIXED),
            Algorithm::EdDsa => Some(&ED25519),
            _ => None,
        }
    }

    fn rsa(self) -> Option<&'static RsaParameters> {
        match self {
            Algorithm::Rs256 => Some(&RSA_PKCS1_2048_8192_SHA256),
            Algorithm::Rs384 => Some(&RSA_PKCS1_2048_8192_SHA384),
            Algorithm::Rs512 => Some(&RSA_PKCS1_2048_8192_SHA512),
            Algorithm::Ps256 => Some(&RSA_PSS_2048_8192_SHA256),
            Algorithm::Ps384 => Some(&RSA_PSS_2048_8192_SHA384),
            Algorithm::Ps512 => Some(&RSA_PSS_2048_8192_SHA512),
            _ => None,
        }
    }
}

impl<'a> Compact<'a> {
    /// Takes a message apart. The caller has bounded the length. Canonical: no padding, no other alphabet, no white
    /// space, no bits left over, so that one message has one spelling.
    pub fn parse(message: &'a [u8]) -> Result<Compact<'a>, NotCompact> {
        let text = std::str::from_utf8(message).map_err(|_| NotCompact)?;
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotCompact);
        };
        let signed = &message[..header.len() + 1 + payload.len()];
        let part = |text: &str| decode_base64url(text).filter(|bytes| !bytes.is_empty()).ok_or(NotCompact);
        Ok(Compact { signed, header: part(header)?, payload: part(payload)?, signature: part(signature)? })
    }
}

impl VerifyingKey {
    /// A key of ES256, ES384, ES512 or EdDSA from its SubjectPublicKeyInfo (RFC 5480, RFC 8410), in its one DER form.
    pub fn from_spki(spki: &[u8]) -> Result<VerifyingKey, BadKey> {
        let (algorithm, point) = SPKI_PREFIXES
            .iter()
            .find_map(|(algorithm, prefix, length)| {
                let point = spki.strip_prefix(*prefix)?;
                (point.len() == *length).then_some((*algorithm, point))
            })
            .ok_or(BadKey)?;
        VerifyingKey::from_point(algorithm, point)
    }

    /// A key on a curve: the uncompressed point (SEC 1, 2.3.3) or the 32 bytes of Ed25519.
    pub fn from_point(algorithm: Algorithm, point: &[u8]) -> Result<VerifyingKey, BadKey> {
        let curve = algorithm.curve().ok_or(BadKey)?;
        let whole = SPKI_PREFIXES.iter().any(|(of, _, length)| *of == algorithm && *length == point.len());
        let uncompressed = algorithm == Algorithm::EdDsa || point.first() == Some(&4);
        if !whole || !uncompressed {
            return Err(BadKey);
        }
        let key = ParsedPublicKey::new(curve, point).map_err(|_| BadKey)?;
        Ok(VerifyingKey { key: Key::Curve(key), only: Some(algorithm) })
    }

    /// An RSA key of 2048 to 8192 bits: modulus and exponent, big-endian, without leading zeros (RFC 7518 6.3.1).
    pub fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Result<VerifyingKey, BadKey> {
        let exponent_is_usual =
            exponent.len() <= 4 && exponent != [1] && exponent.last().is_some_and(|last| last & 1 == 1);
        let canonical = modulus.first().is_some_and(|&first| first != 0) && exponent.first() != Some(&0);
        if !(256..=1024).contains(&modulus.len()) || !exponent_is_usual || !canonical {
            return Err(BadKey);
        }
        let components = RsaPublicKeyComponents { n: modulus.to_vec(), e: exponent.to_vec() };
        components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).map_err(|_| BadKey)?;
        Ok(VerifyingKey { key: Key::Rsa(components), only: None })
    }

    /// The same key for this algorithm alone; none if it is not of its family.
    pub fn only_for(self, algorithm: Algorithm) -> Option<VerifyingKey> {
        self.serves(algorithm).then_some(VerifyingKey { only: Some(algorithm), ..self })
    }

    /// Whether this key can have signed with `algorithm` at all.
    pub fn serves(&self, algorithm: Algorithm) -> bool {
        self.only.map_or(algorithm.rsa().is_some(), |only| only == algorithm)
    }

    /// Verifies a signature in the form of RFC 7518: for ECDSA the raw `r ‖ s`, never DER.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        if !self.serves(algorithm) {
            return Err(BadSignature);
        }
        match &self.key {
            Key::Curve(key) => key.verify_sig(message, signature),
            Key::Rsa(components) => components.verify(algorithm.rsa().ok_or(BadSignature)?, message, signature),
        }
        .map_err(|_| BadSignature)
    }
}

impl SigningKey {
    /// A new key.
    pub fn generate() -> Result<SigningKey, BadKey> {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| BadKey).and_then(SigningKey::of)
    }

    /// A P-256 key from PKCS#8 (RFC 5958). The caller clears its copy.
    pub fn from_pkcs8(der: &[u8]) -> Result<SigningKey, BadKey> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| BadKey).and_then(SigningKey::of)
    }

    /// The public half, as SubjectPublicKeyInfo.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The public half, as an uncompressed point.
    pub fn point(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The `kid` of what it signs: [`key_id`] of its public half.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The compact form of `header` and `payload`, signed with ES256.
    pub fn sign(&self, header: &[u8], payload: &[u8]) -> Result<String, BadSignature> {
        let mut message =
            format!("{}.{}", Base64UrlUnpadded::encode_string(header), Base64UrlUnpadded::encode_string(payload));
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).map_err(|_| BadSignature)?;
        message.push('.');
        message.push_str(&Base64UrlUnpadded::encode_string(signature.as_ref()));
        Ok(message)
    }

    fn of(pair: EcdsaKeyPair) -> Result<SigningKey, BadKey> {
        let spki = pair.public_key().as_der().map_err(|_| BadKey)?.as_ref().to_vec();
        let key_id = key_id(&spki);
        Ok(SigningKey { pair, spki, key_id })
    }
}

/// How our own messages name the key that signed them: base64url of the SHA-256 of its SubjectPublicKeyInfo.
pub fn key_id(spki: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(digest(&SHA256, spki).as_ref())
}

/// The bytes of canonical base64url without padding (RFC 4648 section 5); none if it is anything else.
pub fn decode_base64url(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = self.only.map_or("RSA", Algorithm::name);
        f.debug_tuple("VerifyingKey").field(&family).finish()
    }
}

/// What stands in DER before the point of a named curve, and how long the point is: there is nothing else to parse.
const SPKI_PREFIXES: [(Algorithm, &[u8], usize); 4] = [
    (
        Algorithm::Es256,
        b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00",
        65,
    ),
    (
        Algorithm::Es384,
        b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00",
        97,
    ),
    (
        Algorithm::Es512,
        b"\x30\x81\x9b\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23\x03\x81\x86\x00",
        133,
    ),
    (Algorithm::EdDsa, b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 32),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_taken_apart_and_verified() {
        let key = SigningKey::generate().expect("a key");
        let message = key.sign(b"{}", b"payload").expect("a signature");
        let parts = Compact::parse(message.as_bytes()).expect("three parts");
        assert_eq!((parts.header.as_slice(), parts.payload.as_slice()), (&b"{}"[..], &b"payload"[..]));
        let public = VerifyingKey::from_spki(key.spki()).expect("a P-256 key");
        assert_eq!(public.verify(Algorithm::Es256, parts.signed, &parts.signature), Ok(()));
        assert_eq!(public.verify(Algorithm::Es384, parts.signed, &parts.signature), Err(BadSignature));
        assert_eq!(public.verify(Algorithm::Es256, b"other", &parts.signature), Err(BadSignature));
        assert_eq!(public.verify(Algorithm::Es256, parts.signed, &[0; 64]), Err(BadSignature));
        assert_eq!(key.key_id().len(), 43);
    }

    /// RFC 7515 appendix A.3, an example of others.
    #[test]
    fn the_example_of_the_rfc_is_verified() {
        let mut point = vec![4];
        point.extend(decode_base64url("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU").expect("x"));
        point.extend(decode_base64url("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0").expect("y"));
        let key = VerifyingKey::from_point(Algorithm::Es256, &point).expect("a point");
        let message =
            b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc\
            19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let parts = Compact::parse(message).expect("three parts");
        assert_eq!(key.verify(Algorithm::Es256, parts.signed, &parts.signature), Ok(()));
    }

    #[test]
    fn a_message_has_one_spelling() {
        for bad in ["", "..", "YQ.YQ", "YQ..YQ", "YQ.YQ.", "YQ.YQ.YQ.", "YQ.YQ.YQ.YQ", "YR.YQ.YQ", "YQ==.YQ.YQ"] {
            assert!(Compact::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        for bad in ["YQ.YQ.YQ\n", " YQ.YQ.YQ", "Y Q.YQ.YQ", "-_8.+/8.YQ", "Y.YQ.YQ", "YQ.YQ.YQé"] {
            assert!(Compact::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Compact::parse(b"YQ.YQ.YQ").is_ok());
    }

    #[test]
    fn keys_that_are_not_quite_one_are_refused() {
        let key = SigningKey::generate().expect("a key");
        let mut off_the_curve = key.point().to_vec();
        off_the_curve[64] ^= 1;
        assert!(VerifyingKey::from_point(Algorithm::Es256, &off_the_curve).is_err());
        assert!(VerifyingKey::from_point(Algorithm::Es384, key.point()).is_err());
        assert!(VerifyingKey::from_point(Algorithm::Rs256, key.point()).is_err());
        assert!(VerifyingKey::from_spki(&key.spki()[..90]).is_err());
        assert!(VerifyingKey::from_rsa(&[0xff; 255], &[1, 0, 1]).is_err());
        assert!(VerifyingKey::from_rsa(&[0xff; 256], &[2]).is_err());
        assert!(VerifyingKey::from_rsa(&[0xff; 256], &[1, 0, 1]).is_ok());
    }
}
