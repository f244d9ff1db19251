//! Authenticated encryption.

use keystead_interface::algorithm::{Aead, AeadAlg};
use keystead_interface::attributes::KeyType;
use keystead_interface::secret::SecretBytes;
use keystead_provider::ErrorKind;

use super::engines::{Held, assert_same, engines, kind};
use super::material::symmetric;
use super::mutation::{flipped, mutated};
use super::random::{Random, rounds};
use super::tally::Tally;

/// What is encrypted, under what.
struct Message {
    nonce: Vec<u8>,
    additional: Vec<u8>,
    text: Vec<u8>,
}

#[test]
fn both_encrypt_alike_and_refuse_whatever_was_changed() {
    let (mut random, mut tally) = (Random::of("AEAD"), Tally::default());
    for key_type in [KeyType::Aes, KeyType::Chacha20] {
        for (key, material) in symmetric(key_type, &mut random) {
            for alg in AeadAlg::ALL.iter().flat_map(|alg| with_tags(*alg)) {
                if !engines().iter().all(|engine| engine.capabilities().aead.unwrap().supports(key, alg)) {
                    continue;
                }
                for round in 0..rounds() {
                    let message = message(alg, round, &mut random);
                    compare(&Held::twins(key, &material), alg, &message, &mut random);
                    tally.count((alg.alg(), alg.tag_length()));
                }
            }
        }
    }
    tally.finish("AEAD", 15);
}

/// The algorithm with every tag that it could have, and with some that it has not.
fn with_tags(alg: AeadAlg) -> impl Iterator<Item = Aead> {
    let shortened = (0..=17).map(move |tag_length| Aead::ShortenedTag { alg, tag_length });
    shortened.chain([Aead::DefaultLengthTag(alg)])
}

/// The first nonces are those that nearly everybody uses.
fn message(alg: Aead, round: usize, random: &mut Random) -> Message {
    let nonce = match alg.alg() {
        AeadAlg::Gcm if round > 1 => 1 + random.below(140),
        AeadAlg::Ccm if round > 1 => 7 + random.below(7),
        _ => 12,
    };
    Message { nonce: random.bytes(nonce), additional: random.text(0, 300), text: random.text(0, 700) }
}

fn compare(twins: &[Held; 2], alg: Aead, message: &Message, random: &mut Random) {
    let Message { nonce, additional, text } = message;
    let encrypted = twins.each_ref().map(|held| {
        let text = SecretBytes::new(text.clone());
        held.can().aead.unwrap().encrypt(held.key(), alg, nonce, additional, &text).map_err(kind)
    });
    let sealed = assert_same(encrypted, (alg, nonce, additional, text)).unwrap();
    assert_eq!(open(twins, alg, nonce, additional, &sealed), Ok(text.clone()));

    let changed = open(twins, alg, &flipped(nonce, random), additional, &sealed);
    assert_eq!(changed, Err(ErrorKind::InvalidSignature));
    let changed = open(twins, alg, nonce, &mutated(additional, random), &sealed);
    assert_eq!(changed, Err(ErrorKind::InvalidSignature));
    for _ in 0..4 {
        let malformed = mutated(&sealed, random);
        let expected = match malformed.len() < alg.tag_length() as usize {
            true => ErrorKind::InvalidArgument,
            false => ErrorKind::InvalidSignature,
        };
        assert_eq!(open(twins, alg, nonce, additional, &malformed), Err(expected));
    }
    assert_eq!(open(twins, alg, &[], additional, &sealed), Err(ErrorKind::InvalidArgument));
}

fn open(twins: &[Held; 2], alg: Aead, nonce: &[u8], additional: &[u8], sealed: &[u8]) -> Result<Vec<u8>, ErrorKind> {
    let opened = twins.each_ref().map(|held| {
        let opened = held.can().aead.unwrap().decrypt(held.key(), alg, nonce, additional, sealed);
        opened.map(SecretBytes::into_exposed).map_err(kind)
    });
    assert_same(opened, (alg, nonce, additional, sealed))
}
