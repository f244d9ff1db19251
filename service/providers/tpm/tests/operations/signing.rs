//! Signatures.

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType, Usage};
use keystead_provider::{ErrorKind, Provider, ProviderError, Signing, hashing};
use keystead_provider_tpm::TpmProvider;

use crate::openssl::{self, Openssl, ecc_spki, ecdsa_der, ecdsa_halves, rsa_public, rsa_spki};
use crate::swtpm::{KeptKey, Swtpm};

const PAIR: KeyType = KeyType::EccKeyPair(EccFamily::SecpR1);
const POINT: KeyType = KeyType::EccPublicKey(EccFamily::SecpR1);

/// Every hash that a signature can be made with.
const HASHES: [Hash; 11] = [
    Hash::Sha1,
    Hash::Sha224,
    Hash::Sha256,
    Hash::Sha384,
    Hash::Sha512,
    Hash::Sha512_224,
    Hash::Sha512_256,
    Hash::Sha3_224,
    Hash::Sha3_256,
    Hash::Sha3_384,
    Hash::Sha3_512,
];

fn signing(provider: &TpmProvider) -> &dyn Signing {
    provider.capabilities().signing.unwrap()
}

fn ecdsa(hash: Hash) -> AsymmetricSignature {
    AsymmetricSignature::Ecdsa(SignHash::Specific(hash))
}

fn any(alg: AsymmetricSignature) -> Algorithm {
    Algorithm::AsymmetricSignature(alg.with_hash(SignHash::Any))
}

fn kind<T>(result: Result<T, ProviderError>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind)
}

#[test]
fn ecdsa_of_every_hash_on_every_curve_is_what_openssl_verifies_and_makes() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let openssl = Openssl::new();
    for (bits, curve) in [(224, "P-224"), (256, "P-256"), (384, "P-384"), (521, "P-521")] {
        let key = KeptKey::generated(&provider, PAIR, bits, any(ecdsa(Hash::Sha256)));
        let spki = ecc_spki(bits, &key.public(&provider));
        let length = bits.div_ceil(8) as usize;
        let theirs = openssl.generate(&["-algorithm", "EC", "-pkeyopt", &format!("ec_paramgen_curve:{curve}")]);
        let point = &theirs[theirs.len() - 2 * length - 1..];
        let public = KeptKey::imported(&provider, POINT, any(ecdsa(Hash::Sha256)), point);
        for hash in HASHES {
            assert!(signing(&provider).supports(KeyShape { key_type: PAIR, bits }, ecdsa(hash)), "{bits} {hash:?}");
            let digest = hashing::hash(hash, b"message").unwrap();
            let signature = signing(&provider).sign_hash(key.key(), ecdsa(hash), &digest).unwrap();
            assert_eq!(signature.len(), 2 * length);
            assert!(openssl.verifies(&spki, &[], &digest, &ecdsa_der(&signature)), "{bits} {hash:?}");
            signing(&provider).verify_message(key.key(), ecdsa(hash), b"message", &signature).unwrap();

            let signature = ecdsa_halves(&openssl.signs(&[], &digest), length);
            signing(&provider).verify_hash(public.key(), ecdsa(hash), &digest, &signature).unwrap();
        }
    }
}

#[test]
fn halves_with_leading_zeros_are_padded() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let key = KeptKey::generated(&provider, PAIR, 256, any(ecdsa(Hash::Sha256)));
    let mut short_halves = 0;
    for message in 0..600_u32 {
        let signature =
            signing(&provider).sign_message(key.key(), ecdsa(Hash::Sha256), &message.to_be_bytes()).unwrap();
        assert_eq!(signature.len(), 64);
        if signature[0] == 0 || signature[32] == 0 {
            short_halves += 1;
            signing(&provider)
                .verify_message(key.key(), ecdsa(Hash::Sha256), &message.to_be_bytes(), &signature)
                .unwrap();
        }
    }
    assert!(short_halves > 0, "one half in 256 begins with a zero");
}

