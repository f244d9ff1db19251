//! Prints what a provider claims, in the form of the files in `expected/`: `cargo run --example claims -- tpm-swtpm`.
//! Whoever adds a provider begins with this, and then judges each line.

#[path = "../tests/contract/expected.rs"]
#[allow(dead_code)]
mod expected;
#[path = "../tests/contract/grid.rs"]
mod grid;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use keystead_client::Client;
use keystead_client::credential::Credential;
use keystead_client::endpoint::Endpoint;
use keystead_e2e_tests::home::PLAIN;
use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{Algorithm, Hash};
use keystead_interface::attributes::{KeyAttributes, KeyShape, Usage};
use keystead_interface::codes::ProviderNumber;
use keystead_interface::operations::Opcode;
use keystead_interface::operations::core::{CanDoCrypto, CheckType};

use crate::expected::Asked;

/// Hashes, and lengths of tags or MACs, with which something works.
type Variants = (BTreeSet<String>, BTreeSet<u32>);

fn main() {
    let place = match std::env::args().nth(1).as_deref() {
        Some("software") => Some(Place::Software),
        Some("pkcs11-softhsm2") => Place::softhsm("claims"),
        Some("tpm-swtpm") => Place::swtpm("claims"),
        _ => None,
    };
    let Some(place) = place else {
        eprintln!("usage: claims software|pkcs11-softhsm2|tpm-swtpm");
        return;
    };
    let config = PLAIN.replace("[service]", "[service]\nallow_deprecated = true");
    let config = config.replace("\n[[provider]]\nkind = \"software\"\n", &place.provider());
    let service = Service::in_home(place.home(&config));
    let client = Client::at(Endpoint::at(service.home().socket()), Credential::default());
    let number = ProviderNumber(place.number());
    let client = client.with_provider(number).with_timeout(Duration::from_secs(600));

    let opcodes = client.list_opcodes(number).expect("the provider is there");
    println!(
        "opcodes = {:?}",
        opcodes.into_iter().filter_map(Opcode::from_number).map(Opcode::name).collect::<Vec<_>>()
    );
    let hashes = Hash::ALL.iter().filter(|hash| client.hash_compute(**hash, b"abc").is_ok());
    println!("hashes = {:?}", hashes.map(|hash| format!("{hash:?}")).collect::<Vec<_>>());
    keys(&client);
    uses(&client);
}

fn keys(client: &Client) {
    let mut rows = BTreeMap::<(String, Vec<&str>), Vec<u32>>::new();
    for shape in grid::shapes().into_iter().filter(|shape| shape.bits != 0) {
        let key = KeyAttributes::new(shape.key_type, shape.bits, Usage::EXPORT, Algorithm::None);
        let mut can = Vec::new();
        can.extend(client.can_do(CheckType::Generate, &key).expect("yes or no").then_some("generate"));
        can.extend(client.can_do(CheckType::Import, &key).expect("yes or no").then_some("import"));
        if can.is_empty() {
            continue;
        }
        let is_exported = || match client.generate("exported", &key) {
            Err(_) => false,
            Ok(made) => (made.export().is_ok(), made.destroy()).0,
        };
        can.extend((shape.key_type.is_public() || is_exported()).then_some("export"));
        rows.entry((format!("{:?}", shape.key_type), can)).or_default().push(shape.bits);
    }
    for ((key_type, can), sizes) in rows {
        println!("\n[[keys]]\ntypes = [{key_type:?}]\nsizes = {sizes:?}\ncan = {can:?}");
    }
}

fn uses(client: &Client) {
    let mut found = BTreeMap::<(String, String), BTreeMap<u32, Variants>>::new();
    let attributes: Vec<_> = grid::attributes().into_iter().filter(|key| key.bits() != 0).collect();
    let ask = |attributes: &KeyAttributes| CanDoCrypto { check_type: CheckType::Use, attributes: *attributes };
    let answers = client.pipeline(attributes.iter().map(ask).collect(), 32).expect("every question is answered");
    for (key, answer) in attributes.iter().zip(answers) {
        let (Some(asked), Ok(_)) = (Asked::of(key.algorithm()), answer) else { continue };
        let KeyShape { key_type, bits } = key.shape();
        let variants = found.entry((asked.name, format!("{key_type:?}"))).or_default().entry(bits).or_default();
        variants.0.extend(asked.hash);
        variants.1.extend(asked.length);
    }
    // The same variants for several sizes, then the same for several types, then the same for several algorithms.
    let mut by_sizes = BTreeMap::<(String, Vec<u32>, Variants), Vec<String>>::new();
    for ((name, key_type), sizes) in found {
        let mut same = BTreeMap::<Variants, Vec<u32>>::new();
        sizes.into_iter().for_each(|(bits, variants)| same.entry(variants).or_default().push(bits));
        for (variants, sizes) in same {
            by_sizes.entry((name.clone(), sizes, variants)).or_default().push(key_type.clone());
        }
    }
    let mut by_types = BTreeMap::<(Vec<String>, Vec<u32>, Variants), Vec<String>>::new();
    for ((name, sizes, variants), types) in by_sizes {
        by_types.entry((types, sizes, variants)).or_default().push(name);
    }
    for ((types, sizes, (hashes, lengths)), names) in by_types {
        println!("\n[[uses]]\nalgorithms = {names:?}\ntypes = {types:?}\nsizes = {sizes:?}");
        if !hashes.is_empty() {
            println!("hashes = {:?}", hashes.iter().collect::<Vec<_>>());
        }
        if !lengths.is_empty() {
            println!("lengths = {:?}", lengths.iter().collect::<Vec<_>>());
        }
    }
}
