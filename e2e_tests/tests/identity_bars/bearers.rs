//! Who may show a token, and who may be believed: not a copy of the token in another process, not a process that became
//! another program or another user after it connected, and no second identity provider while the first one lives.

use std::path::Path;
use std::sync::mpsc::channel;

use keystead_client::{Deadline, Endpoint, TokenSource};
use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::{left_out, may_be_others};
use keystead_e2e_tests::parties::{self, Daemon};
use keystead_e2e_tests::service::{PATIENCE, Service};
use keystead_interface::operations::core::ListKeys;
use keystead_interface::operations::identity::{GetToken, GetTokenResult};
use keystead_interface::status::Status;
use keystead_trust::binding::BindingKind;
use keystead_trust::payload::definition::Selectors;

use super::application::{Application, Said, Task};
use super::peer::{ANOTHER_UID, Peer, open_to_all};
use super::voucher::{Voucher, definition, of_uid};

fn token_of(identity_socket: &Path) -> Vec<u8> {
    let source = TokenSource::at(Endpoint::at(identity_socket));
    source.token(Deadline::after(PATIENCE)).expect("it is given as soon as it can be").bytes().to_vec()
}

fn show(caller: &Caller) -> Result<usize, Status> {
    caller.ask(ListKeys::default()).map(|listed| listed.keys.len())
}

fn any_token() -> GetToken {
    GetToken { audience: String::new(), identity: String::new() }
}

#[test]
fn a_second_identity_provider_is_believed_when_the_first_was_killed_and_not_before() {
    let service = Service::with(parties::SERVICE);
    let first = Daemon::identity_provider(service.home(), 600);
    let identity = definition("app", of_uid(parties::own_uid()), None);
    let vouched = Voucher::believed(&parties::identity_admin_socket(service.home())).vouch(&identity);
    assert_eq!(vouched, Ok(parties::identity("app")));
    let caller = service.caller().as_bearer(token_of(&parties::identity_socket(service.home())));
    let mut kept = caller.connect();
    caller.ask_on(&mut kept, ListKeys::default()).expect("it was just given");

    let second = Daemon::identity_provider_at(service.home(), "second.sock", "");
    let in_home = |name: &str| service.home().path().join(name);
    let vouched = Voucher::believed(&in_home("second/second-admin.sock")).vouch(&identity);
    assert_eq!(vouched, Ok(parties::identity("app")), "it may be believed by an orchestrator, and by no service");
    let asked = Caller::new(in_home("second.sock")).as_nobody().ask(any_token());
    assert_eq!(asked.err(), Some(Status::Busy), "it must not sign what nobody believes");
    assert!(service.log().contains("a living process has shared a root already"), "{}", service.log());
    caller.ask_on(&mut kept, ListKeys::default()).expect("nothing has changed");

    first.kill();
    assert_eq!(caller.ask_on(&mut kept, ListKeys::default()).err(), Some(Status::AuthStale), "from that moment");
    assert_eq!(show(&caller), Err(Status::AuthStale), "also on a new connection");
    let after = service.caller().as_bearer(token_of(&in_home("second.sock")));
    assert_eq!(show(&after), Ok(0), "the second is believed by itself");
    assert_eq!(show(&caller), Err(Status::AuthStale), "and not for the first's tokens");
    second.kill();
}

#[test]
fn a_copy_of_a_token_is_of_no_use_to_another_process_of_the_uid() {
    let service = Service::with(parties::SERVICE);
    let _identity_provider = Daemon::identity_provider(service.home(), 600);
    let _orchestrator = Daemon::orchestrator(service.home());
    let (mouth, ears) = channel();
    let mut owner = Application::start(service.home(), "app", Task::Talk, 0, mouth.clone());
    let mut other = Application::start(service.home(), "other", Task::Talk, 1, mouth);
    let ask = |who: &mut Application, line: &str| {
        who.tell(line);
        match ears.recv_timeout(PATIENCE).expect("it answers") {
            (_, Said::Word(word)) => word,
            (_, said) => panic!("{said:?}"),
        }
    };
    let token = ask(&mut owner, "token");
    let shown = format!("show {token}");
    assert_eq!(ask(&mut owner, &shown), "Success (0)");
    assert_eq!(ask(&mut other, &shown), "AuthenticationError (11)");
    assert_eq!(show(&service.caller().as_bearer(token.clone())), Err(Status::AuthenticationError));
    assert_eq!(ask(&mut owner, &shown), "Success (0)");
    if binding_of(&token) != "cgroup" {
        left_out("a token bound to a cgroup", "no cgroup can be made for a command here");
    }
}

