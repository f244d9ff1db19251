//! Random bytes.

use std::collections::HashSet;

use keystead_provider::Provider;

use crate::swtpm::Swtpm;

#[test]
fn every_size_is_filled_exactly() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let random = provider.capabilities().random.unwrap();
    for size in (0..200).chain([255, 256, 257, 1000, 1024, 4096, 5000]) {
        let mut out = vec![0; size];
        random.fill(&mut out).unwrap();
        // Thirteen zeros in a row come by chance once in 2^104 times.
        let longest_run = out.split(|byte| *byte != 0).map(<[u8]>::len).max();
        assert!(longest_run < Some(13), "{size} bytes were not all filled");
    }
}

#[test]
fn no_block_comes_twice() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let mut out = vec![0; 5000];
    provider.capabilities().random.unwrap().fill(&mut out).unwrap();
    let blocks: HashSet<&[u8]> = out.chunks(8).collect();
    assert_eq!(blocks.len(), 625);
}
