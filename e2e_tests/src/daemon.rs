//! The process of any of our daemons that tells its service manager when it is ready. [`crate::service`] has more for the
//! service alone.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::notices::{Notices, Waited, watch};
use crate::service::PATIENCE;

/// A running daemon, killed when it is dropped. The test fails if it had panicked.
pub struct Daemon {
    child: Child,
    log: std::path::PathBuf,
}

impl Daemon {
    /// Starts it as another user (and of a group of the same number as `gid`), and waits until it is ready. `folder` takes its
    /// log, by the program's name. Panics with that if it does not become ready.
    pub fn start_as(uid: u32, gid: u32, mut command: Command, folder: &Path) -> Daemon {
        let name = Path::new(command.get_program()).file_name().expect("a program has a name").to_string_lossy();
        let name = name.into_owned();
        command.uid(uid).gid(gid).current_dir("/");
        Daemon::start(command, &name, folder)
    }

    /// Starts it, and waits until it is ready. `folder` takes its log, as `NAME.log`, behind what those of its name wrote
    /// before it. Panics with that if it does not become ready.
    pub fn start(mut command: Command, name: &str, folder: &Path) -> Daemon {
        let socket = folder.join(format!("{name}-notify.sock"));
        let notices = Notices::bind(socket.clone()).expect("the folder is ours");
        // Whoever it runs as.
        fs::set_permissions(&socket, Permissions::from_mode(0o666)).expect("the socket is ours");
        let log = folder.join(format!("{name}.log"));
        let file = OpenOptions::new().create(true).append(true).open(&log).expect("the folder is ours");
        command.env("NOTIFY_SOCKET", &socket).stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        let child = command.spawn().expect("the binary was just built");
        let daemon = Daemon { child, log };
        match notices.wait_for("READY=1", &watch(&daemon.child), PATIENCE) {
            Waited::Said => daemon,
            Waited::Ended | Waited::Neither => panic!("{:?} did not start; its log:\n{}", daemon.log, daemon.log()),
        }
    }

    /// Ends it at once (SIGKILL).
    pub fn kill(self) {
        drop(self);
    }

    /// What it has written so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}:\n{}", self.log.display(), self.log());
        } else {
            assert!(!self.log().contains("panicked at"), "a daemon panicked; its log:\n{}", self.log());
        }
    }
}
