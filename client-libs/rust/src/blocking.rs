//! The runtime of the blocking client: what would wait blocks its thread instead, in the kernel.

mod socket;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::runtime::Runtime;

pub(crate) use crate::client::blocking::Client;
pub(crate) use crate::key::blocking::Key;
pub(crate) use socket::Socket;

/// What a [`Client`] is made of.
pub(crate) type Caller = crate::caller::Caller<Blocking>;
/// What a [`Key`] is made of.
pub(crate) type Handle = crate::handle::Handle<Blocking>;

/// Blocks the thread.
pub(crate) enum Blocking {}

impl Runtime for Blocking {
    type Socket = Socket;
    // Each call has a thread, and programs do not have more of those than they can.
    type Places = ();
    type Place<'a> = ();

    async fn connect(endpoint: &Endpoint, deadline: Deadline) -> Result<Socket> {
        Socket::connect(endpoint, deadline)
    }

    async fn place(_: &(), _: Deadline) -> Result<()> {
        Ok(())
    }

    async fn pause(length: Duration) {
        thread::sleep(length);
    }

    async fn by<F: Future + Send>(future: F, deadline: Deadline) -> Result<F::Output> {
        let mut future = pin!(future);
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Ok(output);
            }
            thread::park_timeout(deadline.remaining()?);
        }
    }
}

/// Runs what was written for any runtime with this one. It never waits but by blocking, so that the first time it is
/// polled is the last.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

/// Wakes a thread that is parked.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
