//! The life of the process: start, serve, reload on SIGHUP, end on SIGTERM or SIGINT.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::admission::Places;
use crate::assembly::{self, Assembled, AssemblyError};
use crate::event_loop::{self, Shared};
use crate::hardening::Standing;
use crate::listener::Listener;
use crate::metrics::Counters;
use crate::settings::{Settings, Source};
use crate::systemd::{self, InheritError, InheritedSocket};
use crate::{listener, logging, metrics_socket, recovery, reload};

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
    let counters = Arc::new(Counters::new());
    report_panics(Arc::clone(&counters));
    let main_loop = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // Before the state directory, which makes its parents for nobody but us.
    for path in settings.service.socket_paths() {
        listener::make_folder(path).map_err(|error| RunError::Listen(path.display().to_string(), error))?;
    }
    let assembled = assembly::assemble(settings, Arc::clone(&counters))?;
    main_loop.block_on(async {
        for provider in assembled.service.providers.visible(true) {
            recovery::repair(assembled.service.keyring.store(), provider).await;
        }
    });
    let listeners = Arc::new(listen(&assembled.settings, inherited)?);
    let (stop, stopped) = watch::channel(false);
    let (shared, threads) = start_event_loops(&assembled, counters, &listeners, &stopped)?;
    main_loop.block_on(until_told_to_end(source, assembled, &shared))?;
    systemd::stopping();
    log::info!("ending: requests that have begun are answered first");
    // The receivers live in the threads that are joined below.
    let _ = stop.send(true);
    for thread in threads {
        // A loop that failed has said so.
        let _ = thread.join();
    }
    Ok(())
}

fn listen(settings: &Settings, inherited: Vec<InheritedSocket>) -> Result<Vec<Listener>, RunError> {
    if !inherited.is_empty() {
        let adopt = |given: InheritedSocket| {
            Listener::adopt(given.listener.into()).map_err(|error| RunError::Listen(given.name, error))
        };
        return inherited.into_iter().map(adopt).collect();
    }
    let mode = settings.service.socket_mode;
    let bind = |path: &std::path::Path| {
        Listener::bind(path, mode).map_err(|error| RunError::Listen(path.display().to_string(), error))
    };
    settings.service.socket_paths().map(bind).collect()
}

type EventLoops = (Arc<Shared>, Vec<JoinHandle<()>>);

/// One event loop for each core of the machine.
fn start_event_loops(
    assembled: &Assembled,
    counters: Arc<Counters>,
    listeners: &Arc<Vec<Listener>>,
    stopped: &watch::Receiver<bool>,
) -> Result<EventLoops, RunError> {
    let cores = std::thread::available_parallelism()?.get();
    let (shared, inboxes) = Shared::new(Arc::clone(&assembled.service), Places::new(counters), cores);
    let mut threads = Vec::with_capacity(cores);
    for (index, inbox) in inboxes.into_iter().enumerate() {
        let (shared, listeners, stopped) = (Arc::clone(&shared), Arc::clone(listeners), stopped.clone());
        let thread = std::thread::Builder::new().name(format!("event-loop-{index}"));
        threads.push(thread.spawn(move || {
            if let Err(error) = event_loop::run(index, shared, inbox, &listeners, stopped) {
                log::error!("an event loop ended: {error}");
            }
        })?);
    }
    Ok((shared, threads))
}

/// Serves until a signal ends it. SIGHUP reads the configuration again.
async fn until_told_to_end(source: &Source, mut assembled: Assembled, shared: &Arc<Shared>) -> io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    if let Some(path) = &assembled.settings.service.metrics_socket_path {
        tokio::spawn(metrics_socket::serve(metrics_socket::bind(path)?, Arc::clone(&assembled.service.counters)));
    }
    greet(&assembled.settings);
    systemd::ready("serving");
    loop {
        match next_of(&mut hangup, &mut terminate, &mut interrupt).await {
            Told::Reload => assembled = reload::reload(source, assembled, shared),
            Told::End => return Ok(()),
        }
    }
}

enum Told {
    Reload,
    End,
}

async fn next_of(hangup: &mut Signal, terminate: &mut Signal, interrupt: &mut Signal) -> Told {
    std::future::poll_fn(|context| {
        if terminate.poll_recv(context).is_ready() || interrupt.poll_recv(context).is_ready() {
            return std::task::Poll::Ready(Told::End);
        }
        hangup.poll_recv(context).map(|_| Told::Reload)
    })
    .await
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
fn report_panics(counters: Arc<Counters>) {
    std::panic::set_hook(Box::new(move |panic| {
        counters.panicked();
        // Of the message nothing is logged but where it came from: it might hold what nobody may see.
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        log::error!("panic at {place}: please report this defect");
    }));
}
