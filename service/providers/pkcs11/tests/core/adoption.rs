//! Keys that other tools made.

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, Provider};

use crate::bench::{Bench, Held, SIGNS, p256};

#[test]
fn a_key_that_a_tool_made_is_used_and_destroyed_as_ours() {
    let Some(bench) = Bench::new() else { return };
    bench.token("adopting");
    for (kind, id) in [("EC:prime256v1", "01"), ("rsa:2048", "02")] {
        bench.tool("adopting", &["--keypairgen", "--key-type", kind, "--id", id, "--label", "theirs"]);
    }
    let provider = bench.provider("adopting");
    let pair = Held::adopt(&provider, p256().with_bits(0), &[1]).expect("the key");
    assert_eq!(pair.attributes.bits(), 256);
    assert_eq!(pair.sign(&provider).map(|signature| signature.len()), Ok(64));
    let rsa = |bits| KeyAttributes::new(KeyType::RsaKeyPair, bits, SIGNS, Algorithm::None);
    assert_eq!(Held::adopt(&provider, rsa(0), &[2]).expect("the key").attributes.bits(), 2048);
    assert_eq!(Held::adopt(&provider, rsa(3072), &[2]).err(), Some(ErrorKind::InvalidArgument), "its size");
    assert_eq!(Held::adopt(&provider, rsa(0), &[1]).err(), Some(ErrorKind::InvalidArgument), "its type");
    assert_eq!(Held::adopt(&provider, rsa(0), &[3]).err(), Some(ErrorKind::KeyMissing));
    let exported = KeyAttributes::new(KeyType::EccKeyPair(EccFamily::SecpR1), 0, Usage::EXPORT, Algorithm::None);
    assert_eq!(Held::adopt(&provider, exported, &[1]).err(), Some(ErrorKind::InvalidArgument), "it cannot leave");
    let sealing = provider.capabilities().sealing.expect("SoftHSM2 seals");
    let sealed = sealing.seal(&SecretBytes::new(vec![7; 32])).expect("sealed");
    let aes = KeyAttributes::new(KeyType::Aes, 256, Usage::DECRYPT, Algorithm::None);
    let refused = Held::adopt(&provider, aes, b"keystead-storage-root-key");
    assert_eq!(refused.err(), Some(ErrorKind::InvalidArgument), "it is the store's");
    sealing.unseal(&sealed).expect("its key is still there");
    pair.destroy(&provider).expect("it goes");
    let listed = bench.tool("adopting", &["--list-objects"]);
    assert_eq!(listed.matches("Key Object").count(), 3, "the other pair is left, and what seals\n{listed}");
}

#[test]
fn a_name_that_two_keys_have_is_not_adopted() {
    let Some(bench) = Bench::new() else { return };
    bench.token("twice");
    for _ in 0..2 {
        bench.tool("twice", &["--keypairgen", "--key-type", "EC:prime256v1", "--id", "01", "--label", "theirs"]);
    }
    let provider = bench.provider("twice");
    assert_eq!(Held::adopt(&provider, p256(), &[1]).err(), Some(ErrorKind::InvalidArgument));
}
