//! Key agreement and random bytes: AWS-LC comes to the same secret, and a peer's key that is none is refused.

use aws_lc_rs::agreement::{self, UnparsedPublicKey};
use keystead_interface::algorithm::{Algorithm, KeyAgreement, RawKeyAgreement};
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_provider::{ErrorKind, Provider};

use crate::token::{Held, hex, open, token};

const ECDH: Algorithm = Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh));

fn pair(bits: u32) -> Option<Held> {
    Held::generate(KeyType::EccKeyPair(EccFamily::SecpR1), bits, ECDH)
}

impl Held {
    fn agree(&self, peer: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        let agreement = self.can().key_agreement.expect("it agrees");
        open(agreement.agree(self.key(), RawKeyAgreement::Ecdh, peer))
    }
}

#[test]
fn the_secret_is_the_one_that_aws_lc_comes_to() {
    let curves = [(256, &agreement::ECDH_P256), (384, &agreement::ECDH_P384), (521, &agreement::ECDH_P521)];
    for (bits, curve) in curves {
        let Some(ours) = pair(bits) else { return };
        for _ in 0..4 {
            let theirs = agreement::PrivateKey::generate(curve).expect("a key");
            let peer = theirs.compute_public_key().expect("a public key");
            let public = UnparsedPublicKey::new(curve, ours.public_key());
            let secret = agreement::agree(&theirs, public, (), |secret| Ok(secret.to_vec())).expect("a secret");
            assert_eq!(ours.agree(peer.as_ref()), Ok(secret), "{bits}");
        }
    }
}

#[test]
fn p_256_agrees_as_in_rfc_5903() {
    // 8.1.
    let private = "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433";
    let peer = "04 D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63
                56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB";
    let secret = "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE";
    let key_type = KeyType::EccKeyPair(EccFamily::SecpR1);
    let Some(pair) = Held::import(key_type, ECDH, &hex(private)) else { return };
    assert_eq!(pair.agree(&hex(peer)), Ok(hex(secret)));
}

#[test]
fn both_sides_agree_and_whatever_is_no_point_of_the_curve_is_refused() {
    for bits in [224, 256, 384, 521] {
        let (Some(ours), Some(theirs)) = (pair(bits), pair(bits)) else { continue };
        let good = theirs.public_key();
        let secret = ours.agree(&good).expect("a secret");
        assert_eq!(secret.len(), (bits as usize).div_ceil(8));
        assert_eq!(theirs.agree(&ours.public_key()), Ok(secret));
        let mut off_curve = good.clone();
        *off_curve.last_mut().expect("not empty") ^= 1;
        let mut compressed = good[..1 + good.len() / 2].to_vec();
        compressed[0] = 2;
        for bad in [vec![], vec![0], off_curve, good[1..].to_vec(), vec![4; good.len()], compressed] {
            assert_eq!(ours.agree(&bad), Err(ErrorKind::InvalidArgument), "{bits} {bad:02x?}");
        }
        assert!(ours.agree(&good).is_ok(), "it was not taken for a lost token");
    }
}

#[test]
fn only_pairs_on_curves_of_the_token_agree() {
    let Some(pair) = pair(256) else { return };
    let agreement = pair.can().key_agreement.expect("it agrees");
    let supports = |key_type, bits| agreement.supports(KeyShape { key_type, bits }, RawKeyAgreement::Ecdh);
    let r1 = EccFamily::SecpR1;
    assert!(supports(KeyType::EccKeyPair(r1), 0) && supports(KeyType::EccKeyPair(r1), 521));
    assert!(!supports(KeyType::EccPublicKey(r1), 256) && !supports(KeyType::RsaKeyPair, 2048));
    assert!(!supports(KeyType::EccKeyPair(EccFamily::Montgomery), 448));
    let shape = KeyShape { key_type: KeyType::EccKeyPair(r1), bits: 256 };
    assert!(!agreement.supports(shape, RawKeyAgreement::Ffdh));
}

#[test]
fn random_bytes_are_as_many_as_were_asked_for() {
    let Some(token) = token() else { return };
    let random = token.capabilities().random.expect("it has randomness");
    for length in [0, 1, 31, 64, 1000, 1024, 1025, 5000, 70_000] {
        let mut bytes = vec![0; length];
        random.fill(&mut bytes).expect("random bytes");
        // 32 zeros at an end are as likely as nothing at all.
        assert!(length < 32 || bytes[length - 32..].iter().any(|byte| *byte != 0), "{length}");
        let mut others = vec![0; length];
        random.fill(&mut others).expect("random bytes");
        assert!(length < 32 || bytes != others, "{length}");
    }
}
