//! A PKCS#11 module that calls abort(), in a process of its own: that costs the requests that it was serving, and nothing
//! else.

use std::collections::BTreeMap;
use std::time::Instant;

use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::service::{PATIENCE, Service};
use keystead_e2e_tests::softhsm::{LABEL, PIN, SoftHsm};
use keystead_interface::status::Status;
use rustix::process::{Pid, Signal, kill_process};

use crate::hands::*;
use crate::load::Load;
use crate::requests::*;

/// How often the module aborts.
const ABORTS: usize = 5;

/// The one process that the module runs in, once it is there and is not this one.
fn next_child(service: &Service, former: Option<Pid>) -> Pid {
    let begun = Instant::now();
    loop {
        let found = service.children().into_iter().find(|child| Some(*child) != former);
        if let Some(child) = found {
            return child;
        }
        assert!(begun.elapsed() < PATIENCE, "the module's process does not come back:\n{}", service.log());
        std::thread::yield_now();
    }
}

#[test]
fn a_module_that_aborts_costs_only_its_own_requests() {
    if !SoftHsm::is_here("a_module_that_aborts_costs_only_its_own_requests") {
        return;
    }
    let softhsm = SoftHsm::new();
    softhsm.add_token("other", PIN.as_ref());
    let pin = format!("user_pin = \"{PIN}\"\n");
    let isolated = format!("{}name = \"isolated\"\nisolation = \"process\"\n{pin}", SoftHsm::provider(LABEL));
    let inside = format!("{}name = \"inside\"\n{pin}", SoftHsm::provider("other"));
    let home = Home::new(&config(&[&isolated, &inside]));
    let service = Service::in_home(home.with_variable("SOFTHSM2_CONF", softhsm.configuration()));
    let (isolated, inside, software) = (service.caller().at(2), service.caller().at(16), service.caller());
    for caller in [&isolated, &inside, &software] {
        make_signer(caller, "k").expect("made");
    }
    let (load, others) = (Load::default(), Load::default());
    std::thread::scope(|scope| {
        (0..4).for_each(|_| drop(scope.spawn(|| load.keep_signing(&isolated, "k"))));
        scope.spawn(|| others.keep_signing(&inside, "k"));
        scope.spawn(|| others.keep_signing(&software, "k"));
        let mut former = None;
        for _ in 0..ABORTS {
            load.wait_for_good("signatures between two aborts", 50);
            let child = next_child(&service, former);
            kill_process(child, Signal::ABORT).expect("it runs as the test's user");
            former = Some(child);
        }
        load.wait_for_good("signatures after the last abort", 50);
        others.wait_for_good("signatures of others", 50);
        load.end();
        others.end();
    });
    let refused = load.refusals();
    println!("refused: {refused:?}");
    let right = [Status::PsaErrorCommunicationFailure, Status::Busy];
    assert!(refused.keys().all(|status| right.contains(status)), "{refused:?}");
    assert_eq!(others.refusals(), BTreeMap::new(), "others felt it");
    isolated.ask(destroy("k")).expect("gone");
    service.stop();
    assert_eq!(softhsm.ids(LABEL), [""; 0], "an abort left something");
}
