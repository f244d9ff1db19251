//! Keys that come in, well-formed and not.

use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};

use super::engines::{Held, engines, public_twins};
use super::material::{self, Material};
use super::mutation::mutated;
use super::random::{Random, rounds};
use super::tally::Tally;

#[test]
fn both_take_the_same_keys_and_refuse_the_same_ones() {
    let (mut random, mut tally) = (Random::of("import"), Tally::default());
    for (key, good) in keys(&mut random) {
        for asked in [key, KeyShape { bits: 0, ..key }] {
            let taken =
                engines().map(|engine| Held::import(engine, asked, &good).map(|held| (held.bits(), held.material())));
            assert_eq!(taken, [Ok((key.bits, good.clone())), Ok((key.bits, good.clone()))], "{asked:?}");
        }
        for _ in 0..20 * rounds() {
            let malformed = mutated(&good, &mut random);
            if is_point_of_small_order(key, &malformed) {
                continue;
            }
            let taken = engines().map(|engine| Held::import(engine, key, &malformed).is_ok());
            assert_eq!(taken[0], taken[1], "AWS-LC (left) and Mbed TLS differ: {key:?} {malformed:02x?}");
            tally.count(key.key_type);
        }
    }
    tally.finish("import", 16);
}

/// What Mbed TLS refuses when it comes, and AWS-LC when it is agreed with: both never use it. Chance makes no other.
fn is_point_of_small_order(key: KeyShape, material: &[u8]) -> bool {
    key.key_type == KeyType::EccPublicKey(EccFamily::Montgomery) && material.iter().all(|byte| *byte == 0)
}

fn keys(random: &mut Random) -> Vec<Material> {
    let types = [KeyType::RawData, KeyType::Hmac, KeyType::Derive, KeyType::Aes, KeyType::Camellia, KeyType::Chacha20];
    let mut keys: Vec<Material> = types.iter().flat_map(|key_type| material::symmetric(*key_type, random)).collect();
    for (key, pair) in material::rsa().into_iter().chain(material::on_curves()) {
        let public = &public_twins(&Held::twins(key, &pair), key)[0];
        keys.push((public.shape(), public.material()));
        keys.push((key, pair));
    }
    keys
}
