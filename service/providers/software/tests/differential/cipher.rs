//! Unauthenticated encryption. IVs are random, so each engine decrypts what the other encrypted.

use keystead_interface::algorithm::Cipher;
use keystead_interface::attributes::KeyType;
use keystead_interface::secret::SecretBytes;
use keystead_provider::ErrorKind;

use super::engines::{Held, assert_same, engines, kind};
use super::material::symmetric;
use super::mutation::mutated;
use super::random::{Random, rounds};
use super::tally::Tally;

#[test]
fn each_decrypts_what_the_other_encrypted_and_both_refuse_the_same_ciphertexts() {
    let (mut random, mut tally) = (Random::of("cipher"), Tally::default());
    for key_type in [KeyType::Aes, KeyType::Camellia, KeyType::Chacha20] {
        for (key, material) in symmetric(key_type, &mut random) {
            for alg in Cipher::ALL.iter().copied() {
                if engines().iter().all(|engine| engine.capabilities().cipher.unwrap().supports(key, alg)) {
                    for _ in 0..rounds() {
                        compare(&Held::twins(key, &material), alg, &mut random);
                        tally.count((key_type, alg));
                    }
                }
            }
        }
    }
    tally.finish("cipher", 10);
}

fn compare(twins: &[Held; 2], alg: Cipher, random: &mut Random) {
    let mut text = random.text(16, 700);
    if alg == Cipher::CbcNoPadding {
        text.truncate(text.len() / 16 * 16);
    }
    for maker in twins {
        let encrypted = encrypt(maker, alg, &text).unwrap();
        assert_eq!(assert_same(decrypt(twins, alg, &encrypted), alg).as_ref(), Ok(&text));
        // Without authentication much is a ciphertext: then both must find the same text in it.
        for _ in 0..4 {
            let malformed = mutated(&encrypted, random);
            let _ = assert_same(decrypt(twins, alg, &malformed), (alg, &malformed));
        }
        let short = &encrypted[..encrypted.len().min(11)];
        assert_eq!(assert_same(decrypt(twins, alg, short), alg), Err(ErrorKind::InvalidArgument));
    }
    assert_eq!(assert_same(twins.each_ref().map(|held| encrypt(held, alg, &[])), alg), Err(ErrorKind::InvalidArgument));
}

fn encrypt(held: &Held, alg: Cipher, text: &[u8]) -> Result<Vec<u8>, ErrorKind> {
    held.can().cipher.unwrap().encrypt(held.key(), alg, &SecretBytes::new(text.to_vec())).map_err(kind)
}

fn decrypt(twins: &[Held; 2], alg: Cipher, ciphertext: &[u8]) -> [Result<Vec<u8>, ErrorKind>; 2] {
    twins.each_ref().map(|held| {
        let decrypted = held.can().cipher.unwrap().decrypt(held.key(), alg, ciphertext);
        decrypted.map(SecretBytes::into_exposed).map_err(kind)
    })
}
