//! Wycheproof through the socket: every vector of every algorithm that a provider claims, and not one wrong answer.
//!
//! What the wire cannot express, or the provider does not claim, is listed by file with its reason and its number. How
//! many vectors ran for each algorithm is compared with the provider's file in `expected/wycheproof/`, so that none is
//! lost unseen. Tokens and TPMs take milliseconds for each: the short run asks them a part of
//! every group.

#[path = "wycheproof/aead.rs"]
mod aead;
#[path = "wycheproof/agreement.rs"]
mod agreement;
#[path = "wycheproof/cipher.rs"]
mod cipher;
#[path = "wycheproof/der.rs"]
mod der;
#[path = "wycheproof/ecdsa.rs"]
mod ecdsa;
#[path = "wycheproof/exam.rs"]
mod exam;
#[path = "wycheproof/mac.rs"]
mod mac;
#[path = "wycheproof/paper.rs"]
mod paper;
#[path = "wycheproof/rsa.rs"]
mod rsa;

use std::collections::BTreeMap;
use std::time::Duration;

use keystead_client::Client;
use keystead_client::credential::Credential;
use keystead_client::endpoint::Endpoint;
use keystead_e2e_tests::binary::workspace;
use keystead_e2e_tests::effort::{Chance, is_full};
use keystead_e2e_tests::home::PLAIN;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_interface::codes::ProviderNumber;

use crate::paper::Paper;

/// Vectors of each test group that the short run asks a TPM.
const SHARE: usize = 50;
/// The same for SoftHSM2, which writes some thirty files for each key that it is given.
const SHARE_OF_SOFTHSM: usize = 15;
/// A vector waits for those that were asked before it.
const PATIENCE: Duration = Duration::from_secs(600);

#[test]
fn the_software_provider_gives_no_vector_a_wrong_answer() {
    examine(&Place::Software, None);
}

#[test]
fn softhsm_gives_no_vector_a_wrong_answer() {
    let Some(place) = Place::softhsm("softhsm_gives_no_vector_a_wrong_answer") else { return };
    examine(&place, (!is_full()).then_some(SHARE_OF_SOFTHSM));
}

#[test]
fn swtpm_gives_no_vector_a_wrong_answer() {
    let Some(place) = Place::swtpm("swtpm_gives_no_vector_a_wrong_answer") else { return };
    examine(&place, (!is_full()).then_some(SHARE));
}

/// Asks the provider of this place everything, or no more than a share of each group.
fn examine(place: &Place, share: Option<usize>) {
    let mut paper = Paper::default();
    aead::set(&mut paper);
    agreement::set(&mut paper);
    cipher::set(&mut paper);
    ecdsa::set(&mut paper);
    mac::set(&mut paper);
    rsa::set(&mut paper);
    if let Some(share) = share {
        paper.draw(share, &mut Chance::new(5));
    }

    let config = PLAIN.replace("\n[[provider]]\nkind = \"software\"\n", &place.provider());
    let service = Service::in_home(place.home(&config));
    let client = Client::at(Endpoint::at(service.home().socket()), Credential::default());
    let client = client.with_provider(ProviderNumber(place.number())).with_timeout(PATIENCE);
    let result = exam::sit(&client, &mut paper);

    for ((file, reason), count) in &paper.left_out {
        println!("left out: {count:5} of {file}: {reason}");
    }
    println!("{} left out", paper.left_out.values().sum::<usize>());
    for (algorithm, count) in &result.ran {
        println!("ran: {:5} {algorithm}, {} of them accepted", count.asked, count.accepted);
    }
    println!("{} ran", result.ran.values().map(|count| count.asked).sum::<usize>());
    assert!(result.wrong.is_empty(), "{} wrong answers:\n{}", result.wrong.len(), result.wrong.join("\n"));
    for (algorithm, least) in committed(place) {
        let ran = result.ran.get(&algorithm).map_or(0, |count| count.asked);
        assert!(ran >= least, "{algorithm}: {ran} vectors ran, where {least} did before");
    }
    service.stop();
    place.holds(0);
}

/// How many vectors of each algorithm must run, in the short run too.
fn committed(place: &Place) -> BTreeMap<String, usize> {
    let path = workspace().join("e2e_tests/expected/wycheproof").join(place.name()).with_extension("toml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
