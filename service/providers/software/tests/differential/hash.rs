//! Hashes.

use keystead_interface::algorithm::Hash;

use super::engines::{assert_same, engines, kind};
use super::random::{Random, rounds};
use super::tally::Tally;

#[test]
fn both_hash_alike() {
    let (mut random, mut tally) = (Random::of("hash"), Tally::default());
    let hashes = engines().map(|engine| engine.capabilities().hash.unwrap());
    for alg in Hash::ALL.iter().copied().filter(|alg| hashes.iter().all(|hash| hash.supports(*alg))) {
        // The lengths about those of blocks, where padding is decided, and some others.
        for length in (0..260).chain((0..rounds()).map(|_| random.below(5_000))).collect::<Vec<_>>() {
            let message = random.bytes(length);
            let hashed = assert_same(hashes.map(|hash| hash.compute(alg, &message).map_err(kind)), (alg, &message));
            assert_eq!(hashed.unwrap().len(), alg.len());
            tally.count(alg);
        }
    }
    tally.finish("hash", 7);
}
