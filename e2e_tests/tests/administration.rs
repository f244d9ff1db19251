//! What an administrator says about tokens and the store (opcodes 0x0304 to 0x0306): who may, and what is refused before
//! any token is asked.

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::home::WITH_DIRECT;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::codes::ProviderNumber;
use keystead_interface::names::KeyName;
use keystead_interface::operations::admin::{AcceptToken, AdoptKey, RekeyStore};
use keystead_interface::operations::core::ListOpcodes;
use keystead_interface::operations::{Opcode, Request};
use keystead_interface::status::Status;

fn adopt(provider: &str) -> AdoptKey {
    let algorithm = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
    let algorithm = Algorithm::AsymmetricSignature(algorithm);
    AdoptKey {
        provider: provider.to_owned(),
        client: "one".to_owned(),
        key_name: KeyName::new("k").expect("a short name"),
        attributes: KeyAttributes::new(KeyType::EccKeyPair(EccFamily::SecpR1), 256, Usage::SIGN_HASH, algorithm),
        object_id: vec![1],
    }
}

fn accept(provider: &str) -> AcceptToken {
    AcceptToken { provider: provider.to_owned() }
}

fn refusal<R: Request>(caller: &Caller, request: R) -> Option<Status> {
    caller.ask(request).err()
}

#[test]
fn only_administrators_speak_for_tokens_and_the_store() {
    let service = Service::with(WITH_DIRECT);
    let somebody = service.caller().as_application("somebody");
    assert_eq!(refusal(&somebody, accept("software")), Some(Status::AdminOperation));
    assert_eq!(refusal(&somebody, adopt("software")), Some(Status::AdminOperation));
    assert_eq!(refusal(&somebody, RekeyStore {}), Some(Status::AdminOperation));
}

#[test]
fn old_clients_know_nothing_of_tokens() {
    let service = Service::with(WITH_DIRECT);
    let old = service.caller().as_application("admin").legacy();
    for draft in [old.draft(accept("software")), old.draft(adopt("software")), old.draft(RekeyStore {})] {
        assert_eq!(old.connect().exchange(&draft.bytes()).status(), Status::OpcodeDoesNotExist);
    }
    let core = || ListOpcodes { provider_id: ProviderNumber::CORE };
    let shown = |caller: &Caller| caller.ask(core()).expect("anybody may ask").opcodes;
    for opcode in [Opcode::AcceptToken, Opcode::AdoptKey, Opcode::RekeyStore] {
        assert!(!shown(&old).contains(&opcode.number()));
        assert!(shown(&service.caller()).contains(&opcode.number()));
    }
}

#[test]
fn a_provider_is_called_as_the_configuration_calls_it_and_must_have_a_token() {
    let service = Service::with(WITH_DIRECT);
    let admin = service.caller().as_application("admin");
    for unknown in ["", "Software", "1"] {
        assert_eq!(refusal(&admin, accept(unknown)), Some(Status::ProviderNotRegistered), "{unknown:?}");
        assert_eq!(refusal(&admin, adopt(unknown)), Some(Status::ProviderNotRegistered), "{unknown:?}");
    }
    assert_eq!(refusal(&admin, accept("software")), Some(Status::PsaErrorDoesNotExist), "there is no other token");
    assert_eq!(refusal(&admin, adopt("software")), Some(Status::PsaErrorNotSupported));
}
