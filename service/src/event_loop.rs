//! An event loop: one thread for each core of the machine, with a single-threaded runtime of its own, which accepts
//! connections and serves those that stay. A connection that stays goes to the loop that has the fewest.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::Poll;

use arc_swap::ArcSwap;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::{AbortHandle, LocalSet};

use crate::admission::Places;
use crate::connection::Connection;
use crate::limits::{LISTING_THREADS, REFUSAL_PATIENCE, REFUSALS_WAITED_FOR};
use crate::listener::Listener;
use crate::service::Service;
use crate::socket::Socket;
use crate::trust;

/// What all cores share.
pub struct Shared {
    /// The service as it is configured now.
    pub service: ArcSwap<Service>,
    /// Places for connections.
    pub places: Arc<Places>,
    cores: Vec<Core>,
}

/// How other cores reach one.
struct Core {
    /// Connections that stay there.
    staying: AtomicUsize,
    connections: mpsc::UnboundedSender<Connection>,
}

/// An event loop, as its own thread sees it.
pub struct EventLoop {
    index: usize,
    shared: Arc<Shared>,
    draining: Cell<bool>,
    /// Connections that stay here.
    staying: RefCell<HashMap<u64, Staying>>,
    next_stay: Cell<u64>,
    /// Connections that are being served, and who waits for there to be none.
    open: Cell<usize>,
    closed: Notify,
    /// Refused connections that are waited for.
    refused: Cell<usize>,
}

/// How to end a connection, and whether it waits for a request.
type Staying = (AbortHandle, Rc<Cell<bool>>);

/// Where the connections come in that other cores give to one.
pub struct Inbox(mpsc::UnboundedReceiver<Connection>);

impl Shared {
    /// What `count` cores share, and an inbox for each of them.
    pub fn new(service: Arc<Service>, places: Arc<Places>, count: usize) -> (Arc<Shared>, Vec<Inbox>) {
        let (cores, inboxes) = (0..count)
            .map(|_| {
                let (connections, inbox) = mpsc::unbounded_channel();
                (Core { staying: AtomicUsize::new(0), connections }, Inbox(inbox))
            })
            .unzip();
        (Arc::new(Shared { service: ArcSwap::new(service), places, cores }), inboxes)
    }
}

/// Runs an event loop until `stop` says so, and then until its connections have their answers or `drain_timeout` is over.
pub fn run(
    index: usize,
    shared: Arc<Shared>,
    inbox: Inbox,
    listeners: &[Listener],
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(LISTING_THREADS)
        .build()?;
    let event_loop = Rc::new(EventLoop {
        index,
        shared,
        draining: Cell::new(false),
        staying: RefCell::default(),
        next_stay: Cell::new(0),
        open: Cell::new(0),
        closed: Notify::new(),
        refused: Cell::new(0),
    });
    let local = LocalSet::new();
    local.block_on(&runtime, async {
        let mut tasks = Vec::new();
        for listener in listeners {
            tasks.push(tokio::task::spawn_local(listener.accept(Rc::clone(&event_loop))?));
        }
        tasks.push(tokio::task::spawn_local(receive(Rc::clone(&event_loop), inbox)));
        tasks.push(tokio::task::spawn_local(trust::watch::watch(Arc::clone(&event_loop.service().trust))));
        // The sender lives as long as the process; if it is gone there is nothing left to serve for.
        let _ = stop.wait_for(|stop| *stop).await;
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
        event_loop.drain().await;
        Ok(())
    })
}

async fn receive(event_loop: Rc<EventLoop>, mut inbox: Inbox) {
    while let Some(connection) = inbox.0.recv().await {
        event_loop.keep(connection);
    }
}

impl EventLoop {
    /// The service as it is configured now.
    pub fn service(&self) -> Arc<Service> {
        self.shared.service.load_full()
    }

    /// Places for connections.
    pub fn places(&self) -> &Arc<Places> {
        &self.shared.places
    }

    /// Whether the service is about to end: nothing new is begun.
    pub fn is_draining(&self) -> bool {
        self.draining.get()
    }

