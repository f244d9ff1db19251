//! A TPM of swtpm, as a process with state of its own.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use keystead_provider_tpm::{Settings, TpmProvider};
use tempfile::TempDir;

/// How long a process may take for what takes a moment, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait before it is asked again whether a new process takes connections: it does not say so itself.
const PAUSE: Duration = Duration::from_millis(5);

/// A TPM. Its process dies with this.
pub(crate) struct Process {
    state: TempDir,
    pub(crate) port: u16,
    child: Option<Child>,
}

impl Process {
    /// A new TPM, which nobody has used.
    pub(crate) fn new() -> Process {
        loop {
            let state = tempfile::tempdir().expect("a directory");
            let mut process = Process { state, port: free_ports(), child: None };
            if process.try_start() {
                return process;
            }
            // Another program took one of the ports.
        }
    }

    /// A provider with this TPM, and with the settings that it has when none are made.
    pub(crate) fn provider(&self) -> TpmProvider {
        provider_at(self.port)
    }

    /// Ends it at once, as a power failure would.
    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("it is ours");
        child.wait().expect("it is ours");
    }

    /// Starts it again, with its state as it was.
    pub(crate) fn start(&mut self) {
        assert!(self.try_start(), "swtpm does not start again");
    }

    /// Exchanges its state for that of a TPM that was never used, and gives the former one; it does not run.
    pub(crate) fn exchange(&mut self) -> TempDir {
        self.become_again(tempfile::tempdir().expect("a directory"))
    }

    /// Exchanges its state for this one, and gives the former one; it does not run.
    pub(crate) fn become_again(&mut self, state: TempDir) -> TempDir {
        std::mem::replace(&mut self.state, state)
    }

    /// Makes it hang (`-STOP`), or go on (`-CONT`).
    pub(crate) fn signal(&self, signal: &str) {
        let child = self.child.as_ref().expect("it runs");
        let done = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill is there");
        assert!(done.success());
    }

    /// Runs one of tpm2-tools.
    pub(crate) fn tool(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.run(program, arguments);
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs one of tpm2-tools, which may fail.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let tcti = format!("swtpm:host=127.0.0.1,port={}", self.port);
        Command::new(program)
            .args(arguments)
            .env("TPM2TOOLS_TCTI", tcti)
            .current_dir(self.state.path())
            .stdin(Stdio::null())
            .output()
            .expect("tpm2-tools are installed")
    }

    fn try_start(&mut self) -> bool {
        let mut child = command(self.state.path(), self.port).spawn().expect("swtpm is installed");
        let begun = Instant::now();
        // The control channel is opened before this one.
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if child.try_wait().expect("it is ours").is_some() {
                return false;
            }
            assert!(begun.elapsed() < PATIENCE, "swtpm neither runs nor ends");
            std::thread::sleep(PAUSE);
        }
        self.child = Some(child);
        true
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
    }
}

/// A provider whose TPM is at a port of this machine.
pub(crate) fn provider_at(port: u16) -> TpmProvider {
    TpmProvider::new(settings(port))
}

/// The settings that a provider has when none are made.
pub(crate) fn settings(port: u16) -> Settings {
    Settings {
        description: "a TPM of a test".to_owned(),
        tcti: format!("swtpm:host=127.0.0.1,port={port}").parse().expect("a TCTI"),
        owner_auth: None,
        encrypted_sessions: false,
        implicit_rejection: false,
    }
}

/// The first of two ports that follow each other and are free: a client looks for the control channel there.
///
/// Nobody may take them before they are used. So they are none that the kernel gives to clients (from 32768), nor any that
/// another test of this process was given; other processes begin elsewhere.
pub(crate) fn free_ports() -> u16 {
    const FIRST: u16 = 10_000;
    const PAIRS: u32 = 10_000;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let is_free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    loop {
        let number = std::process::id().wrapping_mul(97).wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % PAIRS;
        let port = FIRST + 2 * u16::try_from(number).expect("below 10,000");
        if is_free(port) && is_free(port + 1) {
            return port;
        }
    }
}

fn command(state: &Path, port: u16) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "swtpm", "socket", "--tpm2", "--flags", "not-need-init,startup-clear"]);
    command.arg("--tpmstate").arg(format!("dir={}", state.display()));
    command.arg("--server").arg(format!("type=tcp,port={port},bindaddr=127.0.0.1"));
    command.arg("--ctrl").arg(format!("type=tcp,port={},bindaddr=127.0.0.1", port + 1));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}
