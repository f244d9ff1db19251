//! The orchestrator as a process, with a real identity provider; a test is the service and the applications.

#[path = "running/parties.rs"]
mod parties;

use std::collections::BTreeSet;
use std::process::Stdio;

use keystead_client::{Deadline, Endpoint, TokenSource};
use keystead_interface::operations::identity::{GetToken, ListClientDefinitions};
use keystead_trust::binding::{self, BindingKind};

use parties::{ANSWER, Daemon, IDENTITY_SOCKET, IdentityProvider, PATIENCE, PATIENT, Pod, TOKEN_FILE, ask, own_facts};

/// What the test's own commands do: they ask who they are, once and write it down, or at each line of their input.
#[test]
fn application() {
    let Some(socket) = std::env::var_os(IDENTITY_SOCKET) else { return };
    let token = || ask(socket.as_ref(), GetToken { audience: String::new(), identity: String::new() });
    if let Some(file) = std::env::var_os(TOKEN_FILE) {
        let given = match std::env::var_os(PATIENT) {
            None => token().unwrap().token.into_bytes(),
            Some(_) => {
                let source = TokenSource::at(Endpoint::at(std::path::Path::new(&socket)));
                source.token(Deadline::after(PATIENCE)).unwrap().bytes().to_vec()
            }
        };
        return std::fs::write(file, given).unwrap();
    }
    for _line in std::io::stdin().lines() {
        println!("{ANSWER}{}", token().map(|given| given.token).unwrap_or_default());
    }
}

