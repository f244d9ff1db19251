//! The identity provider as a process: a test is its service, its orchestrator and its application at once.

#[path = "issuing/parties.rs"]
mod parties;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use keystead_client::Error;
use keystead_interface::operations::identity::{
    AddClient, ClientState, GetInstance, GetToken, ListClientDefinitions, ProveClient, RemoveClient,
};
use keystead_interface::status::Status;
use keystead_trust::binding::{self, BindingKind};
use keystead_trust::payload::definition::Selectors;

use parties::{IdentityProvider, Orchestrator, Service, own_selectors};

/// What a refusal is refused with.
fn status<T>(refused: keystead_client::Result<T>) -> Status {
    match refused {
        Err(Error::Refused { status, .. }) => status,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[test]
fn a_proven_process_gets_a_token_that_the_service_believes() {
    let provider = IdentityProvider::start("");
    let mut orchestrator = Orchestrator::believed_by(&provider);
    let (definition, nonce) = orchestrator.add("shop", "app", own_selectors(), None).unwrap();
    let unproven = provider.get_token("", "");
    assert_eq!(status(unproven), Status::Busy);
    assert_eq!(orchestrator.prove("shop", &definition, &nonce).unwrap().identity, "spiffe://localhost/app");
    let given = provider.get_token("", "").unwrap();
    let verified = provider.service.verify(&given.token).unwrap();
    assert_eq!(verified.subject.as_str(), "spiffe://localhost/app");
    assert_eq!(verified.expires_at, given.expires_at);
    assert!(verified.expires_at - verified.issued_at <= 300);
    assert!(binding::matches(&verified.binding, &provider.own_facts()));
    assert_ne!(verified.binding.kind(), BindingKind::None);
    assert_eq!(status(provider.get_token("spiffe://localhost/other-service", "")), Status::PsaErrorNotPermitted);
    let listed = orchestrator.call(ListClientDefinitions {}).unwrap().definitions;
    assert_eq!(listed.iter().map(|one| (one.client_ref.as_str(), one.proven)).collect::<Vec<_>>(), [("shop", true)]);
    assert!(orchestrator.stop("shop").unwrap().nonce.is_empty());
    assert!(matches!(status(provider.get_token("", "")), Status::AuthenticationError | Status::Busy));
    assert!(!orchestrator.remove("shop").unwrap().removed);
}

#[test]
fn a_process_of_two_identities_must_say_which() {
    let provider = IdentityProvider::start("");
    let mut orchestrator = Orchestrator::believed_by(&provider);
    for name in ["shop", "till"] {
        let (definition, nonce) = orchestrator.add(name, name, own_selectors(), None).unwrap();
        orchestrator.prove(name, &definition, &nonce).unwrap();
    }
    assert_eq!(status(provider.get_token("", "")), Status::PsaErrorInvalidArgument);
    let given = provider.get_token("", "spiffe://localhost/till").unwrap();
    assert_eq!(provider.service.verify(&given.token).unwrap().subject.as_str(), "spiffe://localhost/till");
    assert!(orchestrator.remove("till").unwrap().removed);
    assert!(provider.get_token("", "").is_ok());
}

#[test]
fn what_was_sent_before_is_refused() {
    let provider = IdentityProvider::start("");
    let mut orchestrator = Orchestrator::believed_by(&provider);
    let (definition, nonce) = orchestrator.add("shop", "app", own_selectors(), None).unwrap();
    let again = AddClient { definition: definition.clone() };
    assert_eq!(status(orchestrator.call(again)), Status::AuthenticationError);
    let wrong_nonce = orchestrator.proof("shop", &definition, &[0; 16]);
    assert_eq!(status(orchestrator.call(ProveClient { proof: wrong_nonce })), Status::AuthenticationError);
    let proof = orchestrator.proof("shop", &definition, &nonce);
    orchestrator.call(ProveClient { proof: proof.clone() }).unwrap();
    assert_eq!(status(orchestrator.call(ProveClient { proof })), Status::AuthenticationError);
    let unknown = orchestrator.proof("other", &definition, &nonce);
    assert_eq!(status(orchestrator.call(ProveClient { proof: unknown })), Status::PsaErrorDoesNotExist);
    // A definition that was signed with an intermediate which was succeeded.
    let old = orchestrator.definition("late", "app", own_selectors(), ClientState::Running, None);
    orchestrator.rotate();
    assert_eq!(status(orchestrator.call(AddClient { definition: old })), Status::AuthStale);
    // A root cannot be shared twice, and not by another either while the process lives.
    assert_eq!(status(orchestrator.share_root()), Status::PsaErrorAlreadyExists);
    assert_eq!(status(Orchestrator::of(&provider).share_root()), Status::PsaErrorAlreadyExists);
}

#[test]
fn only_the_mapping_gives_an_identity() {
    let mapping = "[[mapping]]\nidentity = \"spiffe://localhost/team/{label:team}\"\nlabels = { team = \"*\" }\n";
    let provider = IdentityProvider::start_with(mapping, "");
    let mut orchestrator = Orchestrator::believed_by(&provider);
    let refused = orchestrator.add("shop", "team/payments", own_selectors(), None);
    assert_eq!(status(refused), Status::PsaErrorNotPermitted);
    let labels = [("team".to_owned(), "payments".to_owned())].into();
    let labelled = Selectors { labels, ..own_selectors() };
    assert_eq!(status(orchestrator.add("shop", "team/sales", labelled.clone(), None)), Status::PsaErrorNotPermitted);
    orchestrator.add("shop", "team/payments", labelled, None).unwrap();
}

#[test]
fn each_socket_serves_its_own_operations() {
    let provider = IdentityProvider::start("");
    let asked = AddClient { definition: "a.b.c".into() };
    assert_eq!(status(provider.application(asked)), Status::OpcodeDoesNotExist);
    let token = GetToken { audience: String::new(), identity: String::new() };
    assert_eq!(status(provider.admin(token)), Status::OpcodeDoesNotExist);
    let unknown = AddClient { definition: "a.b.c".into() };
    assert_eq!(status(provider.admin(unknown)), Status::AuthenticationError);
    let instance = provider.admin(GetInstance {}).unwrap();
    assert_eq!(instance.instance_id, provider.application(GetInstance {}).unwrap().instance_id);
    assert!(instance.senders.is_empty());
}

#[test]
fn a_service_that_forgot_us_is_told_again_and_tokens_go_on() {
    let provider = IdentityProvider::start("");
    let mut orchestrator = Orchestrator::believed_by(&provider);
    let (definition, nonce) = orchestrator.add("shop", "app", own_selectors(), None).unwrap();
    orchestrator.prove("shop", &definition, &nonce).unwrap();
    let before = provider.get_token("", "").unwrap();
    provider.service.restart();
    let deadline = Instant::now() + Duration::from_secs(2);
    while provider.service.verify(&before.token).is_none() {
        assert!(Instant::now() < deadline, "the service was not told again");
        std::thread::yield_now();
    }
    assert!(provider.service.verify(&provider.get_token("", "").unwrap().token).is_some());
}

#[test]
fn intermediates_follow_one_another_and_only_the_newest_signs() {
    let provider = IdentityProvider::start("intermediate_cadence_s = 1\n");
    let mut orchestrator = Orchestrator::believed_by(&provider);
    let (definition, nonce) = orchestrator.add("shop", "app", own_selectors(), None).unwrap();
    orchestrator.prove("shop", &definition, &nonce).unwrap();
    let first = provider.get_token("", "").unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while provider.service.verify(&first.token).is_some() {
        assert!(Instant::now() < deadline, "there was no new intermediate");
        provider.get_token("", "").unwrap();
    }
    assert!(provider.service.verify(&provider.get_token("", "").unwrap().token).is_some());
}

#[test]
fn tokens_that_are_bound_to_nothing_end_when_their_client_stops() {
    let provider = IdentityProvider::start("");
    let mut orchestrator = Orchestrator::believed_by(&provider);
    let (definition, nonce) = orchestrator.add("shop", "app", own_selectors(), Some(BindingKind::Uid)).unwrap();
    orchestrator.prove("shop", &definition, &nonce).unwrap();
    let token = provider.get_token("", "").unwrap().token;
    assert_eq!(provider.service.verify(&token).unwrap().binding.kind(), BindingKind::Uid);
    orchestrator.remove("shop").unwrap();
    assert!(provider.service.verify(&token).is_none(), "it outlived its client");
}

/// Set in the process that is an orchestrator and nothing else.
const ORCHESTRATOR_OF: &str = "KEYSTEAD_TEST_ORCHESTRATOR_OF";

#[test]
fn a_dead_orchestrators_clients_are_nobody_until_its_successor_tells_again() {
    if let Some(folder) = std::env::var_os(ORCHESTRATOR_OF) {
        return parties::vouch_until_killed(folder.as_ref());
    }
    let provider = IdentityProvider::start("");
    let mut child = Command::new(std::env::current_exe().unwrap());
    let name = "a_dead_orchestrators_clients_are_nobody_until_its_successor_tells_again";
    child.args([name, "--exact", "--nocapture"]).env(ORCHESTRATOR_OF, provider.folder()).stdout(Stdio::null());
    let mut child = parties::Other(child.spawn().unwrap());
    let deadline = Instant::now() + Duration::from_secs(20);
    while provider.get_token("", "").is_err() {
        assert!(Instant::now() < deadline, "the other orchestrator did not vouch");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(status(Orchestrator::of(&provider).share_root()), Status::PsaErrorAlreadyExists);
    child.kill();
    assert_eq!(status(provider.get_token("", "")), Status::Busy);
    let mut successor = Orchestrator::believed_by(&provider);
    assert!(successor.call(ListClientDefinitions {}).unwrap().definitions.is_empty());
    let (definition, nonce) = successor.add("shop", "app", own_selectors(), None).unwrap();
    successor.prove("shop", &definition, &nonce).unwrap();
    provider.get_token("", "").unwrap();
    let unknown = RemoveClient { client_ref: keystead_interface::names::ClientRef::new("x").unwrap() };
    assert!(!successor.call(unknown).unwrap().removed);
}

#[test]
fn the_service_need_not_be_there_first() {
    let folder = tempfile::tempdir().unwrap();
    let provider = IdentityProvider::start_in(folder, parties::ANY, "", None);
    let mut orchestrator = Orchestrator::believed_by(&provider);
    let (definition, nonce) = orchestrator.add("shop", "app", own_selectors(), None).unwrap();
    orchestrator.prove("shop", &definition, &nonce).unwrap();
    assert_eq!(status(provider.get_token("", "")), Status::Busy);
    let service = Service::start(provider.folder());
    let deadline = Instant::now() + Duration::from_secs(2);
    let token = loop {
        match provider.get_token("", "") {
            Ok(given) => break given.token,
            Err(_) => assert!(Instant::now() < deadline, "the service was not found"),
        }
    };
    assert!(service.verify(&token).is_some());
}
