//! Tokens of other SPIFFE issuers, such as SPIRE, under JWT-SVID's own rules.
//!
//! They are wider than ours: several audiences, RSA, no `iat`, no `typ`. They bind the token to nobody: whoever has it
//! may use it until it expires.

use std::borrow::Borrow;

use super::{Invalid, Refused, Stale, check_signature, read_subject};
use crate::json::{BadMember, Object, Value};
use crate::jws::{Algorithm, Compact, VerifyingKey};
use crate::spiffe_id::{SpiffeId, TrustDomain};

/// The longest token, in bytes: RSA signatures and lists of audiences are longer than ours.
pub const MAX_SVID_BYTES: usize = 8192;
/// How far ahead of our clock a token may have been issued, in seconds: its issuer is another host. It is the leeway
/// that SPIFFE's own libraries give. Nothing is given to `exp`.
pub const MAX_SVID_AHEAD_SECONDS: u64 = 60;
/// The longest `kid`, in bytes: other issuers choose theirs freely.
pub const MAX_KEY_ID_BYTES: usize = 256;
/// What JWT-SVID allows (JWT-SVID 2.1). There is no EdDSA among it.
pub const ALGORITHMS: &[Algorithm] = {
    use Algorithm::*;
    &[Rs256, Rs384, Rs512, Es256, Es384, Es512, Ps256, Ps384, Ps512]
};

/// What a token must fit.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedSvid<'a> {
    /// One of the token's audiences.
    pub audience: &'a str,
    /// Whose applications are served, and whose keys `verify` is given.
    pub trust_domain: &'a TrustDomain,
    /// Seconds since 1970.
    pub now: u64,
}

/// A token that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedSvid {
    /// The application.
    pub subject: SpiffeId,
    /// From when on it is good no more, in seconds since 1970.
    pub expires_at: u64,
}

/// Verifies a token with the trust domain's bundle: `key` finds the key of a `kid` in it
/// ([`crate::jwks::KeySet::find`]).
pub fn verify<K: Borrow<VerifyingKey>>(
    token: &[u8],
    key: impl FnOnce(&str) -> Option<K>,
    expected: &ExpectedSvid<'_>,
) -> Result<VerifiedSvid, Refused> {
    if token.len() > MAX_SVID_BYTES {
        return Err(Invalid::TooLong.into());
    }
    let parts = Compact::parse(token).map_err(Invalid::Form)?;
    let (algorithm, key_id) = read_header(&parts.header)?;
    let key = key(&key_id).ok_or(Stale::UnknownKey)?;
    check_signature(key.borrow(), algorithm, &parts)?;
    let mut claims = Object::parse(&parts.payload).map_err(Invalid::Json)?;
    let verified = read_claims(&mut claims, expected)?;
    if expected.now >= verified.expires_at {
        return Err(Stale::Expired.into());
    }
    Ok(verified)
}

/// Members that would change what is verified, or with which key (RFC 7515 4.1, RFC 7516 4.1.3, RFC 7797): refused
/// where they are. What else a header says changes nothing.
const CHANGING: [&str; 8] = ["b64", "crit", "jku", "jwk", "x5c", "x5u", "zip", "enc"];

fn read_header(json: &[u8]) -> Result<(Algorithm, String), Invalid> {
    let mut header = Object::parse(json)?;
    let algorithm = Algorithm::named(&header.take_text("alg")?).ok_or(Invalid::Algorithm)?;
    if !ALGORITHMS.contains(&algorithm) {
        return Err(Invalid::Algorithm);
    }
    let key_id = header.take_text("kid")?;
    if key_id.is_empty() || key_id.len() > MAX_KEY_ID_BYTES {
        return Err(BadMember("kid").into());
    }
    match header.take("typ") {
        None => {}
        Some(Value::Text(typ)) if typ == "JWT" || typ == "JOSE" => {}
        Some(_) => return Err(BadMember("typ").into()),
    }
    if header.names().any(|name| CHANGING.contains(&name)) {
        return Err(Invalid::HeaderMember);
    }
    Ok((algorithm, key_id))
}

