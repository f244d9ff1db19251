//! Many clients at once, who make, use and destroy keys in one token: nobody meets an error that others caused.

use keystead_e2e_tests::effort::rounds;
use keystead_e2e_tests::place::Place;
use keystead_interface::attributes::KeyType;

use crate::hands::*;
use crate::requests::*;

/// Clients at once.
const CLIENTS: usize = 32;

#[test]
fn softhsm_serves_many_at_once() {
    let Some(place) = Place::softhsm("softhsm_serves_many_at_once") else { return };
    serves_many(&place, rounds("keys of each of 32 clients, with SoftHSM2", 3, 200));
}

#[test]
fn swtpm_serves_many_at_once() {
    let Some(place) = Place::swtpm("swtpm_serves_many_at_once") else { return };
    serves_many(&place, rounds("keys of each of 32 clients, with swtpm", 2, 100));
}

fn serves_many(place: &Place, rounds: u64) {
    let service = beside_software(place);
    let caller = service.caller().at(place.number());
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let caller = caller.clone().as_application(&format!("client {client}"));
            scope.spawn(move || {
                for round in 0..rounds {
                    make_signer(&caller, "pair").unwrap_or_else(|e| panic!("{client}, {round}: not made: {e}"));
                    let secret = with_usage(KeyType::Hmac, 256, ALL_USES, HMAC);
                    let taken = caller.ask(import("secret", secret, &[client as u8; 32]));
                    taken.unwrap_or_else(|e| panic!("{client}, {round}: not taken: {e}"));
                    sign(&caller, "pair").unwrap_or_else(|e| panic!("{client}, {round}: not signed: {e}"));
                    let computed = caller.ask(mac("secret", HMAC, b"text"));
                    computed.unwrap_or_else(|e| panic!("{client}, {round}: no MAC: {e}"));
                    for name in ["pair", "secret"] {
                        let gone = caller.ask(destroy(name));
                        gone.unwrap_or_else(|e| panic!("{client}, {round}: {name} not destroyed: {e}"));
                    }
                }
            });
        }
    });
    service.stop();
    place.holds(0);
}
