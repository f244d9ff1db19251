//! One connection: requests are read whole, by their deadline, and answered in their order.

use std::cell::OnceCell;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use keystead_interface::codes::AuthKind;
use keystead_interface::frame::{self, Frame, Progress};
use keystead_interface::header::{Flags, HEADER_LEN, Header};
use keystead_interface::operations::{Opcode, Operation, Outcome};
use keystead_interface::request::Request;
use keystead_interface::status::Status;
use keystead_trust::peer::{Peer, Pinned, Unattested};

use crate::limits::{ANSWER_DEADLINE, IDLE_TIMEOUT, MAX_BODY_BYTES, READ_BYTES, REQUEST_DEADLINE};

/// What is served on a socket.
pub trait Door: Send + Sync + 'static {
    /// Whether the operation exists here.
    fn serves(&self, opcode: Opcode) -> bool;

    /// How important a refusal is to those who read the log.
    fn refusals(&self) -> log::Level;

    /// Does what is asked. Operations that are not served never come here.
    fn answer(&self, caller: &Caller<'_>, operation: Operation) -> Result<Outcome, Refusal>;
}

/// Why something was not done. The caller learns the status alone.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct Refusal {
    /// What the caller is told.
    pub status: Status,
    /// What the log is told; without names of applications and without secrets.
    pub why: String,
}

impl Refusal {
    /// Refuses with this status.
    pub fn new(status: Status, why: impl std::fmt::Display) -> Refusal {
        Refusal { status, why: why.to_string() }
    }
}

/// The process at the other end.
pub struct Caller<'s> {
    socket: &'s UnixStream,
    peer: Peer,
    pinned: OnceCell<Pinned>,
}

impl<'s> Caller<'s> {
    /// The peer of a connected socket.
    pub fn new(socket: &'s UnixStream, peer: Peer) -> Caller<'s> {
        Caller { socket, peer, pinned: OnceCell::new() }
    }

    /// As it connected.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// The socket, for questions to the kernel.
    pub fn socket(&self) -> &UnixStream {
        self.socket
    }

    /// Its process, pinned when it is asked for first.
    pub fn pinned(&self) -> Result<&Pinned, Unattested> {
        if let Some(pinned) = self.pinned.get() {
            return Ok(pinned);
        }
        let pinned = self.peer.pinned(self.socket)?;
        Ok(self.pinned.get_or_init(|| pinned))
    }
}

/// Serves a connection until its client or a deadline ends it. Errors of the socket mean that the client is gone.
pub fn serve(socket: &UnixStream, peer: Peer, door: &dyn Door) -> io::Result<()> {
    let caller = Caller::new(socket, peer);
    let mut input = Input { socket, bytes: Vec::new() };
    socket.set_write_timeout(Some(ANSWER_DEADLINE))?;
    // A fresh connection has to say something soon; a kept one may be silent for a while.
    let mut patience = REQUEST_DEADLINE;
    loop {
        let (answer, taken) = match input.request(patience)? {
            Arrived::Whole(frame) => (answer(&caller, door, &frame), frame.len()),
            Arrived::Unreadable(answer, status) => {
                log::debug!(uid = peer.uid(), status = status.number(); "a request that cannot be read");
                return send(socket, &only_status(answer, status));
            }
            Arrived::Nothing => return Ok(()),
        };
        let keeps = Header::decode(first(&answer)).is_ok_and(|(header, _)| header.flags.keep_alive());
        send(socket, &answer)?;
        input.bytes.drain(..taken);
        if !keeps {
            return Ok(());
        }
        patience = IDLE_TIMEOUT;
    }
}

/// Tells a client that there is no place for it now.
pub fn refuse(socket: &UnixStream) -> io::Result<()> {
    socket.set_nonblocking(true)?;
    let mut socket = socket;
    socket.write_all(&only_status(Header::default_answer(), Status::Busy.for_client(false)))
}

/// What was read and is not answered yet.
struct Input<'s> {
    socket: &'s UnixStream,
    bytes: Vec<u8>,
}

/// What came of reading.
enum Arrived<'b> {
    /// A request.
    Whole(Frame<'b>),
    /// Something that cannot be read on, or not all of a request in time.
    Unreadable(Header, Status),
    /// The end of the connection, or silence.
    Nothing,
}

