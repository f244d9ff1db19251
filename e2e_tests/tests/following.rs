//! Row 50 of what Parsec teaches: a failed request can be followed through the log by its number, among all others.

use std::collections::BTreeMap;

use keystead_e2e_tests::home::PLAIN;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{AsymmetricSignature, Hash, SignHash};
use keystead_interface::names::KeyName;
use keystead_interface::operations::core::{ListKeys, Ping};
use keystead_interface::operations::sign::PsaSignHash;
use keystead_interface::status::Status;
use serde_json::Value;

#[test]
fn a_failed_request_can_be_followed_by_its_number() {
    let service = Service::with(&format!("{PLAIN}\n[log]\nformat = \"json\"\nlevel = \"trace\"\n"));
    let caller = service.caller();
    // Others come and go meanwhile.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    caller.ask(Ping {}).expect("anybody may ask");
                    caller.ask(ListKeys::default()).expect("the test has an identity");
                }
            });
        }
        let key_name = KeyName::new("unknown").expect("a short name");
        let alg = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
        let refused = caller.ask(PsaSignHash { key_name, alg, hash: vec![0; 32] });
        assert_eq!(refused.err(), Some(Status::PsaErrorDoesNotExist));
    });
    let (_, home) = service.stop();
    let log = home.log();

    // The lines of each request, in their order.
    let mut requests: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
    for line in log.lines() {
        let record: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        if let Some(number) = record["fields"]["request"].as_u64() {
            requests.entry(number).or_default().push(record);
        }
    }
    assert_eq!(requests.len(), 201, "each request has a number of its own:\n{log}");
    let failed: Vec<_> =
        requests.values().filter(|lines| lines.iter().any(|line| line["fields"]["status"] == 1140)).collect();
    let [lines] = failed[..] else { panic!("one request failed:\n{log}") };
    let told: Vec<&str> = lines.iter().filter_map(|line| line["message"].as_str()).collect();
    assert_eq!(told[..4], ["request", "authenticated", "permitted", "decoded"], "{told:?}");
    assert!(told.len() == 5 && told[4].starts_with("request failed"), "{told:?}");
    assert_eq!((&lines[0]["fields"]["opcode"], &lines[0]["fields"]["provider"]), (&4.into(), &1.into()));
    assert!(!log.contains("unknown\\\""), "no key's name is in it");
}
