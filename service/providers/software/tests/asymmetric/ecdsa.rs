//! ECDSA: deterministic signatures are those of RFC 6979, and every curve works with every hash.

use keystead_interface::algorithm::{AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_provider::{ErrorKind, Provider};

use crate::keyring::{Held, WEIERSTRASS, hex, provider};

fn plain(hash: Hash) -> AsymmetricSignature {
    AsymmetricSignature::Ecdsa(SignHash::Specific(hash))
}

fn deterministic(hash: Hash) -> AsymmetricSignature {
    AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(hash))
}

/// RFC 6979 A.2.4 to A.2.7, message "sample": bits, private key, hash, r and s.
const RFC6979: &[(u32, &str, Hash, &str, &str)] = &[
    (
        224,
        "F220266E1105BFE3083E03EC7A3A654651F45E37167E88600BF257C1",
        Hash::Sha256,
        "61AA3DA010E8E8406C656BC477A7A7189895E7E840CDFE8FF42307BA",
        "BC814050DAB5D23770879494F9E0A680DC1AF7161991BDE692B10101",
    ),
    (
        224,
        "F220266E1105BFE3083E03EC7A3A654651F45E37167E88600BF257C1",
        Hash::Sha512,
        "074BD1D979D5F32BF958DDC61E4FB4872ADCAFEB2256497CDAC30397",
        "A4CECA196C3D5A1FF31027B33185DC8EE43F288B21AB342E5D8EB084",
    ),
    (
        256,
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        Hash::Sha1,
        "61340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D32",
        "6D7F147DAC089441BB2E2FE8F7A3FA264B9C475098FDCF6E00D7C996E1B8B7EB",
    ),
    (
        256,
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        Hash::Sha256,
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    ),
    (
        256,
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        Hash::Sha512,
        "8496A60B5E9B47C825488827E0495B0E3FA109EC4568FD3F8D1097678EB97F00",
        "2362AB1ADBE2B8ADF9CB9EDAB740EA6049C028114F2460F96554F61FAE3302FE",
    ),
    (
        384,
        "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5",
        Hash::Sha256,
        "21B13D1E013C7FA1392D03C5F99AF8B30C570C6F98D4EA8E354B63A21D3DAA33BDE1E888E63355D92FA2B3C36D8FB2CD",
        "F3AA443FB107745BF4BD77CB3891674632068A10CA67E3D45DB2266FA7D1FEEBEFDC63ECCD1AC42EC0CB8668A4FA0AB0",
    ),
    (
        521,
        "00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB\
         89EC0C08B0E996B83538",
        Hash::Sha512,
        "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC9\
         1F9B15BF05EC36E377FA",
        "00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC\
         43997F1EE0E44DA4A67A",
    ),
];

#[test]
fn deterministic_signatures_are_those_of_rfc_6979() {
    for (bits, private, hash, r, s) in RFC6979 {
        let pair = Held::import(KeyType::EccKeyPair(EccFamily::SecpR1), *bits, &hex(private)).unwrap();
        let signature = pair.sign_message(deterministic(*hash), b"sample").unwrap();
        assert_eq!(signature, [hex(r), hex(s)].concat(), "{bits} {hash:?}");
    }
}

#[test]
fn every_curve_signs_and_verifies_with_every_supported_hash() {
    let provider = provider();
    let signing = provider.capabilities().signing.unwrap();
    for (family, bits) in WEIERSTRASS.iter().copied() {
        let shape = KeyShape { key_type: KeyType::EccKeyPair(family), bits };
        let pair = Held::generate(shape.key_type, bits).unwrap();
        let public = pair.public();
        for hash in Hash::ALL.iter().copied() {
            for alg in [plain(hash), deterministic(hash)] {
                let signed = pair.sign_message(alg, b"message");
                assert_eq!(signed.is_ok(), signing.supports(shape, alg), "{family:?} {bits} {alg:?}");
                assert_eq!(signed.is_ok(), hash != Hash::Md2);
                let Ok(signature) = signed else { continue };
                assert_eq!(signature.len(), 2 * (bits as usize).div_ceil(8));
                assert_eq!(public.verify_message(alg, b"message", &signature), Ok(()), "{family:?} {bits} {alg:?}");
                let refused = public.verify_message(alg, b"massage", &signature);
                assert_eq!(refused, Err(ErrorKind::InvalidSignature), "{family:?} {bits} {alg:?}");
            }
        }
        assert!(signing.supports(shape, AsymmetricSignature::DeterministicEcdsa(SignHash::Any)));
        assert!(!signing.supports(shape, AsymmetricSignature::RsaPkcs1v15SignRaw));
    }
}

