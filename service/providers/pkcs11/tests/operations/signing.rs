//! Signatures: OpenSSL's are understood, AWS-LC understands ours, and whatever is changed does not verify.

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_provider::{ErrorKind, Provider, hashing};

use crate::token::{Held, hex, is_softhsm, kind, token};

/// What OpenSSL signed: see ../../../software/tests/asymmetric/openssl/README.md.
const TEXT: &[u8] = b"The quick brown fox jumps over the lazy dog";

macro_rules! openssl {
    ($name:literal) => {
        include_bytes!(concat!("../../../software/tests/asymmetric/openssl/", $name))
    };
}

const ANY_PKCS1: Algorithm = Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any));
const ANY_ECDSA: Algorithm = Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(SignHash::Any));

fn pkcs1(hash: Hash) -> AsymmetricSignature {
    AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(hash))
}

fn pss(hash: Hash) -> AsymmetricSignature {
    AsymmetricSignature::RsaPss(SignHash::Specific(hash))
}

fn ecdsa(hash: Hash) -> AsymmetricSignature {
    AsymmetricSignature::Ecdsa(SignHash::Specific(hash))
}

impl Held {
    fn sign(&self, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        kind(self.can().signing.expect("it signs").sign_hash(self.key(), alg, hash))
    }

    fn verify(&self, alg: AsymmetricSignature, hash: &[u8], signature: &[u8]) -> Result<(), ErrorKind> {
        kind(self.can().signing.expect("it verifies").verify_hash(self.key(), alg, hash, signature))
    }

    fn sign_message(&self, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        kind(self.can().signing.expect("it signs").sign_message(self.key(), alg, message))
    }

    fn supports_signing(&self, alg: AsymmetricSignature) -> bool {
        self.can().signing.expect("it signs").supports(self.key().attributes.shape(), alg)
    }

    fn public(&self) -> Held {
        let key_type = match self.key().attributes.key_type() {
            KeyType::EccKeyPair(family) => KeyType::EccPublicKey(family),
            _ => KeyType::RsaPublicKey,
        };
        Held::import(key_type, self.key().attributes.algorithm(), &self.public_key()).expect("the token is there")
    }
}

#[test]
fn pkcs1_signatures_are_those_of_openssl() {
    let Some(pair) = Held::import(KeyType::RsaKeyPair, ANY_PKCS1, openssl!("rsa-2048.der")) else { return };
    let signatures: [(Hash, &[u8]); 2] =
        [(Hash::Sha256, openssl!("pkcs1-sha256.sig")), (Hash::Sha3_512, openssl!("pkcs1-sha3-512.sig"))];
    for (hash, signature) in signatures {
        assert_eq!(pair.sign_message(pkcs1(hash), TEXT).as_deref(), Ok(signature), "{hash:?}");
        let digest = hashing::hash(hash, TEXT).expect("a hash");
        assert_eq!(pair.public().verify(pkcs1(hash), &digest, signature), Ok(()), "{hash:?}");
        assert_eq!(pair.verify(pkcs1(hash), &digest, signature), Ok(()), "{hash:?}");
    }
}

#[test]
fn a_pss_signature_of_openssl_verifies_unless_its_salt_has_another_length() {
    let alg = Algorithm::AsymmetricSignature(pss(Hash::Sha384));
    let Some(public) = Held::import(KeyType::RsaPublicKey, alg, openssl!("rsa-2048-public.der")) else { return };
    let digest = hashing::hash(Hash::Sha384, TEXT).expect("a hash");
    assert_eq!(public.verify(pss(Hash::Sha384), &digest, openssl!("pss-sha384.sig")), Ok(()));
    let short_salt = public.verify(pss(Hash::Sha384), &digest, openssl!("pss-sha384-salt20.sig"));
    assert_eq!(short_salt, Err(ErrorKind::InvalidSignature));
}

