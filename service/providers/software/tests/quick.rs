//! What is done where its request was read, and what goes to the workers: whatever may take more than about 100 µs.

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Cipher, FullLengthMac, Hash, Mac, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_provider::{Half, Provider, Work};
use keystead_provider_software::{Settings, SoftwareProvider};

const ECDSA: Algorithm = Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256)));
const RSA: Algorithm =
    Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(Hash::Sha256)));
const CTR: Algorithm = Algorithm::Cipher(Cipher::Ctr);

fn is_quick(key_type: KeyType, bits: u32, algorithm: Algorithm, half: Half, bytes: usize) -> bool {
    let key = KeyAttributes::new(key_type, bits, Usage::NONE, algorithm);
    let provider = SoftwareProvider::new(Settings::default());
    provider.is_quick(Work::Use { key: &key, algorithm, half, bytes })
}

#[test]
fn an_rsa_pair_is_never_used_where_requests_are_read_because_its_first_use_checks_the_whole_pair() {
    for half in [Half::Public, Half::Private] {
        assert!(!is_quick(KeyType::RsaKeyPair, 2048, RSA, half, 32), "{half:?}");
    }
    assert!(is_quick(KeyType::RsaPublicKey, 2048, RSA, Half::Public, 32));
}

#[test]
fn quick_curves_are_used_where_requests_are_read() {
    let p = KeyType::EccKeyPair(EccFamily::SecpR1);
    assert!(is_quick(p, 256, ECDSA, Half::Private, 32));
    for bits in [224, 384, 521] {
        assert!(!is_quick(p, bits, ECDSA, Half::Private, 32), "{bits}");
    }
}

#[test]
fn long_inputs_go_to_the_workers_and_of_slow_ciphers_shorter_ones_too() {
    const KIB: usize = 1024;
    let hmac = Algorithm::Mac(Mac::FullLength(FullLengthMac::Hmac(Hash::Ripemd160)));
    for (key_type, algorithm, longest) in
        [(KeyType::Aes, CTR, 16 * KIB), (KeyType::Hmac, hmac, 16 * KIB), (KeyType::Camellia, CTR, 4 * KIB)]
    {
        assert!(is_quick(key_type, 256, algorithm, Half::Private, longest), "{key_type:?}");
        assert!(!is_quick(key_type, 256, algorithm, Half::Private, longest + 1), "{key_type:?}");
    }
    let provider = SoftwareProvider::new(Settings::default());
    assert!(provider.is_quick(Work::Keyless { bytes: 16 * KIB }));
    assert!(!provider.is_quick(Work::Keyless { bytes: 16 * KIB + 1 }));
}
