//! The conformance runner with the asynchronous client.

mod operations;
mod runner;
mod words;

use std::sync::LazyLock;

use keystead_client::asynchronous::Client;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a process can have its descriptors"));

/// What a call gives.
fn done<F: Future>(call: F) -> F::Output {
    RUNTIME.block_on(call)
}

fn main() -> Result<(), String> {
    runner::run()
}
