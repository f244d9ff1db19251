//! What stays in the service, and what does not: records beside keys, keys of sessions, and what a crash leaves of either.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use keystead_client::presets;
use keystead_interface::names::RESERVED_PREFIX;

use crate::calls::pair;
use crate::desk::Desk;
use crate::inside;

#[test]
fn keys_of_a_session_end_with_it() {
    const NAME: &str = "leftovers::keys_of_a_session_end_with_it";
    let Some(module) = inside::module(NAME) else {
        if !inside::is_inside() {
            let desk = Desk::with_software();
            inside::run(&desk, NAME);
            assert_eq!(names(&desk), [""; 0]);
        }
        return;
    };
    let session = inside::session(&module);
    let [_, private] = pair(&session, false);
    session.sign(&Mechanism::EcdsaSha256, private, b"text").expect("signed");
    let other = inside::session(&module);
    other.sign(&Mechanism::EcdsaSha256, private, b"text").expect("all sessions of a process see it");
    session.close().expect("closed");
    assert!(other.sign(&Mechanism::EcdsaSha256, private, b"text").is_err(), "it went with its session");
    pair(&other, false);
    drop(other);
    pair(&inside::session(&module), false);
    module.finalize().expect("ended");
}

#[test]
fn what_a_killed_process_leaves_is_cleared_up_by_the_next() {
    const NAME: &str = "leftovers::what_a_killed_process_leaves_is_cleared_up_by_the_next";
    if let Some(module) = inside::module(NAME) {
        let session = inside::session(&module);
        pair(&session, false);
        std::process::abort();
    }
    if inside::is_inside() {
        return;
    }
    let desk = Desk::with_software();
    inside::try_run(&desk, NAME).expect_err("it kills itself");
    let left = names(&desk);
    assert!(left.len() == 1 && left[0].starts_with(RESERVED_PREFIX), "{left:?}");
    assert!(desk.client().list_keys().expect("a list").is_empty(), "and nobody sees it");
    inside::run(&desk, "leftovers::looking_is_enough");
    assert_eq!(names(&desk), [""; 0]);
}

#[test]
fn an_id_stays_with_its_key_and_goes_with_it() {
    const NAME: &str = "leftovers::an_id_stays_with_its_key_and_goes_with_it";
    if let Some(module) = inside::module(NAME) {
        let session = inside::session(&module);
        let [private] = session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)]).expect("found")[..] else {
            panic!("there is one key")
        };
        let id_of = |object| session.get_attributes(object, &[AttributeType::Id]).expect("told");
        let is_first = !matches!(&id_of(private)[..], [Attribute::Id(id)] if id == b"chosen");
        if is_first {
            assert!(matches!(&id_of(private)[..], [Attribute::Id(id)] if id.len() == 20), "one of the name's own");
            let changes = [Attribute::Id(b"first".to_vec()), Attribute::Label(b"renamed".to_vec())];
            session.update_attributes(private, &changes).expect("changed");
            session.update_attributes(private, &[Attribute::Id(b"chosen".to_vec())]).expect("changed again");
        }
        let by_both = [Attribute::Id(b"chosen".to_vec()), Attribute::Label(b"renamed".to_vec())];
        assert_eq!(session.find_objects(&by_both).expect("found"), [private]);
        return;
    }
    if inside::is_inside() {
        return;
    }
    let desk = Desk::with_software();
    desk.client().generate("made elsewhere", &presets::ecdsa_p256()).expect("made");
    inside::run(&desk, NAME);
    inside::run(&desk, NAME);
    let kept = names(&desk);
    assert!(
        kept.len() == 2 && kept.contains(&"made elsewhere".to_owned()),
        "one record, whatever was changed: {kept:?}"
    );

    // Somebody who knows nothing of records destroys the key and makes another of its name.
    desk.client().destroy("made elsewhere").expect("destroyed");
    inside::run(&desk, "leftovers::looking_is_enough");
    assert_eq!(names(&desk), [""; 0], "a record without its key is litter");
}

/// Has the module list everything, for the tests above.
#[test]
fn looking_is_enough() {
    if let Some(module) = inside::module("leftovers::looking_is_enough") {
        inside::session(&module).find_objects(&[]).expect("a list");
    }
}

#[test]
fn a_forked_child_begins_anew() {
    const WHAT: &str = "a_forked_child_begins_anew";
    if inside::is_inside() || !crate::desk::is_here("python3", "python3", WHAT) {
        return;
    }
    let desk = Desk::with_software();
    desk.file("fork.py", include_str!("fork.py"));
    let module = desk.module().display().to_string();
    assert_eq!(desk.run("python3", &["fork.py", &module]).trim(), "as the standard says");
}

/// The names of everything that the service has of this user's.
fn names(desk: &Desk) -> Vec<String> {
    let keys = desk.client().list_keys_and_records().expect("a list");
    keys.into_iter().map(|key| key.name.into_string()).collect()
}
