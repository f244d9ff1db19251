//! One connection: read a request by its deadline, ask the service, write the answer in one write; and again, if the
//! client asked for that (wire contract 1.4, 1.5 and 6.2).

use std::cell::Cell;
use std::io;
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use keystead_interface::frame::{self, Progress};
use keystead_interface::header::Header;
use keystead_interface::status::Status;
use keystead_trust::peer::Peer;
use tokio::time::{Instant, Sleep, sleep_until, timeout_at};

use crate::admission::Admission;
use crate::authenticate::{Caller, PeerProcess};
use crate::buffers::Buffers;
use crate::door::Door;
use crate::event_loop::EventLoop;
use crate::limits::{EAGER_READS, READ_BUFFER_BYTES, REQUESTS_PER_TURN, SET_ASIDE_BYTES};
use crate::service::{Service, write_status};
use crate::socket::Socket;

/// A client's connection. It can be given from one event loop to another between two requests.
pub struct Connection {
    socket: Socket,
    door: Door,
    peer: Peer,
    process: PeerProcess,
    /// Gives the connection's place back when it ends.
    _admission: Admission,
}

/// Why reading ended without a whole request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// The deadline passed.
    Late,
    /// The stream ended or failed.
    Ended,
    /// There is no memory for a request as large as this now.
    NoRoom,
}

/// Whether a connection has just been accepted. One that says nothing is answered then, and closed without a word later.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    Fresh,
    Kept,
}

impl Connection {
    /// A connection that was just accepted.
    pub fn new(socket: Socket, door: Door, peer: Peer, admission: Admission) -> Self {
        Connection { socket, door, peer, process: PeerProcess::default(), _admission: admission }
    }

    /// Answers the first requests of a connection, whose deadline runs already. Continue if it stays open after them.
    /// Errors of the socket mean that the client is gone: there is nobody to tell.
    pub async fn begin(&mut self, event_loop: &EventLoop) -> ControlFlow<()> {
        let deadline = Instant::now() + event_loop.service().limits.request_deadline;
        let turn = self.turn(event_loop, &mut Buffers::take(), deadline, Age::Fresh).await;
        turn.unwrap_or(ControlFlow::Break(()))
    }

    /// Serves a connection that stays, turn after turn, waiting between them without a buffer.
    pub async fn go_on(&mut self, event_loop: &EventLoop, idle: &Cell<bool>) {
        // One alarm for the whole connection, set again only when it rings: setting it for each request would cost more
        // than to decode one.
        let mut alarm = pin!(sleep_until(Instant::now() + event_loop.service().limits.idle_timeout));
        while !event_loop.is_draining() {
            let idle_until = Instant::now() + event_loop.service().limits.idle_timeout;
            idle.set(true);
            let readable = self.readable_until(idle_until, alarm.as_mut()).await;
            idle.set(false);
            if !readable {
                return;
            }
            let turn = self.turn(event_loop, &mut Buffers::take(), idle_until, Age::Kept).await;
            if !matches!(turn, Ok(ControlFlow::Continue(()))) {
                return;
            }
        }
    }

    /// Waits until there is something to read; false if the socket failed or nothing came in time.
    async fn readable_until(&mut self, idle_until: Instant, mut alarm: Pin<&mut Sleep>) -> bool {
        let mut readable = pin!(self.socket.readable());
        std::future::poll_fn(|context| {
            if let Poll::Ready(readable) = readable.as_mut().poll(context) {
                return Poll::Ready(readable.is_ok());
            }
            while alarm.as_mut().poll(context).is_ready() {
                if Instant::now() >= idle_until {
                    return Poll::Ready(false);
                }
                alarm.as_mut().reset(idle_until);
            }
            Poll::Pending
        })
        .await
    }

