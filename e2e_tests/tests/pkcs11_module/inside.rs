//! Calling the module directly. A process has one module and one environment, so each test that does starts itself again in a
//! process of its own, which finds the test's service in its environment.

use std::path::PathBuf;
use std::process::Stdio;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::session::Session;
use cryptoki::slot::Slot;

use crate::desk::{Desk, said};

/// Names the test whose inner half runs in this process.
const VARIABLE: &str = "KEYSTEAD_TEST_INSIDE";
/// Names the module there.
const MODULE: &str = "KEYSTEAD_TEST_MODULE";

/// The module, initialised, if this is the process in which the test `name` is to call it.
pub fn module(name: &str) -> Option<Pkcs11> {
    if std::env::var(VARIABLE).ok().as_deref() != Some(name) {
        return None;
    }
    let path: PathBuf = std::env::var_os(MODULE).expect("the outer half names the module").into();
    let module = Pkcs11::new(path).expect("it can be loaded");
    initialize(&module).expect("it can be initialised");
    Some(module)
}

/// Whether this is such a process.
pub fn is_inside() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Calls C_Initialize as most programs do.
pub fn initialize(module: &Pkcs11) -> Result<(), Error> {
    module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
}

/// Runs the inner half of the test `name` (its path in this program) with this service, and insists that it succeeds.
pub fn run(desk: &Desk, name: &str) {
    if let Err(said) = try_run(desk, name) {
        panic!("inside {name}:\n{said}");
    }
}

/// The same with a failure as an error.
pub fn try_run(desk: &Desk, name: &str) -> Result<String, String> {
    let mut command = desk.command(std::env::current_exe().expect("it runs"));
    command.args(["--exact", name, "--nocapture"]).env(VARIABLE, name).env(MODULE, desk.module());
    said(&command.stdin(Stdio::null()).output().expect("timeout is part of every Debian"))
}

/// A session in the slot of software keys that may make objects.
pub fn session(module: &Pkcs11) -> Session {
    module.open_rw_session(slot()).expect("a session")
}

/// The slot of software keys.
pub fn slot() -> Slot {
    Slot::try_from(1_u64).expect("a number")
}

/// What a call was refused with.
pub fn refusal<T>(result: Result<T, Error>) -> Option<RvError> {
    match result {
        Err(Error::Pkcs11(value, _)) => Some(value),
        _ => None,
    }
}
