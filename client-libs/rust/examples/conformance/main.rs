//! The conformance runner with the blocking client.

mod operations;
mod runner;
mod words;

use keystead_client::Client;

/// What a call gives.
fn done<T>(given: T) -> T {
    given
}

fn main() -> Result<(), String> {
    runner::run()
}
