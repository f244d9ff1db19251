//! Tokens and the keys in them, on real SoftHSM2: how they are found, lost and found again; what becomes of keys.

#[path = "core/adoption.rs"]
mod adoption;
#[path = "core/bench.rs"]
mod bench;
#[path = "core/calls.rs"]
mod calls;
#[path = "core/faults.rs"]
mod faults;
#[path = "core/keys.rs"]
mod keys;
#[path = "core/loss.rs"]
mod loss;
#[path = "core/sealing.rs"]
mod sealing;
