//! The provider with TPMs of swtpm, each test with its own: what keys are made, how they are kept, and what trouble does.
#![cfg(feature = "tss")]

#[path = "swtpm/keys.rs"]
mod keys;
#[path = "swtpm/loading.rs"]
mod loading;
#[path = "swtpm/process.rs"]
mod process;
#[path = "swtpm/proxy.rs"]
mod proxy;
#[path = "swtpm/ring.rs"]
mod ring;
#[path = "swtpm/trouble.rs"]
mod trouble;
