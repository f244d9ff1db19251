//! Key agreement.

use aws_lc_rs::agreement::{ECDH_P256, ECDH_P384, ECDH_P521, PrivateKey, UnparsedPublicKey, agree};
use keystead_interface::algorithm::{Algorithm, KeyAgreement, RawKeyAgreement};
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_provider::{ErrorKind, KeyAgreeing, Provider};
use keystead_provider_tpm::TpmProvider;

use crate::swtpm::{KeptKey, Swtpm};

const ECDH: RawKeyAgreement = RawKeyAgreement::Ecdh;
const PAIR: KeyType = KeyType::EccKeyPair(EccFamily::SecpR1);

fn agreeing(provider: &TpmProvider) -> &dyn KeyAgreeing {
    provider.capabilities().key_agreement.unwrap()
}

fn pair(provider: &TpmProvider, bits: u32) -> KeptKey {
    KeptKey::generated(provider, PAIR, bits, Algorithm::KeyAgreement(KeyAgreement::Raw(ECDH)))
}

#[test]
fn the_secret_is_the_one_of_aws_lc() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    for (bits, curve) in [(256, &ECDH_P256), (384, &ECDH_P384), (521, &ECDH_P521)] {
        let ours = pair(&provider, bits);
        let public = UnparsedPublicKey::new(curve, ours.public(&provider));
        // Of so many secrets one may begin with a zero; all are as long as the field.
        for _ in 0..40 {
            let theirs = PrivateKey::generate(curve).unwrap();
            let peer = theirs.compute_public_key().unwrap();
            let secret = agreeing(&provider).agree(ours.key(), ECDH, peer.as_ref()).unwrap();
            assert_eq!(secret.expose().len(), bits.div_ceil(8) as usize);
            agree(&theirs, &public, (), |expected| {
                assert_eq!(secret.expose(), expected, "{bits}");
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn what_is_no_point_of_the_curve_is_an_invalid_argument() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let ours = pair(&provider, 256);
    let good = pair(&provider, 256).public(&provider);
    let mut off_the_curve = good.clone();
    off_the_curve[64] ^= 1;
    let mut compressed = good[..33].to_vec();
    compressed[0] = 2;
    let bad = [
        Vec::new(),
        vec![0],
        vec![4],
        good[1..].to_vec(),
        good[..64].to_vec(),
        [&good[..], &[0]].concat(),
        off_the_curve,
        compressed,
        [&[4][..], &[0; 64]].concat(),
        [&[4][..], &[0xff; 64]].concat(),
        pair(&provider, 384).public(&provider),
    ];
    for (number, bad) in bad.iter().enumerate() {
        let error = agreeing(&provider).agree(ours.key(), ECDH, bad).map(drop).unwrap_err();
        assert_eq!(error.kind, ErrorKind::InvalidArgument, "number {number}: {error}");
    }
    assert!(agreeing(&provider).agree(ours.key(), ECDH, &good).is_ok());
}

#[test]
fn what_a_tpm_cannot_do_is_not_supported() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let supports = |key_type, bits, alg| agreeing(&provider).supports(KeyShape { key_type, bits }, alg);
    assert!(supports(PAIR, 256, ECDH));
    assert!(!supports(PAIR, 256, RawKeyAgreement::Ffdh));
    assert!(!supports(KeyType::EccKeyPair(EccFamily::Montgomery), 255, ECDH));
    assert!(!supports(KeyType::EccPublicKey(EccFamily::SecpR1), 256, ECDH));
}