#[test]
fn ecdsa_of_whatever_the_caller_hashed() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let openssl = Openssl::new();
    let alg = AsymmetricSignature::EcdsaAny;
    let key = KeptKey::generated(&provider, PAIR, 256, Algorithm::AsymmetricSignature(alg));
    let spki = ecc_spki(256, &key.public(&provider));
    for length in [1, 16, 31, 33, 64] {
        let digest = vec![0x5a; length];
        let signature = signing(&provider).sign_hash(key.key(), alg, &digest).unwrap();
        assert!(openssl.verifies(&spki, &[], &digest, &ecdsa_der(&signature)), "{length}");
        signing(&provider).verify_hash(key.key(), alg, &digest, &signature).unwrap();
    }
}

#[test]
fn a_wrong_ecdsa_signature_is_an_invalid_one_however_it_is_wrong() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let alg = ecdsa(Hash::Sha256);
    for bits in [256, 384, 521] {
        let key = KeptKey::generated(&provider, PAIR, bits, any(alg));
        let public = KeptKey::imported(&provider, POINT, any(alg), &key.public(&provider));
        let good = signing(&provider).sign_message(key.key(), alg, b"message").unwrap();
        let half = good.len() / 2;
        let with = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut signature = good.clone();
            change(&mut signature);
            signature
        };
        let bad = [
            Vec::new(),
            vec![0; good.len()],
            vec![0xff; good.len()],
            with(&|s| s[..half].fill(0)),
            with(&|s| s[half..].fill(0)),
            with(&|s| s[..half].fill(0xff)),
            with(&|s| s[half..].fill(0xff)),
            with(&|s| s[half - 1] ^= 1),
            with(&|s| s[half] ^= 1),
            with(&|s| s.push(0)),
            with(&|s| s.truncate(s.len() - 1)),
            with(&|s| s.rotate_left(half)),
            [&[0][..], &good[..half], &[0], &good[half..]].concat(),
        ];
        for key in [key.key(), public.key()] {
            signing(&provider).verify_message(key, alg, b"message", &good).unwrap();
            for (number, bad) in bad.iter().enumerate() {
                let verified = signing(&provider).verify_message(key, alg, b"message", bad);
                assert_eq!(kind(verified), Some(ErrorKind::InvalidSignature), "{bits} bits, number {number}");
            }
            let verified = signing(&provider).verify_message(key, alg, b"another", &good);
            assert_eq!(kind(verified), Some(ErrorKind::InvalidSignature));
        }
    }
}

#[test]
fn rsa_with_every_padding_and_hash_is_what_openssl_verifies_and_makes() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let openssl = Openssl::new();
    let spki = openssl.generate(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    type Scheme = fn(SignHash) -> AsymmetricSignature;
    let schemes: [(Scheme, &[&str]); 2] = [
        (AsymmetricSignature::RsaPkcs1v15Sign, &["rsa_padding_mode:pkcs1"]),
        (AsymmetricSignature::RsaPss, &["rsa_padding_mode:pss", "rsa_pss_saltlen:digest"]),
    ];
    for (scheme, padding) in schemes {
        let policy = any(scheme(SignHash::Any));
        let key = KeptKey::generated(&provider, KeyType::RsaKeyPair, 2048, policy);
        let ours = rsa_spki(&key.public(&provider));
        let public = KeptKey::imported(&provider, KeyType::RsaPublicKey, policy, rsa_public(&spki));
        for hash in HASHES {
            let alg = scheme(SignHash::Specific(hash));
            let digest = hashing::hash(hash, b"message").unwrap();
            let name = format!("digest:{}", openssl::name(hash));
            let options = [padding, &[name.as_str()]].concat();
            let signature = signing(&provider).sign_message(key.key(), alg, b"message").unwrap();
            assert_eq!(signature.len(), 256);
            assert!(openssl.verifies(&ours, &options, &digest, &signature), "{alg:?}");
            signing(&provider).verify_hash(key.key(), alg, &digest, &signature).unwrap();

            let signature = openssl.signs(&options, &digest);
            signing(&provider).verify_hash(public.key(), alg, &digest, &signature).unwrap();
        }
    }
}

