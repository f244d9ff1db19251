//! One connection that blocks: requests go out, answers come back in the same order.
//!
//! [`Client`](crate::Client) uses one for every call. It is public for programs that want several requests under way at
//! once, and for tests that send bytes which no client would.

use crate::blocking::{Blocking, Socket, now};
use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::frame::{AnswerFrame, RawAnswer, RequestFrame};
#[cfg(doc)]
use crate::limits::{MAX_ANSWER_BYTES, MAX_BYTES_IN_FLIGHT, MAX_IN_FLIGHT};
use crate::link::Link;

/// A connection to the service. After an error other than a refusal it is of no more use: what arrives later may be the
/// answer to an earlier request, so further requests err with [`Error::Broken`](crate::Error::Broken).
pub struct Connection(Link<Socket>);

impl Connection {
    /// Connects to the service.
    pub fn open(endpoint: &Endpoint, deadline: Deadline) -> Result<Connection> {
        now(Link::open::<Blocking>(endpoint, deadline)).map(Connection)
    }

    /// Sends a request. Until an answer on this connection has said that it is kept, only one may be under way:
    /// Parsec answers the first and drops the rest (wire contract 6.2).
    pub fn send(&mut self, request: &RequestFrame, deadline: Deadline) -> Result<()> {
        now(self.0.send(request, deadline))
    }

    /// Sends several requests in one system call. No more than [`MAX_IN_FLIGHT`] may be without an answer, and no
    /// more than [`MAX_BYTES_IN_FLIGHT`] bytes of them: beyond that client and service may wait for each other.
    pub fn send_all(&mut self, requests: &[RequestFrame], deadline: Deadline) -> Result<()> {
        now(self.0.send_all(requests, deadline))
    }

    /// Receives the answer to the oldest request that has none yet. A refusal is an answer too.
    pub fn receive(&mut self, deadline: Deadline) -> Result<AnswerFrame> {
        now(self.0.receive(deadline))
    }

    /// Sends a request and receives its answer.
    pub fn exchange(&mut self, request: &RequestFrame, deadline: Deadline) -> Result<AnswerFrame> {
        now(self.0.exchange(request, deadline))
    }

    /// Sends many requests without waiting for each answer, and gives every answer, in order, to `answered`. Stops and
    /// gives the number of answers as soon as the service no longer keeps the connection, or when all are answered.
    ///
    /// `depth` is how many may be under way at once, 1 to [`MAX_IN_FLIGHT`].
    pub fn pipeline(
        &mut self,
        requests: &[RequestFrame],
        depth: usize,
        deadline: Deadline,
        answered: impl FnMut(usize, AnswerFrame),
    ) -> Result<usize> {
        now(self.0.pipeline(requests, depth, deadline, answered))
    }

    /// Whether the service said that it keeps the connection, nothing is under way, and nothing ever failed.
    pub fn is_reusable(&self) -> bool {
        self.0.is_reusable()
    }

    /// Sends bytes as they are, in any number of parts. They do not count as a request.
    pub fn send_raw(&mut self, parts: &[&[u8]], deadline: Deadline) -> Result<()> {
        now(self.0.send_raw(parts, deadline))
    }

    /// Receives a header, and as many bytes of a body as it announces; at most [`MAX_ANSWER_BYTES`].
    pub fn receive_raw(&mut self, deadline: Deadline) -> Result<RawAnswer> {
        now(self.0.receive_raw(deadline))
    }

    /// Whether the service has closed the connection and everything it sent was received. Waits for it until the
    /// deadline.
    pub fn is_closed(&mut self, deadline: Deadline) -> Result<bool> {
        now(self.0.is_closed(deadline))
    }
}
