//! One connection, whoever waits for it: requests go out, answers come back in the same order.

use std::io::IoSlice;
use std::time::Instant;

use keystead_interface::header::HEADER_LEN;
use keystead_interface::secret::{Secret, SecretBytes, wipe};

use crate::credential::effective_uid;
use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::{Error, ProtocolError, Result};
use crate::frame::{AnswerFrame, RawAnswer, RequestFrame};
use crate::limits::{INBOX_BYTES, MAX_ANSWER_BYTES, MAX_BYTES_IN_FLIGHT, MAX_IDLE, MAX_IN_FLIGHT, TRUSTED_IDLE};
use crate::runtime::{Runtime, Socket};

/// A connection to the service, as [`Connection`](crate::connection::Connection) says.
///
/// Whoever sends or receives has it alone. A future of these methods that is dropped before its end leaves it
/// as an error would: of no more use.
pub(crate) struct Link<S> {
    socket: S,
    inbox: Inbox,
    /// Whether the last answer said that the service keeps the connection. Parsec never does.
    kept: bool,
    /// Requests sent so far. Each has its number in the header's session, from 0: Parsec, which answers one request per
    /// connection, gets the 0 that its own clients send.
    sent: u64,
    /// Answers received so far.
    answered: u64,
    /// Whether sending failed: nothing more is sent. Answers to what was sent before may still come.
    unsendable: bool,
    /// Whether receiving failed: nobody knows any more which answer comes next.
    unreceivable: bool,
    /// The service knows the peer as it was when it connected.
    uid: u32,
    /// The process that connected. One that was forked from it shares the socket, and would share its answers.
    process: u32,
    last_used: Instant,
}

/// Bytes that were read and not yet taken.
struct Inbox {
    bytes: Secret<Vec<u8>>,
    start: usize,
    end: usize,
}

impl<S: Socket> Link<S> {
    /// Connects to the service.
    pub(crate) async fn open<R: Runtime<Socket = S>>(endpoint: &Endpoint, deadline: Deadline) -> Result<Link<S>> {
        Ok(Link {
            uid: effective_uid(),
            process: std::process::id(),
            socket: R::connect(endpoint, deadline).await?,
            inbox: Inbox { bytes: Secret::new(vec![0; INBOX_BYTES]), start: 0, end: 0 },
            kept: false,
            sent: 0,
            answered: 0,
            unsendable: false,
            unreceivable: false,
            last_used: Instant::now(),
        })
    }

    /// Sends a request. Until an answer on this connection has said that it is kept, only one may be under way:
    /// Parsec answers the first and drops the rest (wire contract 6.2).
    pub(crate) async fn send(&mut self, request: &RequestFrame, deadline: Deadline) -> Result<()> {
        self.send_all(std::slice::from_ref(request), deadline).await
    }

    /// Sends several requests in one system call. No more than [`MAX_IN_FLIGHT`] may be without an answer, and no
    /// more than [`MAX_BYTES_IN_FLIGHT`] bytes of them: beyond that client and service may wait for each other.
    pub(crate) async fn send_all(&mut self, requests: &[RequestFrame], deadline: Deadline) -> Result<()> {
        if self.unsendable || self.unreceivable {
            return Err(Error::Broken);
        }
        let headers: Vec<_> = (self.sent..).zip(requests).map(|(number, request)| request.header(number)).collect();
        let with_header = headers.iter().zip(requests);
        let mut parts: Vec<IoSlice<'_>> = with_header
            .flat_map(|(header, request)| {
                let [body, auth] = request.contents();
                [&header[..], body, auth].map(IoSlice::new)
            })
            .collect();
        self.sent += requests.len() as u64;
        // Set first, so that it holds whatever way this ends.
        self.unsendable = true;
        self.write_all(&mut parts, deadline).await?;
        self.unsendable = false;
        Ok(())
    }

    /// Receives the answer to the oldest request that has none yet. A refusal is an answer too.
    pub(crate) async fn receive(&mut self, deadline: Deadline) -> Result<AnswerFrame> {
        if self.sent == self.answered {
            return Err(ProtocolError::Unasked.into());
        }
        if self.unreceivable {
            return Err(Error::Broken);
        }
        self.unreceivable = true;
        let answer = AnswerFrame::parse(self.receive_raw(deadline).await?)?;
        let (expected, given) = (self.answered, answer.header().session);
        // A request that the service could not read is refused without its number (wire contract 1.3).
        let is_unnumbered = given == 0 && answer.header().status != 0;
        if given != expected && !is_unnumbered {
            return Err(ProtocolError::OutOfTurn { expected, given }.into());
        }
        self.unreceivable = false;
        self.answered += 1;
        self.kept = answer.keeps_connection();
        self.last_used = Instant::now();
        Ok(answer)
    }

