//! Keys and signatures as SSH writes them: ECDSA (RFC 5656 3.1) and RSA (RFC 4253 6.6, RFC 8332 3).

use keystead_client::interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_client::interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_client::interface::policy::permit;
use keystead_der as der;

use super::strings::{Reader, put_string, put_unsigned};

/// A curve: its size in bits, its name (RFC 5656 10.1), that of its keys and signatures, and the hash it goes with.
type Curve = (u32, &'static str, &'static str, Hash);

const CURVES: &[Curve] = &[
    (256, "nistp256", "ecdsa-sha2-nistp256", Hash::Sha256),
    (384, "nistp384", "ecdsa-sha2-nistp384", Hash::Sha384),
    (521, "nistp521", "ecdsa-sha2-nistp521", Hash::Sha512),
];

const RSA: &str = "ssh-rsa";

/// What RSA signatures are called, with the flag that asks for each (draft-ietf-sshm-ssh-agent 3.6.1). Without a flag
/// they would be made with SHA-1, which nobody believes any more.
const RSA_SIGNATURES: &[(u32, &str, Hash)] = &[(2, "rsa-sha2-256", Hash::Sha256), (4, "rsa-sha2-512", Hash::Sha512)];

/// A signature that can be made: what it is called, and the service's algorithm.
pub(crate) type Signature = (&'static str, AsymmetricSignature);

/// Whether a key may make any signature of SSH.
pub(crate) fn may_sign(key: &KeyAttributes) -> bool {
    [0, 2, 4].into_iter().any(|flags| algorithm(key, flags).is_some())
}

/// The signature that a request with these flags asks a key for; `None` if the key is not for SSH, or its policy does
/// not permit it.
pub(crate) fn algorithm(key: &KeyAttributes, flags: u32) -> Option<Signature> {
    let permitted = |alg| permit(key, Usage::SIGN_MESSAGE, Algorithm::AsymmetricSignature(alg)).is_ok();
    if key.key_type() == KeyType::RsaKeyPair {
        let (_, name, hash) = RSA_SIGNATURES.iter().find(|(flag, ..)| flags & flag != 0)?;
        let alg = AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(*hash));
        return permitted(alg).then_some((*name, alg));
    }
    let (_, _, name, hash) = curve(key)?;
    let hash = SignHash::Specific(*hash);
    let known = [AsymmetricSignature::Ecdsa(hash), AsymmetricSignature::DeterministicEcdsa(hash)];
    known.into_iter().find(|alg| permitted(*alg)).map(|alg| (*name, alg))
}

fn curve(key: &KeyAttributes) -> Option<&'static Curve> {
    let is_ours = key.key_type() == KeyType::EccKeyPair(EccFamily::SecpR1);
    CURVES.iter().find(|(bits, ..)| is_ours && *bits == key.bits())
}

/// A public key in SSH's form; `public` is in the service's. `None` if it is no key of SSH, or `public` is malformed.
pub(crate) fn public_key(key: &KeyAttributes, public: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    if key.key_type() == KeyType::RsaKeyPair {
        let mut outer = der::Reader(public);
        let mut inner = outer.sequence()?;
        let (modulus, exponent) = (inner.take(der::tag::INTEGER)?, inner.take(der::tag::INTEGER)?);
        put_string(&mut out, RSA.as_bytes());
        put_unsigned(&mut out, exponent);
        put_unsigned(&mut out, modulus);
        return (outer.is_empty() && inner.is_empty()).then_some(out);
    }
    let (_, curve, name, _) = curve(key)?;
    put_string(&mut out, name.as_bytes());
    put_string(&mut out, curve.as_bytes());
    put_string(&mut out, public);
    Some(out)
}

/// Whether a public key in SSH's form could be that of a key with these attributes: if not, the service need not be
/// asked.
pub(crate) fn is_of_kind(key: &KeyAttributes, blob: &[u8]) -> bool {
    let named = Reader(blob).string();
    let name = if key.key_type() == KeyType::RsaKeyPair { Some(RSA) } else { curve(key).map(|(_, _, name, _)| *name) };
    named.is_some() && named == name.map(str::as_bytes)
}

