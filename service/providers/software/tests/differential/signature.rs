//! Signatures.

use keystead_interface::algorithm::{AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::KeyShape;
use keystead_provider::ErrorKind;

use super::engines::{Held, assert_same, engines, kind, public_twins};
use super::material;
use super::mutation::mutated;
use super::random::{Random, rounds};
use super::tally::Tally;

/// How many rounds an RSA key is worth, against six of others: its private half is slow.
const RSA_ROUNDS: usize = 2;

fn algorithms() -> Vec<AsymmetricSignature> {
    let schemes = [
        AsymmetricSignature::RsaPkcs1v15Sign,
        AsymmetricSignature::RsaPss,
        AsymmetricSignature::Ecdsa,
        AsymmetricSignature::DeterministicEcdsa,
    ];
    let hashed = schemes.iter().flat_map(|scheme| Hash::ALL.iter().map(move |hash| scheme(SignHash::Specific(*hash))));
    hashed.chain([AsymmetricSignature::RsaPkcs1v15SignRaw, AsymmetricSignature::EcdsaAny]).collect()
}

fn is_deterministic(alg: AsymmetricSignature) -> bool {
    matches!(
        alg,
        AsymmetricSignature::RsaPkcs1v15Sign(_)
            | AsymmetricSignature::RsaPkcs1v15SignRaw
            | AsymmetricSignature::DeterministicEcdsa(_)
    )
}

#[test]
fn each_verifies_what_the_other_signed_with_rsa_and_both_refuse_the_same_signatures() {
    let (mut random, mut tally) = (Random::of("RSA signature"), Tally::default());
    for (key, material) in material::rsa().into_iter().chain(material::generated_rsa()) {
        compare_all(key, &material, RSA_ROUNDS.min(rounds()), &mut random, &mut tally);
    }
    tally.finish("RSA signature", 15);
}

#[test]
fn each_verifies_what_the_other_signed_on_a_curve_and_both_refuse_the_same_signatures() {
    let (mut random, mut tally) = (Random::of("ECDSA"), Tally::default());
    for (key, material) in material::on_curves() {
        compare_all(key, &material, rounds() / 3, &mut random, &mut tally);
    }
    tally.finish("ECDSA", 15);
}

fn compare_all(key: KeyShape, material: &[u8], rounds: usize, random: &mut Random, tally: &mut Tally) {
    for alg in algorithms() {
        if !engines().iter().all(|engine| engine.capabilities().signing.unwrap().supports(key, alg)) {
            continue;
        }
        let pairs = Held::twins(key, material);
        let publics = public_twins(&pairs, key);
        for _ in 0..rounds {
            compare(&pairs, &publics, alg, random);
            tally.count(alg);
        }
    }
}

fn compare(pairs: &[Held; 2], publics: &[Held; 2], alg: AsymmetricSignature, random: &mut Random) {
    let hash = match alg.hash() {
        Some(SignHash::Specific(hash)) => random.bytes(hash.len()),
        _ => random.text(1, 64),
    };
    let signatures = pairs.each_ref().map(|held| held.can().signing.unwrap().sign_hash(held.key(), alg, &hash));
    let signatures = signatures.map(|signature| signature.map_err(kind).unwrap());
    if is_deterministic(alg) {
        assert_eq!(signatures[0], signatures[1], "{alg:?} of {hash:02x?}");
    }
    for signature in &signatures {
        assert_eq!(verify(publics, alg, &hash, signature), Ok(()));
        for _ in 0..3 {
            let malformed = mutated(signature, random);
            assert_eq!(verify(publics, alg, &hash, &malformed), Err(ErrorKind::InvalidSignature));
        }
        let another: Vec<u8> = hash.iter().map(|byte| byte ^ 0x55).collect();
        assert_eq!(verify(publics, alg, &another, signature), Err(ErrorKind::InvalidSignature));
        assert_eq!(verify(publics, alg, &hash, &[]), Err(ErrorKind::InvalidSignature));
    }
    if alg.hash().is_some() {
        let message = random.text(0, 500);
        for maker in pairs {
            let signature = maker.can().signing.unwrap().sign_message(maker.key(), alg, &message).unwrap();
            let verified = pairs.each_ref().map(|held| {
                held.can().signing.unwrap().verify_message(held.key(), alg, &message, &signature).map_err(kind)
            });
            assert_eq!(assert_same(verified, (alg, &message)), Ok(()));
        }
        let short = pairs
            .each_ref()
            .map(|held| held.can().signing.unwrap().sign_hash(held.key(), alg, &hash[1..]).map_err(kind).map(|_| ()));
        assert_eq!(assert_same(short, alg), Err(ErrorKind::InvalidArgument));
    }
}

fn verify(twins: &[Held; 2], alg: AsymmetricSignature, hash: &[u8], signature: &[u8]) -> Result<(), ErrorKind> {
    let verified = twins
        .each_ref()
        .map(|held| held.can().signing.unwrap().verify_hash(held.key(), alg, hash, signature).map_err(kind));
    assert_same(verified, (alg, twins[0].material(), hash, signature))
}
