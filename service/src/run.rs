//! The life of the process: start, serve, reload on SIGHUP, end on SIGTERM or SIGINT.

use std::io;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::task::Poll;
use std::thread::JoinHandle;

use keystead_interface::codes::AuthKind;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};

use crate::admission::Places;
use crate::assembly::{self, Assembled, AssemblyError};
use crate::door::Door;
use crate::event_loop::{self, Shared};
use crate::hardening::Standing;
use crate::listener::{Admitted, Listener};
use crate::metrics::Counters;
use crate::settings::{Settings, Source};
use crate::systemd::{self, InheritError, InheritedSocket};
use crate::{groups, hardening, limits, listener, logging, metrics_socket, reload};

/// The file mode of the admin socket: its owner's and its group's.
const ADMIN_SOCKET_MODE: u32 = 0o660;

/// Why the service did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The configuration forbids root.
    #[error("started as root, which `service.refuse_root` forbids: start it as a user of its own")]
    Root,
    /// The sockets that systemd gave cannot be used.
    #[error(transparent)]
    Inherit(#[from] InheritError),
    /// The service cannot be made.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// A socket cannot be bound.
    #[error("cannot listen on {0}: {1}")]
    Listen(String, io::Error),
    /// A thread that serves has ended: the process ends too, so that whoever watches it starts it again.
    #[error("an event loop ended, see the log; the service ends")]
    EventLoop,
    /// Threads, signals or event loops cannot be had.
    #[error("cannot start: {0}")]
    Start(#[from] io::Error),
}

/// Starts the service, and returns when it was told to end and has.
pub fn run(source: &Source, settings: Settings, inherited: Vec<InheritedSocket>) -> Result<(), RunError> {
    logging::apply(&settings.log);
    let standing = Standing::now();
    if standing.root && settings.service.refuse_root {
        return Err(RunError::Root);
    }
    for warning in standing.warnings() {
        log::warn!("{warning}");
    }
    let has_tokens = settings.authenticators.iter().any(|one| one.kind() == AuthKind::JWT);
    if has_tokens && !settings.service.refuse_shared_uid {
        log::info!(
            "service.refuse_shared_uid is off: names are isolated, but not from hostile processes of a daemon's uid"
        );
    }
    for warning in settings.warnings() {
        log::warn!("{warning}");
    }
    let counters = Arc::new(Counters::new());
    report_panics(Arc::clone(&counters));
    let main_loop = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Before the state directory, which makes its parents for nobody but us.
    make_folders(&settings, &inherited)?;
    let assembled = assembly::assemble(settings, Arc::clone(&counters))?;
    warn_of_few_descriptors(&assembled.settings);
    let _inside = main_loop.enter();
    // Before anything waits: a signal without its handler would kill the process.
    let signals = Signals::listen_for()?;
    main_loop.block_on(assembled.service.providers.make_ready());
    let listeners = Arc::new(listen(&assembled.settings, inherited)?);
    if let Some(path) = &assembled.settings.service.metrics_socket_path {
        let socket = metrics_socket::bind(path).map_err(|error| cannot_listen(path, error))?;
        main_loop.spawn(metrics_socket::serve(socket, Arc::clone(&counters)));
    }
    let (stop, stopped) = watch::channel(false);
    let (shared, event_loops) = start_event_loops(&assembled, counters, &listeners, &stopped)?;
    greet(&assembled.settings);
    systemd::ready("serving");
    let told = main_loop.block_on(serve(source, assembled, &shared, signals, event_loops.ended));
    systemd::stopping();
    log::info!("ending: requests that have begun are answered first");
    // The receivers live in the threads that are joined below.
    let _ = stop.send(true);
    for thread in event_loops.threads {
        // A loop that failed has said so.
        let _ = thread.join();
    }
    // The sockets go before the state directory is unlocked: whoever comes next binds its own.
    drop(listeners);
    told
}

/// The folders of the sockets, as far as they are missing.
fn make_folders(settings: &Settings, inherited: &[InheritedSocket]) -> Result<(), RunError> {
    for path in settings.service.socket_paths() {
        listener::make_folder(path).map_err(|error| cannot_listen(path, error))?;
    }
    let is_given = inherited.iter().any(|given| Door::named(&given.name) == Door::Admin);
    if let Some(path) = settings.service.admin_socket_path.as_deref().filter(|_| !is_given) {
        let group = admin_group(settings, path)?;
        listener::make_private_folder(path, group).map_err(|error| cannot_listen(path, error))?;
    }
    Ok(())
}

/// The sockets of each kind: those that systemd gave, or else those of the configuration.
fn listen(settings: &Settings, inherited: Vec<InheritedSocket>) -> Result<Vec<Listener>, RunError> {
    let adopt = |given: InheritedSocket| {
        let door = Door::named(&given.name);
        let adopted = Listener::adopt(door, given.listener.into());
        adopted.map(|listener| (door, listener)).map_err(|error| RunError::Listen(given.name, error))
    };
    let mut listeners = inherited.into_iter().map(adopt).collect::<Result<Vec<_>, _>>()?;
    let is_given = |door| listeners.iter().any(|(given, _)| *given == door);
    let (applications, admins) = (is_given(Door::Application), is_given(Door::Admin));
    let bind = |door, path: &Path, admitted| {
        let bound = Listener::bind(door, path, admitted);
        bound.map(|listener| (door, listener)).map_err(|error| cannot_listen(path, error))
    };
    if !applications {
        let admitted = Admitted { mode: settings.service.socket_mode, group: None };
        for path in settings.service.socket_paths() {
            listeners.push(bind(Door::Application, path, admitted)?);
        }
    }
    if let Some(path) = settings.service.admin_socket_path.as_deref().filter(|_| !admins) {
        let admitted = Admitted { mode: ADMIN_SOCKET_MODE, group: admin_group(settings, path)? };
        listeners.push(bind(Door::Admin, path, admitted)?);
    }
    Ok(listeners.into_iter().map(|(_, listener)| listener).collect())
}

fn admin_group(settings: &Settings, path: &Path) -> Result<Option<u32>, RunError> {
    let group = settings.service.admin_socket_group.as_ref();
    group.map(groups::gid).transpose().map_err(|error| cannot_listen(path, error))
}

fn cannot_listen(path: &Path, error: io::Error) -> RunError {
    RunError::Listen(path.display().to_string(), error)
}

/// Each connection is a descriptor, or two if its process is looked at for the sake of a token, and the store needs some
/// too.
fn warn_of_few_descriptors(settings: &Settings) {
    let each = if settings.authenticators.iter().any(|one| one.kind() == AuthKind::JWT) { 2 } else { 1 };
    let wanted = settings.limits.max_connections as u64 * each + limits::DESCRIPTORS_FOR_OURSELVES;
    if let Some(limit) = hardening::open_file_limit().filter(|limit| *limit < wanted) {
        log::warn!(limit, wanted; "limits.max_connections needs more descriptors than the process may have open");
    }
}

/// The threads that serve.
struct EventLoops {
    threads: Vec<JoinHandle<()>>,
    /// Says so when one of them ends before it is told to.
    ended: mpsc::UnboundedReceiver<()>,
}

/// One event loop for each core of the machine.
fn start_event_loops(
    assembled: &Assembled,
    counters: Arc<Counters>,
    listeners: &Arc<Vec<Listener>>,
    stopped: &watch::Receiver<bool>,
) -> Result<(Arc<Shared>, EventLoops), RunError> {
    let cores = std::thread::available_parallelism()?.get();
    let (shared, inboxes) = Shared::new(Arc::clone(&assembled.service), Places::new(counters), cores);
    let (ends, ended) = mpsc::unbounded_channel();
    let mut threads = Vec::with_capacity(cores);
    for (index, inbox) in inboxes.into_iter().enumerate() {
        let (shared, listeners, stopped) = (Arc::clone(&shared), Arc::clone(listeners), stopped.clone());
        let ends = ends.clone();
        let run = move || event_loop::run(index, shared, inbox, &listeners, stopped);
        let thread = std::thread::Builder::new().name(format!("event-loop-{index}"));
        threads.push(thread.spawn(move || {
            if let Ok(Err(error)) = std::panic::catch_unwind(AssertUnwindSafe(run)) {
                log::error!("an event loop ended: {error}");
            }
            // Nobody listens any more while the service ends.
            let _ = ends.send(());
        })?);
    }
    Ok((shared, EventLoops { threads, ended }))
}

/// The signals that tell the service something.
struct Signals {
    hangup: Signal,
    terminate: Signal,
    interrupt: Signal,
}

enum Told {
    Reload,
    End,
    EventLoopEnded,
}

impl Signals {
    fn listen_for() -> io::Result<Signals> {
        Ok(Signals {
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self, ended: &mut mpsc::UnboundedReceiver<()>) -> Told {
        std::future::poll_fn(|context| {
            if self.terminate.poll_recv(context).is_ready() || self.interrupt.poll_recv(context).is_ready() {
                return Poll::Ready(Told::End);
            }
            if ended.poll_recv(context).is_ready() {
                return Poll::Ready(Told::EventLoopEnded);
            }
            self.hangup.poll_recv(context).map(|_| Told::Reload)
        })
        .await
    }
}

/// Serves until a signal ends it. SIGHUP reads the configuration again.
async fn serve(
    source: &Source,
    mut assembled: Assembled,
    shared: &Arc<Shared>,
    mut signals: Signals,
    mut ended: mpsc::UnboundedReceiver<()>,
) -> Result<(), RunError> {
    loop {
        match signals.next(&mut ended).await {
            Told::Reload => assembled = reload::reload(source, assembled, shared).await,
            Told::End => return Ok(()),
            Told::EventLoopEnded => return Err(RunError::EventLoop),
        }
    }
}

/// For whoever starts the service by hand: where it listens, and what to try next.
fn greet(settings: &Settings) {
    let endpoint = format!("unix:{}", settings.service.socket_path.display());
    log::info!(endpoint = endpoint.as_str(); "serving");
    if std::env::var_os("NOTIFY_SOCKET").is_none() {
        println!("Keystead serves on {endpoint}");
        println!("Try: KEYSTEAD_SERVICE_ENDPOINT={endpoint} cargo run --release -p keystead-cli -- ping");
    }
}

/// A panic is a defect: it is counted and logged with its place, and ends only the request in which it happened.
pub fn report_panics(counters: Arc<Counters>) {
    std::panic::set_hook(Box::new(move |panic| {
        counters.panicked();
        // Of the message nothing is logged but where it came from: it might hold what nobody may see.
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        log::error!("panic at {place}: please report this defect");
    }));
}
