//! Row 20 of what Parsec teaches: a uid that goes to another account does not take the keys of its former owner with it.

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::may_be_others;
use keystead_e2e_tests::home::{Home, PLAIN};
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::names::KeyName;
use keystead_interface::operations::admin::{DeleteClient, Health, ReleaseClient};
use keystead_interface::operations::core::{ListKeys, Ping};
use keystead_interface::operations::keys::PsaGenerateKey;
use keystead_interface::operations::sign::PsaSignHash;
use keystead_interface::status::Status;

const ALICE: u32 = 4_000;
const BOB: u32 = 4_001;

/// The accounts of a host before anything happens to them.
const BOTH: &[(&str, u32)] = &[("alice", ALICE), ("bob", BOB)];

const ALGORITHM: AsymmetricSignature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));

fn host(quarantine: bool) -> Home {
    let settings = format!("admins = [\"self\"]\naccounts_file = \"passwd\"\nquarantine_recycled_uids = {quarantine}");
    let config = PLAIN.replace("admins = [\"self\"]", &settings);
    let home = Home::new(&format!("{config}\n[log]\nlevel = \"debug\"\n"));
    set_accounts(&home, BOTH);
    home
}

/// As the tools do it: a new file in the place of the old one.
fn set_accounts(home: &Home, accounts: &[(&str, u32)]) {
    let line = |(name, uid): &(&str, u32)| format!("{name}:x:{uid}:{uid}:{name}:/home/{name}:/bin/sh\n");
    let text = format!("root:x:0:0:root:/root:/bin/bash\n{}", accounts.iter().map(line).collect::<String>());
    let new = home.path().join("passwd+");
    std::fs::write(&new, text).expect("the directory is ours");
    std::fs::rename(new, home.path().join("passwd")).expect("the directory is ours");
}

fn name(name: &str) -> KeyName {
    KeyName::new(name).expect("a short name")
}

fn make(caller: &Caller, key: &str) -> Result<(), Status> {
    let algorithm = Algorithm::AsymmetricSignature(ALGORITHM);
    let attributes = KeyAttributes::new(KeyType::EccKeyPair(EccFamily::SecpR1), 256, Usage::SIGN_HASH, algorithm);
    caller.ask(PsaGenerateKey { key_name: name(key), attributes }).map(drop)
}

fn sign(caller: &Caller, key: &str) -> Result<(), Status> {
    caller.ask(PsaSignHash { key_name: name(key), alg: ALGORITHM, hash: vec![7; 32] }).map(drop)
}

/// The reasons why clients are listed in Health.
fn suspects(admin: &Caller) -> Vec<(String, String)> {
    let listed = admin.ask(Health {}).expect("the test is an administrator").quarantined;
    listed.into_iter().map(|one| (one.client, one.reason)).collect()
}

fn release(admin: &Caller, uid: u32) -> bool {
    admin.ask(ReleaseClient { client: uid.to_string() }).expect("the test is an administrator").released
}

#[test]
fn a_uid_of_another_account_is_refused_until_it_is_released() {
    if !may_be_others("recycled uids are refused") {
        return;
    }
    let service = Service::in_home(host(true));
    let [alice, bob] = [ALICE, BOB].map(|uid| service.caller().as_uid(uid));
    make(&alice, "k").expect("alice is who she was");
    make(&bob, "k").expect("bob is who he was");
    sign(&alice, "k").expect("alice signs");
    assert_eq!(suspects(&service.caller()), []);

    set_accounts(service.home(), &[("carol", ALICE), ("bob", BOB)]);
    let carol = &alice;
    assert_eq!(sign(carol, "k"), Err(Status::AuthenticationError));
    assert_eq!(make(carol, "another"), Err(Status::AuthenticationError));
    assert_eq!(carol.ask(ListKeys::default()).err(), Some(Status::AuthenticationError));
    assert_eq!(carol.clone().legacy().ask(Ping {}).err(), Some(Status::AuthenticationError));
    sign(&bob, "k").expect("bob is who he was");

    let home = service.kill();
    assert!(home.log().contains("carol"), "the log says why:\n{}", home.log());
    let service = Service::in_home(home);
    let admin = service.caller();
    assert_eq!(sign(carol, "k"), Err(Status::AuthenticationError), "a restart releases nobody");
    let listed = suspects(&admin);
    assert_eq!((listed.len(), listed[0].0.as_str()), (1, "4000"), "{listed:?}");
    assert!(listed[0].1.contains("alice") && listed[0].1.contains("carol"), "{listed:?}");

    assert!(!release(&admin, BOB), "he was not quarantined");
    assert_eq!(bob.ask(ReleaseClient { client: "4000".into() }).err(), Some(Status::AdminOperation));
    assert!(release(&admin, ALICE) && !release(&admin, ALICE));
    sign(carol, "k").expect("the keys are carol's now");
    assert_eq!(suspects(&admin), []);
    sign(carol, "k").expect("and stay so");
}

