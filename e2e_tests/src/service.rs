//! The process of a service: started, told to reload, stopped or killed, and never waited for without a limit.

use std::fs::OpenOptions;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::caller::Caller;
use crate::home::{Home, PLAIN};
use crate::notices::{Notices, Waited, wait_for_end, watch};
use crate::wire::Wire;

/// How long a service may take to start, to reload or to stop. Long, because the machine may be busy and the build
/// unoptimised; it is only reached when something is wrong.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running service. Dropped, it is killed, and the test fails if it had panicked.
pub struct Service {
    home: Option<Home>,
    child: Child,
    process: OwnedFd,
    notices: Notices,
}

/// A service that ended instead of becoming ready.
#[derive(Debug)]
pub struct Refused {
    /// How it ended.
    pub status: ExitStatus,
    /// All that it wrote.
    pub log: String,
}

impl Service {
    /// Starts a service in a new directory with the configuration [`PLAIN`].
    pub fn plain() -> Service {
        Service::with(PLAIN)
    }

    /// Starts a service in a new directory. Panics with its log if it does not become ready.
    pub fn with(config: &str) -> Service {
        Service::in_home(Home::new(config))
    }

    /// Starts a service in a directory that may have known another before.
    pub fn in_home(home: Home) -> Service {
        Service::try_in(home, None).unwrap_or_else(|(_, refused)| panic!("the service did not start: {refused:#?}"))
    }

    /// Starts a service that finds its socket open already, as systemd hands it over (sd_listen_fds(3)).
    pub fn activated(home: Home, listener: UnixListener) -> Service {
        Service::try_in(home, Some(listener))
            .unwrap_or_else(|(_, refused)| panic!("the service did not start: {refused:#?}"))
    }

    /// Starts a service, or gives the directory back with the reason why it ended.
    #[allow(clippy::result_large_err)]
    pub fn try_in(home: Home, inherited: Option<UnixListener>) -> Result<Service, (Home, Refused)> {
        let notices = Notices::bind(home.path().join("notify.sock")).expect("the directory is ours");
        let mut child =
            command(&home, inherited).env("NOTIFY_SOCKET", notices.path()).spawn().expect("the binary was just built");
        let process = watch(&child);
        match notices.wait_for("READY=1", &process, PATIENCE) {
            Waited::Said => Ok(Service { home: Some(home), child, process, notices }),
            Waited::Ended => {
                let status = child.wait().expect("the child is ours");
                let log = home.log();
                Err((home, Refused { status, log }))
            }
            Waited::Neither => {
                let _ = child.kill();
                let _ = child.wait();
                panic!("the service is neither ready nor gone after {PATIENCE:?}; its log:\n{}", home.log());
            }
        }
    }

    /// Its directory.
    pub fn home(&self) -> &Home {
        self.home.as_ref().expect("only what consumes the service takes the directory out")
    }

    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its living child processes: the fourth word of `stat`, after a name in brackets, is the parent's number.
    pub fn children(&self) -> Vec<Pid> {
        let parent = self.pid().to_string();
        let processes = std::fs::read_dir("/proc").expect("Linux has it").flatten();
        let is_child = |path: std::path::PathBuf| {
            let stat = std::fs::read_to_string(path.join("stat")).ok()?;
            let after_name = stat.rsplit_once(')')?.1;
            let mut words = after_name.split_whitespace();
            (words.next()? != "Z" && words.next()? == parent).then_some(())?;
            Pid::from_raw(path.file_name()?.to_str()?.parse().ok()?)
        };
        processes.filter_map(|entry| is_child(entry.path())).collect()
    }

    /// A new connection to it.
    pub fn connect(&self) -> Wire {
        Wire::connect(&self.home().socket())
    }

    /// Somebody who sends it whole requests: the test's own user, to provider 1, with all of Keystead's extensions.
    pub fn caller(&self) -> Caller {
        Caller::new(self.home().socket())
    }

    /// What it has written so far.
    pub fn log(&self) -> String {
        self.home().log()
    }

    /// Has it read its configuration again, and returns once it said that it is ready, with the old one or the new.
    pub fn reload(&self) {
        self.notices.clear();
        self.signal(Signal::HUP);
        for line in ["RELOADING=1", "READY=1"] {
            match self.notices.wait_for(line, &self.process, PATIENCE) {
                Waited::Said => {}
                Waited::Ended => panic!("the service ended while it reloaded; its log:\n{}", self.log()),
                Waited::Neither => panic!("the service did not say {line} while it reloaded:\n{}", self.log()),
            }
        }
    }

    /// Asks it to end (SIGTERM) and returns how it did, with its directory.
    pub fn stop(self) -> (ExitStatus, Home) {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// Waits for it to end, and returns how it did, with its directory.
    pub fn wait(mut self) -> (ExitStatus, Home) {
        assert!(wait_for_end(&self.process, PATIENCE), "it does not end; its log:\n{}", self.log());
        let status = self.child.wait().expect("the child is ours");
        let home = self.home.take().expect("nobody else takes it");
        assert_no_panic(&home);
        (status, home)
    }

    /// Ends it at once (SIGKILL) and returns its directory as it was left.
    pub fn kill(mut self) -> Home {
        self.child.kill().expect("the child is ours");
        self.child.wait().expect("the child is ours");
        let home = self.home.take().expect("nobody else takes it");
        assert_no_panic(&home);
        home
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the child is ours and nobody has waited for it");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let Some(home) = self.home.take() else { return };
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("the service's log:\n{}", home.log());
        } else {
            assert_no_panic(&home);
        }
    }
}

/// Runs the service's binary to its end with these arguments: `--check-config` and the like.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(crate::binary::service())
        .args(arguments)
        .stdin(Stdio::null())
        .env_remove("NOTIFY_SOCKET")
        .output()
        .expect("the binary was just built")
}

fn command(home: &Home, inherited: Option<UnixListener>) -> Command {
    let log = OpenOptions::new().create(true).append(true).open(home.log_path()).expect("the directory is ours");
    let binary = crate::binary::service();
    let mut command = match inherited {
        None => {
            let mut command = Command::new(binary);
            command.stdin(Stdio::null());
            command
        }
        // The shell moves the listener from its standard input to descriptor 3, where the service looks for it, and
        // knows the process number that LISTEN_PID must name. No Rust runs between fork and exec this way.
        Some(listener) => {
            let mut command = Command::new("sh");
            let script = "exec 3<&0 </dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"";
            command.args(["-c", script, "sh"]).arg(binary).stdin(OwnedFd::from(listener));
            command
        }
    };
    command.arg("--config").arg(home.config()).env("RUST_BACKTRACE", "1").envs(home.environment());
    let both = log.try_clone().expect("a descriptor can be copied");
    command.stdout(both).stderr(log);
    command
}

fn assert_no_panic(home: &Home) {
    let log = home.log();
    assert!(!log.contains("panicked at"), "the service panicked; its log:\n{log}");
}
