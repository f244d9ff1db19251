//! The three daemons of the demonstration.

use std::fs;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::home::Home;
use crate::shell::{Failed, Result};

/// How long anything may take before it is given up. It is long, because the machine may be busy.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// A daemon, in the order in which they are started here. Any other order does too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Daemon {
    Service,
    IdentityProvider,
    Orchestrator,
}

const SERVICE: &str = r#"
[service]
socket_path = "service.sock"
admin_socket_path = "admin/service-admin.sock"
state_directory = "state"
[[authenticator]]
kind = "jwt"
trust_domain = "demo.example"
identity_provider_user = "self"
[[provider]]
kind = "software"
"#;

const IDENTITY_PROVIDER: &str = r#"
[identity_provider]
socket_path = "identity.sock"
admin_socket_path = "admin/identity-admin.sock"
trust_domain = "demo.example"
[[service]]
admin_socket_path = "admin/service-admin.sock"
spiffe_id = "spiffe://demo.example/keystead-service"
[[mapping]]
identity = "spiffe://demo.example/{*}"
"#;

const ORCHESTRATOR: &str = r#"
[orchestrator]
socket_path = "orchestrator.sock"
identity_admin_socket_path = "admin/identity-admin.sock"
state_path = "orchestrator"
[[allow]]
uids = ["self"]
identities = ["spiffe://demo.example/shop", "spiffe://demo.example/till"]
"#;

impl Daemon {
    /// All of them.
    pub(super) const ALL: [Daemon; 3] = [Daemon::Service, Daemon::IdentityProvider, Daemon::Orchestrator];

    /// Its program's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Daemon::Service => "keystead-service",
            Daemon::IdentityProvider => "keystead-identity-provider",
            Daemon::Orchestrator => "keystead-orchestrator",
        }
    }

    fn config(self) -> &'static str {
        match self {
            Daemon::Service => SERVICE,
            Daemon::IdentityProvider => IDENTITY_PROVIDER,
            Daemon::Orchestrator => ORCHESTRATOR,
        }
    }
}

/// The daemons that run.
pub(super) struct Daemons<'h> {
    home: &'h Home,
    /// Where each says that it is ready (sd_notify(3)).
    notices: UnixDatagram,
    running: [Option<Child>; 3],
}

impl<'h> Daemons<'h> {
    /// Writes their configurations and starts them.
    pub(super) fn start(home: &'h Home) -> Result<Daemons<'h>> {
        for daemon in Daemon::ALL {
            let file = home.path(&format!("{}.toml", daemon.name()));
            fs::write(&file, daemon.config()).map_err(|error| Failed(format!("{}: {error}", file.display())))?;
        }
        let path = home.path("notify.sock");
        let notices = UnixDatagram::bind(&path).and_then(|notices| notices.set_nonblocking(true).map(|()| notices));
        let notices = notices.map_err(|error| Failed(format!("{}: {error}", path.display())))?;
        let mut daemons = Daemons { home, notices, running: [const { None }; 3] };
        Daemon::ALL.into_iter().try_for_each(|daemon| daemons.start_one(daemon))?;
        Ok(daemons)
    }

    /// Starts one, and waits until it is ready.
    pub(super) fn start_one(&mut self, daemon: Daemon) -> Result<()> {
        let mut command = self.home.program(daemon.name(), &[]);
        if daemon == Daemon::Orchestrator {
            command.arg("daemon");
        }
        command.arg("--config").arg(self.home.path(&format!("{}.toml", daemon.name())));
        command.env("NOTIFY_SOCKET", self.home.path("notify.sock")).stdin(Stdio::null()).stdout(Stdio::null());
        let child = self.home.start(&mut command, daemon.name())?;
        let ready = self.wait_until_ready(&child);
        self.running[daemon as usize] = Some(child);
        ready.map_err(|error| Failed(format!("{} did not start: {error}", daemon.name())))
    }

    /// Ends one at once.
    pub(super) fn kill(&mut self, daemon: Daemon) -> Result<()> {
        let Some(mut child) = self.running[daemon as usize].take() else { return Ok(()) };
        let killed = child.kill().and_then(|()| child.wait());
        killed.map(drop).map_err(|error| Failed(format!("{} cannot be killed: {error}", daemon.name())))
    }

    fn wait_until_ready(&self, child: &Child) -> io::Result<()> {
        let process = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
        let deadline = Instant::now() + PATIENCE;
        let mut notice = [0; 4096];
        loop {
            while let Ok(length) = self.notices.recv(&mut notice) {
                if notice[..length].split(|byte| *byte == b'\n').any(|line| line == b"READY=1") {
                    return Ok(());
                }
            }
            let left = deadline.saturating_duration_since(Instant::now()).try_into().ok();
            let mut waiting = [PollFd::new(&self.notices, PollFlags::IN), PollFd::new(&process, PollFlags::IN)];
            match poll(&mut waiting, left.as_ref()) {
                Err(rustix::io::Errno::INTR) => {}
                Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
                polled if polled? > 0 && waiting[0].revents().is_empty() => {
                    return Err(io::Error::other("it ended"));
                }
                _ => {}
            }
        }
    }
}
