//! The asynchronous client: it does all that the blocking one does, and what only tasks can ask for.

#[path = "asynchronous/giving_up.rs"]
mod giving_up;
#[path = "identity/stories.rs"]
mod identity;
#[path = "asynchronous/runtimes.rs"]
mod runtimes;
#[path = "service/scripted.rs"]
mod scripted;
#[path = "secrets/stories.rs"]
mod secrets;
#[path = "service/stories.rs"]
mod service;

use std::sync::{Arc, OnceLock};

use keystead_client::asynchronous::{self, Client};
use keystead_client::{Deadline, Result, Token, TokenSource};
use tokio::runtime::{Builder, Runtime};

/// The runtime of all tests that need no other.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}

/// What a call gives.
fn done<F: Future>(call: F) -> F::Output {
    runtime().block_on(call)
}

fn token_of(source: &TokenSource, deadline: Deadline) -> Result<Arc<Token>> {
    done(asynchronous::token(source, deadline))
}
