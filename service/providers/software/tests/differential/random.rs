//! Chance that can be repeated.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// How often something is tried for each algorithm and key, in a short run.
const SHORT: usize = 6;

/// How many times as often in a long one.
const LONG: usize = 10;

static SEED: LazyLock<u64> = LazyLock::new(|| {
    let given = std::env::var("KEYSTEAD_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos() as u64))
});

/// How often something is tried for each algorithm and key.
pub(crate) fn rounds() -> usize {
    if std::env::var_os("KEYSTEAD_FULL").is_some() { SHORT * LONG } else { SHORT }
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and good enough to choose tests with.
pub(crate) struct Random(u64);

impl Random {
    /// The run's numbers for the test of this name.
    pub(crate) fn of(test: &str) -> Random {
        println!("KEYSTEAD_SEED={} ({test})", *SEED);
        Random(test.bytes().fold(*SEED, |state, byte| state.wrapping_mul(31).wrapping_add(byte.into())))
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.number() % limit as u64) as usize
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.number() as u8).collect()
    }

    /// Bytes of a length from `least` to `most`, where short ones are as likely as long ones.
    pub(crate) fn text(&mut self, least: usize, most: usize) -> Vec<u8> {
        let longest = if self.below(2) == 0 { most } else { most.min(least + 33) };
        let length = least + self.below(longest - least + 1);
        self.bytes(length)
    }
}
