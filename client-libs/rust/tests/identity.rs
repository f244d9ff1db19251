//! The blocking client against a scripted service and a scripted identity provider.

#[path = "service/scripted.rs"]
#[allow(dead_code)]
mod scripted;
#[path = "identity/stories.rs"]
mod stories;

use std::sync::Arc;

use keystead_client::{Client, Deadline, Result, Token, TokenSource};

/// What a call gives.
fn done<T>(given: T) -> T {
    given
}

fn token_of(source: &TokenSource, deadline: Deadline) -> Result<Arc<Token>> {
    source.token(deadline)
}
