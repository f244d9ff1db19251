//! The bars of the identity half: service, identity provider and orchestrator as real processes, with applications that the
//! orchestrator starts. Intermediates follow one another under load, everything is killed at random, and strangers send what
//! they like; an application has its identity and its keys all the while, and nobody has another's.

#[path = "identity_bars/application.rs"]
mod application;
#[path = "identity_bars/bearers.rs"]
mod bearers;
#[path = "identity_bars/hostile.rs"]
mod hostile;
#[path = "identity_bars/kills.rs"]
mod kills;
#[path = "identity_bars/peer.rs"]
mod peer;
#[path = "identity_bars/rotation.rs"]
mod rotation;
#[path = "identity_bars/voucher.rs"]
mod voucher;
#[path = "identity_bars/worker.rs"]
mod worker;

/// Only in a process that the orchestrator starts: an application.
#[test]
fn an_application() {
    worker::work_if_told_to();
}
