//! Message authentication codes.

use keystead_interface::algorithm::{FullLengthMac, Hash, Mac};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_provider::ErrorKind;

use super::engines::{Held, assert_same, engines, kind};
use super::material::symmetric;
use super::mutation::mutated;
use super::random::{Random, rounds};
use super::tally::Tally;

fn macs() -> Vec<FullLengthMac> {
    let hmacs = Hash::ALL.iter().map(|hash| FullLengthMac::Hmac(*hash));
    hmacs.chain([FullLengthMac::Cmac, FullLengthMac::CbcMac]).collect()
}

fn both_support(key: KeyShape, alg: Mac) -> bool {
    engines().iter().all(|engine| engine.capabilities().mac.unwrap().supports(key, alg))
}

#[test]
fn both_compute_the_same_macs_and_refuse_the_same_ones() {
    let (mut random, mut tally) = (Random::of("mac"), Tally::default());
    for key_type in [KeyType::Hmac, KeyType::Aes, KeyType::Camellia] {
        for (key, material) in symmetric(key_type, &mut random) {
            for full in macs() {
                let truncated = [4, 5, 12, 16, 20, 63].map(|length| Mac::Truncated { mac: full, length });
                for alg in truncated.into_iter().chain([Mac::FullLength(full)]).filter(|alg| both_support(key, *alg)) {
                    compare(Held::twins(key, &material), alg, &mut random);
                    tally.count(full);
                }
            }
        }
    }
    tally.finish("MAC", 8);
}

fn compare(twins: [Held; 2], alg: Mac, random: &mut Random) {
    let key = || &twins;
    for _ in 0..rounds() {
        let message = random.text(0, 700);
        let computed =
            key().each_ref().map(|held| held.can().mac.unwrap().compute(held.key(), alg, &message).map_err(kind));
        let mac = assert_same(computed, (alg, &message)).unwrap();
        let verify = |mac: &[u8], message: &[u8]| {
            key().each_ref().map(|held| held.can().mac.unwrap().verify(held.key(), alg, message, mac).map_err(kind))
        };
        assert_eq!(assert_same(verify(&mac, &message), alg), Ok(()));
        assert_eq!(assert_same(verify(&mutated(&mac, random), &message), alg), Err(ErrorKind::InvalidSignature));
        assert_eq!(assert_same(verify(&[], &message), alg), Err(ErrorKind::InvalidSignature));
        assert_eq!(assert_same(verify(&mac, &mutated(&message, random)), alg), Err(ErrorKind::InvalidSignature));
    }
}
