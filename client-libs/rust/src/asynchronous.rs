//! The asynchronous client, for tasks of [Tokio](tokio) (feature `tokio`). It has every method of the blocking
//! [`Client`](crate::Client), and behaves like it.
//!
//! ```no_run
//! # async fn example() -> keystead_client::Result<()> {
//! let client = keystead_client::asynchronous::Client::new()?;
//! let key = client.generate("signing-key", &keystead_client::presets::ecdsa_p256()).await?;
//! let signature = key.sign(b"a message").await?;
//! # Ok(()) }
//! ```
//!
//! A client may be shared by any number of tasks. Up to [`MAX_CALLS_AT_ONCE`] of their calls are under way at once,
//! each on a connection of its own, so that a slow answer holds up nobody else's; further calls wait for their turn,
//! and that counts as their time too. To put many requests on one connection there is [`Client::pipeline`].
//!
//! A call may be given up at any time by dropping its future. Its connection is closed with it, so no other call can
//! be given its answer. A request that has left is still carried out: whoever gives up the making of a key may find
//! it made.
//!
//! The runtime must have its drivers of I/O and time, as those of `#[tokio::main]` and `Builder::enable_all` do:
//! Tokio panics without them. Where no runtime is at all, calls fail with [`Error::NoRuntime`]. Calls from several
//! runtimes may share a client; each has connections of its own.

mod socket;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout_at};

use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::limits::MAX_CALLS_AT_ONCE;
use crate::runtime::Runtime;
use crate::token::{Token, TokenSource};

pub use crate::client::asynchronous::Client;
pub use crate::key::asynchronous::Key;
use socket::Socket;

/// The token of a source as [`TokenSource::token`] gives it, for programs that show it to others than the service. The
/// client gets its own.
pub async fn token(source: &TokenSource, deadline: Deadline) -> Result<Arc<Token>> {
    source.other_than::<Tokio>(None, deadline).await
}

/// What a [`Client`] is made of.
pub(crate) type Caller = crate::caller::Caller<Tokio>;
/// What a [`Key`] is made of.
pub(crate) type Handle = crate::handle::Handle<Tokio>;

/// Lets other tasks have the thread.
pub(crate) enum Tokio {}

/// As many as calls may be under way.
pub(crate) struct Places(Semaphore);

impl Default for Places {
    fn default() -> Self {
        Places(Semaphore::new(MAX_CALLS_AT_ONCE))
    }
}

impl Runtime for Tokio {
    type Socket = Socket;
    type Places = Places;
    type Place<'a> = SemaphorePermit<'a>;

    async fn connect(endpoint: &Endpoint, deadline: Deadline) -> Result<Socket> {
        Socket::connect(endpoint, deadline).await
    }

    async fn place(places: &Places, deadline: Deadline) -> Result<SemaphorePermit<'_>> {
        // Nobody closes it, so there is a place or time runs out.
        Tokio::by(places.0.acquire(), deadline).await?.map_err(|_| Error::Timeout)
    }

    async fn pause(length: Duration) {
        sleep(length).await;
    }

    async fn by<F: Future + Send>(future: F, deadline: Deadline) -> Result<F::Output> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::NoRuntime);
        }
        timeout_at(deadline.instant().into(), future).await.map_err(|_| Error::Timeout)
    }
}
