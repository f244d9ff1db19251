//! A SPIFFE issuer that is not Keystead's, and a service that hears of its keys by the Workload API: its tokens are believed
//! while their key is in the bundle, whether the issuer is there or not.

use std::path::Path;
use std::time::{Duration, Instant};

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::service::Service;
use keystead_interface::codes::AuthKind;
use keystead_interface::operations::core::{ListAuthenticators, ListKeys};
use keystead_interface::status::Status;
use keystead_spiffe_tests::{Talker, python};

const PATIENCE: Duration = Duration::from_secs(60);

fn config(source: &str) -> String {
    format!(
        "[service]\nsocket_path = \"service.sock\"\nstate_directory = \"state\"\n\
         [[authenticator]]\nkind = \"unix-peer-credentials\"\n\
         [[authenticator]]\nkind = \"jwt-svid\"\ntrust_domain = \"spire.test\"\n{source}\n\
         [[provider]]\nkind = \"software\"\n"
    )
}

fn issuer(socket: &Path) -> Talker {
    // Another process may have left it.
    let _ = std::fs::remove_file(socket);
    let mut command = python("issuer.py");
    command.arg(socket);
    Talker::start(command)
}

fn token(issuer: &mut Talker) -> String {
    issuer.ask("sign parsec spiffe://spire.test/web")
}

fn keys(service: &Service, token: &str) -> Result<usize, Status> {
    service.caller().as_svid(token).ask(ListKeys::default()).map(|list| list.keys.len())
}

fn wait_for(service: &Service, token: &str, expected: Result<usize, Status>) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match keys(service, token) {
            now if now == expected => return,
            now => assert!(Instant::now() < deadline, "it is {now:?} and not {expected:?}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn tokens_are_believed_while_their_key_is_in_the_bundle_that_came_last() {
    let service = Service::with(&config("workload_api_socket_path = \"agent.sock\""));
    let socket = service.home().path().join("agent.sock");
    let mut agent = issuer(&socket);
    let first = token(&mut agent);
    // The service was there first; it finds the issuer when it comes.
    wait_for(&service, &first, Ok(0));
    assert_eq!(keys(&service, &first), Ok(0), "and remembers it");
    let foreign = agent.ask("sign parsec spiffe://other.test/web");
    assert_eq!(keys(&service, &foreign), Err(Status::AuthenticationError));
    let for_others = agent.ask("sign somebody spiffe://spire.test/web");
    assert_eq!(keys(&service, &for_others), Err(Status::AuthenticationError));

    agent.ask("rotate");
    let second = token(&mut agent);
    wait_for(&service, &second, Ok(0));
    assert_eq!(keys(&service, &first), Err(Status::AuthStale), "its key has left the bundle");
    for _ in 0..100 {
        assert_eq!(keys(&service, &second), Ok(0));
    }
    assert_eq!(agent.ask("calls"), "1 0", "nobody is asked for the sake of a request");

    let fresh = token(&mut agent);
    drop(agent);
    std::fs::remove_file(&socket).expect("it was left behind");
    assert_eq!(keys(&service, &second), Ok(0), "the issuer is away, and its keys are in force");
    assert_eq!(keys(&service, &fresh), Ok(0), "also for tokens that nobody has seen yet");
    assert_eq!(keys(&service, &first), Err(Status::AuthStale));

    let mut agent = issuer(&socket);
    let third = token(&mut agent);
    wait_for(&service, &third, Ok(0));
    assert_eq!(keys(&service, &second), Err(Status::AuthStale), "the new issuer has keys of its own");
}

#[test]
fn a_reload_keeps_the_stream_unless_it_is_another_or_none() {
    let home = keystead_e2e_tests::home::Home::new(&config("workload_api_socket_path = \"agent.sock\""));
    let mut agent = issuer(&home.path().join("agent.sock"));
    let service = Service::in_home(home);
    let first = token(&mut agent);
    assert_eq!(keys(&service, &first), Ok(0), "an issuer that is there is waited for at the start");
    service
        .home()
        .configure(&config("workload_api_socket_path = \"agent.sock\"\nadmins = [\"spiffe://spire.test/a\"]"));
    service.reload();
    assert_eq!(keys(&service, &first), Ok(0));
    assert_eq!(agent.ask("calls"), "1 0", "the stream went on");

    let mut other = issuer(&service.home().path().join("other.sock"));
    service.home().configure(&config("workload_api_socket_path = \"other.sock\""));
    service.reload();
    assert_eq!(keys(&service, &first), Err(Status::AuthStale));
    let of_other = token(&mut other);
    assert_eq!(keys(&service, &of_other), Ok(0));

    let without = config("").replace("[[authenticator]]\nkind = \"jwt-svid\"\ntrust_domain = \"spire.test\"\n", "");
    service.home().configure(&without);
    service.reload();
    let kinds = |caller: Caller| caller.ask(ListAuthenticators {}).expect("a list").authenticators;
    assert!(kinds(service.caller()).iter().all(|one| one.id != AuthKind::JWT_SVID));
    service.home().configure(&config("workload_api_socket_path = \"other.sock\""));
    service.reload();
    assert_eq!(keys(&service, &of_other), Ok(0));
    assert_eq!(other.ask("calls"), "2 0", "it was followed until it was configured no more, and then anew");
}