fn read_claims(claims: &mut Object, expected: &ExpectedSvid<'_>) -> Result<VerifiedSvid, Invalid> {
    let is_ours = |value: &Value| *value == Value::Text(expected.audience.to_owned());
    let for_us = match claims.take("aud") {
        Some(Value::List(several)) => {
            several.iter().all(|one| matches!(one, Value::Text(_))) && several.iter().any(is_ours)
        }
        Some(one) => is_ours(&one),
        None => false,
    };
    if !for_us {
        return Err(Invalid::Audience);
    }
    let subject = read_subject(claims, expected.trust_domain)?;
    let expires_at = claims.take_natural("exp")?;
    let latest = expected.now.saturating_add(MAX_SVID_AHEAD_SECONDS);
    for name in ["iat", "nbf"] {
        if claims.take_optional_natural(name)?.is_some_and(|begins| begins > latest || begins >= expires_at) {
            return Err(Invalid::Times);
        }
    }
    Ok(VerifiedSvid { subject, expires_at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwks::KeySet;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding};
    use base64ct::{Base64UrlUnpadded, Encoding};

    const NOW: u64 = 1_800_000_000;

    /// An issuer of another make: its bundle, and what it signs.
    struct Issuer {
        pair: KeyPair,
        bundle: KeySet,
    }

    impl Issuer {
        fn new() -> Issuer {
            let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
            let part = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
            // RSAPublicKey (RFC 8017 A.1.1) of 2048 bits: 9 bytes of headers, the modulus, 2 of header, 65537.
            let public = pair.public_key().as_ref();
            let (n, e) = (&public[9..265], &public[267..]);
            let bundle = format!(
                r#"{{"keys":[{{"kty":"RSA","kid":"authority/1","n":"{}","e":"{}"}}],"spiffe_refresh_hint":60}}"#,
                part(n),
                part(e),
            );
            Issuer { pair, bundle: KeySet::parse(bundle.as_bytes()).expect("a bundle") }
        }

        fn sign(&self, how: &'static dyn RsaEncoding, header: &str, claims: &str) -> String {
            let part = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
            let message = format!("{}.{}", part(header.as_bytes()), part(claims.as_bytes()));
            let mut signature = vec![0; self.pair.public_modulus_len()];
            self.pair.sign(how, &SystemRandom::new(), message.as_bytes(), &mut signature).expect("a signature");
            format!("{message}.{}", part(&signature))
        }

        fn verify(&self, token: &str) -> Result<String, Refused> {
            let trust_domain = TrustDomain::parse("example.org").expect("a domain");
            let expected = ExpectedSvid { audience: "parsec", trust_domain: &trust_domain, now: NOW };
            verify(token.as_bytes(), |kid| self.bundle.find(kid), &expected).map(|svid| svid.subject.to_string())
        }
    }

    const CLAIMS: &str =
        r#"{"sub":"spiffe://example.org/web","aud":["other","parsec"],"exp":1800000100,"iat":1799999999}"#;

    #[test]
    fn what_spire_writes_is_accepted() {
        let issuer = Issuer::new();
        let web = || Ok("spiffe://example.org/web".to_owned());
        for (how, header, claims) in [
            (&RSA_PKCS1_SHA256, r#"{"alg":"RS256","kid":"authority/1","typ":"JWT"}"#, CLAIMS),
            (&RSA_PSS_SHA256, r#"{"alg":"PS256","kid":"authority/1"}"#, CLAIMS),
            (
                &RSA_PKCS1_SHA256,
                r#"{"alg":"RS256","kid":"authority/1","typ":"JOSE","x":1}"#,
                r#"{"sub":"spiffe://example.org/web","aud":"parsec","exp":1800000100}"#,
            ),
        ] {
            assert_eq!(issuer.verify(&issuer.sign(how, header, claims)), web(), "{header}");
        }
    }

    #[test]
    fn what_jwt_svid_forbids_is_refused() {
        let issuer = Issuer::new();
        let good = r#"{"alg":"RS256","kid":"authority/1"}"#;
        let claims = |from: &str, to: &str| CLAIMS.replace(from, to);
        for (header, claims, why) in [
            (r#"{"alg":"RS256","kid":"authority/2"}"#, CLAIMS.to_owned(), Stale::UnknownKey.into()),
            (good, claims("1800000100", "1800000000"), Stale::Expired.into()),
            (r#"{"alg":"HS256","kid":"authority/1"}"#, CLAIMS.to_owned(), Invalid::Algorithm.into()),
            (r#"{"alg":"EdDSA","kid":"authority/1"}"#, CLAIMS.to_owned(), Invalid::Algorithm.into()),
            (r#"{"alg":"ES256","kid":"authority/1"}"#, CLAIMS.to_owned(), Invalid::Algorithm.into()),
            (r#"{"alg":"PS256","kid":"authority/1"}"#, CLAIMS.to_owned(), Invalid::Signature.into()),
            (r#"{"alg":"RS256","kid":"authority/1","crit":[]}"#, CLAIMS.to_owned(), Invalid::HeaderMember.into()),
            (
                r#"{"alg":"RS256","kid":"authority/1","typ":"at+jwt"}"#,
                CLAIMS.to_owned(),
                Invalid::Member(BadMember("typ")).into(),
            ),
            (r#"{"alg":"RS256"}"#, CLAIMS.to_owned(), Invalid::Member(BadMember("kid")).into()),
            (good, claims("parsec", "Parsec"), Invalid::Audience.into()),
            (good, claims(r#""parsec""#, r#""parsec",1"#), Invalid::Audience.into()),
            (good, claims("example.org", "example.com"), Invalid::TrustDomain.into()),
            (good, claims("/web", "/web/"), Invalid::Subject(crate::spiffe_id::BadSpiffeId::Segment).into()),
            (good, claims("1799999999", "1800000061"), Invalid::Times.into()),
            (good, claims("iat", "nbf").replace("1799999999", "1800000061"), Invalid::Times.into()),
        ] as [(&str, String, Refused); 15]
        {
            assert_eq!(issuer.verify(&issuer.sign(&RSA_PKCS1_SHA256, header, &claims)), Err(why), "{header} {claims}");
        }
    }
}
