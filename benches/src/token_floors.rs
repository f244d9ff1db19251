//! The floors of keys in tokens and TPMs: the same signatures by the same token or TPM, without any service. Each runs in a
//! process of its own, because a PKCS#11 module finds its tokens by the environment of its process.

mod softhsm;
#[cfg(feature = "tpm")]
mod swtpm;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use keystead_e2e_tests::softhsm::SoftHsm;
use keystead_e2e_tests::swtpm::Swtpm;

use crate::figures::Run;
use crate::floors::Echo;

/// A token of SoftHSM2 that the module itself is called for.
pub(crate) struct RawToken(SoftHsm);

impl RawToken {
    pub(crate) fn new() -> RawToken {
        RawToken(SoftHsm::new())
    }

    /// P-256 signatures by so many threads, each with a session of its own that knows its key's handle.
    pub(crate) fn run(&self, threads: usize, time: Duration) -> Run {
        let mut command = this();
        command.arg("raw-token").arg(threads.to_string()).arg(milliseconds(time));
        run(command.env("SOFTHSM2_CONF", self.0.configuration()))
    }

    /// An echo that makes such a signature before it answers, in a thread for each connection: the least that anybody can
    /// do who signs for other processes.
    pub(crate) fn behind_an_echo(&self) -> Echo {
        Echo::by(this().arg(ECHO).env("SOFTHSM2_CONF", self.0.configuration()), ECHO)
    }
}

/// The subcommand of [`RawToken::behind_an_echo`].
const ECHO: &str = "raw-token-echo";

/// A TPM that commands are sent to without further ado.
pub(crate) struct RawTpm(Swtpm);

impl RawTpm {
    /// None if this program was built without the TPM software stack.
    pub(crate) fn new() -> Option<RawTpm> {
        cfg!(feature = "tpm").then(|| RawTpm(Swtpm::new()))
    }

    /// P-256 signatures by one thread, with a key that is loaded and authorised by its authorisation value.
    pub(crate) fn run(&self, time: Duration) -> Run {
        run(this().arg("raw-tpm").arg(self.0.tcti()).arg(milliseconds(time)))
    }
}

/// The process of [`RawToken::run`].
pub(crate) fn sign_in_token(threads: usize, time: Duration) -> ExitCode {
    println!("{}", softhsm::sign(threads, time).to_line());
    ExitCode::SUCCESS
}

/// The process of [`RawToken::behind_an_echo`].
pub(crate) fn echo_with_token(socket: &Path) -> ExitCode {
    softhsm::serve(socket)
}

/// The process of [`RawTpm::run`].
pub(crate) fn sign_in_tpm(tcti: &str, time: Duration) -> ExitCode {
    #[cfg(feature = "tpm")]
    {
        println!("{}", swtpm::sign(tcti, time).to_line());
        ExitCode::SUCCESS
    }
    #[cfg(not(feature = "tpm"))]
    {
        eprintln!("built without the feature `tpm`: {tcti} is not asked for {time:?}");
        ExitCode::FAILURE
    }
}

fn this() -> Command {
    Command::new(std::env::current_exe().expect("this program is a file"))
}

fn milliseconds(time: Duration) -> String {
    time.as_millis().to_string()
}

fn run(command: &mut Command) -> Run {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().expect("this program can be run");
    assert!(output.status.success(), "a floor could not be measured");
    Run::from_line(&String::from_utf8_lossy(&output.stdout)).expect("the floor prints what it reached")
}