#[test]
fn an_account_that_was_deleted_and_made_again_is_refused() {
    if !may_be_others("accounts that were made again are refused") {
        return;
    }
    let service = Service::in_home(host(true));
    let [alice, bob] = [ALICE, BOB].map(|uid| service.caller().as_uid(uid));
    make(&alice, "k").expect("alice is who she was");
    set_accounts(service.home(), &[("bob", BOB)]);
    bob.ask(ListKeys::default()).expect("somebody asks while alice is gone");
    set_accounts(service.home(), BOTH);
    assert_eq!(sign(&alice, "k"), Err(Status::AuthenticationError));
    let service = Service::in_home(service.kill());
    assert_eq!(sign(&alice, "k"), Err(Status::AuthenticationError), "what was seen once is remembered");
    assert!(release(&service.caller(), ALICE));
    sign(&alice, "k").expect("she is released");
}

#[test]
fn who_owns_nothing_is_not_refused() {
    if !may_be_others("uids without keys are served") {
        return;
    }
    let service = Service::in_home(host(true));
    let [alice, bob, nobody] = [ALICE, BOB, 4_002].map(|uid| service.caller().as_uid(uid));
    make(&alice, "k").expect("alice is who she was");
    make(&nobody, "k").expect("as a container's uid, which has no account");
    bob.ask(ListKeys::default()).expect("bob owns nothing");
    service.caller().ask(DeleteClient { client: "4000".into() }).expect("the test is an administrator");
    set_accounts(service.home(), &[("carol", ALICE), ("dave", BOB)]);
    make(&alice, "k").expect("alice's keys are gone, so this is carol's first");
    make(&bob, "k").expect("dave's first");
    sign(&nobody, "k").expect("still without an account");
    assert_eq!(suspects(&service.caller()), []);
}

#[test]
fn without_the_setting_they_are_only_reported() {
    if !may_be_others("recycled uids are reported") {
        return;
    }
    let service = Service::in_home(host(false));
    let [alice, bob] = [ALICE, BOB].map(|uid| service.caller().as_uid(uid));
    make(&alice, "k").expect("alice is who she was");
    make(&bob, "k").expect("bob is who he was");
    set_accounts(service.home(), &[("carol", ALICE)]);
    let listed = suspects(&service.caller());
    assert_eq!(listed.iter().map(|(client, _)| client.as_str()).collect::<Vec<_>>(), ["4000", "4001"]);
    assert!(listed[1].1.contains("nobody's now") && listed[1].1.contains("served all the same"), "{listed:?}");
    sign(&alice, "k").expect("nobody is refused");
    assert!(release(&service.caller(), ALICE));
    assert_eq!(suspects(&service.caller()).len(), 1);
}

#[test]
fn accounts_that_cannot_be_read_stop_a_start_and_nothing_later() {
    let home = host(true);
    std::fs::remove_file(home.path().join("passwd")).expect("it was there");
    let (home, refused) = Service::try_in(home, None).err().expect("it does not start");
    assert!(refused.log.contains("passwd"), "{}", refused.log);
    set_accounts(&home, BOTH);
    let service = Service::in_home(home);
    make(&service.caller(), "k").expect("root is root");
    std::fs::remove_file(service.home().path().join("passwd")).expect("it was there");
    sign(&service.caller(), "k").expect("the accounts of before hold");
    assert!(service.log().contains("passwd"), "{}", service.log());
}