#[test]
fn a_copy_of_a_token_that_is_bound_to_a_process_is_of_no_use_to_another() {
    let service = Service::with(parties::SERVICE);
    let _identity_provider = Daemon::identity_provider(service.home(), 600);
    let mut voucher = Voucher::believed(&parties::identity_admin_socket(service.home()));
    let (mouth, ears) = channel();
    let mut other = Application::beside(service.home(), Task::Talk, mouth);
    for (binding, expected) in [(BindingKind::Process, "AuthenticationError (11)"), (BindingKind::Uid, "Success (0)")] {
        voucher.vouch(&definition("app", of_uid(parties::own_uid()), Some(binding))).expect("an honest definition");
        let token = String::from_utf8(token_of(&parties::identity_socket(service.home()))).expect("text");
        assert_eq!(binding_of(&token), binding.name());
        assert_eq!(show(&service.caller().as_bearer(token.clone())), Ok(0), "{binding:?}");
        other.tell(&format!("show {token}"));
        assert_eq!(ears.recv_timeout(PATIENCE).expect("it answers").1, Said::Word(expected.to_owned()), "{binding:?}");
    }
}

/// What a token says that it is bound to.
fn binding_of(token: &str) -> String {
    use base64ct::{Base64UrlUnpadded, Encoding};
    let claims = token.split('.').nth(1).expect("three parts");
    let claims: serde_json::Value =
        serde_json::from_slice(&Base64UrlUnpadded::decode_vec(claims).expect("base64")).expect("JSON");
    claims["uds"]["kind"].as_str().expect("it is bound to something").to_owned()
}

/// Over the connection of a peer, whatever that is by now.
fn ask_for_token(peer: &mut Peer) -> Result<GetTokenResult, Status> {
    peer.ask(any_token())
}

#[test]
fn what_a_process_executes_after_it_connected_gives_it_no_token() {
    if !may_be_others("tokens for a peer that executed a setuid program") {
        return;
    }
    let service = Service::with(parties::SERVICE);
    let _identity_provider = Daemon::identity_provider(service.home(), 600);
    let mut voucher = Voucher::believed(&parties::identity_admin_socket(service.home()));
    let identity_socket = parties::identity_socket(service.home());
    let by_program =
        |program: &Path, uid| Selectors { exe: Some(program.display().to_string()), uid, ..Selectors::default() };

    let mut plain = Peer::start(&identity_socket, Peer::program(service.home(), false));
    let alone = definition("by-program", by_program(plain.will_execute(), None), None);
    assert_eq!(voucher.vouch(&alone), Err(Status::PsaErrorInvalidArgument), "anybody may execute it");
    let of_root = definition("root", by_program(plain.will_execute(), Some(parties::own_uid())), None);
    voucher.vouch(&of_root).expect("an honest definition");
    plain.execute();
    let refused = ask_for_token(&mut plain).map(drop);
    assert!(matches!(refused, Err(Status::Busy | Status::AuthenticationError)), "root's program: {refused:?}");

    let mut setuid = Peer::start(&identity_socket, Peer::program(service.home(), true));
    voucher.vouch(&definition("user", of_uid(ANOTHER_UID), None)).expect("an honest definition");
    let everything_of_root = definition("root", of_uid(parties::own_uid()), None);
    voucher.vouch(&everything_of_root).expect("an honest definition");
    let given = ask_for_token(&mut setuid).expect("it is the user still");
    assert!(!given.token.is_empty());
    setuid.execute();
    let refused = ask_for_token(&mut setuid).map(drop);
    assert_eq!(refused, Err(Status::AuthenticationError), "it is neither the user nor root");
}

#[test]
fn what_a_process_executes_after_it_connected_gives_it_no_trust() {
    if !may_be_others("trust for a peer that executed a setuid program") {
        return;
    }
    let admin_socket = |service: &Service| service.home().path().join("admin/service-admin.sock");
    // Root is believed, whose program another executed; then a user is, who executed root's program or one of nobody's.
    for (believed, is_setuid, expected) in [
        ("self", true, Err(Status::AdminOperation)),
        ("user", true, Err(Status::AdminOperation)),
        ("user", false, Ok(())),
    ] {
        let user = if believed == "self" { "self".to_owned() } else { ANOTHER_UID.to_string() };
        let config = parties::SERVICE.replace("_user = \"self\"", &format!("_user = \"{user}\""));
        let service = Service::with(&config);
        open_to_all(&admin_socket(&service));
        let root = Voucher::unknown(&admin_socket(&service)).trustor.root();
        let mut peer = Peer::start(&admin_socket(&service), Peer::program(service.home(), is_setuid));
        peer.execute();
        assert_eq!(peer.ask(root).map(drop), expected, "service: {believed}, setuid {is_setuid}");

        let uids = format!("\n[orchestrator]\nuids = [\"{user}\"]\n");
        let _identity_provider = Daemon::identity_provider_at(service.home(), "identity.sock", &uids);
        let identity_admin = parties::identity_admin_socket(service.home());
        open_to_all(&identity_admin);
        let root = Voucher::unknown(&identity_admin).trustor.root();
        let mut peer = Peer::start(&identity_admin, Peer::program(service.home(), is_setuid));
        peer.execute();
        assert_eq!(peer.ask(root).map(drop), expected, "identity provider: {believed}, setuid {is_setuid}");
    }
}
