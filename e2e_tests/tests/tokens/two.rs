//! Two tokens at once behind one PKCS#11 library, which can be initialised only once in a process (Parsec's lessons, row
//! 41; wire contract 6.5).

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::softhsm::{PIN, SoftHsm};
use keystead_interface::operations::core::{ListKeys, ListProviders};
use keystead_interface::status::Status;

use crate::hands::*;
use crate::requests::*;

/// The number that the configuration gives the second token.
const SECOND: u8 = 17;

/// A service with the tokens "alpha" and "beta", the second under a number of its own.
fn two_tokens(softhsm: &SoftHsm, extra: &str) -> Service {
    let pin = format!("user_pin = \"{PIN}\"\n{extra}");
    let alpha = format!("{}name = \"alpha\"\n{pin}", SoftHsm::provider("alpha"));
    let beta = format!("{}name = \"beta\"\nnumber = {SECOND}\n{pin}", SoftHsm::provider("beta"));
    let home = Home::new(&config(&[&alpha, &beta]));
    Service::in_home(home.with_variable("SOFTHSM2_CONF", softhsm.configuration()))
}

fn tokens() -> SoftHsm {
    let softhsm = SoftHsm::without_tokens();
    softhsm.add_token("alpha", PIN.as_ref());
    softhsm.add_token("beta", PIN.as_ref());
    softhsm
}

#[test]
fn two_tokens_of_one_library_serve_at_once() {
    if !SoftHsm::is_here("two_tokens_of_one_library_serve_at_once") {
        return;
    }
    let softhsm = tokens();
    let service = two_tokens(&softhsm, "");
    work_at_both(&service, &softhsm);
}

#[test]
fn two_tokens_serve_at_once_from_processes_of_their_own() {
    if !SoftHsm::is_here("two_tokens_serve_at_once_from_processes_of_their_own") {
        return;
    }
    let softhsm = tokens();
    let service = two_tokens(&softhsm, "isolation = \"process\"\n");
    work_at_both(&service, &softhsm);
}

fn work_at_both(service: &Service, softhsm: &SoftHsm) {
    let (alpha, beta) = (service.caller().at(2), service.caller().at(SECOND));
    // Several at once on each: sessions of one token must not disturb the other's.
    std::thread::scope(|scope| {
        for (caller, lane) in [(&alpha, "a"), (&beta, "b"), (&alpha, "c"), (&beta, "d")] {
            scope.spawn(move || {
                make_signer(caller, lane).expect("made");
                (0..50).for_each(|_| sign(caller, lane).expect("signed"));
            });
        }
    });
    make_signer(&alpha, "k").expect("made");
    assert_eq!(sign(&beta, "k"), Err(Status::PsaErrorDoesNotExist), "a name is one of its token");
    make_signer(&beta, "k").expect("the name is free there");
    beta.ask(destroy("k")).expect("gone from one of them");
    sign(&alpha, "k").expect("and not from the other");
    assert_eq!((softhsm.ids("alpha").len(), softhsm.ids("beta").len()), (3, 2));

    let providers = |caller: &Caller| {
        let list = caller.ask(ListProviders {}).expect("anybody may ask").providers;
        list.into_iter().map(|info| info.id.0).collect::<Vec<_>>()
    };
    let places = |caller: &Caller| {
        let list = caller.ask(ListKeys::default()).expect("everybody may ask").keys;
        list.into_iter().map(|info| info.provider_id.0).collect::<Vec<_>>()
    };
    assert_eq!(providers(&alpha), [1, 2, SECOND, 0]);
    assert_eq!(places(&alpha), [2, 2, 2, SECOND, SECOND]);
    assert_eq!(providers(&alpha.clone().legacy()), [1, 2, 0], "old clients see the first of a kind");
    assert_eq!(places(&alpha.clone().legacy()), [2, 2, 2]);
}
