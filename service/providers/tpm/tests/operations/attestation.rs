//! Attestation, with a verifier that has no TPM.

use std::process::Command;

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyType};
use keystead_interface::operations::attestation::{ActivateCredentialChallenge, ActivateCredentialKeys};
use keystead_provider::{Attesting, ErrorKind, Provider, hashing};
use keystead_provider_tpm::TpmProvider;

use crate::openssl::{Openssl, rsa_spki};
use crate::swtpm::{KeptKey, Swtpm};

pub const SECRET: &[u8] = b"only for this key in this TPM";

fn attesting(provider: &TpmProvider) -> &dyn Attesting {
    provider.capabilities().attestation.unwrap()
}

fn key(provider: &TpmProvider) -> KeptKey {
    let alg = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
    let pair = KeyType::EccKeyPair(EccFamily::SecpR1);
    KeptKey::generated(provider, pair, 256, Algorithm::AsymmetricSignature(alg))
}

/// What a verifier makes of the keys that it was given (tpm2_makecredential of tpm2-tools).
pub fn challenge(keys: &ActivateCredentialKeys) -> ActivateCredentialChallenge {
    let openssl = Openssl::new();
    openssl.file("endorsement.der", &rsa_spki(&keys.attesting_key_pub));
    let to_pem = ["pkey", "-pubin", "-inform", "DER", "-in", "endorsement.der", "-out", "endorsement.pem"];
    openssl.run(&to_pem).unwrap();
    let secret = openssl.file("secret", SECRET);
    let name: String = keys.name.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = secret.parent().unwrap();
    let made = Command::new("tpm2_makecredential")
        .args(["-T", "none", "-G", "rsa", "-u", "endorsement.pem", "-s", "secret", "-o", "made", "-n", &name])
        .current_dir(folder)
        .output()
        .expect("tpm2-tools are installed");
    assert!(made.status.success());
    // A magic number, the version, TPM2B_ID_OBJECT and TPM2B_ENCRYPTED_SECRET.
    let made = std::fs::read(folder.join("made")).unwrap();
    let part = |bytes: &[u8]| {
        let length = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
        (bytes[2..2 + length].to_vec(), bytes[2 + length..].to_vec())
    };
    let (credential_blob, rest) = part(&made[8..]);
    let (secret, _) = part(&rest);
    ActivateCredentialChallenge { credential_blob, secret }
}

#[test]
fn a_verifier_learns_that_a_key_is_in_this_tpm() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let key = key(&provider);
    let keys = attesting(&provider).prepare(key.key(), None).unwrap();
    // A Name is a hash of the public area, with the hash's number before it (SHA-256: 000B).
    assert_eq!(keys.name, [&[0, 0x0b][..], &hashing::hash(Hash::Sha256, &keys.public).unwrap()].concat());
    let x = &key.public(&provider)[1..33];
    assert!(keys.public.windows(32).any(|window| window == x), "it is the key's own public area");

    let answer = attesting(&provider).attest(key.key(), None, &challenge(&keys)).unwrap();
    assert_eq!(answer.expose(), SECRET);
    // The endorsement key is always the same one.
    assert_eq!(attesting(&provider).prepare(key.key(), None).unwrap().attesting_key_pub, keys.attesting_key_pub);
}

#[test]
fn a_challenge_for_another_key_or_tpm_is_not_answered() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let (attested, other) = (key(&provider), key(&provider));
    let keys = attesting(&provider).prepare(attested.key(), None).unwrap();
    let kind = |key: &KeptKey, challenge: &ActivateCredentialChallenge| {
        attesting(&provider).attest(key.key(), None, challenge).err().map(|error| error.kind)
    };
    let good = challenge(&keys);
    assert_eq!(kind(&other, &good), Some(ErrorKind::InvalidArgument));

    let elsewhere = Swtpm::start();
    let elsewhere = elsewhere.provider();
    let there = attesting(&elsewhere).prepare(crate::attestation::key(&elsewhere).key(), None).unwrap();
    let for_another_tpm = ActivateCredentialKeys { attesting_key_pub: there.attesting_key_pub, ..keys };
    assert_eq!(kind(&attested, &challenge(&for_another_tpm)), Some(ErrorKind::InvalidArgument));

    let spoilt = [
        ActivateCredentialChallenge { credential_blob: Vec::new(), secret: good.secret.clone() },
        ActivateCredentialChallenge { credential_blob: good.credential_blob.clone(), secret: Vec::new() },
        ActivateCredentialChallenge { credential_blob: vec![0; 9000], secret: good.secret.clone() },
        ActivateCredentialChallenge { credential_blob: good.credential_blob.clone(), secret: vec![0; 9000] },
        ActivateCredentialChallenge { credential_blob: vec![7; 60], secret: good.secret.clone() },
        ActivateCredentialChallenge { credential_blob: good.credential_blob.clone(), secret: vec![0xff; 256] },
    ];
    for (number, challenge) in spoilt.iter().enumerate() {
        assert_eq!(kind(&attested, challenge), Some(ErrorKind::InvalidArgument), "number {number}");
    }
    // Failures leave neither objects nor sessions behind in the TPM's few slots.
    for _ in 0..5 {
        assert_eq!(kind(&attested, &good), None);
    }
}

