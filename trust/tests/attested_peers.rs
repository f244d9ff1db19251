//! What the kernel says of a real peer: while it runs, after it executed another program, a setuid one, and at its end.
//!
//! The peer is this very program, started again: it connects, and then executes what the environment names.

use std::env;
use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use keystead_trust::binding::{Binding, BindingKind, matches};
use keystead_trust::peer::{Peer, Pinned, Unattested, own_cgroup};

const SOCKET: &str = "KEYSTEAD_TEST_SOCKET";
const PROGRAM: &str = "KEYSTEAD_TEST_PROGRAM";
/// A user that is neither root nor the overflow uid; only root can start a peer as somebody else.
const ANOTHER_UID: u32 = 12_345;

/// Not a test but the peer, where the environment says so.
#[test]
fn peer() {
    let (Some(socket), Some(program)) = (env::var_os(SOCKET), env::var_os(PROGRAM)) else { return };
    let kept = UnixStream::connect(&socket).expect("the first connection");
    let mut closed_by_exec = UnixStream::connect(&socket).expect("the second connection");
    closed_by_exec.read_exact(&mut [0]).expect("the word to go on");
    panic!("{}", Command::new(program).arg("1000").stdin(OwnedFd::from(kept)).exec());
}

/// A peer that is connected, and what it will execute when it is told.
struct Connected {
    child: Child,
    kept: UnixStream,
    closed_by_exec: UnixStream,
    _folder: tempfile::TempDir,
}

impl Connected {
    fn start(uid: Option<u32>, program: impl FnOnce(&Path) -> PathBuf) -> Connected {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("socket");
        let listener = UnixListener::bind(&socket).expect("a socket");
        // Another user must reach the socket and this program, which may lie where it may not go.
        let itself = folder.path().join("peer");
        copy(&env::current_exe().expect("this program"), &itself);
        for (path, mode) in [(folder.path(), 0o755), (&socket, 0o666), (&itself, 0o755)] {
            fs::set_permissions(path, Permissions::from_mode(mode)).expect("permissions");
        }
        let mut command = Command::new(itself);
        // Its words are those of a test, and would be counted as one.
        command.args(["--exact", "peer"]).stdout(Stdio::null());
        command.env(SOCKET, &socket).env(PROGRAM, program(folder.path()));
        if let Some(uid) = uid {
            command.uid(uid).gid(uid);
        }
        let child = command.spawn().expect("the peer");
        let (kept, _) = listener.accept().expect("the first connection");
        let (closed_by_exec, _) = listener.accept().expect("the second connection");
        Connected { child, kept, closed_by_exec, _folder: folder }
    }

    fn pinned(&self) -> Pinned {
        Peer::of(&self.kept).expect("credentials").pinned(&self.kept).expect("Linux 6.5 or later")
    }

    /// Lets it execute its program, and returns when it has.
    fn execute(&mut self) {
        self.closed_by_exec.write_all(b"!").expect("the word to go on");
        assert_eq!(self.closed_by_exec.read(&mut [0]).expect("the end of the connection"), 0);
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Copies a program in another process: if this one wrote the file, a child that another thread starts meanwhile would
/// have it open for writing too, and it could not be executed (ETXTBSY).
fn copy(program: &Path, to: &Path) {
    assert!(
        Command::new("cp").arg(program).arg(to).status().expect("coreutils are there").success(),
        "{}",
        to.display()
    );
}

fn sleep(_: &Path) -> PathBuf {
    PathBuf::from("/bin/sleep")
}

#[test]
fn a_process_is_told_from_another_of_its_user_and_from_itself_no_more_when_it_ended() {
    let (mut one, other) = (Connected::start(None, sleep), Connected::start(None, sleep));
    let (pinned, others) = (one.pinned(), other.pinned());
    let facts = pinned.facts().expect("a living process");
    assert_eq!((facts.pid, facts.uid), (one.child.id(), rustix::process::geteuid().as_raw()));
    let bound = facts.binding(BindingKind::Process).expect("all facts");
    assert!(matches(&bound, &pinned.facts_for(&bound).expect("a living process")));
    assert!(!matches(&bound, &others.facts_for(&bound).expect("a living process")));
    let to_the_user = facts.binding(BindingKind::Uid).expect("all facts");
    assert!(matches(&to_the_user, &others.facts_for(&to_the_user).expect("a living process")));

    one.execute();
    assert!(matches(&bound, &pinned.facts_for(&bound).expect("a living process")), "exec keeps the process");

    one.child.kill().expect("our own child");
    one.child.wait().expect("our own child");
    assert!(!pinned.is_alive());
    assert!(matches!(pinned.facts_for(&bound), Err(Unattested::Process(_))));
    assert!(matches!(pinned.facts_for(&Binding::None), Err(Unattested::Process(_))));
}

#[test]
fn what_a_binding_asks_for_is_what_all_facts_say() {
    let peer = Connected::start(None, sleep);
    let pinned = peer.pinned();
    let facts = pinned.facts().expect("a living process");
    for kind in [BindingKind::None, BindingKind::Uid, BindingKind::Process] {
        let binding = facts.binding(kind).expect("all facts");
        assert!(matches(&binding, &pinned.facts_for(&binding).expect("a living process")), "{kind:?}");
    }
    assert_eq!(facts.cgroup, own_cgroup().expect("our own files"), "a child is in its parent's cgroup");
    if facts.cgroup.is_some() {
        let binding = facts.binding(BindingKind::Cgroup).expect("a cgroup");
        assert!(matches(&binding, &pinned.facts_for(&binding).expect("a living process")));
    }
}

/// Only root can start the peer as somebody else; e2e_tests does the same with the system's own setuid programs.
#[test]
fn a_peer_that_executed_a_setuid_program_is_nobody() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let setuid_sleep = |folder: &Path| {
        let program = folder.join("setuid-sleep");
        copy(Path::new("/bin/sleep"), &program);
        fs::set_permissions(&program, Permissions::from_mode(0o4755)).expect("the setuid bit");
        program
    };
    let mut peer = Connected::start(Some(ANOTHER_UID), setuid_sleep);
    let pinned = peer.pinned();
    let facts = pinned.facts().expect("a process of one user");
    assert_eq!(facts.uid, ANOTHER_UID);
    peer.execute();
    assert!(matches!(pinned.facts(), Err(Unattested::ChangedUser)));
    assert!(matches!(pinned.facts_for(&Binding::None), Err(Unattested::ChangedUser)));
    assert!(matches!(peer.pinned().facts(), Err(Unattested::ChangedUser)), "asked on the same connection again");
}
