//! The service under test, and clients that are as lean as a client can be: one write and one read for a request.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::header::{Flags, HEADER_LEN};
use keystead_interface::names::KeyName;
use keystead_interface::operations::Request;
use keystead_interface::operations::core::Ping;
use keystead_interface::operations::keys::PsaGenerateKey;
use keystead_interface::operations::sign::PsaSignHash;

use crate::figures::{Run, closed_loop};

/// Peer credentials, applications that name themselves, connections that may be idle for long.
pub(crate) const CONFIG: &str = r#"
[service]
socket_path = "service.sock"
state_directory = "state"
allow_insecure = true

[limits]
idle_timeout_s = 3600
max_connections_per_uid = 11000
max_keys_per_application = 1000000

[[authenticator]]
kind = "unix-peer-credentials"

[[authenticator]]
kind = "direct"

[[provider]]
kind = "software"
"#;

/// The longest an answer may take before the measurement is given up: longer than an RSA-4096 key.
const PATIENCE: Duration = Duration::from_secs(60);
const INPUT_BYTES: usize = 64 * 1024;
const BODY_LEN: usize = 22;
const STATUS: usize = 32;

const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));

/// A connection that stays open.
pub(crate) struct Kept {
    stream: UnixStream,
    input: Box<[u8]>,
    arrived: usize,
}

impl Kept {
    pub(crate) fn open(service: &Service) -> Kept {
        Kept::at(&service.home().socket())
    }

    /// The same where there is only its socket.
    pub(crate) fn at(socket: &Path) -> Kept {
        let stream = UnixStream::connect(socket).expect("the service listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("the limit is not zero");
        Kept { stream, input: vec![0; INPUT_BYTES].into(), arrived: 0 }
    }

    /// Sends requests that may be several.
    pub(crate) fn send(&mut self, requests: &[u8]) {
        self.stream.write_all(requests).expect("the service reads");
    }

    /// Waits for answers and gives how many came. Panics if one is no success: nothing was measured then.
    pub(crate) fn receive(&mut self) -> usize {
        self.receive_any(|status| assert_eq!(status, 0, "a request was refused"))
    }

    /// Waits for answers, shows the status of each, and gives how many came.
    pub(crate) fn receive_any(&mut self, mut see: impl FnMut(usize)) -> usize {
        loop {
            let read = self.stream.read(&mut self.input[self.arrived..]).expect("the service answers");
            assert!(read > 0, "the service closed the connection");
            self.arrived += read;
            let (mut at, mut answers) = (0, 0);
            while let Some(header) = self.input[..self.arrived].get(at..at + HEADER_LEN) {
                let number = |at: usize, bytes: usize| {
                    header[at..at + bytes].iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
                };
                let end = at + HEADER_LEN + number(BODY_LEN, 4);
                if end > self.arrived {
                    break;
                }
                see(number(STATUS, 2));
                (at, answers) = (end, answers + 1);
            }
            self.input.copy_within(at..self.arrived, 0);
            self.arrived -= at;
            if answers > 0 {
                return answers;
            }
        }
    }

    /// The connection alone, after one request was answered.
    pub(crate) fn answered(mut self, request: &[u8]) -> UnixStream {
        self.exchange(request);
        self.stream
    }

    /// One request, and the status of its answer.
    pub(crate) fn try_exchange(&mut self, request: &[u8]) -> usize {
        self.send(request);
        let mut status = 0;
        self.receive_any(|answer| status = answer);
        status
    }

    /// One request and its answer.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> usize {
        self.send(request);
        self.receive()
    }
}

/// Closed loops on kept connections that all send the same request.
pub(crate) fn kept_loop(service: &Service, clients: usize, time: Duration, request: &[u8]) -> Run {
    kept_loop_at(&service.home().socket(), clients, time, request)
}

/// The same where there is only the service's socket.
pub(crate) fn kept_loop_at(socket: &Path, clients: usize, time: Duration, request: &[u8]) -> Run {
    closed_loop(clients, time, |_| {
        let mut connection = Kept::at(socket);
        connection.exchange(request);
        move || connection.exchange(request)
    })
}

/// Closed loops on kept connections with several requests always under way on each.
pub(crate) fn pipelined_loop(service: &Service, clients: usize, depth: usize, time: Duration, request: &[u8]) -> Run {
    let many = request.repeat(depth);
    closed_loop(clients, time, |_| {
        let mut connection = Kept::open(service);
        connection.exchange(request);
        connection.send(&many);
        let many = &many;
        move || {
            let answers = connection.receive();
            connection.send(&many[..answers * request.len()]);
            answers
        }
    })
}

/// Closed loops with a connection for each request.
pub(crate) fn fresh_loop_at(socket: &Path, clients: usize, time: Duration, request: &[u8]) -> Run {
    closed_loop(clients, time, |_| || Kept::at(socket).exchange(request))
}

/// A request as it is sent on a kept connection.
pub(crate) fn frame<R: Request>(caller: &Caller, request: R) -> Vec<u8> {
    caller.draft(request).flags(Flags::BOTH).bytes()
}

pub(crate) fn ping(service: &Service) -> Vec<u8> {
    frame(&service.caller(), Ping {})
}

/// Makes a P-256 key of this name and gives the request that signs with it.
pub(crate) fn sign_with_new_key(caller: &Caller, name: &str) -> Vec<u8> {
    caller.ask(generate(name)).expect("the name is free");
    sign_with(caller, name)
}

/// The request that signs with a P-256 key of this name.
pub(crate) fn sign_with(caller: &Caller, name: &str) -> Vec<u8> {
    frame(caller, PsaSignHash { key_name: key_name(name), alg: ECDSA, hash: vec![7; 32] })
}

/// The request for a P-256 key.
pub(crate) fn generate(name: &str) -> PsaGenerateKey {
    let usage = Usage::SIGN_HASH.and(Usage::VERIFY_HASH);
    let algorithm = Algorithm::AsymmetricSignature(ECDSA);
    let attributes = KeyAttributes::new(KeyType::EccKeyPair(EccFamily::SecpR1), 256, usage, algorithm);
    PsaGenerateKey { key_name: key_name(name), attributes }
}

/// Has so many clients make P-256 keys of one owner's, "key 0" and so on.
pub(crate) fn make_keys(service: &Service, owner: &Caller, keys: usize, clients: usize) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                let mut connection = Kept::open(service);
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= keys {
                        return;
                    }
                    connection.exchange(&frame(owner, generate(&format!("key {number}"))));
                }
            });
        }
    });
}

pub(crate) fn key_name(name: &str) -> KeyName {
    KeyName::new(name).expect("a short name")
}

/// A line of /proc/PID/status that counts kB, in MiB.
pub(crate) fn memory(service: &Service, line: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.pid())).expect("the service runs");
    let value = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    let value = value.and_then(|text| text.trim().trim_end_matches(" kB").parse::<f64>().ok());
    value.expect("the kernel gives it") / 1024.0
}

/// Time that the service's threads were on a core since they began, in seconds.
pub(crate) fn time_on_core(service: &Service) -> f64 {
    time_on_core_of(service.pid())
}

/// The same of any process.
pub(crate) fn time_on_core_of(process: u32) -> f64 {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("the process runs");
    tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("schedstat")).ok())
        .filter_map(|text| text.split(' ').next()?.parse::<f64>().ok())
        .sum::<f64>()
        / 1e9
}
