//! Several providers of one type: equal names on two of them are two keys, numbers stay bound to configured names, and
//! old clients see one of them (wire contract 6.5; Parsec's lessons, rows 12, 13, 41 and 62).

use keystead_client::credential::Credential;
use keystead_client::{Client, Endpoint};
use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::home::PLAIN;
use keystead_e2e_tests::service::Service;
use keystead_interface::attributes::{KeyType, Usage};
use keystead_interface::codes::ProviderNumber;
use keystead_interface::operations::core::{ListKeys, ListOpcodes, ListProviders};
use keystead_interface::status::Status;

use crate::requests::*;

const UNKNOWN: Status = Status::PsaErrorDoesNotExist;
/// The number of the second software provider.
const SECOND: u8 = 16;
const SOFTWARE_UUID: &str = "1c1139dc-ad7c-47dc-ad6b-db6fdb466552";

/// A further software provider of this name.
fn further(name: &str) -> String {
    format!("\n[[provider]]\nkind = \"software\"\nname = \"{name}\"\n")
}

fn two() -> String {
    format!("{PLAIN}{}", further("second"))
}

#[test]
fn equal_names_on_two_providers_are_two_keys() {
    let service = Service::with(&two());
    let (first, second) = (service.caller(), service.caller().at(SECOND));
    first.ask(generate("k", key(P_PAIR, 256, ECDSA))).expect("made");
    let mut table = Table::new(&second);
    table.row("sign", sign_hash("k", ECDSA, &[1; 32]), UNKNOWN);
    table.row("verify", verify_hash("k", ECDSA, &[1; 32], b""), UNKNOWN);
    table.row("seal", seal("k", GCM, b"", b""), UNKNOWN);
    table.row("export", export("k"), UNKNOWN);
    table.row("export the public half", export_public("k"), UNKNOWN);
    table.row("agree", agree("k", b""), UNKNOWN);
    table.row("decrypt", decrypt("k", OAEP, b"", b""), UNKNOWN);
    table.row("mac", mac("k", HMAC, b""), UNKNOWN);
    table.row("destroy", destroy("k"), UNKNOWN);
    table.check();

    second.ask(generate("k", key(KeyType::Aes, 256, GCM))).expect("the name is free on each provider");
    second.ask(seal("k", GCM, &[1; 12], b"text")).expect("it is a key for this");
    first.ask(sign_hash("k", ECDSA, &[1; 32])).expect("and this one for that");
    second.ask(destroy("k")).expect("gone on one of them");
    first.ask(sign_hash("k", ECDSA, &[1; 32])).expect("and not on the other");
}

#[test]
fn the_client_asks_for_attributes_by_provider_and_name() {
    let service = Service::with(&two());
    let client = Client::at(Endpoint::at(service.home().socket()), Credential::default());
    let second = client.with_provider(ProviderNumber(SECOND));
    // The other provider's key comes first by its name's bytes, and by its provider's place in the list.
    client.generate("k", &key(P_PAIR, 256, ECDSA)).expect("made");
    assert_eq!(second.key_attributes("k").err().and_then(|error| error.status()), Some(UNKNOWN));
    second.generate("k", &key(KeyType::Aes, 256, GCM)).expect("made");
    assert_eq!(client.key_attributes("k").expect("there"), key(P_PAIR, 256, ECDSA));
    assert_eq!(second.key_attributes("k").expect("there"), key(KeyType::Aes, 256, GCM));
}