    /// Serves a connection that was just accepted: at once, as far as it goes without waiting.
    pub async fn serve(self: &Rc<Self>, mut connection: Connection) {
        let event_loop = Rc::clone(self);
        let mut serving = Box::pin(async move {
            let _open = Open::new(&event_loop);
            if connection.begin(&event_loop).await.is_continue() {
                event_loop.settle(connection);
            }
        });
        let first = std::future::poll_fn(|context| {
            // What panics ends its own connection only; the panic hook has counted and logged it.
            let polled = std::panic::catch_unwind(AssertUnwindSafe(|| serving.as_mut().poll(context)));
            Poll::Ready(polled.unwrap_or(Poll::Ready(())))
        });
        if first.await.is_pending() {
            tokio::task::spawn_local(serving);
        }
    }

    /// Refuses a connection for which there is no place.
    pub fn refuse(self: &Rc<Self>, socket: Socket) {
        if self.refused.get() >= REFUSALS_WAITED_FOR {
            return;
        }
        self.refused.set(self.refused.get() + 1);
        let event_loop = Rc::clone(self);
        tokio::task::spawn_local(async move {
            Connection::refuse(socket, REFUSAL_PATIENCE).await;
            event_loop.refused.set(event_loop.refused.get() - 1);
        });
    }

    /// Gives a connection that stays to the loop with the fewest of them.
    fn settle(self: &Rc<Self>, mut connection: Connection) {
        let own = &self.shared.cores[self.index];
        let fewest = self.shared.cores.iter().min_by_key(|core| core.staying.load(Relaxed)).unwrap_or(own);
        if own.staying.load(Relaxed) <= fewest.staying.load(Relaxed) {
            own.staying.fetch_add(1, Relaxed);
            return self.keep(connection);
        }
        connection.detach();
        fewest.staying.fetch_add(1, Relaxed);
        if let Err(mpsc::error::SendError(connection)) = fewest.connections.send(connection) {
            // That loop has ended.
            fewest.staying.fetch_sub(1, Relaxed);
            own.staying.fetch_add(1, Relaxed);
            self.keep(connection);
        }
    }

    /// Serves a connection that stays, here. It was counted already.
    fn keep(self: &Rc<Self>, mut connection: Connection) {
        let idle = Rc::new(Cell::new(false));
        let key = self.next_stay.replace(self.next_stay.get() + 1);
        let (event_loop, idle_inside) = (Rc::clone(self), Rc::clone(&idle));
        let task = tokio::task::spawn_local(async move {
            let _open = Open::new(&event_loop);
            let _stay = Stay { event_loop: &event_loop, key };
            connection.go_on(&event_loop, &idle_inside).await;
        });
        self.staying.borrow_mut().insert(key, (task.abort_handle(), idle));
    }

    /// Ends the connections that wait for a request, and waits for those that have one.
    async fn drain(&self) {
        self.draining.set(true);
        for (task, idle) in self.staying.borrow().values() {
            if idle.get() {
                task.abort();
            }
        }
        let timeout = self.service().limits.drain_timeout;
        let all_closed = async {
            while self.open.get() > 0 {
                self.closed.notified().await;
            }
        };
        if tokio::time::timeout(timeout, all_closed).await.is_err() {
            log::warn!(connections = self.open.get(); "ended before all requests were answered");
        }
    }
}

/// Counts a connection as open on its event loop while it is served.
struct Open<'a>(&'a EventLoop);

impl<'a> Open<'a> {
    fn new(event_loop: &'a EventLoop) -> Self {
        event_loop.open.set(event_loop.open.get() + 1);
        Open(event_loop)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.set(self.0.open.get() - 1);
        self.0.closed.notify_one();
    }
}

/// Strikes a connection off its event loop's list when it ends.
struct Stay<'a> {
    event_loop: &'a EventLoop,
    key: u64,
}

impl Drop for Stay<'_> {
    fn drop(&mut self) {
        self.event_loop.staying.borrow_mut().remove(&self.key);
        self.event_loop.shared.cores[self.event_loop.index].staying.fetch_sub(1, Relaxed);
    }
}
