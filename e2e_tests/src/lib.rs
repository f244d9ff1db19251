//! The running system, seen from outside: what the tests in `tests/` start services with, and how they talk to them.
//!
//! Nothing of the service is linked here; its binary is built and run. In reading order:
//!
//! 1. [`home`] and [`service`]: a directory for one service, and the service's process in it; [`daemon`]: any of our daemons.
//! 2. [`wire`]: a connection on which any bytes can be sent, well formed or not.
//! 3. [`caller`]: whole requests by somebody, with decoded answers.
//! 4. [`effort`]: how often a test repeats itself, its random seed, and what it could not do here.
//! 5. [`place`]: where keys can live; [`softhsm`] and [`swtpm`]: real tokens and TPMs, each for one test.
//! 6. [`parties`]: the identity provider and the orchestrator beside a service.
//! 7. [`languages`]: the client libraries, and what each does not do.
//! 8. [`vectors`]: the golden bytes of `interface/vectors`.

pub mod binary;
pub mod caller;
pub mod daemon;
pub mod effort;
pub mod folder;
pub mod home;
pub mod languages;
mod notices;
pub mod parties;
pub mod place;
pub mod service;
pub mod softhsm;
pub mod swtpm;
pub mod vectors;
pub mod wire;