#[test]
fn every_rsa_signature_that_is_claimed_verifies_and_fails_when_anything_is_changed() {
    for der in [&openssl!("rsa-1024.der")[..], openssl!("rsa-2048.der")] {
        let Some(pair) = Held::import(KeyType::RsaKeyPair, ANY_PKCS1, der) else { return };
        let public = pair.public();
        let algs =
            Hash::ALL.iter().filter(|hash| hashing::can_hash(**hash)).flat_map(|hash| [pkcs1(*hash), pss(*hash)]);
        for alg in algs.chain([AsymmetricSignature::RsaPkcs1v15SignRaw]) {
            let length = match alg.hash() {
                Some(SignHash::Specific(hash)) => hash.len(),
                _ => 40,
            };
            let mut hash = vec![0x5a; length];
            let signed = pair.sign(alg, &hash);
            assert_eq!(signed.is_ok(), pair.supports_signing(alg), "{alg:?}: {signed:?}");
            assert_eq!(pair.supports_signing(alg), public.supports_signing(alg), "{alg:?}");
            let Ok(signature) = signed else { continue };
            assert_eq!(signature.len() * 8, pair.key().attributes.bits() as usize);
            assert_eq!(public.verify(alg, &hash, &signature), Ok(()), "{alg:?}");
            hash[0] ^= 1;
            assert_eq!(public.verify(alg, &hash, &signature), Err(ErrorKind::InvalidSignature), "{alg:?}");
            hash[0] ^= 1;
            for bad in [&signature[1..], &[], &[signature.as_slice(), &[0]].concat(), &vec![0xff; signature.len()]] {
                assert_eq!(public.verify(alg, &hash, bad), Err(ErrorKind::InvalidSignature), "{alg:?}");
            }
        }
    }
}

#[test]
fn softhsm_makes_pss_signatures_with_sha_1_and_sha_2_and_no_others() {
    let Some(pair) = Held::generate(KeyType::RsaKeyPair, 2048, ANY_PKCS1) else { return };
    let hashes = [Hash::Sha1, Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512];
    for hash in Hash::ALL.iter().filter(|_| is_softhsm()) {
        assert_eq!(pair.supports_signing(pss(*hash)), hashes.contains(hash), "{hash:?}");
    }
    assert!(pair.supports_signing(AsymmetricSignature::RsaPss(SignHash::Any)));
    assert!(!pair.supports_signing(ecdsa(Hash::Sha256)));
    let signature = pair.sign_message(pss(Hash::Sha256), TEXT).expect("a signature");
    let public = UnparsedPublicKey::new(&signature::RSA_PSS_2048_8192_SHA256, pair.public_key());
    assert!(public.verify(TEXT, &signature).is_ok(), "AWS-LC finds it good");
}

#[test]
fn raw_signatures_take_what_fits_and_nothing_longer() {
    let Some(pair) = Held::import(KeyType::RsaKeyPair, ANY_PKCS1, openssl!("rsa-1024.der")) else { return };
    let raw = AsymmetricSignature::RsaPkcs1v15SignRaw;
    let longest = vec![1; 128 - 11];
    let signature = pair.sign(raw, &longest).expect("a signature");
    assert_eq!(pair.verify(raw, &longest, &signature), Ok(()));
    assert_eq!(pair.sign(raw, &[1; 128 - 10]), Err(ErrorKind::InvalidArgument));
    // A DigestInfo made by the caller gives the signature with a hash.
    let info = [hex("3031300d060960864801650304020105000420"), vec![9; 32]].concat();
    assert_eq!(pair.sign(raw, &info), pair.sign(pkcs1(Hash::Sha256), &[9; 32]));
}

#[test]
fn ecdsa_signatures_are_understood_by_aws_lc_also_where_the_hash_is_longer_than_the_order() {
    let known: [(u32, Hash, &'static dyn VerificationAlgorithm); 5] = [
        (256, Hash::Sha256, &signature::ECDSA_P256_SHA256_FIXED),
        (384, Hash::Sha384, &signature::ECDSA_P384_SHA384_FIXED),
        (521, Hash::Sha512, &signature::ECDSA_P521_SHA512_FIXED),
        (521, Hash::Sha256, &signature::ECDSA_P521_SHA256_FIXED),
        (521, Hash::Sha1, &signature::ECDSA_P521_SHA1_FIXED),
    ];
    for (bits, hash, theirs) in known {
        let Some(pair) = Held::generate(KeyType::EccKeyPair(EccFamily::SecpR1), bits, ANY_ECDSA) else { return };
        // Every second r or s of P-521 is shorter than its field.
        for _ in 0..8 {
            let signature = pair.sign_message(ecdsa(hash), TEXT).expect("a signature");
            assert_eq!(signature.len(), 2 * (bits as usize).div_ceil(8));
            let public = UnparsedPublicKey::new(theirs, pair.public_key());
            assert!(public.verify(TEXT, &signature).is_ok(), "{bits} {hash:?}");
        }
    }
}

#[test]
fn signatures_of_rfc_6979_verify() {
    // A.2.4 and A.2.5, message "sample", with hashes as long as the order and longer.
    let vectors = [
        (
            "04 00CF08DA5AD719E42707FA431292DEA11244D64FC51610D94B130D6C EEAB6F3DEBE455E3DBF85416F7030CBD94F34F2D6F232C69F3C1385A",
            Hash::Sha512,
            "074BD1D979D5F32BF958DDC61E4FB4872ADCAFEB2256497CDAC30397 A4CECA196C3D5A1FF31027B33185DC8EE43F288B21AB342E5D8EB084",
        ),
        (
            "04 60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
             7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
            Hash::Sha512,
            "8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00
             2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE",
        ),
    ];
    for (public, hash, signature) in vectors {
        let key_type = KeyType::EccPublicKey(EccFamily::SecpR1);
        let shape = KeyShape { key_type, bits: 4 * (hex(public).len() as u32 - 1) };
        if !token().is_some_and(|token| token.vault().imports(shape)) {
            assert!(token().is_none() || !is_softhsm(), "SoftHSM2 takes such keys");
            continue;
        }
        let Some(public) = Held::import(key_type, ANY_ECDSA, &hex(public)) else { return };
        let digest = hashing::hash(hash, b"sample").expect("a hash");
        assert_eq!(public.verify(ecdsa(hash), &digest, &hex(signature)), Ok(()));
        // It is an ordinary signature to whoever verifies it.
        let deterministic = AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(hash));
        assert_eq!(public.verify(deterministic, &digest, &hex(signature)), Ok(()));
        assert_eq!(public.verify(AsymmetricSignature::EcdsaAny, &digest, &hex(signature)), Ok(()));
    }
}