    /// Sends a request and receives its answer.
    pub(crate) async fn exchange(&mut self, request: &RequestFrame, deadline: Deadline) -> Result<AnswerFrame> {
        self.send(request, deadline).await?;
        self.receive(deadline).await
    }

    /// Sends many requests without waiting for each answer, and gives every answer, in order, to `answered`. Stops and
    /// gives the number of answers as soon as the service no longer keeps the connection, or when all are answered.
    ///
    /// `depth` is how many may be under way at once, 1 to [`MAX_IN_FLIGHT`].
    pub(crate) async fn pipeline(
        &mut self,
        requests: &[RequestFrame],
        depth: usize,
        deadline: Deadline,
        mut answered: impl FnMut(usize, AnswerFrame),
    ) -> Result<usize> {
        let depth = depth.clamp(1, MAX_IN_FLIGHT);
        let (mut sent, mut done, mut bytes) = (0, 0, 0);
        while done < requests.len() {
            // Refilled in halves, so that requests leave several at a time.
            if sent - done <= depth / 2 && (self.kept || sent == done) {
                let depth = if self.kept { depth } else { 1 };
                let from = sent;
                while sent < requests.len() && sent - done < depth {
                    let length = requests[sent].len();
                    if sent > done && bytes + length > MAX_BYTES_IN_FLIGHT {
                        break;
                    }
                    bytes += length;
                    sent += 1;
                }
                self.send_all(&requests[from..sent], deadline).await?;
            }
            let answer = self.receive(deadline).await?;
            bytes -= requests[done].len();
            answered(done, answer);
            done += 1;
            if !self.kept && done < requests.len() {
                return Ok(done);
            }
        }
        Ok(done)
    }

    /// Whether the service said that it keeps the connection, nothing is under way, and nothing ever failed.
    pub(crate) fn is_reusable(&self) -> bool {
        let whole = !self.unsendable && !self.unreceivable;
        whole && self.kept && self.sent == self.answered && self.inbox.is_empty()
    }

    /// Whether a request may be put on it now. `surely` asks the kernel even if it was used a moment ago.
    pub(crate) fn is_fresh(&self, surely: bool) -> bool {
        let idle = self.last_used.elapsed();
        self.socket.is_at_home()
            && self.uid == effective_uid()
            && self.process == std::process::id()
            && idle < MAX_IDLE
            && (idle < TRUSTED_IDLE && !surely || self.socket.is_quiet())
    }

    /// Sends bytes as they are, in any number of parts. They do not count as a request.
    pub(crate) async fn send_raw(&mut self, parts: &[&[u8]], deadline: Deadline) -> Result<()> {
        self.write_all(&mut parts.iter().map(|part| IoSlice::new(part)).collect::<Vec<_>>(), deadline).await
    }

    /// Receives a header, and as many bytes of a body as it announces; at most [`MAX_ANSWER_BYTES`].
    pub(crate) async fn receive_raw(&mut self, deadline: Deadline) -> Result<RawAnswer> {
        let mut header = [0; HEADER_LEN];
        self.read_exact(&mut header, deadline).await?;
        // At offset 22 of every header, whatever else is in it (wire contract 1.1).
        let body_len = u32::from_le_bytes([header[22], header[23], header[24], header[25]]);
        if body_len > MAX_ANSWER_BYTES {
            return Err(ProtocolError::BodyTooLong(body_len).into());
        }
        let mut body = SecretBytes::new(vec![0; body_len as usize]);
        self.read_exact(body.expose_mut(), deadline).await?;
        Ok(RawAnswer { header, body })
    }

    /// Whether the service has closed the connection and everything it sent was received. Waits for it until the
    /// deadline.
    pub(crate) async fn is_closed(&mut self, deadline: Deadline) -> Result<bool> {
        if !self.inbox.is_empty() {
            return Ok(false);
        }
        Ok(self.inbox.fill(&mut self.socket, deadline).await? == 0)
    }