#[test]
fn lists_show_both_to_new_clients_and_one_to_old_ones() {
    let service = Service::with(&two());
    let caller = service.caller();
    let at_second = caller.clone().at(SECOND);
    for name in ["b", "a"] {
        at_second.ask(generate(name, key(KeyType::Aes, 128, GCM))).expect("made");
        caller.ask(generate(name, key(KeyType::Aes, 128, GCM))).expect("made");
    }
    let providers = |caller: &Caller| {
        let list = caller.ask(ListProviders {}).expect("anybody may ask").providers;
        list.into_iter().map(|info| (info.id.0, info.uuid)).collect::<Vec<_>>()
    };
    let keys = |caller: &Caller| {
        let list = caller.ask(ListKeys::default()).expect("everybody may ask").keys;
        list.into_iter().map(|info| (info.provider_id.0, info.name.into_string())).collect::<Vec<_>>()
    };
    let owned = |keys: &[(u8, &str)]| keys.iter().map(|(id, name)| (*id, (*name).to_owned())).collect::<Vec<_>>();
    let core = "47049873-2a43-4845-9d72-831eab668784";
    assert_eq!(providers(&caller), owned(&[(1, SOFTWARE_UUID), (SECOND, SOFTWARE_UUID), (0, core)]));
    assert_eq!(keys(&caller), owned(&[(1, "a"), (1, "b"), (SECOND, "a"), (SECOND, "b")]));
    let legacy = caller.clone().legacy();
    assert_eq!(providers(&legacy), owned(&[(1, SOFTWARE_UUID), (0, core)]));
    assert_eq!(keys(&legacy), owned(&[(1, "a"), (1, "b")]));

    let opcodes =
        |caller: &Caller, id| caller.ask(ListOpcodes { provider_id: ProviderNumber(id) }).map(|list| list.opcodes);
    assert_eq!(opcodes(&caller, SECOND).expect("both can do the same"), opcodes(&caller, 1).expect("as one"));
    assert_eq!(opcodes(&caller, SECOND + 1).err(), Some(Status::ProviderNotRegistered));
    assert_eq!(opcodes(&caller, 6).err(), Some(Status::ProviderDoesNotExist));
    assert_eq!(opcodes(&legacy, SECOND).err(), Some(Status::ProviderDoesNotExist));
    let legacy_second = at_second.legacy();
    assert_eq!(legacy_second.connect().exchange(&legacy_second.draft(export("a")).bytes()).header.status, 6);
}

#[test]
fn a_number_stays_bound_to_its_name_whatever_the_order_in_the_file() {
    let base = PLAIN.split("[[provider]]").next().expect("the text before the provider");
    let service = Service::with(&format!("{base}{}{}", further("one"), further("two")));
    service.caller().ask(generate("k", key(P_PAIR, 256, ECDSA))).expect("made");
    service.caller().at(SECOND).ask(generate("k", key(KeyType::Aes, 128, GCM))).expect("made");
    let (_, home) = service.stop();

    home.configure(&format!("{base}{}{}{}", further("three"), further("two"), further("one")));
    let service = Service::in_home(home);
    let order: Vec<u8> = {
        let list = service.caller().ask(ListProviders {}).expect("anybody may ask").providers;
        list.iter().map(|info| info.id.0).collect()
    };
    assert_eq!(order, [SECOND + 1, SECOND, 1, 0], "the order is that of the file");
    service.caller().ask(sign_hash("k", ECDSA, &[1; 32])).expect("one is still 1");
    service.caller().at(SECOND).ask(seal("k", GCM, &[1; 12], b"text")).expect("two is still 16");
    let third = service.caller().at(SECOND + 1);
    assert_eq!(third.ask(export_public("k")).err(), Some(UNKNOWN), "three is new");
    let (_, home) = service.stop();

    // A provider that is not configured for a while keeps its keys.
    home.configure(&format!("{base}{}", further("two")));
    let service = Service::in_home(home);
    assert_eq!(service.caller().ask(export_public("k")).err(), Some(Status::ProviderNotRegistered));
    service.caller().at(SECOND).ask(seal("k", GCM, &[1; 12], b"text")).expect("two is still 16");
    let (_, home) = service.stop();
    home.configure(&format!("{base}{}", further("one")));
    Service::in_home(home).caller().ask(sign_hash("k", ECDSA, &[1; 32])).expect("one is still 1, with its key");
}

#[test]
fn export_can_be_forbidden_for_one_provider_alone() {
    let service = Service::with(&format!("{}allow_export = false\n", two()));
    let (free, strict) = (service.caller(), service.caller().at(SECOND));
    let exportable = key(KeyType::Aes, 128, GCM);
    let not_permitted = Status::PsaErrorNotPermitted;
    free.ask(generate("k", exportable)).expect("made");
    strict.ask(generate("taken", with_usage(KeyType::Aes, 128, ALL_USES, GCM))).expect("made");
    let public = key(KeyType::RsaPublicKey, 2048, OAEP);
    let rsa = with_usage(KeyType::RsaKeyPair, 2048, Usage::DECRYPT, OAEP);
    strict.ask(generate("rsa", rsa)).expect("made");
    let modulus = strict.ask(export_public("rsa")).expect("a public half may leave").data;
    let mut table = Table::new(&strict);
    table.row("generate, before the name is looked at", generate("taken", exportable), not_permitted);
    table.row("import", import("k", exportable, &[1; 16]), not_permitted);
    table.row("a public key is no secret", import("public", public, &modulus), Status::Success);
    table.row("it leaves", export("public"), Status::Success);
    table.row("without the flag", import("k", with_usage(KeyType::Aes, 128, ALL_USES, GCM), &[1; 16]), Status::Success);
    table.check();
}
