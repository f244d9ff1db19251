//! `[limits]`: how much of anything the service takes on, with the range in which a limit still makes sense.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::checklist::Checklist;
use crate::config::LimitsConfig;

/// Deadlines, in milliseconds: less than 10 ms fails honest clients on a busy host, and beyond ten minutes a
/// connection that does nothing holds its place too long.
const DEADLINE_MS: RangeInclusive<u64> = 10..=600_000;
/// Silence on a kept connection, in seconds: up to a day, since an idle one costs about a kilobyte.
const IDLE_S: RangeInclusive<u64> = 1..=86_400;
/// Draining, in milliseconds; 0 stops at once. systemd kills after 90 s by default, so more than ten minutes is a
/// mistake.
const DRAIN_MS: RangeInclusive<u64> = 0..=600_000;
/// Connections: what the descriptors of a process may number on common systems (`fs.nr_open`).
const CONNECTIONS: RangeInclusive<u64> = 1..=1_000_000;
/// A body, in bytes: the largest ones that clients need lie near 1 MiB; every core may hold a few of this size.
const BODY_BYTES: RangeInclusive<u64> = 1_024..=67_108_864;
/// Requests in work on one connection: answers to all of them may have to wait in memory.
const PIPELINED: RangeInclusive<u64> = 1..=1_024;
/// Opened keys: a few kilobytes each.
const CACHED_KEYS: RangeInclusive<u64> = 1..=1_000_000;
/// Keys of an application: each takes some 500 bytes of the disk.
const KEYS: RangeInclusive<u64> = 1..=10_000_000;
/// Waiting requests, each with its body.
const QUEUED: RangeInclusive<u64> = 1..=100_000;

/// How much of anything is taken on. No number is 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitSettings {
    /// From accept, or the first byte of a further request, to the last byte of the request (wire contract 1.5).
    pub request_deadline: Duration,
    /// How long a client may take to accept its answer.
    pub answer_deadline: Duration,
    /// How long a kept connection may stay silent between two requests.
    pub idle_timeout: Duration,
    /// How long requests that have begun may still run after the order to stop; may be zero.
    pub drain_timeout: Duration,
    /// Connections in all.
    pub max_connections: usize,
    /// Connections of one uid; at most `max_connections`.
    pub max_connections_per_uid: usize,
    /// The longest body of a request, in bytes (wire contract 1.6).
    pub max_body_bytes: usize,
    /// Requests of one connection that may be in work at once.
    pub max_pipelined_requests: usize,
    /// Opened keys that are kept for the next request.
    pub max_cached_keys: usize,
    /// Keys of one application.
    pub max_keys_per_application: usize,
    /// Requests that may wait for one provider.
    pub max_queued_requests: usize,
    /// Requests of one application that may wait for one provider; at most `max_queued_requests`.
    pub max_queued_requests_per_application: usize,
}

pub(super) fn check(config: &LimitsConfig, checklist: &mut Checklist<'_>) -> LimitSettings {
    not_above(
        checklist,
        ("max_connections_per_uid", config.max_connections_per_uid),
        ("max_connections", config.max_connections),
    );
    not_above(
        checklist,
        ("max_queued_requests_per_application", config.max_queued_requests_per_application),
        ("max_queued_requests", config.max_queued_requests),
    );
    let mut within =
        |key: &str, value: u64, range: RangeInclusive<u64>| checklist.within(&format!("limits.{key}"), value, range);
    let mut milliseconds = |key: &str, value, range| Duration::from_millis(within(key, value, range));
    let request_deadline = milliseconds("request_deadline_ms", config.request_deadline_ms, DEADLINE_MS);
    let answer_deadline = milliseconds("answer_deadline_ms", config.answer_deadline_ms, DEADLINE_MS);
    let drain_timeout = milliseconds("drain_timeout_ms", config.drain_timeout_ms, DRAIN_MS);
    let idle_timeout = Duration::from_secs(within("idle_timeout_s", config.idle_timeout_s, IDLE_S));
    // Every range ends far below what a usize holds on the 32-bit systems that we may one day run on.
    let mut count = |key: &str, value, range| within(key, value, range) as usize;
    LimitSettings {
        request_deadline,
        answer_deadline,
        idle_timeout,
        drain_timeout,
        max_connections: count("max_connections", config.max_connections, CONNECTIONS),
        max_connections_per_uid: count("max_connections_per_uid", config.max_connections_per_uid, CONNECTIONS),
        max_body_bytes: count("max_body_bytes", config.max_body_bytes, BODY_BYTES),
        max_pipelined_requests: count("max_pipelined_requests", config.max_pipelined_requests, PIPELINED),
        max_cached_keys: count("max_cached_keys", config.max_cached_keys, CACHED_KEYS),
        max_keys_per_application: count("max_keys_per_application", config.max_keys_per_application, KEYS),
        max_queued_requests: count("max_queued_requests", config.max_queued_requests, QUEUED),
        max_queued_requests_per_application: count(
            "max_queued_requests_per_application",
            config.max_queued_requests_per_application,
            QUEUED,
        ),
    }
}

/// A part may not be larger than the whole.
fn not_above(checklist: &mut Checklist<'_>, (key, value): (&str, u64), (whole_key, whole): (&str, u64)) {
    if value > whole {
        let at = checklist.at(&format!("limits.{whole_key}"));
        let text = format!("{value} is more than {whole_key}{at}, which is {whole}; lower this or raise that");
        checklist.complain(&format!("limits.{key}"), text);
    }
}