    async fn write_all(&mut self, mut parts: &mut [IoSlice<'_>], deadline: Deadline) -> Result<()> {
        // Takes empty parts away, so that the loop ends when nothing is left to send.
        IoSlice::advance_slices(&mut parts, 0);
        while !parts.is_empty() {
            let sent = self.socket.send(parts, deadline).await?;
            IoSlice::advance_slices(&mut parts, sent);
        }
        Ok(())
    }

    async fn read_exact(&mut self, mut into: &mut [u8], deadline: Deadline) -> Result<()> {
        loop {
            let taken = self.inbox.take(into);
            into = &mut into[taken..];
            if into.is_empty() {
                return Ok(());
            }
            // What is longer than the inbox goes where it belongs, without a copy in between.
            let read = if into.len() >= INBOX_BYTES {
                let read = self.socket.read(into, deadline).await?;
                into = &mut into[read..];
                read
            } else {
                self.inbox.fill(&mut self.socket, deadline).await?
            };
            if read == 0 {
                return Err(Error::Closed);
            }
        }
    }
}

impl Inbox {
    fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Moves bytes out, and clears where they were: they may be a secret.
    fn take(&mut self, into: &mut [u8]) -> usize {
        let length = into.len().min(self.end - self.start);
        let from = &mut self.bytes.expose_mut()[self.start..self.start + length];
        into[..length].copy_from_slice(from);
        wipe(from);
        self.start += length;
        length
    }

    /// Reads into the empty inbox; 0 at the end of the stream.
    async fn fill(&mut self, socket: &mut impl Socket, deadline: Deadline) -> Result<usize> {
        let read = socket.read(self.bytes.expose_mut(), deadline).await?;
        (self.start, self.end) = (0, read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::{self, Blocking, now};
    use crate::credential::Credential;
    use crate::pool::Pool;
    use keystead_interface::codes::ProviderNumber;
    use keystead_interface::operations::core::Ping;
    use std::io::{Read, Write};
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::time::Duration;

    /// A connection, and the service's end of it.
    fn connected(name: &str) -> (Link<blocking::Socket>, UnixStream) {
        let path = std::env::temp_dir().join(format!("keystead-connection-{name}-{}", std::process::id()));
        let listener = UnixListener::bind(&path).unwrap();
        let connection = now(Link::open::<Blocking>(&Endpoint::at(&path), soon())).unwrap();
        std::fs::remove_file(&path).unwrap();
        (connection, listener.accept().unwrap().0)
    }

    fn soon() -> Deadline {
        Deadline::after(Duration::from_secs(10))
    }

    fn ping() -> RequestFrame {
        RequestFrame::new(Ping {}, ProviderNumber::CORE, &Credential::None).unwrap()
    }

    /// A Pong that keeps the connection: vector V8r of wire contract 1.2 without its session.
    fn pong() -> Vec<u8> {
        let mut answer = ping().header(0).to_vec();
        (answer[8], answer[22]) = (1, 2);
        answer.extend_from_slice(&[8, 1]);
        answer
    }

    #[test]
    fn an_answer_that_comes_too_late_is_not_taken_for_the_next_ones() {
        let (mut connection, mut service) = connected("late");
        let passed = Deadline::after(Duration::from_millis(10));
        assert!(matches!(now(connection.exchange(&ping(), passed)), Err(Error::Timeout)));
        service.write_all(&pong()).unwrap();
        assert!(matches!(now(connection.exchange(&ping(), soon())), Err(Error::Broken)));
        assert!(matches!(now(connection.receive(soon())), Err(Error::Broken)));
        assert!(!connection.is_reusable());
    }

    #[test]
    fn the_answer_to_another_request_is_not_taken_and_ends_the_connection() {
        let (mut connection, mut service) = connected("turn");
        service.write_all(&pong()).unwrap();
        now(connection.exchange(&ping(), soon())).unwrap();
        service.write_all(&pong()).unwrap();
        let error = now(connection.exchange(&ping(), soon())).err().unwrap();
        assert!(matches!(error, Error::Protocol(ProtocolError::OutOfTurn { expected: 1, given: 0 })));
        assert!(!connection.is_reusable());
    }

    #[test]
    fn a_refusal_before_the_whole_request_was_sent_is_received_and_ends_the_connection() {
        let (mut connection, mut service) = connected("early");
        service.write_all(&pong()).unwrap();
        service.shutdown(std::net::Shutdown::Read).unwrap();
        assert!(now(connection.send(&ping(), soon())).is_err_and(|error| error.is_broken_connection()));
        assert!(now(connection.receive(soon())).unwrap().keeps_connection());
        assert!(!connection.is_reusable());
        assert!(matches!(now(connection.send(&ping(), soon())), Err(Error::Broken)));
    }

    #[test]
    fn a_process_that_was_forked_does_not_take_its_parents_connection() {
        let (mut connection, mut service) = connected("forked");
        service.write_all(&pong()).unwrap();
        now(connection.exchange(&ping(), soon())).unwrap();
        service.read_exact(&mut [0; HEADER_LEN]).unwrap();
        assert!(connection.is_reusable() && connection.is_fresh(true));
        // What a child finds in the memory that it inherits: another process connected.
        connection.process += 1;
        let pool = Pool::default();
        pool.give_back(connection);
        assert!(pool.take(false).is_none());
    }
}
