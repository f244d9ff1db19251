//! Key agreement: the secrets are those of the standards, and a peer's key that is none is refused.

use keystead_interface::attributes::{EccFamily, KeyType};
use keystead_provider::ErrorKind;

use crate::keyring::{Held, MONTGOMERY, WEIERSTRASS, hex};

fn pair(family: EccFamily, bits: u32, private: &str) -> Held {
    Held::import(KeyType::EccKeyPair(family), bits, &hex(private)).unwrap()
}

#[test]
fn p_256_agrees_as_in_rfc_5903() {
    // RFC 5903 8.1.
    let initiator = pair(EccFamily::SecpR1, 256, "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433");
    let responder = pair(EccFamily::SecpR1, 256, "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53");
    let shared = hex("D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE");
    assert_eq!(initiator.agree(&responder.public_key()).unwrap(), shared);
    assert_eq!(responder.agree(&initiator.public_key()).unwrap(), shared);
}

#[test]
fn brainpool_agrees_as_in_rfc_7027() {
    // RFC 7027 A.1.
    let a = pair(EccFamily::BrainpoolPR1, 256, "81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D");
    let b = pair(EccFamily::BrainpoolPR1, 256, "55E40BC41E37E3E2AD25C3C6654511FFA8474A91A0032087593852D3E7D76BD3");
    let public = "04 44106E913F92BC02A1705D9953A8414DB95E1AAA49E81D9E85F929A8E3100BE5
                     8AB4846F11CACCB73CE49CBDD120F5A900A69FD32C272223F789EF10EB089BDC";
    assert_eq!(a.public_key(), hex(public));
    let shared = hex("89AFC39D41D3B327814B80940B042590F96556EC91E6AE7939BCE31F3A18BF2B");
    assert_eq!(a.agree(&b.public_key()).unwrap(), shared);
    assert_eq!(b.agree(&a.public_key()).unwrap(), shared);
}

#[test]
fn x25519_agrees_as_in_rfc_7748() {
    // RFC 7748 5.2, the first vector: scalar, u coordinate and result.
    let scalar = "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4";
    let u = hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
    let result = hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    assert_eq!(pair(EccFamily::Montgomery, 255, scalar).agree(&u).unwrap(), result);
}

#[test]
fn x448_agrees_as_in_rfc_7748() {
    // RFC 7748 5.2, the first vector: scalar, u coordinate and result.
    let scalar = "3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121
                  700a779c984c24f8cdd78fbff44943eba368f54b29259a4f1c600ad3";
    let u = "06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9
             814dc031ddbdc38c19c6da2583fa5429db94ada18aa7a7fb4ef8a086";
    let result = "ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239f
                  e14fbaadeb445fc66a01b0779d98223961111e21766282f73dd96b6f";
    assert_eq!(pair(EccFamily::Montgomery, 448, scalar).agree(&hex(u)).unwrap(), hex(result));
}

#[test]
fn both_sides_agree_on_every_curve() {
    for (family, bits) in WEIERSTRASS.iter().chain(MONTGOMERY).copied() {
        let [ours, theirs] = [(); 2].map(|()| Held::generate(KeyType::EccKeyPair(family), bits).unwrap());
        let shared = ours.agree(&theirs.public_key()).unwrap();
        assert_eq!(shared.len(), (bits as usize).div_ceil(8));
        assert_eq!(theirs.agree(&ours.public_key()).unwrap(), shared, "{family:?} {bits}");
    }
}

#[test]
fn a_peers_key_that_is_none_of_the_curve_is_refused() {
    for (family, bits) in WEIERSTRASS.iter().copied() {
        let pair = Held::generate(KeyType::EccKeyPair(family), bits).unwrap();
        let good = Held::generate(KeyType::EccKeyPair(family), bits).unwrap().public_key();
        let mut off_curve = good.clone();
        *off_curve.last_mut().unwrap() ^= 1;
        for bad in [vec![], vec![0], off_curve, good[1..].to_vec(), vec![4; good.len()]] {
            assert_eq!(pair.agree(&bad), Err(ErrorKind::InvalidArgument), "{family:?} {bits} {bad:02x?}");
        }
    }
    let p256 = Held::generate(KeyType::EccKeyPair(EccFamily::SecpR1), 256).unwrap();
    let k256 = Held::generate(KeyType::EccKeyPair(EccFamily::SecpK1), 256).unwrap();
    assert_eq!(p256.agree(&k256.public_key()), Err(ErrorKind::InvalidArgument));
}

#[test]
fn the_montgomery_curves_refuse_points_of_small_order_and_other_lengths() {
    for (bits, length) in [(255, 32), (448, 56)] {
        let pair = Held::generate(KeyType::EccKeyPair(EccFamily::Montgomery), bits).unwrap();
        let zero = vec![0; length];
        let mut one = zero.clone();
        one[0] = 1;
        // RFC 7748 6: both give a secret of zeros.
        for bad in [zero, one, vec![], vec![9; length - 1], vec![9; length + 1]] {
            assert_eq!(pair.agree(&bad), Err(ErrorKind::InvalidArgument), "{bits} {bad:02x?}");
        }
    }
}

#[test]
fn public_keys_do_not_agree() {
    let public = Held::generate(KeyType::EccKeyPair(EccFamily::SecpR1), 256).unwrap().public();
    assert_eq!(public.agree(&public.public_key()), Err(ErrorKind::NotSupported));
}