#[test]
fn the_endorsement_key_that_the_host_keeps_is_used() {
    let swtpm = Swtpm::start();
    let key_from_template = {
        let provider = swtpm.provider();
        attesting(&provider).prepare(key(&provider).key(), None).unwrap().attesting_key_pub
    };
    swtpm.tool("tpm2_createek", &["-G", "rsa", "-c", "0x81010001", "-u", "ek.pub"]);
    let provider = swtpm.provider();
    let key = key(&provider);
    for _ in 0..5 {
        let keys = attesting(&provider).prepare(key.key(), None).unwrap();
        assert_eq!(keys.attesting_key_pub, key_from_template);
        let answer = attesting(&provider).attest(key.key(), None, &challenge(&keys)).unwrap();
        assert_eq!(answer.expose(), SECRET);
    }
}

#[test]
fn only_keys_of_the_tpm_are_attested_and_only_by_its_endorsement_key() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let key = key(&provider);
    let error = attesting(&provider).prepare(key.key(), Some(key.key())).err().unwrap();
    assert_eq!(error.kind, ErrorKind::NotSupported);
    let alg = Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256)));
    let public_type = KeyType::EccPublicKey(EccFamily::SecpR1);
    let public = KeptKey::imported(&provider, public_type, alg, &key.public(&provider));
    assert_eq!(attesting(&provider).prepare(public.key(), None).err().unwrap().kind, ErrorKind::NotSupported);
}

#[test]
fn a_verifier_sees_that_a_pair_does_no_more_than_its_algorithm_needs() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    // Bits of TPMA_OBJECT (TPM 2.0 part 2, 8.3), which follows two numbers of 16 bits in the public area.
    const DECRYPT: u32 = 1 << 17;
    const SIGN: u32 = 1 << 18;
    let uses = |key_type, bits, alg| {
        let key = KeptKey::generated(&provider, key_type, bits, Algorithm::AsymmetricSignature(alg));
        let public = attesting(&provider).prepare(key.key(), None).unwrap().public;
        u32::from_be_bytes(public[4..8].try_into().unwrap()) & (DECRYPT | SIGN)
    };
    let pss = |hash| AsymmetricSignature::RsaPss(SignHash::Specific(hash));
    assert_eq!(uses(KeyType::RsaKeyPair, 2048, pss(Hash::Sha256)), SIGN);
    // The TPM lacks the hash, so it must do RSA without a padding, which it calls decryption.
    assert_eq!(uses(KeyType::RsaKeyPair, 2048, pss(Hash::Sha3_256)), SIGN | DECRYPT);
    let ecdsa = AsymmetricSignature::Ecdsa(SignHash::Any);
    assert_eq!(uses(KeyType::EccKeyPair(EccFamily::SecpR1), 256, ecdsa), SIGN);
}

#[test]
fn slots_that_another_program_took_are_taken_back() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let key = key(&provider);
    for _ in 0..2 {
        // Without a resource manager its object stays in one of the three slots.
        swtpm.tool("tpm2_createprimary", &["-G", "ecc", "-c", "left.ctx"]);
        assert!(attesting(&provider).prepare(key.key(), None).is_ok());
        let signed = provider.capabilities().signing.unwrap().sign_hash(
            key.key(),
            AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256)),
            &[7; 32],
        );
        assert!(signed.is_ok());
    }
}