impl Input<'_> {
    /// Waits for a whole request: `patience` for its first byte, then [`REQUEST_DEADLINE`] for the rest.
    fn request(&mut self, patience: Duration) -> io::Result<Arrived<'_>> {
        let mut deadline = Instant::now() + if self.bytes.is_empty() { patience } else { REQUEST_DEADLINE };
        loop {
            let header = match frame::read(&self.bytes, MAX_BODY_BYTES) {
                Ok(Progress::Whole(_)) => break,
                Ok(Progress::Partial { header, .. }) => header,
                Err(error) => return Ok(Arrived::Unreadable(error.answer(), error.status())),
            };
            let had_nothing = self.bytes.is_empty();
            let status = match self.read_some(deadline) {
                Ok(0) if had_nothing => return Ok(Arrived::Nothing),
                Ok(0) => Status::ConnectionError,
                Ok(_) => {
                    if had_nothing {
                        deadline = Instant::now() + REQUEST_DEADLINE;
                    }
                    continue;
                }
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if had_nothing {
                        return Ok(Arrived::Nothing);
                    }
                    Status::DeadlineExceeded
                }
                Err(error) => return Err(error),
            };
            let extended = header.is_some_and(|header| header.flags.extended());
            let answer = header.map_or_else(Header::default_answer, |header| header.answer());
            return Ok(Arrived::Unreadable(answer, status.for_client(extended)));
        }
        // Looked at a second time, so that what is given back borrows the bytes that no longer change.
        match frame::read(&self.bytes, MAX_BODY_BYTES) {
            Ok(Progress::Whole(frame)) => Ok(Arrived::Whole(frame)),
            _ => Ok(Arrived::Nothing),
        }
    }

    fn read_some(&mut self, deadline: Instant) -> io::Result<usize> {
        let mut buffer = [0; READ_BYTES];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.socket.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
            match self.socket.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(read) => {
                    self.bytes.extend_from_slice(&buffer[..read]);
                    return Ok(read);
                }
            }
        }
    }
}

/// The whole answer to a request.
fn answer(caller: &Caller<'_>, door: &dyn Door, frame: &Frame<'_>) -> Vec<u8> {
    let flags = if frame.header.flags.keep_alive() { Flags::KEEP_ALIVE } else { Flags(0) };
    let answer = Header { flags, ..frame.header.answer() };
    // A panic is a defect of ours; it ends the request that met it and nothing else. Nothing that it may have left
    // half-done is seen by others: what is shared is behind locks, and changed in steps that cannot panic.
    let performed = std::panic::catch_unwind(AssertUnwindSafe(|| perform(caller, door, frame)));
    let outcome = performed.unwrap_or_else(|_| Err(Refusal::new(Status::PsaErrorGenericError, "a panic")));
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(refusal) => {
            let (opcode, status) = (frame.header.opcode, refusal.status.number());
            log::log!(door.refusals(), opcode, status, uid = caller.peer.uid(), pid = caller.peer.pid(); "refused: {refusal}");
            return only_status(answer, refusal.status.for_client(frame.header.flags.extended()));
        }
    };
    let mut bytes = vec![0; HEADER_LEN];
    outcome.encode(&mut bytes);
    // Lists are bounded far below 4 GiB.
    let body_len = u32::try_from(bytes.len() - HEADER_LEN).unwrap_or(u32::MAX);
    bytes[..HEADER_LEN].copy_from_slice(&Header { body_len, ..answer }.encode());
    bytes
}

fn perform(caller: &Caller<'_>, door: &dyn Door, frame: &Frame<'_>) -> Result<Outcome, Refusal> {
    let request = Request::parse(frame).map_err(|status| Refusal::new(status, "a number that means nothing here"))?;
    if !door.serves(request.opcode) {
        return Err(Refusal::new(Status::OpcodeDoesNotExist, "an operation of another daemon or another socket"));
    }
    if request.auth_kind != AuthKind::NONE {
        return Err(Refusal::new(
            Status::AuthenticatorNotRegistered,
            "identity is what the kernel says, not a request",
        ));
    }
    if !request.provider.is_core() {
        return Err(Refusal::new(Status::WrongProviderId, "the operation is not a provider's"));
    }
    let operation =
        Operation::decode(request.opcode, request.body).map_err(|error| Refusal::new(error.status(), error))?;
    door.answer(caller, operation)
}

fn only_status(answer: Header, status: Status) -> Vec<u8> {
    // All statuses are below 2005.
    let status = u16::try_from(status.number()).unwrap_or(u16::MAX);
    Header { status, ..answer }.encode().to_vec()
}

fn send(mut socket: &UnixStream, bytes: &[u8]) -> io::Result<()> {
    socket.write_all(bytes)
}

/// Every answer begins with a header.
fn first(answer: &[u8]) -> &[u8; HEADER_LEN] {
    answer.first_chunk().expect("an answer was made with its header first")
}
