//! The blocking client leaves no secrets behind.

#[path = "service/scripted.rs"]
#[allow(dead_code)]
mod scripted;
#[path = "secrets/stories.rs"]
mod stories;

use keystead_client::Client;

/// What a call gives.
fn done<T>(given: T) -> T {
    given
}
