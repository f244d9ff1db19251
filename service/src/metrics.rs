//! What happened so far, in numbers.

use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::time::{Duration, Instant};

/// Counts since the start of the process; they outlive reloads.
pub struct Counters {
    started: Instant,
    requests: AtomicU64,
    panics: AtomicU64,
    connections: AtomicU64,
    refused_connections: AtomicU64,
    volatile_keys: AtomicU64,
}

impl Counters {
    /// Nothing happened yet.
    pub fn new() -> Self {
        Counters {
            started: Instant::now(),
            requests: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            refused_connections: AtomicU64::new(0),
            volatile_keys: AtomicU64::new(0),
        }
    }

    /// Time since the start.
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Counts a request, and gives it the number by which its records in the log belong together.
    pub fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Relaxed) + 1
    }

    /// Requests so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    /// Counts a panic.
    pub fn panicked(&self) {
        self.panics.fetch_add(1, Relaxed);
    }

    /// Panics so far.
    pub fn panics(&self) -> u64 {
        self.panics.load(Relaxed)
    }

    /// Counts a connection and says how many are open with it.
    pub fn connected(&self) -> u64 {
        self.connections.fetch_add(1, Relaxed) + 1
    }

    /// Counts the end of a connection.
    pub fn disconnected(&self) {
        self.connections.fetch_sub(1, Relaxed);
    }

    /// Connections that are open now.
    pub fn connections(&self) -> u64 {
        self.connections.load(Relaxed)
    }

    /// Counts a connection that was refused because there were too many.
    pub fn refused(&self) {
        self.refused_connections.fetch_add(1, Relaxed);
    }

    /// Counts a volatile key that is kept from now on.
    pub fn volatile_key_kept(&self) {
        self.volatile_keys.fetch_add(1, Release);
    }

    /// Counts volatile keys that have ended.
    pub fn volatile_keys_ended(&self, count: usize) {
        self.volatile_keys.fetch_sub(count as u64, Release);
    }

    /// Volatile keys that there are now. Whoever was told of one that it was kept is not told 0 afterwards.
    pub fn volatile_keys(&self) -> u64 {
        self.volatile_keys.load(Acquire)
    }

    /// The counts in the text format of Prometheus (exposition format 0.0.4).
    pub fn render(&self) -> String {
        let count = |name: &str, kind: &str, help: &str, value: u64| {
            format!("# HELP keystead_{name} {help}\n# TYPE keystead_{name} {kind}\nkeystead_{name} {value}\n")
        };
        [
            count("uptime_seconds", "gauge", "Seconds since the start.", self.uptime().as_secs()),
            count("requests_total", "counter", "Requests answered.", self.requests()),
            count("panics_total", "counter", "Panics caught.", self.panics()),
            count("connections", "gauge", "Connections open now.", self.connections()),
            count(
                "refused_connections_total",
                "counter",
                "Connections refused because there were too many.",
                self.refused_connections.load(Relaxed),
            ),
            count("volatile_keys", "gauge", "Keys in memory that end with their process.", self.volatile_keys()),
        ]
        .concat()
    }
}
