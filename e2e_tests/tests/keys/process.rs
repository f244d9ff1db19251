//! Another process of the test's own user, on whose connection the test speaks: the kernel holds the connection to be that
//! process's, whoever else has it.

use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use keystead_e2e_tests::wire::Wire;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

const SOCKET: &str = "KEYSTEAD_TEST_PROCESS_SOCKET";

/// The process. Dropped, it is killed.
pub struct Process {
    child: Child,
    _line: UnixStream,
}

/// Only in such a process: connects what it was given as its standard error, says so, and lives on.
#[test]
fn a_process() {
    let Some(socket) = std::env::var_os(SOCKET) else { return };
    let address = SocketAddrUnix::new(Path::new(&socket)).expect("the path is short enough");
    connect(std::io::stderr(), &address).expect("the service listens");
    let line = std::io::stdin().as_fd().try_clone_to_owned().expect("a descriptor can be copied");
    let mut line = UnixStream::from(line);
    line.write_all(b"!").expect("the test listens");
    // Until the test ends.
    let _ = line.read(&mut [0]);
}

impl Process {
    /// Starts one, and gives its connection to the service of this socket.
    pub fn start(service: &Path) -> (Process, Wire) {
        let connection = socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None);
        let connection: OwnedFd = connection.expect("there is a descriptor left");
        let (mut line, theirs) = UnixStream::pair().expect("there are descriptors left");
        let mut command = Command::new(std::env::current_exe().expect("a test has a file"));
        command.args(["--exact", "process::a_process", "--nocapture"]).env(SOCKET, service);
        command.stdin(OwnedFd::from(theirs)).stdout(Stdio::null());
        command.stderr(connection.try_clone().expect("there is a descriptor left"));
        let child = command.spawn().expect("a test can be run");
        // With the command goes the test's own copy of what it gave away.
        drop(command);
        let process = Process { child, _line: line.try_clone().expect("there is a descriptor left") };
        line.read_exact(&mut [0]).expect("it connects");
        (process, Wire::over(UnixStream::from(connection)))
    }

    /// Ends it (SIGKILL), and returns when it is gone.
    pub fn kill(mut self) {
        self.child.kill().expect("the child is ours");
        self.child.wait().expect("the child is ours");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
