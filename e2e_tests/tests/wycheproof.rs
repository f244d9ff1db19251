//! Wycheproof through the socket: every vector of every algorithm that the software provider claims, and not one wrong
//! answer.
//!
//! What the wire cannot express, or the provider does not claim, is listed by file with its reason and its number. How
//! many vectors ran for each algorithm is compared with `expected/wycheproof.toml`, so that none is lost unseen.

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

use keystead_client::Client;
use keystead_client::credential::Credential;
use keystead_client::endpoint::Endpoint;
use keystead_e2e_tests::binary::workspace;
use keystead_e2e_tests::service::Service;

use crate::paper::Paper;

#[test]
fn no_vector_gets_a_wrong_answer() {
    let mut paper = Paper::default();
    aead::set(&mut paper);
    agreement::set(&mut paper);
    cipher::set(&mut paper);
    ecdsa::set(&mut paper);
    mac::set(&mut paper);
    rsa::set(&mut paper);

    let service = Service::plain();
    let client = Client::at(Endpoint::at(service.home().socket()), Credential::default());
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
    for (algorithm, least) in committed() {
        let ran = result.ran.get(&algorithm).map_or(0, |count| count.asked);
        assert!(ran >= least, "{algorithm}: {ran} vectors ran, where {least} did before");
    }
}

/// How many vectors of each algorithm must run.
fn committed() -> BTreeMap<String, usize> {
    let path = workspace().join("e2e_tests/expected/wycheproof.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
