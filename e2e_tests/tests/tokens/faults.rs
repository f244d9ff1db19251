//! Modules that fail on command, in a process of their own beside software keys: what it costs, and whom.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use keystead_e2e_tests::binary::workspace;
use keystead_e2e_tests::folder::Folder;
use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::softhsm::{LABEL, MODULE, PIN, SoftHsm};
use keystead_interface::status::Status;

use crate::hands::*;
use crate::load::Load;

/// SoftHSM2 behind a module that fails when it is told to.
struct Faulty {
    softhsm: SoftHsm,
    folder: Folder,
}

impl Faulty {
    /// None if SoftHSM2 is not installed, which is counted.
    fn new(what: &str) -> Option<Faulty> {
        if !SoftHsm::is_here(what) {
            return None;
        }
        let faulty = Faulty { softhsm: SoftHsm::new(), folder: Folder::new() };
        let source = workspace().join("service/providers/pkcs11/tests/module/faults.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]).arg(faulty.module()).arg(source).arg("-ldl");
        assert!(compiler.status().expect("the build needs a C compiler too").success());
        Some(faulty)
    }

    /// A service with software keys, and with the module in a process of its own.
    fn service(&self) -> Service {
        let module = self.module();
        let provider = SoftHsm::provider(LABEL).replace(MODULE, module.to_str().expect("the tests' paths are text"));
        let home = Home::new(&config(&[&provider, &format!("user_pin = \"{PIN}\"\nisolation = \"process\"\n")]));
        Service::in_home(
            home.with_variable("SOFTHSM2_CONF", self.softhsm.configuration())
                .with_variable("KEYSTEAD_TEST_MODULE", MODULE)
                .with_variable("KEYSTEAD_TEST_FAULT", self.fault()),
        )
    }

    /// What the module does wrong from now on: see `faults.c`.
    fn fail(&self, fault: &str) {
        // At once, because the module may read it at any time.
        let new = self.folder.path().join("new");
        fs::write(&new, fault).expect("the folder is ours");
        fs::rename(new, self.fault()).expect("the folder is ours");
    }

    fn fail_no_more(&self) {
        fs::remove_file(self.fault()).expect("it is there");
    }

    fn module(&self) -> PathBuf {
        self.folder.path().join("faults.so")
    }

    fn fault(&self) -> PathBuf {
        self.folder.path().join("fault")
    }
}

/// Signs with a token's key and a software key while `trouble` happens, and insists that it costs the token's requests
/// alone, by `1145`.
fn under_load(service: &Service, trouble: impl FnOnce(&Load)) {
    let (token, software) = (service.caller().at(2), service.caller());
    for caller in [&token, &software] {
        make_signer(caller, "k").expect("made");
    }
    let (load, others) = (Load::default(), Load::default());
    std::thread::scope(|scope| {
        (0..4).for_each(|_| drop(scope.spawn(|| load.keep_signing(&token, "k"))));
        (0..2).for_each(|_| drop(scope.spawn(|| others.keep_signing(&software, "k"))));
        load.wait_for_good("signatures before the trouble", 50);
        trouble(&load);
        load.wait_for_good("signatures after the trouble", 50);
        others.wait_for_good("signatures of others", 50);
        load.end();
        others.end();
    });
    let refused = load.refusals();
    println!("refused: {refused:?}");
    assert_eq!(refused.keys().collect::<Vec<_>>(), [&Status::PsaErrorCommunicationFailure]);
    assert_eq!(others.refusals(), BTreeMap::new(), "others felt it");
}

#[test]
fn a_module_that_aborts_whenever_it_signs_costs_its_own_requests() {
    let Some(faulty) = Faulty::new("a_module_that_aborts_whenever_it_signs_costs_its_own_requests") else { return };
    let service = faulty.service();
    under_load(&service, |load| {
        faulty.fail("C_Sign abort");
        load.wait_for_bad("signatures that end in an abort", 50);
        faulty.fail_no_more();
    });
    assert!(service.log().contains("SIGABRT"), "the log does not say how it ended:\n{}", service.log());
    // Nobody knows what came of it, and nothing stays of it.
    let token = service.caller().at(2);
    faulty.fail("C_GenerateKeyPair abort once");
    assert_eq!(make_signer(&token, "new"), Err(Status::PsaErrorCommunicationFailure));
    until_it_works("a key after the abort", || make_signer(&token, "new"));
    assert_eq!(sign(&token, "new"), Ok(()));
    service.stop();
    assert_eq!(faulty.softhsm.ids(LABEL).len(), 2, "an abort left something");
}

/// Takes half a minute: that long a module may be busy before it counts as hung.
#[test]
fn a_module_that_hangs_is_ended_and_comes_back() {
    let Some(faulty) = Faulty::new("a_module_that_hangs_is_ended_and_comes_back") else { return };
    let service = faulty.service();
    under_load(&service, |load| {
        faulty.fail("C_Sign hang once");
        load.wait_for_bad("a signature that hangs", 1);
    });
    assert!(service.log().contains("did not answer in 30s"), "the log does not say why:\n{}", service.log());
    service.stop();
    assert_eq!(faulty.softhsm.ids(LABEL).len(), 1, "a hung module left something");
}
