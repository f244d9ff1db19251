//! Limits that are not settings, each with its unit and reason.

use std::time::Duration;

/// How long a share with a service may take. It is a few milliseconds of work; a service that hangs longer is away.
pub const SHARE_TIMEOUT: Duration = Duration::from_secs(2);

/// Pause before a service that cannot be reached is looked for again: it is to be found within 100 ms of its return.
pub const RECONNECT_PAUSE: Duration = Duration::from_millis(50);

/// Pause after a service has refused our certificates: its configuration must change first, or another's process end.
pub const REFUSED_PAUSE: Duration = Duration::from_millis(500);

/// How often a service is asked for its instance. It closes a connection that is silent for 30 s.
pub const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// How long a request for a token waits while certificates are on their way to the service; then it is answered Busy, and
/// its client comes back.
pub const SHARING_PATIENCE: Duration = Duration::from_millis(1500);

/// How long after an orchestrator was first believed an application without a definition is told to come back: that long
/// it may take to tell again of all applications.
pub const REPLAY_GRACE: Duration = Duration::from_secs(3);

/// Definitions that are kept: each a few kilobytes, and more than there are processes on most hosts.
pub const MAX_DEFINITIONS: usize = 16 * 1024;

/// What one connection to the SPIFFE Workload API may cost. A request holds a token of at most 4 KiB or some names; a
/// client has a few requests under way, and a stream of bundles for as long as it lasts; who connects asks at once; and
/// whoever does not say in half a minute that it is still there has lost its place.
pub const WORKLOAD_API: keystead_workload_api::server::Limits = keystead_workload_api::server::Limits {
    request_bytes: 16 * 1024,
    header_bytes: 8 * 1024,
    streams: 16,
    request: Duration::from_secs(5),
    sign_of_life: (Duration::from_secs(20), Duration::from_secs(10)),
};
