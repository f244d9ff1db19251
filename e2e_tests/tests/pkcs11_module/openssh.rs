//! OpenSSH: `ssh -I`, with a key that never leaves the service.

use std::fs;
use std::path::Path;

use keystead_e2e_tests::effort::left_out;

use crate::desk::{Desk, is_here, said};

/// Where Debian has the server, which runs only by its whole path.
const SERVER: &str = "/usr/sbin/sshd";

#[test]
fn ssh_logs_in_with_a_key_of_every_place() {
    const WHAT: &str = "ssh_logs_in_with_a_key_of_every_place";
    if !is_here("ssh", "openssh-client", WHAT) || !is_here("pkcs11-tool", "opensc", WHAT) {
        return;
    }
    if !Path::new(SERVER).exists() {
        left_out(WHAT, "openssh-server is not installed");
        return;
    }
    // As root the server insists on its empty directory, which Debian makes when it starts it.
    if rustix::process::geteuid().is_root() {
        fs::create_dir_all("/run/sshd").expect("root may");
    }
    let desk = Desk::with_every_place(WHAT);
    desk.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", "host"]);
    let folder = desk.folder().display();
    desk.file(
        "sshd_config",
        format!(
            "HostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\nPidFile none\n"
        ),
    );
    let module = desk.module().display().to_string();
    for (slot, label) in desk.slots() {
        desk.tool(
            slot,
            &["--keypairgen", "--key-type", "EC:secp256r1", "--label", &format!("login {slot}"), "--id", "f1"],
        );
        let listed = desk.run("ssh-keygen", &["-D", &module]);
        let line = listed.lines().find(|line| line.ends_with(&format!("login {slot}")));
        let line = line.unwrap_or_else(|| panic!("no key of {label}:\n{listed}"));
        // Only this one is let in.
        desk.file("authorized", format!("{line}\n"));
        assert_eq!(log_in(&desk, &module).as_deref().map(str::trim), Ok("logged in"), "with a key of {label}");
    }
    desk.file("authorized", "");
    assert!(log_in(&desk, &module).is_err(), "without a key that is let in");
}

/// Logs in to a server that speaks through a pipe, so that it needs no port, and has it print something.
fn log_in(desk: &Desk, module: &str) -> Result<String, String> {
    let mut ssh = desk.command("ssh");
    ssh.args(["-F", "none", "-I", module, "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no"]);
    ssh.args(["-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "IdentityFile=none"]);
    let server = format!("ProxyCommand={SERVER} -i -f {}/sshd_config -E {0}/sshd.log", desk.folder().display());
    ssh.args(["-o", &server, "here", "echo logged in"]).env_remove("SSH_AUTH_SOCK");
    said(&ssh.output().expect("timeout is part of every Debian"))
}
