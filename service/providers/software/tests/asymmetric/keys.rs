//! Keys on curves go out as they came in, and what is no key is refused.

use keystead_interface::algorithm::RawKeyAgreement;
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_provider::{ErrorKind, Provider};

use crate::keyring::{Held, MONTGOMERY, WEIERSTRASS, provider};

#[test]
fn pairs_and_public_keys_of_every_curve_go_out_as_they_came_in() {
    for (family, bits) in WEIERSTRASS.iter().chain(MONTGOMERY).copied() {
        let pair = Held::generate(KeyType::EccKeyPair(family), bits).unwrap();
        let scalar = pair.export();
        assert_eq!(scalar.len(), (bits as usize).div_ceil(8));
        // The size is told by the material alone.
        let again = Held::import(KeyType::EccKeyPair(family), 0, &scalar).unwrap();
        assert_eq!(again.bits(), bits);
        assert_eq!(again.export(), scalar);
        assert_eq!(again.public_key(), pair.public_key());
        let public = pair.public();
        assert_eq!(public.export(), pair.public_key());
        assert_eq!(public.public_key(), pair.public_key());
    }
}

#[test]
fn scalars_out_of_range_are_refused() {
    for (family, bits) in WEIERSTRASS.iter().copied() {
        let length = (bits as usize).div_ceil(8);
        for material in [vec![0; length], vec![0xff; length]] {
            let refused = Held::import(KeyType::EccKeyPair(family), bits, &material);
            assert_eq!(refused.err(), Some(ErrorKind::InvalidArgument), "{family:?} {bits}");
        }
    }
    // The order of P-256 (SEC 2 2.4.2) is out of range by one.
    let mut order = crate::keyring::hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let p256 = KeyType::EccKeyPair(EccFamily::SecpR1);
    assert_eq!(Held::import(p256, 256, &order).err(), Some(ErrorKind::InvalidArgument));
    order[31] -= 1;
    assert!(Held::import(p256, 256, &order).is_ok());
}

#[test]
fn points_that_are_not_on_the_curve_or_not_plainly_written_are_refused() {
    for (family, bits) in WEIERSTRASS.iter().copied() {
        let point = Held::generate(KeyType::EccKeyPair(family), bits).unwrap().public_key();
        let mut off_curve = point.clone();
        *off_curve.last_mut().unwrap() ^= 1;
        let mut hybrid = point.clone();
        hybrid[0] = 6 | (point[point.len() - 1] & 1);
        let mut compressed = point[..1 + point.len() / 2].to_vec();
        compressed[0] = 2 | (point[point.len() - 1] & 1);
        let mut too_long = point.clone();
        too_long.push(0);
        let all_zero = vec![0; point.len()];
        let infinity = vec![0];
        for bad in [off_curve, hybrid, compressed, too_long, all_zero, infinity, vec![]] {
            let refused = Held::import(KeyType::EccPublicKey(family), bits, &bad);
            assert_eq!(refused.err(), Some(ErrorKind::InvalidArgument), "{family:?} {bits} {bad:02x?}");
        }
    }
}

#[test]
fn a_size_that_is_named_must_be_the_real_one() {
    let pair = KeyType::EccKeyPair(EccFamily::SecpR1);
    let p256 = Held::generate(pair, 256).unwrap().export();
    assert_eq!(Held::import(pair, 384, &p256).err(), Some(ErrorKind::InvalidArgument));
    assert_eq!(Held::import(pair, 256, &p256[1..]).err(), Some(ErrorKind::InvalidArgument));
    // P-192 exists, but not here.
    assert_eq!(Held::import(pair, 0, &[1; 24]).err(), Some(ErrorKind::NotSupported));
}

#[test]
fn what_is_said_to_be_possible_is_what_is_possible() {
    let provider = provider();
    let vault = provider.vault();
    let capabilities = provider.capabilities();
    let (signing, agreement) = (capabilities.signing.unwrap(), capabilities.key_agreement.unwrap());
    let ecdsa = keystead_interface::algorithm::AsymmetricSignature::EcdsaAny;
    for family in EccFamily::ALL.iter().copied() {
        for bits in family.sizes().iter().copied().chain([0]) {
            let pair = KeyShape { key_type: KeyType::EccKeyPair(family), bits };
            let public = KeyShape { key_type: KeyType::EccPublicKey(family), bits };
            let named = |curve: &&(EccFamily, u32)| curve.0 == family && (bits == 0 || curve.1 == bits);
            let signs = WEIERSTRASS.iter().any(|curve| named(&curve));
            let exists = signs || family == EccFamily::Montgomery;
            assert_eq!(vault.generates(pair), exists, "{pair:?}");
            assert_eq!(vault.imports(pair), exists, "{pair:?}");
            assert_eq!(vault.exports(public), exists, "{pair:?}");
            assert!(!vault.generates(public));
            assert_eq!(vault.imports(public), exists, "{pair:?}");
            assert_eq!(signing.supports(pair, ecdsa), signs, "{pair:?}");
            assert_eq!(signing.supports(public, ecdsa), signs, "{pair:?}");
            assert_eq!(agreement.supports(pair, RawKeyAgreement::Ecdh), exists, "{pair:?}");
            assert!(!agreement.supports(public, RawKeyAgreement::Ecdh));
            assert!(!agreement.supports(pair, RawKeyAgreement::Ffdh));
        }
    }
}

#[test]
fn clients_see_who_the_provider_is() {
    let provider = provider();
    assert_eq!(provider.info().uuid, "1c1139dc-ad7c-47dc-ad6b-db6fdb466552");
    assert_eq!(provider.info().description, "Software cryptography");
    let (major, minor, revision) = provider.info().version;
    assert_eq!(format!("{major}.{minor}.{revision}"), env!("CARGO_PKG_VERSION"));
}
