//! A process of another user that connects and then executes another program, while the test speaks on its connection: the
//! kernel holds the connection to be that process's, whatever it is by then.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::wire::Wire;
use keystead_interface::operations::Request;
use keystead_interface::status::Status;
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};

const SOCKET: &str = "KEYSTEAD_TEST_PEER_SOCKET";
const PROGRAM: &str = "KEYSTEAD_TEST_PEER_PROGRAM";
/// What stands before the number of its connection's descriptor.
const DESCRIPTOR: &str = "descriptor:";
/// A user that is neither root nor the overflow uid.
pub const ANOTHER_UID: u32 = 4_300;

/// The process, and its connection.
pub struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    program: PathBuf,
    caller: Caller,
    wire: Wire,
}

/// Only in such a process: connects, says so, and executes the program when it is told.
#[test]
fn a_peer() {
    let (Some(socket), Some(program)) = (std::env::var_os(SOCKET), std::env::var_os(PROGRAM)) else { return };
    let connection = UnixStream::connect(socket).expect("the daemon listens");
    // Closed by the exec and not before.
    let _witness = std::io::stdout().as_fd().try_clone_to_owned().expect("a descriptor can be copied");
    println!("{DESCRIPTOR}{}", connection.as_raw_fd());
    std::io::stdin().lines().next().expect("a word to go on").expect("text");
    let mut command = Command::new(program);
    command.arg("1000").stdin(OwnedFd::from(connection)).stdout(Stdio::null()).stderr(Stdio::null());
    panic!("{}", command.exec());
}

impl Peer {
    /// A program that does nothing for long: as it is, or as root's setuid program.
    pub fn program(home: &Home, is_setuid: bool) -> PathBuf {
        let program = home.path().join(if is_setuid { "setuid-sleep" } else { "sleep" });
        // It may be there, and running.
        if !program.exists() {
            fs::copy("/bin/sleep", &program).expect("the directory is ours");
            let mode = if is_setuid { 0o4755 } else { 0o755 };
            fs::set_permissions(&program, Permissions::from_mode(mode)).expect("the file is ours");
        }
        program
    }

    /// Has the other user connect to this socket. The test must run as root.
    pub fn start(socket: &Path, program: PathBuf) -> Peer {
        // This program may lie where the other user may not go.
        let itself = program.with_file_name("peer");
        if !itself.exists() {
            fs::copy(std::env::current_exe().expect("a test has a file"), &itself).expect("the directory is ours");
        }
        let mut command = Command::new(itself);
        command.args(["--exact", "peer::a_peer", "--nocapture"]).env(SOCKET, socket).env(PROGRAM, &program);
        command.uid(ANOTHER_UID).gid(ANOTHER_UID).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the test is root");
        let (input, output) = (child.stdin.take().expect("it is piped"), child.stdout.take().expect("it is piped"));
        let mut output = BufReader::new(output);
        let mut line = String::new();
        let descriptor = loop {
            line.clear();
            assert_ne!(output.read_line(&mut line).expect("it is piped"), 0, "the peer has ended");
            if let Some((_, number)) = line.split_once(DESCRIPTOR) {
                break number.trim().parse().expect("a number");
            }
        };
        let pidfd = pidfd_open(Pid::from_child(&child), PidfdFlags::empty()).expect("the child is ours");
        let connection = pidfd_getfd(pidfd, descriptor, PidfdGetfdFlags::empty()).expect("the test is root");
        let wire = Wire::over(UnixStream::from(connection));
        Peer { child, input, output, program, caller: Caller::new(socket.to_owned()).as_nobody(), wire }
    }

    /// The program that it will execute.
    pub fn will_execute(&self) -> &Path {
        &self.program
    }

    /// Has it execute its program, and returns when it has.
    pub fn execute(&mut self) {
        writeln!(self.input, "go on").expect("it reads");
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).expect("it is piped");
        assert!(!rest.contains("panicked"), "{rest}");
    }

    /// Asks on its connection.
    pub fn ask<R: Request>(&mut self, request: R) -> Result<R::Result, Status> {
        self.caller.ask_on(&mut self.wire, request)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lets everybody connect to a socket: who connects is then judged by nothing but what the daemon asks of it.
pub fn open_to_all(socket: &Path) {
    let folder = socket.parent().expect("it is in a folder");
    fs::set_permissions(folder, Permissions::from_mode(0o755)).expect("the folder is ours");
    fs::set_permissions(socket, Permissions::from_mode(0o666)).expect("the socket is ours");
}
