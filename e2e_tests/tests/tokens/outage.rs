//! A token or a TPM that vanishes in the middle of work and comes back: errors of the right status, other providers
//! undisturbed, full recovery, nothing lost (Parsec's lessons, row 40).

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_interface::status::Status;

use crate::hands::*;
use crate::load::Load;
use crate::requests::*;

/// Keys that sign all the time.
const SIGNERS: usize = 4;
/// Requests of each phase that are waited for.
const ENOUGH: u64 = 200;
/// Refusals that are waited for: a client that is told to wait asks less often.
const REFUSED: u64 = 20;

#[test]
fn a_token_whose_directory_is_gone_comes_back_with_all_its_keys() {
    let Some(place) = Place::softhsm("a_token_whose_directory_is_gone_comes_back_with_all_its_keys") else { return };
    softhsm_goes_and_returns(place, false);
}

#[test]
fn a_token_that_is_unplugged_comes_back_with_all_its_keys() {
    let Some(place) = Place::softhsm("a_token_that_is_unplugged_comes_back_with_all_its_keys") else { return };
    softhsm_goes_and_returns(place, true);
}

#[test]
fn a_tpm_that_is_killed_comes_back_with_all_its_keys() {
    let Some(mut place) = Place::swtpm("a_tpm_that_is_killed_comes_back_with_all_its_keys") else { return };
    let service = beside_software(&place);
    survives(service, &mut place, |place| swtpm(place).kill(), |place| swtpm(place).start());
}

/// With `leave_empty` the module works and has no token; otherwise it finds nothing at all.
fn softhsm_goes_and_returns(mut place: Place, leave_empty: bool) {
    let service = beside_software(&place);
    let gone = |place: &mut Place| softhsm(place).take_away(leave_empty);
    survives(service, &mut place, gone, |place| softhsm(place).put_back());
}

fn softhsm(place: &mut Place) -> &mut keystead_e2e_tests::softhsm::SoftHsm {
    if let Place::SoftHsm(softhsm) = place { softhsm } else { panic!("this is about SoftHSM2") }
}

fn swtpm(place: &mut Place) -> &mut keystead_e2e_tests::swtpm::Swtpm {
    if let Place::Swtpm(swtpm) = place { swtpm } else { panic!("this is about swtpm") }
}

/// What is known of a key that was made or destroyed during the outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Live,
    /// Its making or its end was refused, so either may be.
    Open,
}

fn survives(service: Service, place: &mut Place, gone: impl FnOnce(&mut Place), back: impl FnOnce(&mut Place)) {
    let number = place.number();
    let (token, software) = (service.caller().at(number), service.caller());
    let signers: Vec<_> = (0..SIGNERS).map(|number| format!("signer {number}")).collect();
    signers.iter().for_each(|name| make_signer(&token, name).expect("made"));
    make_signer(&software, "other").expect("made");
    let (signing, other, making) = (Load::default(), Load::default(), Load::default());
    let fates = Mutex::new(BTreeMap::new());

    let moments = std::thread::scope(|scope| {
        signers.iter().for_each(|name| drop(scope.spawn(|| signing.keep_signing(&token, name))));
        scope.spawn(|| other.keep_signing(&software, "other"));
        scope.spawn(|| make_and_destroy(&making, &token, &fates));
        let end_on_panic = EndOnPanic([&signing, &other, &making]);
        let before = Instant::now();
        signing.wait_for_good("before the outage", ENOUGH);
        making.wait_for_good("before the outage, making keys", 5);
        let outage = Instant::now();
        gone(place);
        signing.wait_for_bad("refusals in the outage", REFUSED);
        making.wait_for_bad("refusals in the outage, making keys", 2);
        other.wait_for_good("software keys in the outage", ENOUGH);
        let after = Instant::now();
        back(place);
        signing.wait_for_good("after the outage", ENOUGH);
        making.wait_for_good("after the outage, making keys", 5);
        drop(end_on_panic);
        (before, outage, after)
    });

    for refused in [signing.refusals(), making.refusals()] {
        println!("refused: {refused:?}");
        let right = |status: &Status| [Status::PsaErrorCommunicationFailure, Status::Busy].contains(status);
        assert!(refused.keys().all(right), "{refused:?}");
    }
    assert_eq!(other.refusals(), BTreeMap::new(), "the other provider felt it");
    let (before, outage, after) = moments;
    let (usual, then) = (other.p99(before, outage), other.p99(outage, after));
    println!("p99 of software keys: before {usual:?}, in the outage {then:?}");
    assert!(then < 2 * usual + Duration::from_millis(20), "the other provider became slow");

    let fates = fates.into_inner().expect("no client panicked");
    take_stock(&token, number, &signers, fates);
    let count = names(&token, number).len();
    service.stop();
    place.holds(count);
}

/// Makes a key, has it sign, destroys every second one, and begins again.
fn make_and_destroy(load: &Load, caller: &Caller, fates: &Mutex<BTreeMap<String, Fate>>) {
    let mut next = 0;
    let note = |name: &str, fate: Option<Fate>| {
        let mut fates = fates.lock().expect("nothing panics with it");
        match fate {
            Some(fate) => drop(fates.insert(name.to_owned(), fate)),
            None => drop(fates.remove(name)),
        }
    };
    load.keep_doing(|| {
        next += 1;
        let name = format!("made {next}");
        note(&name, Some(Fate::Open));
        make_signer(caller, &name)?;
        note(&name, Some(Fate::Live));
        sign(caller, &name)?;
        if next % 2 == 0 {
            note(&name, Some(Fate::Open));
            caller.ask(destroy(&name))?;
            note(&name, None);
        }
        Ok(())
    });
}

/// Every key that was acknowledged is there and signs; a name whose fate was open is a key that signs, or free.
fn take_stock(caller: &Caller, number: u8, signers: &[String], fates: BTreeMap<String, Fate>) {
    let listed = names(caller, number);
    for name in signers {
        assert!(listed.contains(name), "{name} is lost");
        sign(caller, name).expect("it signed before");
    }
    for (name, fate) in &fates {
        match (fate, listed.contains(name)) {
            (_, true) => sign(caller, name).unwrap_or_else(|status| panic!("{name} is listed, but: {status}")),
            (Fate::Live, false) => panic!("{name} is lost"),
            (Fate::Open, false) => make_signer(caller, name).unwrap_or_else(|e| panic!("{name} should be free: {e}")),
        }
    }
    let known = |name: &String| signers.contains(name) || fates.contains_key(name);
    assert!(listed.iter().all(known), "a destroyed key is back: {listed:?}");
}

/// Ends the clients also when something is not as it should be: the scope waits for them.
struct EndOnPanic<'a>([&'a Load; 3]);

impl Drop for EndOnPanic<'_> {
    fn drop(&mut self) {
        self.0.iter().for_each(|load| load.end());
    }
}
