//! The orchestrator as a process, with a real identity provider; a test is the service and the applications.

#[path = "running/parties.rs"]
mod parties;

use std::collections::BTreeSet;
use std::process::Stdio;

use keystead_interface::operations::identity::{GetToken, ListClientDefinitions};
use keystead_trust::binding::{self, BindingKind};

use parties::{IdentityProvider, TOKEN_FILE, ask, own_facts};

/// What the test's own commands do: they ask who they are, and write it down.
#[test]
fn application() {
    let Some(file) = std::env::var_os(TOKEN_FILE) else { return };
    let socket = std::env::var_os("KEYSTEAD_TEST_IDENTITY_SOCKET").unwrap();
    let given = ask(socket.as_ref(), GetToken { audience: String::new(), identity: String::new() }).unwrap();
    std::fs::write(file, given.token).unwrap();
    if std::env::var_os("KEYSTEAD_TEST_STAYS").is_some() {
        std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
    }
}

#[test]
fn a_command_has_its_identity_from_the_first_instruction_on() {
    let provider = IdentityProvider::start();
    for name in ["shop", "till"] {
        let file = provider.folder().join(name);
        let mut command = provider.run(&["--identity", &format!("spiffe://localhost/{name}")]);
        command.args(parties::application()).env(TOKEN_FILE, &file);
        assert!(command.status().unwrap().success());
        let token = std::fs::read_to_string(&file).unwrap();
        let verified = provider.service.verify(&token).unwrap();
        assert_eq!(verified.subject.as_str(), format!("spiffe://localhost/{name}"));
        assert!(matches!(verified.binding.kind(), BindingKind::Cgroup | BindingKind::Process));
        assert!(!binding::matches(&verified.binding, &own_facts()), "another process of the uid may use its token");
        assert!(provider.get_token().is_err());
        assert!(provider.admin(ListClientDefinitions {}).unwrap().definitions.is_empty(), "it outlived its command");
    }
}

#[test]
fn a_command_that_nobody_vouches_for_never_runs() {
    let provider = IdentityProvider::start();
    let witness = provider.folder().join("witness");
    let mut command = provider.run(&["--identity", "spiffe://elsewhere/shop", "--", "touch"]);
    let refused = command.arg(&witness).output().unwrap();
    assert_eq!(refused.status.code(), Some(125), "{refused:?}");
    assert!(!refused.stderr.is_empty());
    assert!(!witness.exists());
}

#[test]
fn exit_codes_and_signals_are_passed_on() {
    let provider = IdentityProvider::start();
    let code = |script: &[&str]| {
        let mut command = provider.run(&["--identity", "spiffe://localhost/shop", "--"]);
        command.args(script).stderr(Stdio::null()).status().unwrap().code()
    };
    assert_eq!(code(&["sh", "-c", "exit 7"]), Some(7));
    assert_eq!(code(&["sh", "-c", "kill -9 $$"]), Some(137));
    assert_eq!(code(&["/nowhere/at/all"]), Some(127));
    assert_eq!(code(&["/"]), Some(126));
    // To the parent, which is the orchestrator; what it passes on ends the command with a code of its own.
    assert_eq!(code(&["sh", "-c", "trap 'exit 9' TERM; kill $PPID; while :; do sleep 0.01; done"]), Some(9));
}

#[test]
fn a_command_inherits_nothing_of_its_starter() {
    let provider = IdentityProvider::start();
    let script =
        "ls /proc/self/fd | wc -l; umask; ulimit -c; ulimit -n; grep -E 'NoNewPrivs|SigBlk|SigIgn' /proc/self/status";
    let plain = std::process::Command::new("sh").args(["-c", script]).output().unwrap().stdout;
    let mut command = provider.run(&["--identity", "spiffe://localhost/shop", "--", "sh", "-c", script]);
    let ours = command.output().unwrap().stdout;
    assert_eq!(String::from_utf8_lossy(&ours), String::from_utf8_lossy(&plain));
    let lines: BTreeSet<&[u8]> = plain.split(|byte| *byte == b'\n').collect();
    assert!(lines.len() > 4);
}
