//! Lists, and the administrator's view of them (wire contract 4.8 and 4.9).

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::may_be_others;
use keystead_e2e_tests::home::WITH_DIRECT;
use keystead_e2e_tests::service::Service;
use keystead_interface::attributes::KeyType;
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::names::RESERVED_PREFIX;
use keystead_interface::operations::admin::{DeleteClient, ListClients};
use keystead_interface::operations::core::{ListAuthenticators, ListKeys, ListOpcodes};
use keystead_interface::status::Status;

use crate::requests::*;

#[test]
fn opcodes_of_the_service_are_those_that_each_client_may_know() {
    let service = Service::plain();
    let opcodes = |caller: &Caller, provider| {
        let list = caller.ask(ListOpcodes { provider_id: ProviderNumber(provider) });
        let mut opcodes = list.expect("anybody may ask").opcodes;
        opcodes.sort_unstable();
        opcodes
    };
    let (extended, legacy) = (service.caller(), service.caller().legacy());
    assert_eq!(opcodes(&legacy, 0), [1, 8, 9, 14, 26]);
    let administration = 0x302..=0x307;
    let shown: Vec<u32> = [1, 8, 9, 14, 26, 27, 28, 0x105].into_iter().chain(administration).collect();
    assert_eq!(opcodes(&extended, 0), shown);
    let mac = [0x16, 0x17];
    assert!(mac.iter().all(|opcode| opcodes(&extended, 1).contains(opcode)));
    let without_mac: Vec<u32> = opcodes(&extended, 1).into_iter().filter(|opcode| !mac.contains(opcode)).collect();
    assert_eq!(opcodes(&legacy, 1), without_mac);
    assert!(without_mac.iter().all(|opcode| *opcode <= 0x20), "{without_mac:?}");
}

#[test]
fn authenticators_are_listed_as_configured() {
    let service = Service::with(WITH_DIRECT);
    for caller in [service.caller(), service.caller().legacy()] {
        let list = caller.ask(ListAuthenticators {}).expect("anybody may ask").authenticators;
        let ids: Vec<_> = list.iter().map(|info| info.id).collect();
        assert_eq!(ids, [AuthKind::UNIX_PEER_CREDENTIALS, AuthKind::DIRECT]);
    }
}

#[test]
fn clients_are_listed_by_the_administrators_own_authenticator_sorted_and_once() {
    let service = Service::with(WITH_DIRECT);
    let user = service.caller();
    let admin = user.clone().as_application("admin");
    assert_eq!(admin.ask(ListClients {}).expect("an administrator").clients, [""; 0], "nobody owns a key");
    for client in ["zoë", "b", "a\0", "a", "B", "b b"] {
        let client = user.clone().as_application(client);
        client.ask(generate("one", key(KeyType::Aes, 128, GCM))).expect("made");
        client.ask(generate("two", key(KeyType::Aes, 128, GCM))).expect("made");
    }
    user.ask(generate("one", key(KeyType::Aes, 128, GCM))).expect("made");
    assert_eq!(admin.ask(ListClients {}).expect("an administrator").clients, ["B", "a", "a\0", "b", "b b", "zoë"]);
    let uid = rustix::process::geteuid().as_raw().to_string();
    assert_eq!(user.ask(ListClients {}).expect("an administrator").clients, [uid]);
    // Who has destroyed the last key is no client any more.
    let b = user.clone().as_application("b");
    b.ask(destroy("one")).expect("gone");
    assert!(admin.ask(ListClients {}).expect("an administrator").clients.contains(&"b".to_owned()));
    b.ask(destroy("two")).expect("gone");
    assert!(!admin.ask(ListClients {}).expect("an administrator").clients.contains(&"b".to_owned()));
}

#[test]
fn a_client_is_deleted_with_all_its_keys_and_nobody_elses() {
    let config = format!("{WITH_DIRECT}\n[[provider]]\nkind = \"software\"\nname = \"second\"\n");
    let service = Service::with(&config);
    let user = service.caller();
    let uid = rustix::process::geteuid().as_raw().to_string();
    let admin = user.clone().as_application("admin");
    let victim = user.clone().as_application(&uid);
    let others = [user.clone(), user.clone().as_application("other"), admin.clone()];
    for caller in others.iter().chain([&victim]) {
        for provider in [1, 16] {
            for name in ["a", "b"] {
                let caller = caller.clone().at(provider);
                caller.ask(generate(name, key(KeyType::Aes, 128, GCM))).expect("made");
                caller.ask(seal(name, GCM, &[1; 12], b"text")).expect("it works, and is open now");
            }
        }
    }
    let delete = |client: &str| admin.ask(DeleteClient { client: client.to_owned() }).map(drop);
    assert_eq!(delete("nobody"), Ok(()), "who owns nothing is deleted already");
    assert_eq!(delete(""), Ok(()));
    assert_eq!(delete(&uid), Ok(()));
    assert_eq!(delete(&uid), Ok(()), "and again");
    assert!(victim.ask(ListKeys::default()).expect("an empty list").keys.is_empty());
    for provider in [1, 16] {
        let status = victim.clone().at(provider).ask(seal("a", GCM, &[1; 12], b"text")).err();
        assert_eq!(status, Some(Status::PsaErrorDoesNotExist), "also if it was open");
    }
    for caller in &others {
        assert_eq!(caller.ask(ListKeys::default()).expect("all of them").keys.len(), 4);
        caller.clone().at(16).ask(seal("b", GCM, &[1; 12], b"text")).expect("it works");
    }
    victim.ask(generate("a", key(KeyType::Aes, 128, GCM))).expect("its names are free");
    let by_victim = victim.ask(DeleteClient { client: "other".to_owned() }).err();
    assert_eq!(by_victim, Some(Status::AdminOperation));
    // The keys stay gone.
    let (_, home) = service.stop();
    let service = Service::in_home(home);
    let keys = service.caller().as_application(&uid).ask(ListKeys::default()).expect("its new one").keys;
    assert_eq!(keys.len(), 1);
}

#[test]
fn only_who_is_named_is_an_administrator() {
    let service = Service::with(WITH_DIRECT);
    let refused = Some(Status::AdminOperation);
    let uid = rustix::process::geteuid().as_raw().to_string();
    for name in ["Admin", "admin ", "self", uid.as_str()] {
        assert_eq!(service.caller().as_application(name).ask(ListClients {}).err(), refused, "{name:?}");
    }
    if may_be_others("administrators among users") {
        assert_eq!(service.caller().as_uid(54_321).ask(ListClients {}).err(), refused);
    }
}

#[test]
fn records_of_client_libraries_are_listed_only_for_those_who_ask() {
    let service = Service::plain();
    let (extended, legacy) = (service.caller(), service.caller().legacy());
    let record = format!("{RESERVED_PREFIX}test/1");
    for name in [record.as_str(), "keystead.reserved", "mine"] {
        extended.ask(generate(name, key(KeyType::Aes, 128, GCM))).expect("made");
    }
    let listed = |caller: &Caller, include_reserved| -> Vec<String> {
        let keys = caller.ask(ListKeys { include_reserved }).expect("everybody may list").keys;
        keys.into_iter().map(|key| key.name.into_string()).collect()
    };
    let shown = ["keystead.reserved", "mine"];
    assert_eq!(listed(&extended, false), shown);
    assert_eq!(listed(&extended, true), ["keystead.reserved", &record, "mine"]);
    // To old clients the field does not exist.
    assert_eq!(listed(&legacy, true), shown);
    // It is a key like any other to whoever knows its name.
    legacy.ask(destroy(&record)).expect("destroyed");
    assert_eq!(listed(&extended, true), shown);
}
