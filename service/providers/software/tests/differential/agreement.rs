//! Key agreement.

use keystead_interface::algorithm::RawKeyAgreement;
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::ErrorKind;

use super::engines::{Held, assert_same, engines, kind};
use super::material;
use super::mutation::mutated;
use super::random::{Random, rounds};
use super::tally::Tally;

#[test]
fn both_agree_on_the_same_secret_and_refuse_the_same_peers() {
    let (mut random, mut tally) = (Random::of("ECDH"), Tally::default());
    for (key, material) in material::on_curves() {
        let supports = |engine: &dyn keystead_provider::Provider| {
            engine.capabilities().key_agreement.unwrap().supports(key, RawKeyAgreement::Ecdh)
        };
        assert!(engines().iter().all(|engine| supports(*engine)), "{key:?}");
        let twins = Held::twins(key, &material);
        for _ in 0..rounds() {
            // The first engine makes keys on all of the curves.
            let peer = Held::generate(engines()[0], key);
            let public = peer.public_key();
            let secret = agree(&twins, &public).unwrap();
            let peers = Held::twins(key, &peer.material());
            assert_eq!(agree(&peers, &twins[0].public_key()).as_ref(), Ok(&secret));
            malformed(&twins, key, &public, &mut random);
            tally.count((key.key_type, key.bits));
        }
    }
    tally.finish("ECDH", 10);
}

fn malformed(twins: &[Held; 2], key: KeyShape, public: &[u8], random: &mut Random) {
    let is_montgomery = key.key_type == KeyType::EccKeyPair(EccFamily::Montgomery);
    for _ in 0..6 {
        let agreed = agree(twins, &mutated(public, random));
        // Every string of the right length but a few is a key of a Montgomery curve.
        assert!(is_montgomery || agreed == Err(ErrorKind::InvalidArgument));
    }
    // Points of small order, or none at all.
    let one: Vec<u8> = (0..public.len()).map(|at| u8::from(at == 0)).collect();
    for wrong in [Vec::new(), vec![0; public.len()], one, vec![4]] {
        assert_eq!(agree(twins, &wrong), Err(ErrorKind::InvalidArgument));
    }
}

fn agree(twins: &[Held; 2], peer: &[u8]) -> Result<Vec<u8>, ErrorKind> {
    let agreed = twins.each_ref().map(|held| {
        let agreed = held.can().key_agreement.unwrap().agree(held.key(), RawKeyAgreement::Ecdh, peer);
        agreed.map(SecretBytes::into_exposed).map_err(kind)
    });
    assert_same(agreed, (twins[0].bits(), twins[0].material(), peer))
}
