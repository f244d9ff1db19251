//! Tenants: nobody sees, uses or feels the keys of another (Parsec's lessons, rows 19 and 54).

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::may_be_others;
use keystead_e2e_tests::home::WITH_DIRECT;
use keystead_e2e_tests::service::Service;
use keystead_interface::attributes::KeyType;
use keystead_interface::operations::core::ListKeys;
use keystead_interface::status::Status;

use crate::requests::*;

const UNKNOWN: Status = Status::PsaErrorDoesNotExist;
const TEXT: &[u8] = b"for the owner's eyes";

/// An uid that nobody has.
const OTHER_UID: u32 = 54_321;

#[test]
fn applications_do_not_see_one_another() {
    let service = Service::with(WITH_DIRECT);
    let named = |name| service.caller().as_application(name);
    are_strangers(&named("alice"), &named("bob"));
    // What a careless comparison or a careless row of a table would take for the same.
    are_strangers(&named("carol"), &named("Carol"));
    are_strangers(&named("dave"), &named("dave "));
    are_strangers(&named("erin"), &named("erin\0"));
    are_strangers(&named("f'--\"/../%"), &named("f'--\"/../%%"));
}

#[test]
fn an_application_that_is_called_like_an_uid_is_not_that_user() {
    let service = Service::with(WITH_DIRECT);
    let user = service.caller();
    let uid = rustix::process::geteuid().as_raw();
    are_strangers(&user, &user.clone().as_application(&uid.to_string()));
}

#[test]
fn users_do_not_see_one_another() {
    if !may_be_others("keys of two users") {
        return;
    }
    let service = Service::with(WITH_DIRECT);
    are_strangers(&service.caller(), &service.caller().as_uid(OTHER_UID));
    are_strangers(&service.caller().as_uid(1), &service.caller().as_uid(10));
    let same_number = service.caller().as_application(&OTHER_UID.to_string());
    are_strangers(&service.caller().as_uid(OTHER_UID), &same_number);
}

/// A key of one is no key to the other, whatever is asked, and both can have one of the same name.
fn are_strangers(owner: &Caller, stranger: &Caller) {
    owner.ask(generate("aes", key(KeyType::Aes, 128, GCM))).expect("made");
    owner.ask(generate("ec", key(P_PAIR, 256, ECDSA))).expect("made");
    let sealed = owner.ask(seal("aes", GCM, &[1; 12], TEXT)).expect("sealed").ciphertext;
    let before = names(stranger);

    let mut table = Table::new(stranger);
    table.row("seal", seal("aes", GCM, &[1; 12], TEXT), UNKNOWN);
    table.row("open", open("aes", GCM, &[1; 12], &sealed), UNKNOWN);
    table.row("export", export("aes"), UNKNOWN);
    table.row("export the public half", export_public("ec"), UNKNOWN);
    table.row("sign", sign_hash("ec", ECDSA, &[1; 32]), UNKNOWN);
    table.row("verify", verify_hash("ec", ECDSA, &[1; 32], &[1; 64]), UNKNOWN);
    table.row("agree", agree("ec", b""), UNKNOWN);
    table.row("destroy", destroy("aes"), UNKNOWN);
    table.check();
    assert_eq!(names(stranger), before, "a stranger's list does not change");

    stranger.ask(generate("aes", key(KeyType::Aes, 128, GCM))).expect("the name is free for everybody");
    let status = stranger.ask(open("aes", GCM, &[1; 12], &sealed)).err();
    assert_eq!(status, Some(Status::PsaErrorInvalidSignature), "it is another key");
    stranger.ask(destroy("aes")).expect("it is the stranger's own");
    let opened = owner.ask(open("aes", GCM, &[1; 12], &sealed)).expect("the owner's key is untouched");
    assert_eq!(opened.plaintext.expose(), TEXT);
    owner.ask(destroy("aes")).expect("it is the owner's own");
    owner.ask(destroy("ec")).expect("it is the owner's own");
}

fn names(caller: &Caller) -> Vec<String> {
    let keys = caller.ask(ListKeys::default()).expect("everybody may list").keys;
    keys.into_iter().map(|key| key.name.into_string()).collect()
}