#[test]
fn ecdsa_works_on_every_curve_with_every_hash_and_fails_when_anything_is_changed() {
    let curves =
        [(EccFamily::SecpR1, 224), (EccFamily::SecpR1, 256), (EccFamily::SecpR1, 384), (EccFamily::SecpR1, 521)];
    for (family, bits) in curves {
        let Some(pair) = Held::generate(KeyType::EccKeyPair(family), bits, ANY_ECDSA) else { continue };
        let public = pair.public();
        let any = AsymmetricSignature::EcdsaAny;
        let hashes = [20, 28, 32, 48, 64].map(|length| (any, length));
        for (alg, length) in
            hashes.into_iter().chain([(ecdsa(Hash::Sha3_384), 48), (ecdsa(Hash::Sha224), 28), (any, 70)])
        {
            assert!(pair.supports_signing(alg) && public.supports_signing(alg));
            let mut hash = vec![0x5a; length];
            let mut signature = pair.sign(alg, &hash).expect("a signature");
            assert_eq!(public.verify(alg, &hash, &signature), Ok(()), "{bits} {length}");
            assert_eq!(pair.verify(alg, &hash, &signature), Ok(()), "{bits} {length}");
            hash[0] ^= 1;
            assert_eq!(public.verify(alg, &hash, &signature), Err(ErrorKind::InvalidSignature));
            hash[0] ^= 1;
            let zeros = vec![0; signature.len()];
            for bad in [&signature[1..], &[], &zeros, &vec![0xff; signature.len()]] {
                assert_eq!(public.verify(alg, &hash, bad), Err(ErrorKind::InvalidSignature), "{bits} {length}");
            }
            let last = signature.len() - 1;
            signature[last] ^= 1;
            assert_eq!(public.verify(alg, &hash, &signature), Err(ErrorKind::InvalidSignature));
        }
        let deterministic = AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(Hash::Sha256));
        assert!(!pair.supports_signing(deterministic), "no token does it on demand");
    }
}

#[test]
fn keys_are_used_by_many_threads_at_the_same_time() {
    let Some(pair) = Held::import(KeyType::RsaKeyPair, ANY_PKCS1, openssl!("rsa-1024.der")) else { return };
    let expected = pair.sign(pkcs1(Hash::Sha256), &[1; 32]);
    assert!(expected.is_ok());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..25).for_each(|_| assert_eq!(pair.sign(pkcs1(Hash::Sha256), &[1; 32]), expected)));
        }
    });
}

#[test]
fn what_is_no_key_for_a_signature_is_refused() {
    let Some(pair) = Held::import(KeyType::RsaKeyPair, ANY_PKCS1, openssl!("rsa-1024.der")) else { return };
    assert_eq!(pair.public().sign(pkcs1(Hash::Sha256), &[1; 32]), Err(ErrorKind::InvalidArgument));
    assert_eq!(pair.sign(pkcs1(Hash::Sha256), &[1; 31]), Err(ErrorKind::InvalidArgument));
    let signing = pair.can().signing.expect("it signs");
    let of_size = |bits| KeyShape { key_type: KeyType::RsaKeyPair, bits };
    assert!(!signing.supports(of_size(256), pkcs1(Hash::Sha256)), "a size that the token does not have");
    assert!(signing.supports(of_size(0), pkcs1(Hash::Sha256)));
    assert!(!signing.supports(of_size(1024), pss(Hash::Sha512)), "a hash that is too long for PSS");
}