#[test]
fn a_digest_info_of_the_callers_own_is_signed_as_it_is() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let openssl = Openssl::new();
    let alg = AsymmetricSignature::RsaPkcs1v15SignRaw;
    let key = KeptKey::generated(&provider, KeyType::RsaKeyPair, 2048, Algorithm::AsymmetricSignature(alg));
    let spki = rsa_spki(&key.public(&provider));
    for info in [&b"not even a DigestInfo"[..], &[7; 64], &[0], &[7; 245]] {
        let signature = signing(&provider).sign_hash(key.key(), alg, info).unwrap();
        // OpenSSL takes nothing longer than a hash.
        assert!(info.len() > 64 || openssl.verifies(&spki, &["rsa_padding_mode:pkcs1"], info, &signature));
        signing(&provider).verify_hash(key.key(), alg, info, &signature).unwrap();
        let verified = signing(&provider).verify_hash(key.key(), alg, b"another", &signature);
        assert_eq!(kind(verified), Some(ErrorKind::InvalidSignature));
    }
    assert_eq!(kind(signing(&provider).sign_hash(key.key(), alg, &[7; 246])), Some(ErrorKind::InvalidArgument));
}

#[test]
fn a_wrong_rsa_signature_is_an_invalid_one_however_it_is_wrong() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let algorithms = [
        AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(Hash::Sha256)),
        AsymmetricSignature::RsaPss(SignHash::Specific(Hash::Sha256)),
        // Done without the TPM's own padding.
        AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(Hash::Sha3_256)),
        AsymmetricSignature::RsaPss(SignHash::Specific(Hash::Sha224)),
    ];
    for alg in algorithms {
        let policy = Algorithm::AsymmetricSignature(alg);
        let key = KeptKey::generated(&provider, KeyType::RsaKeyPair, 2048, policy);
        let public = KeptKey::imported(&provider, KeyType::RsaPublicKey, policy, &key.public(&provider));
        let good = signing(&provider).sign_message(key.key(), alg, b"message").unwrap();
        let with = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut signature = good.clone();
            change(&mut signature);
            signature
        };
        let bad = [
            Vec::new(),
            vec![0; 256],
            vec![0xff; 256],
            with(&|s| s[0] ^= 1),
            with(&|s| s[255] ^= 1),
            with(&|s| s.push(0)),
            with(&|s| s.truncate(s.len() - 1)),
            with(&|s| s.insert(0, 0)),
        ];
        for key in [key.key(), public.key()] {
            signing(&provider).verify_message(key, alg, b"message", &good).unwrap();
            for (number, bad) in bad.iter().enumerate() {
                let verified = signing(&provider).verify_message(key, alg, b"message", bad);
                assert_eq!(kind(verified), Some(ErrorKind::InvalidSignature), "{alg:?}, number {number}");
            }
            let verified = signing(&provider).verify_message(key, alg, b"another", &good);
            assert_eq!(kind(verified), Some(ErrorKind::InvalidSignature));
        }
    }
}

#[test]
fn what_a_tpm_cannot_do_is_not_supported() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let deterministic = AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(Hash::Sha256));
    let shape = |key_type, bits| KeyShape { key_type, bits };
    assert!(!signing(&provider).supports(shape(PAIR, 256), deterministic));
    assert!(!signing(&provider).supports(shape(KeyType::EccKeyPair(EccFamily::SecpK1), 256), ecdsa(Hash::Sha256)));
    assert!(!signing(&provider).supports(shape(KeyType::RsaKeyPair, 2048), ecdsa(Hash::Sha256)));
    assert!(!signing(&provider).supports(shape(PAIR, 256), ecdsa(Hash::Md5)));
    assert!(!signing(&provider).supports(shape(KeyType::RsaKeyPair, 8192), AsymmetricSignature::RsaPss(SignHash::Any)));
    let key = KeptKey::with_usage(&provider, PAIR, 256, Usage::SIGN_HASH, any(ecdsa(Hash::Sha256)));
    let signed = signing(&provider).sign_hash(key.key(), deterministic, &[0; 32]);
    assert_eq!(kind(signed), Some(ErrorKind::NotSupported));
}
