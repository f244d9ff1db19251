//! Any bytes as a certificate, and good certificates with changes: no panic, and nothing is believed but what was made.
#![no_main]

use std::sync::LazyLock;

use keystead_trust::chain::Root;
use keystead_trust::chain::make::RootKey;
use keystead_trust::jws::SigningKey;
use libfuzzer_sys::fuzz_target;

const NOW: u64 = 1_000_000;

/// A root, and the certificates of it and of an intermediate; new at each start.
static CHAIN: LazyLock<(Root, [Vec<u8>; 2])> = LazyLock::new(|| {
    let key = RootKey::generate().expect("a root");
    let intermediate = SigningKey::generate().expect("a key");
    let intermediate = key.certify(&intermediate, (NOW, NOW + 60)).expect("a certificate");
    let root = Root::parse(key.certificate()).expect("it fits");
    (root, [key.certificate().to_vec(), intermediate])
});

fuzz_target!(|data: &[u8]| {
    let (root, good) = &*CHAIN;
    let is_believed = |der: &[u8]| Root::parse(der).is_ok() || root.verify(der, NOW).is_ok();
    assert!(!is_believed(data));
    // As changes: each is a place and what its byte is combined with.
    let Some((pick, changes)) = data.split_first() else { return };
    let good = &good[usize::from(pick % 2)];
    let mut changed = good.clone();
    for change in changes.chunks_exact(3) {
        let place = usize::from(u16::from_be_bytes([change[0], change[1]])) % changed.len();
        changed[place] ^= change[2];
    }
    assert_eq!(is_believed(&changed), changed == *good);
});
