//! How much a test does: its repetitions, its random numbers, and what it had to leave out.

use std::io::Write;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// How often to repeat something: `short` times, or `full` times under `cargo xtask test --full`. The number is
/// printed under `what`.
pub fn rounds(what: &str, short: u64, full: u64) -> u64 {
    let rounds = if is_full() { full } else { short };
    println!("{what}: {rounds}");
    rounds
}

/// Whether the counts of the full run are asked for.
pub fn is_full() -> bool {
    std::env::var_os("KEYSTEAD_FULL").is_some()
}

/// The seed of this run: `KEYSTEAD_SEED`, or another each time. It is printed, so that a failure can be repeated.
pub fn seed() -> u64 {
    static SEED: OnceLock<u64> = OnceLock::new();
    *SEED.get_or_init(|| {
        let seed = match std::env::var("KEYSTEAD_SEED") {
            Ok(given) => given.parse().expect("KEYSTEAD_SEED is a decimal number"),
            Err(_) => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_nanos() as u64),
        };
        println!("KEYSTEAD_SEED={seed}");
        seed
    })
}

/// Whether the test may act for other users, that is, whether it runs as root. If not, `what` is counted as left out.
pub fn may_be_others(what: &str) -> bool {
    let root = rustix::process::geteuid().is_root();
    if !root {
        left_out(what, "only root can act for other users");
    }
    root
}

/// Notes that a test could not do something here. `cargo xtask test` counts these notes and prints them.
pub fn left_out(what: &str, why: &str) {
    eprintln!("left out: {what}: {why}");
    let Some(path) = std::env::var_os("KEYSTEAD_LEFT_OUT") else { return };
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("xtask made the file");
    writeln!(file, "{what}: {why}").expect("the disk is not full");
}

/// Random numbers that a seed repeats (SplitMix64, after Steele, Lea and Flood 2014). Not for secrets.
pub struct Chance(u64);

impl Chance {
    /// The numbers of this run's seed. `lane` tells threads and tests apart.
    pub fn new(lane: u64) -> Chance {
        Chance(seed() ^ lane.wrapping_mul(0xA076_1D64_78BD_642F))
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which must not be 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    /// One of these, which must not be none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// This many bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.number() as u8).collect()
    }
}
