//! The floors: what the kernel, the cryptography and the disk allow without any service.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use rusqlite::Connection;

use crate::Effort;
use crate::figures::{Run, closed_loop, median};
use crate::report::{Report, Unit};

/// The bytes of a message: a little more than an empty request's.
const MESSAGE: usize = 64;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE keys (id INTEGER PRIMARY KEY, tag BLOB NOT NULL UNIQUE, name BLOB NOT NULL UNIQUE,
                       attributes BLOB NOT NULL, sealed BLOB NOT NULL) STRICT;";
const INSERT: &str = "INSERT INTO keys (tag, name, attributes, sealed) VALUES (randomblob(16), randomblob(12), ?1, ?2)";

/// An echo in a process of its own, as the service is one. It ends when dropped.
pub(crate) struct Echo {
    child: Child,
    socket: PathBuf,
}

impl Echo {
    /// One that keeps its connections.
    pub(crate) fn persistent() -> Echo {
        Echo::start("echo")
    }

    /// One that answers once on each connection.
    pub(crate) fn once() -> Echo {
        Echo::start("echo-once")
    }

    fn start(how: &str) -> Echo {
        let this = std::env::current_exe().expect("this program is a file");
        Echo::by(Command::new(this).arg(how), how)
    }

    /// One of this program's that does more than to answer: `command` lacks the socket. `name` is its own.
    pub(crate) fn by(command: &mut Command, name: &str) -> Echo {
        let socket = std::env::temp_dir().join(format!("keystead-{name}-{}.sock", std::process::id()));
        command.arg(&socket).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("this program can be run");
        let mut ready = [0];
        child.stdout.take().expect("it is piped").read_exact(&mut ready).expect("the echo says when it is ready");
        Echo { child, socket }
    }

    /// Its process number.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Closed loops on kept connections.
    pub(crate) fn run(&self, clients: usize, time: Duration) -> Run {
        closed_loop(clients, time, |_| {
            let mut stream = UnixStream::connect(&self.socket).expect("the echo listens");
            move || exchange(&mut stream)
        })
    }

    /// Closed loops with a connection for each message.
    pub(crate) fn run_once(&self, clients: usize, time: Duration) -> Run {
        closed_loop(clients, time, |_| || exchange(&mut UnixStream::connect(&self.socket).expect("the echo listens")))
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.socket);
    }
}

fn exchange(stream: &mut UnixStream) -> usize {
    let mut message = [7; MESSAGE];
    stream.write_all(&message).expect("the echo reads");
    stream.read_exact(&mut message).expect("the echo answers");
    1
}

/// The echo's process with kept connections.
pub(crate) fn serve_echo(socket: &Path) -> ExitCode {
    serve_working_echo(socket, || || ())
}

/// The process of an echo with kept connections that works before it answers: each connection has a thread, and what
/// `begin` makes for it.
pub(crate) fn serve_working_echo<W: FnMut() + Send + 'static>(socket: &Path, begin: impl Fn() -> W) -> ExitCode {
    let listener = listen(socket);
    for stream in listener.incoming().flatten() {
        let mut work = begin();
        std::thread::spawn(move || while answer(&stream, &mut work) {});
    }
    ExitCode::SUCCESS
}

/// The echo's process with a connection for each message: a thread for each core.
pub(crate) fn serve_echo_once(socket: &Path) -> ExitCode {
    let listener = listen(socket);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                for stream in listener.incoming().flatten() {
                    answer(&stream, &mut || ());
                }
            });
        }
    });
    ExitCode::SUCCESS
}

fn listen(socket: &Path) -> UnixListener {
    let _ = std::fs::remove_file(socket);
    let listener = UnixListener::bind(socket).expect("the directory for temporary files takes a socket");
    print!("r");
    let _ = std::io::stdout().flush();
    listener
}

fn answer(mut stream: &UnixStream, work: &mut impl FnMut()) -> bool {
    let mut message = [0; MESSAGE];
    if stream.read_exact(&mut message).is_err() {
        return false;
    }
    work();
    stream.write_all(&message).is_ok()
}

/// P-256 signatures in this process, by one thread.
pub(crate) fn sign(time: Duration) -> Run {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("there is randomness");
    closed_loop(1, time, |_| {
        || {
            std::hint::black_box(key.sign(&random, &[7; 32])).expect("there is randomness");
            1
        }
    })
}

/// Rows like those of the store, each committed to the disk before the next (WAL, synchronous = FULL).
pub(crate) fn insert(time: Duration) -> Run {
    let folder = std::env::temp_dir().join(format!("keystead-insert-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the directory for temporary files takes another");
    let file = folder.join("floor.sqlite");
    let run = closed_loop(1, time, |_| {
        let database = Connection::open(&file).expect("a new database");
        database.execute_batch(SCHEMA).expect("a new database");
        move || {
            let mut statement = database.prepare_cached(INSERT).expect("the table is there");
            statement.execute((&[1_u8; 40][..], &[2_u8; 180][..])).expect("the disk is not full")
        }
    });
    let _ = std::fs::remove_dir_all(folder);
    run
}

/// Shows them, so that a reader can judge the machine.
pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let mut note = |what: &str, once: &dyn Fn() -> Run| {
        let runs: Vec<Run> = (0..effort.rounds).map(|_| once()).collect();
        let p50 = median(runs.iter().map(|run| run.p50));
        report.note(&format!("{what} (p50 {p50:.0} µs)"), Unit::PerSecond, median(runs.iter().map(|run| run.rate)));
    };
    let (kept, once) = (Echo::persistent(), Echo::once());
    for clients in [2, 8, 32] {
        note(&format!("echo, kept connections, {clients} clients"), &|| kept.run(clients, effort.time));
    }
    for clients in [2, 8, 32] {
        note(&format!("echo, a connection per request, {clients} clients"), &|| once.run_once(clients, effort.time));
    }
    note("P-256 sign in process, 1 thread", &|| sign(effort.time));
    note("SQLite insert, FULL, one by one", &|| insert(effort.time));
}