/// A signature in SSH's form; `raw` is in the service's: r ‖ s, or RSA's bytes.
pub(crate) fn signature((name, alg): Signature, raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_string(&mut out, name.as_bytes());
    if alg.is_rsa() {
        put_string(&mut out, raw);
    } else {
        let (r, s) = raw.split_at(raw.len() / 2);
        let mut pair = Vec::new();
        put_unsigned(&mut pair, r);
        put_unsigned(&mut pair, s);
        put_string(&mut out, &pair);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key_type: KeyType, bits: u32, alg: AsymmetricSignature) -> KeyAttributes {
        KeyAttributes::new(key_type, bits, Usage::SIGN_HASH, Algorithm::AsymmetricSignature(alg))
    }

    const PRIME: KeyType = KeyType::EccKeyPair(EccFamily::SecpR1);
    const SHA256: SignHash = SignHash::Specific(Hash::Sha256);

    #[test]
    fn a_key_signs_as_its_policy_permits_and_never_with_sha_1() {
        let rsa = key(KeyType::RsaKeyPair, 2048, AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any));
        let named = |key: &KeyAttributes, flags| algorithm(key, flags).map(|(name, _)| name);
        assert_eq!(named(&rsa, 2), Some("rsa-sha2-256"));
        assert_eq!(named(&rsa, 4), Some("rsa-sha2-512"));
        assert_eq!(named(&rsa, 0), None);
        let narrow = key(KeyType::RsaKeyPair, 2048, AsymmetricSignature::RsaPkcs1v15Sign(SHA256));
        assert_eq!((named(&narrow, 2), named(&narrow, 4)), (Some("rsa-sha2-256"), None));
        let curve = key(PRIME, 384, AsymmetricSignature::DeterministicEcdsa(SignHash::Any));
        assert_eq!(named(&curve, 0), Some("ecdsa-sha2-nistp384"));
    }

    #[test]
    fn keys_that_ssh_does_not_know_are_not_shown() {
        assert!(may_sign(&key(PRIME, 256, AsymmetricSignature::Ecdsa(SHA256))));
        assert!(!may_sign(&key(PRIME, 384, AsymmetricSignature::Ecdsa(SHA256))), "the hash is another");
        assert!(!may_sign(&key(PRIME, 224, AsymmetricSignature::Ecdsa(SignHash::Any))));
        assert!(!may_sign(&key(KeyType::EccKeyPair(EccFamily::SecpK1), 256, AsymmetricSignature::Ecdsa(SHA256))));
        assert!(!may_sign(&key(KeyType::RsaKeyPair, 2048, AsymmetricSignature::RsaPss(SHA256))));
        assert!(!may_sign(&key(KeyType::RsaPublicKey, 2048, AsymmetricSignature::RsaPkcs1v15Sign(SHA256))));
    }

    #[test]
    fn an_rsa_key_is_written_with_its_exponent_first() {
        let rsa = key(KeyType::RsaKeyPair, 2048, AsymmetricSignature::RsaPkcs1v15Sign(SHA256));
        let pkcs1 = [0x30, 8, 2, 2, 0, 0x91, 2, 2, 1, 1];
        let expected = [&[0, 0, 0, 7][..], b"ssh-rsa", &[0, 0, 0, 2, 1, 1], &[0, 0, 0, 2, 0, 0x91]].concat();
        assert_eq!(public_key(&rsa, &pkcs1), Some(expected.clone()));
        assert!((0..pkcs1.len()).all(|length| public_key(&rsa, &pkcs1[..length]).is_none()));
        assert!(is_of_kind(&rsa, &expected));
        assert!(!is_of_kind(&key(PRIME, 256, AsymmetricSignature::Ecdsa(SHA256)), &expected));
    }

    #[test]
    fn an_ecdsa_signature_is_two_numbers() {
        let raw = [[0, 1], [0x80, 2]].concat();
        let written = signature(("ecdsa-sha2-nistp256", AsymmetricSignature::Ecdsa(SHA256)), &raw);
        assert_eq!(written[4..23], *b"ecdsa-sha2-nistp256");
        assert_eq!(written[23..], [0, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0, 0, 3, 0, 0x80, 2]);
    }
}
