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
        let name = Path::new(command.get_program()).file_name().expect("a program has a name").to_owned();
        let socket = folder.join("notify.sock");
        let notices = Notices::bind(socket.clone()).expect("the folder is ours");
        fs::set_permissions(&socket, Permissions::from_mode(0o666)).expect("the socket is ours");
        let log = folder.join(name).with_extension("log");
        let file = OpenOptions::new().create(true).append(true).open(&log).expect("the folder is ours");
        command.uid(uid).gid(gid).current_dir("/").env("NOTIFY_SOCKET", &socket);
        let child = command.stdin(Stdio::null()).stderr(file).spawn().expect("the binary was just built");
        let process = watch(&child);
        let daemon = Daemon { child, log };
        match notices.wait_for("READY=1", &process, PATIENCE) {
            Waited::Said => daemon,
            Waited::Ended | Waited::Neither => panic!("{:?} did not start; its log:\n{}", daemon.log, daemon.log()),
        }
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
