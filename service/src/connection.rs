//! One connection: read a request by its deadline, ask the service, write the answer in one write; and again, if the
//! client asked for that (wire contract 1.4, 1.5 and 6.2).

use std::cell::Cell;
use std::io;
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::sync::Arc;

use keystead_interface::frame::{self, Progress};
use keystead_trust::peer::Peer;
use tokio::time::{Instant, timeout_at};

use crate::admission::Admission;
use crate::authenticate::Caller;
use crate::buffers::Buffers;
use crate::event_loop::EventLoop;
use crate::limits::REQUESTS_PER_TURN;
use crate::service::Service;
use crate::socket::Socket;

/// A client's connection. It can be given from one core to another between two requests.
pub struct Connection {
    socket: Socket,
    peer: Peer,
    /// Gives the connection's place back when it ends.
    _admission: Admission,
}

/// Why reading ended without a whole request.
enum Cut {
    /// The deadline passed.
    Late,
    /// The stream ended or failed.
    Ended,
}

impl Connection {
    /// A connection that was just accepted.
    pub fn new(socket: Socket, peer: Peer, admission: Admission) -> Self {
        Connection { socket, peer, _admission: admission }
    }

    /// Answers the first requests of a connection, whose deadline runs already. Continue if it stays open after them.
    /// Errors of the socket mean that the client is gone: there is nobody to tell.
    pub async fn begin(&mut self, event_loop: &EventLoop) -> ControlFlow<()> {
        let service = event_loop.service();
        let deadline = Instant::now() + service.limits.request_deadline;
        let mut buffers = Buffers::take();
        self.turn(&service, &mut buffers, deadline, true).await.unwrap_or(ControlFlow::Break(()))
    }

    /// Serves a connection that stays, turn after turn, waiting between them without a buffer.
    pub async fn go_on(&mut self, event_loop: &EventLoop, idle: &Cell<bool>) {
        while !event_loop.is_draining() {
            let idle_until = Instant::now() + event_loop.service().limits.idle_timeout;
            idle.set(true);
            let readable = timeout_at(idle_until, self.socket.readable()).await;
            idle.set(false);
            if !matches!(readable, Ok(Ok(()))) {
                return;
            }
            let service = event_loop.service();
            let deadline = Instant::now() + service.limits.request_deadline;
            let mut buffers = Buffers::take();
            match self.turn(&service, &mut buffers, deadline, false).await {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) | Err(_) => return,
            }
        }
    }

    /// Reads requests and answers them, until nothing more is there and the buffer is empty. Answers to requests that
    /// came together leave together.
    async fn turn(
        &mut self,
        service: &Arc<Service>,
        buffers: &mut Buffers,
        mut deadline: Instant,
        fresh: bool,
    ) -> io::Result<ControlFlow<()>> {
        // An idle connection that the client closes is not answered; a fresh one is.
        let mut answer_silence = fresh;
        let mut answered = 0;
        // Of whole requests a legal value only: settings keep it far below 4 GiB.
        let max_body = u32::try_from(service.limits.max_body_bytes).unwrap_or(u32::MAX);
        loop {
            match frame::read(buffers.input.unread(), max_body) {
                Ok(Progress::Whole(frame)) => {
                    let keep = frame.header.flags.keep_alive();
                    let length = frame.len();
                    let caller = Caller { peer: &self.peer, socket: self.socket.as_fd() };
                    // In a box, so that an idle connection does not hold the room of the largest operation.
                    Box::pin(service.answer(&frame, caller, &mut buffers.answers)).await;
                    buffers.input.take_off(length);
                    if !keep {
                        self.flush(service, buffers).await?;
                        if !buffers.input.unread().is_empty() {
                            self.linger(buffers, deadline).await;
                        }
                        return Ok(ControlFlow::Break(()));
                    }
                    answer_silence = false;
                    answered += 1;
                    deadline = Instant::now() + service.limits.request_deadline;
                    if answered % service.limits.max_pipelined_requests.min(REQUESTS_PER_TURN) == 0 {
                        self.flush(service, buffers).await?;
                        tokio::task::yield_now().await;
                    }
                }
                Ok(Progress::Partial { header, .. }) => {
                    self.flush(service, buffers).await?;
                    if buffers.input.unread().is_empty() && answered > 0 {
                        return Ok(ControlFlow::Continue(()));
                    }
                    let Err(cut) = self.read_more(buffers, deadline).await else { continue };
                    if answer_silence || !buffers.input.unread().is_empty() {
                        service.answer_incomplete(header.as_ref(), matches!(cut, Cut::Late), &mut buffers.answers);
                        self.flush(service, buffers).await?;
                        self.linger(buffers, deadline).await;
                    }
                    return Ok(ControlFlow::Break(()));
                }
                Err(error) => {
                    service.answer_unreadable(&error, &mut buffers.answers);
                    self.flush(service, buffers).await?;
                    self.linger(buffers, deadline).await;
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
    }

    async fn read_more(&mut self, buffers: &mut Buffers, deadline: Instant) -> Result<(), Cut> {
        match timeout_at(deadline, self.socket.read(buffers.input.room())).await {
            Ok(Ok(0) | Err(_)) => Err(Cut::Ended),
            Ok(Ok(read)) => {
                buffers.input.arrived(read);
                Ok(())
            }
            Err(_) => Err(Cut::Late),
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
        loop {
            let unread = buffers.input.unread().len();
            buffers.input.take_off(unread);
            if self.read_more(buffers, deadline).await.is_err() {
                return;
            }
        }
    }

    /// Takes the connection out of this core's event loop.
    pub fn detach(&mut self) {
        self.socket.detach();
    }
}
