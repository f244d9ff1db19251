//! RSA encryption.

use keystead_interface::algorithm::{AsymmetricEncryption, Hash};
use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::ErrorKind;

use super::engines::{Held, assert_same, engines, kind, public_twins};
use super::material;
use super::mutation::{flipped, mutated};
use super::random::Random;
use super::tally::Tally;

#[test]
fn each_decrypts_what_the_other_encrypted_and_both_refuse_the_same_ciphertexts() {
    let (mut random, mut tally) = (Random::of("RSA encryption"), Tally::default());
    let oaep = Hash::ALL.iter().map(|hash| AsymmetricEncryption::RsaOaep(*hash));
    let algorithms: Vec<_> = oaep.chain([AsymmetricEncryption::RsaPkcs1v15Crypt]).collect();
    for (key, material) in material::rsa().into_iter().chain(material::generated_rsa()) {
        for alg in algorithms.iter().copied() {
            let supports =
                |alg| engines().map(|engine| engine.capabilities().asymmetric_encryption.unwrap().supports(key, alg));
            if supports(alg) == [true, true] {
                compare(key, &material, alg, &mut random);
                tally.count(alg);
            }
        }
    }
    tally.finish("RSA encryption", 8);
}

fn compare(key: KeyShape, material: &[u8], alg: AsymmetricEncryption, random: &mut Random) {
    let pairs = Held::twins(key, material);
    let publics = public_twins(&pairs, key);
    let (overhead, label) = match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => (11, Vec::new()),
        AsymmetricEncryption::RsaOaep(hash) => (2 * hash.len() + 2, random.text(0, 40)),
    };
    let longest = key.bits as usize / 8 - overhead;
    let texts = [Vec::new(), random.text(1, longest)];
    for (maker, text) in publics.iter().flat_map(|maker| texts.iter().map(move |text| (maker, text))) {
        let encrypted = encrypt(maker, alg, text, &label).unwrap();
        assert_eq!(decrypt(&pairs, alg, &encrypted, &label).as_ref(), Ok(text));
        let refused = match alg {
            AsymmetricEncryption::RsaOaep(_) => ErrorKind::InvalidPadding,
            AsymmetricEncryption::RsaPkcs1v15Crypt => ErrorKind::InvalidArgument,
        };
        assert_eq!(decrypt(&pairs, alg, &encrypted, &mutated(&label, random)), Err(refused));
        // By chance, though hardly ever, a changed PKCS#1 v1.5 ciphertext has a padding: then both find the same text.
        let changed = decrypt(&pairs, alg, &flipped(&encrypted, random), &label);
        assert_ne!(changed, Ok(text.clone()));
        assert_eq!(decrypt(&pairs, alg, &vec![0xff; encrypted.len()], &label), Err(ErrorKind::InvalidPadding));
        assert_eq!(decrypt(&pairs, alg, &encrypted[1..], &label), Err(ErrorKind::InvalidArgument));
    }
    let longer = random.bytes(longest + 1);
    let encrypted = publics.each_ref().map(|held| encrypt(held, alg, &longer, &label));
    assert_eq!(assert_same(encrypted, (alg, longer.len())), Err(ErrorKind::InvalidArgument));
}

fn encrypt(held: &Held, alg: AsymmetricEncryption, text: &[u8], label: &[u8]) -> Result<Vec<u8>, ErrorKind> {
    let text = SecretBytes::new(text.to_vec());
    held.can().asymmetric_encryption.unwrap().encrypt(held.key(), alg, &text, label).map_err(kind)
}

fn decrypt(
    pairs: &[Held; 2],
    alg: AsymmetricEncryption,
    ciphertext: &[u8],
    label: &[u8],
) -> Result<Vec<u8>, ErrorKind> {
    let decrypted = pairs.each_ref().map(|held| {
        let decrypted = held.can().asymmetric_encryption.unwrap().decrypt(held.key(), alg, ciphertext, label);
        decrypted.map(SecretBytes::into_exposed).map_err(kind)
    });
    assert_same(decrypted, (alg, pairs[0].material(), ciphertext, label))
}