#[test]
fn a_command_has_its_identity_from_the_first_instruction_on() {
    let provider = IdentityProvider::start();
    for name in ["shop", "till"] {
        let file = provider.folder().join(name);
        let mut command = provider.run(&["--identity", &format!("spiffe://localhost/{name}")]);
        command.args(parties::application()).env(TOKEN_FILE, &file).stdout(Stdio::null());
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
fn commands_of_one_user_have_identities_of_their_own_while_everything_restarts() {
    let mut provider = IdentityProvider::start();
    let mut daemon = Daemon::start(&provider);
    let mut names = ["shop", "till"].map(|name| (name, daemon.run(name)));
    for restart in ["nothing", "the daemon", "the identity provider", "both"] {
        if restart == "the daemon" || restart == "both" {
            daemon.restart();
        }
        if restart == "the identity provider" || restart == "both" {
            provider.restart();
        }
        for (name, application) in &mut names {
            let verified = provider.service.verify(&application.token()).unwrap();
            assert_eq!(verified.subject.as_str(), format!("spiffe://localhost/{name}"), "after {restart}");
        }
    }
    let [(_, shop), (_, till)] = names;
    assert!(shop.end().success());
    provider.wait_for_clients(1);
    assert!(till.end().success());
    provider.wait_for_clients(0);
    provider.wait_for_no_records();
}

#[test]
fn the_daemon_starts_only_what_its_policy_says() {
    let provider = IdentityProvider::start();
    let daemon = Daemon::start(&provider);
    let refused = daemon.command("spiffe://localhost/secret/x").args(["--", "true"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(125), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no rule"), "{refused:?}");
    // This process is not a child of the one that asks.
    let own = Asked { command: Command { client: "run-x", identity: "spiffe://localhost/x", pid: std::process::id() } };
    assert!(daemon.ask(&serde_json::to_string(&own).unwrap()).contains("no child of the caller"));
    assert!(daemon.ask("{}").is_empty());
    assert!(daemon.ask("{\"container\":{\"id\":\"a/b\",\"identity\":\"x\",\"pid\":1}}").contains("refused"));
}

#[test]
fn a_container_has_its_identity_from_its_hooks() {
    let provider = IdentityProvider::start();
    let daemon = Daemon::start(&provider);
    let mut container = daemon.container();
    let (creating, stopped) = (state("creating", container.first_process), state("stopped", container.first_process));
    assert!(daemon.hook(&creating).success());
    assert!(!daemon.hook(&creating).success(), "a second container of one id");
    let verified = provider.service.verify(&container.application.token()).unwrap();
    assert_eq!(verified.subject.as_str(), "spiffe://localhost/shop");
    assert!(!binding::matches(&verified.binding, &own_facts()));
    assert!(daemon.hook(&stopped).success());
    assert_eq!(container.application.ask(), "", "a token after its end");
    provider.wait_for_clients(0);
    assert!(daemon.hook(&stopped).success());
    let of_nobody = creating.replace("keystead.identity", "other").replace("c1", "c2");
    assert!(daemon.hook(&of_nobody).success());
    provider.wait_for_clients(0);
    assert!(container.application.end().success());
}

#[test]
fn a_container_of_a_name_is_not_ended_with_its_predecessor() {
    let provider = IdentityProvider::start();
    let daemon = Daemon::start(&provider);
    let [mut first, mut second] = [daemon.container(), daemon.container()];
    assert!(daemon.hook(&state("creating", first.first_process)).success());
    assert!(!first.application.token().is_empty());
    // Its runtime says that it has ended, and starts another of its name, before its process has.
    assert!(daemon.hook(&state("stopped", first.first_process)).success());
    assert!(daemon.hook(&state("creating", second.first_process)).success());
    assert!(first.application.end().success());
    let other = daemon.run("till");
    assert!(other.end().success());
    assert!(!second.application.token().is_empty(), "the end of the first process ended the second container");
    provider.wait_for_clients(1);
    assert!(second.application.end().success());
    provider.wait_for_clients(0);
}

#[test]
fn tokens_of_a_container_that_is_said_to_have_ended_are_not_believed_although_its_processes_live() {
    let provider = IdentityProvider::start();
    let daemon = Daemon::start(&provider);
    let mut container = daemon.container();
    assert!(daemon.hook(&state("creating", container.first_process)).success());
    let token = container.application.token();
    assert!(provider.service.verify(&token).is_some());
    assert!(daemon.hook(&state("stopped", container.first_process)).success());
    provider.service.wait_until_refused(&token);
    assert!(container.application.end().success());
}

#[test]
fn a_process_that_shares_the_namespace_and_cgroup_of_others_is_no_container() {
    let provider = IdentityProvider::start();
    let daemon = Daemon::start(&provider);
    let mut pod = Pod::start();
    let refused = daemon.ask(&container("c1", pod.members[1]));
    assert!(refused.contains("neither a cgroup nor a pid namespace of its own"), "{refused}");
    assert!(daemon.ask(&container("c1", pod.members[0])).contains("vouched"), "the namespace begins and ends with it");
    pod.end();
    provider.wait_for_clients(0);
    // It is this process's own namespace.
    assert!(daemon.ask(&container("c1", std::process::id())).contains("refused"));
}

#[test]
fn a_hook_in_another_user_namespace_is_not_believed() {
    let provider = IdentityProvider::start();
    let daemon = Daemon::start(&provider);
    let mut container = daemon.container();
    let hook = daemon.hook_in_a_container(&state("creating", container.first_process));
    let said = String::from_utf8_lossy(&hook.stderr);
    assert!(!hook.status.success() && said.contains("another user namespace"), "{hook:?}");
    assert_eq!(container.application.ask(), "");
    assert!(container.application.end().success());
}

#[test]
fn a_client_that_cannot_be_written_down_is_not_vouched_for() {
    let provider = IdentityProvider::start();
    let daemon = Daemon::start(&provider);
    let state = provider.folder().join("orchestrator");
    std::fs::remove_dir(&state).unwrap();
    let refused = daemon.command("spiffe://localhost/shop").args(["--", "true"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(125), "{refused:?}");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("the list of running clients cannot be written"), "{said}");
    provider.wait_for_clients(0);
    std::fs::create_dir(&state).unwrap();
    assert!(daemon.command("spiffe://localhost/shop").args(["--", "true"]).status().unwrap().success());
}

#[test]
fn a_daemon_that_is_killed_while_it_vouches_leaves_nobody_half_started() {
    let provider = IdentityProvider::start();
    let mut daemon = Daemon::start(&provider);
    for round in 0..12 {
        let file = provider.folder().join(format!("token-{round}"));
        let mut command = daemon.command("spiffe://localhost/shop");
        command.args(parties::application()).env(TOKEN_FILE, &file).env(PATIENT, "1");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut run = command.spawn().unwrap();
        // Moments spread over the time that a start takes.
        std::thread::sleep(std::time::Duration::from_millis(3 * round));
        daemon.restart();
        match (run.wait().unwrap().code(), std::fs::read_to_string(&file)) {
            // It was not started; else it is told of again, and has its token.
            (Some(125), Err(_)) => {}
            (Some(0), Ok(token)) => assert!(!token.is_empty()),
            other => panic!("round {round}: {other:?}"),
        }
    }
    provider.wait_for_clients(0);
    assert!(daemon.command("spiffe://localhost/shop").args(["--", "true"]).status().unwrap().success());
    provider.wait_for_clients(0);
    assert_eq!(std::fs::read_dir(provider.folder().join("orchestrator")).unwrap().count(), 0);
}

#[test]
fn callers_who_say_nothing_keep_others_out_for_a_moment_only() {
    let provider = IdentityProvider::start();
    let daemon = Daemon::start(&provider);
    // All that one user may have at once; some of them begin to say something.
    let mut silent: Vec<_> = (0..128).map(|_| daemon.connect()).collect();
    silent.iter_mut().step_by(2).for_each(|stream| std::io::Write::write_all(stream, b"{").unwrap());
    let mut refused = String::new();
    std::io::Read::read_to_string(&mut daemon.connect(), &mut refused).unwrap();
    assert!(refused.contains("too many callers"), "{refused}");
    // They are hung up on, without an answer.
    for stream in &mut silent {
        assert_eq!(std::io::Read::read(stream, &mut [0]).unwrap(), 0);
    }
    drop(silent);
    assert!(daemon.command("spiffe://localhost/shop").args(["--", "true"]).status().unwrap().success());
}

fn state(status: &str, pid: u32) -> String {
    format!(
        "{{\"ociVersion\":\"1.0.2\",\"id\":\"c1\",\"status\":\"{status}\",\"pid\":{pid},\"bundle\":\"/b\",\
          \"annotations\":{{\"keystead.identity\":\"spiffe://localhost/shop\"}}}}"
    )
}

fn container(id: &str, pid: u32) -> String {
    format!("{{\"container\":{{\"id\":\"{id}\",\"identity\":\"spiffe://localhost/shop\",\"pid\":{pid}}}}}")
}

#[derive(serde::Serialize)]
struct Asked {
    command: Command,
}

#[derive(serde::Serialize)]
struct Command {
    client: &'static str,
    identity: &'static str,
    pid: u32,
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
