//! The joint between what the client does and how it waits meanwhile. Everything above is written once, as asynchronous
//! code; a runtime either blocks the thread or lets other tasks have it.

use std::io::IoSlice;
use std::time::Duration;

use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::Result;

/// How a client waits.
pub(crate) trait Runtime: Sized + Send + Sync + 'static {
    /// Its sockets.
    type Socket: Socket;
    /// What limits how many calls of a client are under way at once.
    type Places: Default + Send + Sync;
    /// The right to be one of them, until it is dropped.
    type Place<'a>: Send;

    /// Connects. A service whose queue of connections is full is waited for until the deadline.
    fn connect(endpoint: &Endpoint, deadline: Deadline) -> impl Future<Output = Result<Self::Socket>> + Send;

    /// Waits until fewer calls are under way than may be. Whoever came first is first.
    fn place(places: &Self::Places, deadline: Deadline) -> impl Future<Output = Result<Self::Place<'_>>> + Send;

    /// Waits for so long.
    fn pause(length: Duration) -> impl Future<Output = ()> + Send;

    /// Waits for what another thread or task does, until the deadline.
    fn by<F: Future + Send>(future: F, deadline: Deadline) -> impl Future<Output = Result<F::Output>> + Send;
}

/// A connected Unix socket whose reads and writes end by a deadline.
pub(crate) trait Socket: Send {
    /// Sends what fits, at least a byte, and gives how many it was. A closed connection is an error and never a signal.
    fn send(&mut self, parts: &[IoSlice<'_>], deadline: Deadline) -> impl Future<Output = Result<usize>> + Send;

    /// Reads what is there, at least a byte, and gives how many it was; 0 at the end of the stream.
    fn read(&mut self, into: &mut [u8], deadline: Deadline) -> impl Future<Output = Result<usize>> + Send;

    /// Looks whether anything happened on a socket on which nothing should, without waiting: false if it was closed, or
    /// something arrived unasked.
    fn is_quiet(&self) -> bool;

    /// Whether it can be used from where the caller is.
    fn is_at_home(&self) -> bool;
}
