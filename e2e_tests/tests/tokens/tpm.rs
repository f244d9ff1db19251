//! What TPMs are short of: room for keys, and memory over a reset (Parsec's lessons, rows 44 and 45).

use keystead_e2e_tests::effort::rounds;
use keystead_e2e_tests::place::Place;
use keystead_interface::algorithm::AsymmetricSignature;
use keystead_interface::attributes::KeyType;

use crate::hands::*;
use crate::requests::*;

/// More than a TPM's room, which is for three to seven.
const MANY: usize = 16;
/// Clients at once.
const CLIENTS: usize = 8;

#[test]
fn more_keys_than_a_tpm_has_room_for_are_used_in_turn() {
    let Some(place) = Place::swtpm("more_keys_than_a_tpm_has_room_for_are_used_in_turn") else { return };
    let service = beside_software(&place);
    let caller = service.caller().at(place.number());
    let key_names: Vec<_> = (0..MANY).map(|number| format!("key {number}")).collect();
    key_names.iter().for_each(|name| make_signer(&caller, name).expect("made"));
    let turns = rounds("turns through more keys than there is room for", 3, 100);
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (caller, key_names) = (&caller, &key_names);
            scope.spawn(move || {
                for turn in 0..turns as usize * MANY {
                    let name = &key_names[(client * 2 + turn) % MANY];
                    sign(caller, name).unwrap_or_else(|e| panic!("client {client}, {name}: {e}"));
                }
            });
        }
    });
    for name in &key_names {
        caller.ask(destroy(name)).expect("gone");
    }
    service.stop();
    place.holds(0);
}

/// A TPM numbers what it has saved, and refuses when the oldest number is too far behind: after 65,536 contexts.
#[test]
fn an_idle_key_still_works_after_many_uses_of_others() {
    let Some(place) = Place::swtpm("an_idle_key_still_works_after_many_uses_of_others") else { return };
    let service = beside_software(&place);
    let caller = service.caller().at(place.number());
    make_signer(&caller, "idle").expect("made");
    make_signer(&caller, "busy").expect("made");
    sign(&caller, "idle").expect("made");
    let mut wire = caller.connect();
    for _ in 0..rounds("uses of one key while another is idle", 1_000, 75_000) {
        caller.ask_on(&mut wire, sign_hash("busy", ECDSA, &[7; 32])).expect("signed");
    }
    sign(&caller, "idle").expect("it is a key like the others");
}

#[test]
fn imported_keys_survive_a_reset() {
    let Some(mut place) = Place::swtpm("imported_keys_survive_a_reset") else { return };
    let service = beside_software(&place);
    let (software, caller) = (service.caller(), service.caller().at(place.number()));
    let pkcs1 = AsymmetricSignature::RsaPkcs1v15Sign(SHA256);
    for (name, key_type, bits, alg) in
        [("ecc", P_PAIR, 256, ECDSA.policy()), ("rsa", KeyType::RsaKeyPair, 2048, pkcs1.policy())]
    {
        software.ask(generate(name, key(key_type, bits, alg))).expect("made");
        let pair = software.ask(export(name)).expect("exported").data;
        caller.ask(import(name, with_usage(key_type, bits, ALL_USES, alg), pair.expose())).expect("taken");
    }
    caller.ask(import("mac", with_usage(KeyType::Hmac, 256, ALL_USES, HMAC), &[3; 32])).expect("taken");
    let expected = caller.ask(mac("mac", HMAC, b"text")).expect("computed").mac;

    let Place::Swtpm(swtpm) = &mut place else { panic!("it was asked for") };
    swtpm.kill();
    swtpm.start();
    until_it_works("the TPM is back", || sign(&caller, "ecc"));
    let signature = caller.ask(sign_message("ecc", ECDSA, b"text")).expect("signed").signature;
    software.ask(verify_message("ecc", ECDSA, b"text", &signature)).expect("it is the same key");
    let signature = caller.ask(sign_message("rsa", pkcs1, b"text")).expect("signed").signature;
    software.ask(verify_message("rsa", pkcs1, b"text", &signature)).expect("it is the same key");
    assert_eq!(caller.ask(mac("mac", HMAC, b"text")).expect("computed").mac, expected);
}