    /// Reads requests and answers them, until nothing more is there and the buffer is empty. Answers to requests that
    /// came together leave together.
    async fn turn(
        &mut self,
        event_loop: &EventLoop,
        buffers: &mut Buffers,
        mut deadline: Instant,
        age: Age,
    ) -> io::Result<ControlFlow<()>> {
        let mut answered = 0;
        loop {
            // Asked anew for each request: a reload holds for connections that never rest, too.
            let service = event_loop.service();
            match frame::read(buffers.input.unread(), service.limits.max_body_bytes) {
                Ok(Progress::Whole(frame)) => {
                    let keep = frame.header.flags.keep_alive() && !event_loop.is_draining();
                    let length = frame.len();
                    let (peer, process) = (&self.peer, &self.process);
                    let caller = Caller { door: self.door, peer, process, socket: self.socket.as_fd() };
                    // In a box, so that an idle connection does not hold the room of the largest operation.
                    Box::pin(service.answer(&frame, caller, keep, &mut buffers.answers)).await;
                    buffers.input.take_off(length);
                    deadline = Instant::now() + service.limits.request_deadline;
                    if !keep {
                        self.flush(&service, buffers).await?;
                        if !buffers.input.unread().is_empty() {
                            self.linger(buffers, deadline).await;
                        }
                        return Ok(ControlFlow::Break(()));
                    }
                    answered += 1;
                    self.share(&service, buffers, answered).await?;
                }
                Ok(Progress::Partial { header, .. }) => {
                    self.flush(&service, buffers).await?;
                    let nothing_begun = buffers.input.unread().is_empty();
                    if nothing_begun && answered > 0 {
                        return Ok(ControlFlow::Continue(()));
                    }
                    let Err(cut) = self.read_more(buffers, deadline).await else {
                        if nothing_begun && age == Age::Kept {
                            deadline = Instant::now() + service.limits.request_deadline;
                        }
                        continue;
                    };
                    if age == Age::Fresh || !nothing_begun {
                        answer_cut(&service, header.as_ref(), cut, buffers);
                        self.flush(&service, buffers).await?;
                        self.linger(buffers, deadline).await;
                    }
                    return Ok(ControlFlow::Break(()));
                }
                Err(error) => {
                    service.answer_unreadable(&error, &mut buffers.answers);
                    self.flush(&service, buffers).await?;
                    self.linger(buffers, deadline).await;
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
    }

    /// Lets the other connections of this thread have their turn, and memory, between two requests of one.
    async fn share(&mut self, service: &Service, buffers: &mut Buffers, answered: usize) -> io::Result<()> {
        let taken_in = answered.is_multiple_of(service.limits.max_pipelined_requests);
        if taken_in || buffers.answers.len() >= READ_BUFFER_BYTES {
            self.flush(service, buffers).await?;
        }
        if answered.is_multiple_of(REQUESTS_PER_TURN) {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Reads at least one byte. While there is none, the thread's buffer is there for others.
    async fn read_more(&mut self, buffers: &mut Buffers, deadline: Instant) -> Result<(), Cut> {
        let mut eager_reads = 0;
        loop {
            let room = buffers.input.room().ok_or(Cut::NoRoom)?;
            match self.socket.read(room) {
                Ok(Some(0)) | Err(_) => return Err(Cut::Ended),
                Ok(Some(read)) => {
                    buffers.input.arrived(read);
                    return Ok(());
                }
                // Old clients write a request in three pieces: the rest is often there before the event loop could be
                // told to watch for it.
                Ok(None) if !self.socket.is_registered() && eager_reads < EAGER_READS => {
                    eager_reads += 1;
                    tokio::task::yield_now().await;
                    continue;
                }
                Ok(None) => {}
            }
            let aside = (buffers.input.unread().len() <= SET_ASIDE_BYTES).then(|| buffers.set_aside());
            let readable = timeout_at(deadline, self.socket.readable()).await;
            if let Some(arrived) = aside {
                buffers.resume(arrived);
            }
            match readable {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Err(Cut::Ended),
                Err(_) => return Err(Cut::Late),
            }
        }
    }

    async fn flush(&mut self, service: &Service, buffers: &mut Buffers) -> io::Result<()> {
        if buffers.answers.is_empty() {
            return Ok(());
        }
        let deadline = Instant::now() + service.limits.answer_deadline;
        let written = timeout_at(deadline, self.socket.write_all(&buffers.answers)).await;
        buffers.answers_sent();
        written.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    /// Ends a connection whose client may still be sending: closing with unread bytes would reset it, and the client
    /// would see that and not the answer.
    async fn linger(&mut self, buffers: &mut Buffers, deadline: Instant) {
        self.socket.finish_writing();
        while Instant::now() < deadline {
            let unread = buffers.input.unread().len();
            buffers.input.take_off(unread);
            if self.read_more(buffers, deadline).await.is_err() {
                return;
            }
            // A client that never stops sending must not keep the thread.
            tokio::task::yield_now().await;
        }
    }

    /// Tells a client that there is no place for it, and ends when it has stopped sending or `patience` is over.
    pub async fn refuse(mut socket: Socket, patience: Duration) {
        let deadline = Instant::now() + patience;
        let mut answer = Vec::new();
        // It is told before it is asked what it wants, so the answer has the default header.
        write_status(Header::default_answer(), Status::Busy.for_client(false), &mut answer);
        if let Ok(Ok(())) = timeout_at(deadline, socket.write_all(&answer)).await {
            socket.finish_writing();
            let mut discarded = [0; 1024];
            while Instant::now() < deadline {
                match socket.read(&mut discarded) {
                    Ok(Some(0)) | Err(_) => return,
                    Ok(Some(_)) => tokio::task::yield_now().await,
                    Ok(None) => drop(timeout_at(deadline, socket.readable()).await),
                }
            }
        }
    }

    /// Takes the connection out of this thread's event loop.
    pub fn detach(&mut self) {
        self.socket.detach();
        self.process.detach();
    }
}

/// Answers a request that did not arrive whole.
fn answer_cut(service: &Service, header: Option<&Header>, cut: Cut, buffers: &mut Buffers) {
    match cut {
        Cut::Late => service.answer_incomplete(header, Status::DeadlineExceeded, &mut buffers.answers),
        Cut::Ended => service.answer_incomplete(header, Status::ConnectionError, &mut buffers.answers),
        Cut::NoRoom => service.answer_incomplete(header, Status::Busy, &mut buffers.answers),
    }
}
