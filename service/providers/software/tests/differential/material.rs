//! Keys of every kind that both engines have.

use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};

use super::engines::{Held, engines};
use super::random::Random;

/// Pairs that OpenSSL made, of every size.
const RSA: &[(u32, &[u8])] = &[
    (1024, include_bytes!("../asymmetric/openssl/rsa-1024.der")),
    (2048, include_bytes!("../asymmetric/openssl/rsa-2048.der")),
    (3072, include_bytes!("../asymmetric/openssl/rsa-3072.der")),
    (4096, include_bytes!("../asymmetric/openssl/rsa-4096.der")),
];

/// The sizes that each engine makes a pair of, too: larger ones take it too long.
const GENERATED_RSA: &[u32] = &[1024, 2048];

/// A key and its material.
pub(crate) type Material = (KeyShape, Vec<u8>);

/// RSA pairs of every size, from elsewhere.
pub(crate) fn rsa() -> Vec<Material> {
    let shape = |bits| KeyShape { key_type: KeyType::RsaKeyPair, bits };
    RSA.iter().map(|(bits, der)| (shape(*bits), der.to_vec())).collect()
}

/// RSA pairs that each engine made.
pub(crate) fn generated_rsa() -> Vec<Material> {
    let shapes = GENERATED_RSA.iter().map(|bits| KeyShape { key_type: KeyType::RsaKeyPair, bits: *bits });
    shapes.flat_map(generated).collect()
}

/// A pair on every curve that both have, made by each that can.
pub(crate) fn on_curves() -> Vec<Material> {
    let families = [EccFamily::SecpR1, EccFamily::SecpK1, EccFamily::BrainpoolPR1, EccFamily::Montgomery];
    let shapes = families.iter().flat_map(|family| {
        family.sizes().iter().map(|bits| KeyShape { key_type: KeyType::EccKeyPair(*family), bits: *bits })
    });
    shapes.filter(both_have).flat_map(generated).collect()
}

/// Symmetric keys of a type, of every size that both have, and of some where there are many.
pub(crate) fn symmetric(key_type: KeyType, random: &mut Random) -> Vec<Material> {
    let sizes = [8, 40, 128, 192, 256, 384, 512, 520, 1024, 1032, 1088, 4096];
    let shapes = sizes.map(|bits| KeyShape { key_type, bits });
    shapes.into_iter().filter(both_have).map(|key| (key, random.bytes(key.bits as usize / 8))).collect()
}

fn both_have(key: &KeyShape) -> bool {
    engines().iter().all(|engine| engine.vault().imports(*key))
}

fn generated(key: KeyShape) -> Vec<Material> {
    let makers = engines().into_iter().filter(|engine| engine.vault().generates(key));
    makers.map(|engine| (key, Held::generate(engine, key).material())).collect()
}
