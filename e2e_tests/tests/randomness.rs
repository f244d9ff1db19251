//! Row 5 of what Parsec teaches: random bytes that many threads draw at once are never drawn twice.

use keystead_e2e_tests::effort::rounds;
use keystead_e2e_tests::service::Service;
use keystead_interface::operations::random::PsaGenerateRandom;

const THREADS: usize = 16;

/// Bytes that must differ from all others: by chance no two do.
const BLOCK: usize = 32;

/// Blocks in one request.
const BLOCKS_PER_REQUEST: usize = 125;

#[test]
fn what_sixteen_threads_draw_is_all_different() {
    let service = Service::plain();
    let blocks = rounds("random blocks", 100_000, 1_000_000) as usize;
    let requests = blocks / THREADS / BLOCKS_PER_REQUEST;
    let caller = service.caller();
    let draw = || {
        let mut wire = caller.connect();
        let mut drawn: Vec<[u8; BLOCK]> = Vec::with_capacity(requests * BLOCKS_PER_REQUEST);
        for _ in 0..requests {
            let size = (BLOCK * BLOCKS_PER_REQUEST) as u64;
            let bytes = caller.ask_on(&mut wire, PsaGenerateRandom { size }).expect("anybody may ask").random_bytes;
            assert_eq!(bytes.expose().len(), BLOCK * BLOCKS_PER_REQUEST);
            let parts = bytes.expose().chunks_exact(BLOCK);
            drawn.extend(parts.map(|part| <[u8; BLOCK]>::try_from(part).expect("chunks are exact")));
        }
        drawn
    };
    let mut all: Vec<[u8; BLOCK]> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(draw)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("it says why it failed")).collect()
    });
    assert_eq!(all.len(), blocks);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), blocks, "some block was drawn twice");
}
