//! What clients find out before they do anything (wire contract 4.8 and 6.5): providers, authenticators and opcodes, in
//! the order and with the numbers that the configuration gives them; old clients see only what they know.

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::home::{PLAIN, WITH_DIRECT};
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::names::KeyName;
use keystead_interface::operations::core::{
    ListAuthenticators, ListKeys, ListOpcodes, ListProviders, Ping, ProviderInfo,
};
use keystead_interface::operations::keys::PsaGenerateKey;
use keystead_interface::status::Status;

const SOFTWARE_UUID: &str = "1c1139dc-ad7c-47dc-ad6b-db6fdb466552";

/// Two providers of one type, in this order.
fn two_providers(first: &str, second: &str) -> String {
    format!(
        "{}\nname = \"{first}\"\n\n[[provider]]\nkind = \"software\"\nname = \"{second}\"\n",
        PLAIN.trim_end_matches('\n')
    )
}

fn providers(caller: &Caller) -> Vec<ProviderInfo> {
    caller.ask(ListProviders {}).expect("anybody may ask").providers
}

fn ids(providers: &[ProviderInfo]) -> Vec<u8> {
    providers.iter().map(|provider| provider.id.0).collect()
}

fn opcodes(caller: &Caller, provider: u8) -> Result<Vec<u32>, Status> {
    let result = caller.ask(ListOpcodes { provider_id: ProviderNumber(provider) });
    result.map(|listed| {
        let mut opcodes = listed.opcodes;
        opcodes.sort_unstable();
        opcodes
    })
}

/// The caller's keys, as provider and name.
fn keys(caller: &Caller) -> Vec<(u8, String)> {
    let listed = caller.ask(ListKeys::default()).expect("a tenant may ask").keys;
    listed.into_iter().map(|key| (key.provider_id.0, key.name.into_string())).collect()
}

fn make(caller: &Caller, name: &str) -> Result<(), Status> {
    let alg = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
    let key_type = KeyType::EccKeyPair(EccFamily::SecpR1);
    let attributes = KeyAttributes::new(key_type, 256, Usage::SIGN_HASH, Algorithm::AsymmetricSignature(alg));
    let key_name = KeyName::new(name).expect("a short name");
    caller.ask(PsaGenerateKey { key_name, attributes }).map(|_| ())
}

#[test]
fn the_service_itself_is_listed_last() {
    let service = Service::plain();
    let pong = service.caller().legacy().ask(Ping {}).expect("anybody may ask");
    assert_eq!((pong.wire_protocol_version_maj, pong.wire_protocol_version_min), (1, 0));
    let listed = providers(&service.caller().legacy());
    assert_eq!(ids(&listed), [1, 0]);
    assert_eq!(listed[0].uuid, SOFTWARE_UUID);
    assert_eq!(listed[1].uuid, "47049873-2a43-4845-9d72-831eab668784");
}

#[test]
fn old_clients_are_listed_only_opcodes_that_they_know() {
    let service = Service::plain();
    let (old, new) = (service.caller().legacy(), service.caller());
    assert_eq!(opcodes(&old, 0).expect("the service's"), [1, 8, 9, 14, 26]);
    let core = opcodes(&new, 0).expect("the service's");
    assert!([1, 8, 9, 14, 26, 27, 28].iter().all(|opcode| core.contains(opcode)), "{core:?}");

    let (seen, all) = (opcodes(&old, 1).expect("the provider's"), opcodes(&new, 1).expect("the provider's"));
    assert!(seen.iter().all(|opcode| *opcode <= 0x20 && ![0x16, 0x17, 0x1D].contains(opcode)), "{seen:?}");
    assert!(all.contains(&0x16) && all.contains(&0x17) && seen.iter().all(|opcode| all.contains(opcode)), "{all:?}");
    assert!(!all.contains(&0x1E) && !all.contains(&0x1F), "software attests nothing");
}

#[test]
fn a_second_provider_of_a_type_is_there_for_new_clients() {
    let service = Service::with(&two_providers("one", "two"));
    let (old, new) = (service.caller().legacy(), service.caller());
    let listed = providers(&new);
    assert_eq!(ids(&listed), [1, 16, 0]);
    assert_eq!((listed[0].uuid.as_str(), listed[1].uuid.as_str()), (SOFTWARE_UUID, SOFTWARE_UUID));
    assert_eq!(ids(&providers(&old)), [1, 0]);
    assert_eq!(opcodes(&new, 16), opcodes(&new, 1));
    assert_eq!(opcodes(&old, 16), Err(Status::ProviderDoesNotExist));
    assert_eq!(opcodes(&new, 17), Err(Status::ProviderNotRegistered));

    make(&new, "k").expect("a key is made");
    make(&new.clone().at(16), "k").expect("the same name on another provider is another key");
    assert_eq!(keys(&new), [(1, "k".into()), (16, "k".into())]);
    assert_eq!(keys(&old), [(1, "k".into())]);
}

#[test]
fn a_provider_keeps_its_number_whatever_the_order() {
    let service = Service::with(&two_providers("one", "two"));
    make(&service.caller().at(16), "of two").expect("a key is made");
    let (_, home) = service.stop();
    home.configure(&two_providers("two", "one"));
    let service = Service::in_home(home);
    let new = service.caller();
    assert_eq!(ids(&providers(&new)), [16, 1, 0], "the order is the new one, the numbers are the old ones");
    assert_eq!(keys(&new), [(16, "of two".into())]);
    assert_eq!(ids(&providers(&service.caller().legacy())), [1, 0]);
}

#[test]
fn authenticators_are_listed_as_they_are_configured() {
    let listed = |config: &str| -> Vec<AuthKind> {
        let service = Service::with(config);
        let listed = service.caller().legacy().ask(ListAuthenticators {}).expect("anybody may ask");
        listed.authenticators.into_iter().map(|authenticator| authenticator.id).collect()
    };
    let (peer, direct) = (AuthKind::UNIX_PEER_CREDENTIALS, AuthKind::DIRECT);
    assert_eq!(listed(WITH_DIRECT), [peer, direct]);
    let swapped =
        WITH_DIRECT.replace("unix-peer-credentials", "first").replace("\"direct\"", "\"unix-peer-credentials\"");
    let swapped =
        swapped.replace("\"first\"", "\"direct\"").replace("\"admin\"", "\"0\"").replace("\"self\"", "\"admin\"");
    assert_eq!(listed(&swapped), [direct, peer]);
}

#[test]
fn equal_names_under_different_authenticators_are_different_tenants() {
    let service = Service::with(WITH_DIRECT);
    let peer = service.caller();
    let direct = peer.clone().as_application(&rustix::process::geteuid().as_raw().to_string());
    make(&peer, "k").expect("a key is made");
    assert_eq!(keys(&direct), []);
    make(&direct, "k").expect("the name is free for somebody else");
    assert_eq!(make(&direct, "k"), Err(Status::PsaErrorAlreadyExists));
}