#[test]
fn a_deterministic_signature_is_the_same_every_time_and_a_plain_one_is_not() {
    for (family, bits) in WEIERSTRASS.iter().copied() {
        let pair = Held::generate(KeyType::EccKeyPair(family), bits).unwrap();
        let twice = |alg| (pair.sign_hash(alg, &[3; 32]).unwrap(), pair.sign_hash(alg, &[3; 32]).unwrap());
        let (first, second) = twice(deterministic(Hash::Sha256));
        assert_eq!(first, second);
        let (first, second) = twice(plain(Hash::Sha256));
        assert_ne!(first, second);
    }
}

#[test]
fn any_bytes_can_be_signed_where_the_key_allows_any() {
    let pair = Held::generate(KeyType::EccKeyPair(EccFamily::SecpR1), 256).unwrap();
    let any = AsymmetricSignature::EcdsaAny;
    for bytes in [&[][..], &[1], &[0; 32], &[0xff; 200]] {
        let signature = pair.sign_hash(any, bytes).unwrap();
        assert_eq!(pair.verify_hash(any, bytes, &signature), Ok(()));
    }
    // Only the leftmost bits count, as many as the order has (FIPS 186-5 6.4.1).
    let signature = pair.sign_hash(any, &[5; 64]).unwrap();
    assert_eq!(pair.verify_hash(any, &[5; 32], &signature), Ok(()));
    assert_eq!(pair.verify_hash(any, &[5; 31], &signature), Err(ErrorKind::InvalidSignature));
}

#[test]
fn a_hash_of_another_length_is_refused() {
    let pair = Held::generate(KeyType::EccKeyPair(EccFamily::SecpR1), 256).unwrap();
    assert_eq!(pair.sign_hash(plain(Hash::Sha256), &[1; 31]), Err(ErrorKind::InvalidArgument));
    let verified = pair.verify_hash(plain(Hash::Sha256), &[1; 33], &[1; 64]);
    assert_eq!(verified, Err(ErrorKind::InvalidArgument));
}

#[test]
fn public_keys_do_not_sign() {
    let public = Held::generate(KeyType::EccKeyPair(EccFamily::SecpR1), 256).unwrap().public();
    assert_eq!(public.sign_hash(plain(Hash::Sha256), &[1; 32]), Err(ErrorKind::InvalidArgument));
}

#[test]
fn signatures_of_wrong_length_or_out_of_range_are_wrong_signatures() {
    for (family, bits) in WEIERSTRASS.iter().copied() {
        let pair = Held::generate(KeyType::EccKeyPair(family), bits).unwrap();
        let alg = plain(Hash::Sha256);
        let good = pair.sign_hash(alg, &[1; 32]).unwrap();
        let half = good.len() / 2;
        let zero_r = [vec![0; half], good[half..].to_vec()].concat();
        let zero_s = [good[..half].to_vec(), vec![0; half]].concat();
        let large_s = [good[..half].to_vec(), vec![0xff; half]].concat();
        let longer = [good.as_slice(), &[0]].concat();
        for bad in [vec![], good[1..].to_vec(), good[..half].to_vec(), longer, zero_r, zero_s, large_s] {
            assert_eq!(pair.verify_hash(alg, &[1; 32], &bad), Err(ErrorKind::InvalidSignature), "{family:?} {bits}");
        }
    }
}

#[test]
fn keys_on_curve25519_do_not_sign() {
    let provider = provider();
    let signing = provider.capabilities().signing.unwrap();
    for bits in [0, 255, 448] {
        let shape = KeyShape { key_type: KeyType::EccKeyPair(EccFamily::Montgomery), bits };
        assert!(!signing.supports(shape, AsymmetricSignature::EcdsaAny));
    }
    let pair = Held::generate(KeyType::EccKeyPair(EccFamily::Montgomery), 255).unwrap();
    assert_eq!(pair.sign_hash(AsymmetricSignature::EcdsaAny, &[1]), Err(ErrorKind::NotSupported));
}

#[test]
fn threads_use_one_key_at_the_same_time() {
    let pair = Held::generate(KeyType::EccKeyPair(EccFamily::SecpR1), 256).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for round in 0..100u8 {
                    let signature = pair.sign_message(plain(Hash::Sha256), &[round]).unwrap();
                    assert_eq!(pair.verify_message(plain(Hash::Sha256), &[round], &signature), Ok(()));
                }
            });
        }
    });
}
