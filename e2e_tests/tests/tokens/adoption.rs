//! What other tools see of our keys in a token, and taking over keys that they made (Parsec's lessons, row 43).

use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::softhsm::{LABEL, SoftHsm};
use keystead_interface::algorithm::AsymmetricSignature;
use keystead_interface::attributes::{KeyType, Usage};
use keystead_interface::status::Status;

use crate::hands::*;
use crate::openssl::{self, OpenSsl};
use crate::requests::*;

/// The object identifier of P-256 (SEC 2).
const P256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
const MESSAGE: &[u8] = b"what is signed";

#[test]
fn operators_recognise_keys_and_cannot_take_them_out() {
    let Some(place) = Place::softhsm("operators_recognise_keys_and_cannot_take_them_out") else { return };
    let Place::SoftHsm(softhsm) = &place else { panic!("it was asked for") };
    let service = beside_software(&place);
    let billing = service.caller().as_application("billing").at(2);
    billing.ask(generate("invoices", with_usage(P_PAIR, 256, ALL_USES, ECDSA))).expect("made");
    billing.ask(generate("a/b\n\u{e9}", with_usage(KeyType::Aes, 256, ALL_USES, GCM))).expect("made");
    let pss = AsymmetricSignature::RsaPss(SHA256);
    billing.ask(generate("rsa", with_usage(KeyType::RsaKeyPair, 2048, ALL_USES, pss))).expect("made");
    billing.ask(import("brought", with_usage(KeyType::Aes, 128, ALL_USES, GCM), &[1; 16])).expect("taken");
    billing.ask(generate("open", key(KeyType::Aes, 128, GCM))).expect("made");

    let objects = softhsm.objects(LABEL);
    let of = |label: &str| objects.iter().filter(|object| object.label == label).collect::<Vec<_>>();
    for label in ["billing/invoices", "billing/a%2Fb%0A%C3%A9", "billing/rsa"] {
        let secret = of(label).into_iter().find(|object| !object.class.starts_with("Public"));
        let secret = secret.unwrap_or_else(|| panic!("nothing is called {label}: {objects:#?}"));
        assert!(secret.is("never extractable") && secret.is("always sensitive"), "{secret:?}");
    }
    let brought = of("billing/brought");
    assert!(brought.iter().all(|object| object.is("sensitive") && !object.is("extractable")), "{brought:?}");
    // What its owner may export must be extractable, and is.
    assert!(of("billing/open").iter().all(|object| object.is("extractable")), "{objects:#?}");
    assert_eq!(softhsm.ids(LABEL).len(), 5);
    let ids = softhsm.ids(LABEL);
    assert!(ids.iter().all(|id| id.len() == 32), "16 bytes each: {ids:?}");
}

#[test]
fn a_key_of_another_tool_is_adopted() {
    if !SoftHsm::is_here("a_key_of_another_tool_is_adopted") {
        return;
    }
    let place = Place::SoftHsm(SoftHsm::new());
    let Place::SoftHsm(softhsm) = &place else { panic!("it was just made") };
    let pair = ["--keypairgen", "--usage-sign", "--key-type", "EC:prime256v1", "--id", "0a0b", "--label", "theirs"];
    softhsm.tool(LABEL, &pair);
    softhsm.tool(LABEL, &["--keypairgen", "--key-type", "rsa:2048", "--id", "0c", "--label", "their rsa"]);
    let service = beside_software(&place);
    let uid = rustix::process::geteuid().as_raw().to_string();
    let adopt = |id: &str, name: &str, kind: &str| {
        let owner = ["--client", &uid, "--name", name];
        keystead(
            &service,
            &[&["--provider", "pkcs11", "keys", "adopt", "--id", id, "--type", kind][..], &owner].concat(),
        )
    };
    let adopted = adopt("0a0b", "adopted", "ecc-p256");
    assert!(adopted.status.success(), "{}", String::from_utf8_lossy(&adopted.stderr));
    let caller = service.caller().at(2);
    assert_eq!(names(&caller, 2), ["adopted"]);
    let point = caller.ask(export_public("adopted")).expect("it is a pair").data;
    let signature = caller.ask(sign_message("adopted", ECDSA, MESSAGE)).expect("it signs").signature;
    caller.ask(verify_message("adopted", ECDSA, MESSAGE, &signature)).expect("it verifies");
    if let Some(ssl) = OpenSsl::find("a_key_of_another_tool_is_adopted", service.home().path()) {
        ssl.file("public", &openssl::public_key(P256, &point));
        ssl.file("signature", &openssl::signature(&signature));
        ssl.file("message", MESSAGE);
        ssl.run("dgst -sha256 -verify public -keyform DER -signature signature message");
    }

    assert!(!adopt("0a0b", "adopted", "ecc-p256").status.success(), "the name is taken");
    assert!(!adopt("0a0b", "again", "ecc-p256").status.success(), "an object is one key");
    make_signer(&caller, "ours").expect("made");
    let ours = softhsm.objects(LABEL).into_iter().find(|object| object.label.ends_with("/ours")).expect("it is there");
    assert!(!adopt(&ours.id, "theirs too", "ecc-p256").status.success(), "it is somebody's key");
    caller.ask(destroy("ours")).expect("destroyed");
    assert!(!adopt("dead", "nothing", "ecc-p256").status.success(), "there is no such object");
    assert!(!adopt("0c", "wrong", "ecc-p256").status.success(), "it is another type");
    assert!(adopt("0c", "rsa", "rsa").status.success());
    let rsa = caller.ask(keystead_interface::operations::core::ListKeys::default()).expect("a list").keys;
    assert!(rsa.iter().any(|key| key.name.as_str() == "rsa" && key.attributes.bits() == 2048), "{rsa:?}");

    // It survives a restart, and its owner can destroy it.
    let (_, home) = service.stop();
    let service = keystead_e2e_tests::service::Service::in_home(home);
    sign(&caller, "adopted").expect("it is still there");
    caller.ask(destroy("adopted")).expect("it is the caller's");
    assert_eq!(sign(&caller, "adopted"), Err(Status::PsaErrorDoesNotExist));
    service.stop();
    place.holds(1);
}

/// Only an administrator may: it gives somebody a key that somebody else made.
#[test]
fn nobody_but_an_administrator_adopts_keys() {
    let Some(place) = Place::softhsm("nobody_but_an_administrator_adopts_keys") else { return };
    let Place::SoftHsm(softhsm) = &place else { panic!("it was asked for") };
    softhsm.tool(LABEL, &["--keypairgen", "--key-type", "EC:prime256v1", "--id", "0a"]);
    let service = beside_software(&place);
    let request = keystead_interface::operations::admin::AdoptKey {
        provider: "pkcs11".to_owned(),
        client: "mallory".to_owned(),
        key_name: name("stolen"),
        attributes: with_usage(P_PAIR, 256, Usage::SIGN_HASH, AsymmetricSignature::EcdsaAny),
        object_id: vec![0x0A],
    };
    let mallory = service.caller().as_application("mallory");
    assert_eq!(mallory.ask(request).err(), Some(Status::AdminOperation));
}
