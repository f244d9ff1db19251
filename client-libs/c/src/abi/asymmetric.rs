//! Signatures, asymmetric encryption and key agreement (PSA Crypto API 10.7 to 10.9).

use keystead_client::interface::algorithm::{Algorithm, AsymmetricEncryption, AsymmetricSignature, KeyAgreement};
use keystead_client::interface::policy::hashes_the_message;

use super::answered;
use super::memory::{Output, bytes};
use crate::algorithm::{PsaAlgorithm, of_family, of_signature};
use crate::attributes::KeyId;
use crate::library::library;
use crate::status::{INVALID_ARGUMENT, PsaStatus, Result, refuse};

/// A signature algorithm that says how a message is hashed.
fn of_message(alg: PsaAlgorithm) -> Result<AsymmetricSignature> {
    let alg = of_signature(alg)?;
    if hashes_the_message(alg) { Ok(alg) } else { refuse(INVALID_ARGUMENT) }
}

/// psa_sign_message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_sign_message(
    key: KeyId,
    alg: PsaAlgorithm,
    input: *const u8,
    input_length: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the room that it says.
        let output = unsafe { Output::new(signature, signature_size, signature_length) }?;
        // SAFETY: the caller promises the bytes.
        let message = unsafe { bytes(input, input_length) }?;
        let alg = of_message(alg)?;
        output.deliver(&library.with_key(key, |client, name| client.sign_message(name, alg, message))?)
    })
}

/// psa_verify_message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_verify_message(
    key: KeyId,
    alg: PsaAlgorithm,
    input: *const u8,
    input_length: usize,
    signature: *const u8,
    signature_length: usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the bytes of both.
        let (message, signature) = unsafe { (bytes(input, input_length)?, bytes(signature, signature_length)?) };
        let alg = of_message(alg)?;
        library.with_key(key, |client, name| client.verify_message(name, alg, message, signature))
    })
}

/// psa_sign_hash.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_sign_hash(
    key: KeyId,
    alg: PsaAlgorithm,
    hash: *const u8,
    hash_length: usize,
    signature: *mut u8,
    signature_size: usize,
    signature_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the room that it says.
        let output = unsafe { Output::new(signature, signature_size, signature_length) }?;
        // SAFETY: the caller promises the bytes.
        let hash = unsafe { bytes(hash, hash_length) }?;
        let alg = of_signature(alg)?;
        output.deliver(&library.with_key(key, |client, name| client.sign_hash(name, alg, hash))?)
    })
}

/// psa_verify_hash.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_verify_hash(
    key: KeyId,
    alg: PsaAlgorithm,
    hash: *const u8,
    hash_length: usize,
    signature: *const u8,
    signature_length: usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the bytes of both.
        let (hash, signature) = unsafe { (bytes(hash, hash_length)?, bytes(signature, signature_length)?) };
        let alg = of_signature(alg)?;
        library.with_key(key, |client, name| client.verify_hash(name, alg, hash, signature))
    })
}

fn encryption_of(alg: PsaAlgorithm) -> Result<AsymmetricEncryption> {
    of_family(alg, |found| match found {
        Algorithm::AsymmetricEncryption(alg) => Some(alg),
        _ => None,
    })
}

/// psa_asymmetric_encrypt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_asymmetric_encrypt(
    key: KeyId,
    alg: PsaAlgorithm,
    input: *const u8,
    input_length: usize,
    salt: *const u8,
    salt_length: usize,
    output: *mut u8,
    output_size: usize,
    output_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the room that it says.
        let output = unsafe { Output::new(output, output_size, output_length) }?;
        // SAFETY: the caller promises the bytes of both.
        let (text, salt) = unsafe { (bytes(input, input_length)?, bytes(salt, salt_length)?) };
        let alg = encryption_of(alg)?;
        output.deliver(&library.with_key(key, |client, name| client.asymmetric_encrypt(name, alg, text, salt))?)
    })
}

/// psa_asymmetric_decrypt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_asymmetric_decrypt(
    key: KeyId,
    alg: PsaAlgorithm,
    input: *const u8,
    input_length: usize,
    salt: *const u8,
    salt_length: usize,
    output: *mut u8,
    output_size: usize,
    output_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the room that it says.
        let output = unsafe { Output::new(output, output_size, output_length) }?;
        // SAFETY: the caller promises the bytes of both.
        let (sealed, salt) = unsafe { (bytes(input, input_length)?, bytes(salt, salt_length)?) };
        let alg = encryption_of(alg)?;
        let text = library.with_key(key, |client, name| client.asymmetric_decrypt(name, alg, sealed, salt))?;
        output.deliver(text.expose())
    })
}

/// psa_raw_key_agreement.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_raw_key_agreement(
    alg: PsaAlgorithm,
    private_key: KeyId,
    peer_key: *const u8,
    peer_key_length: usize,
    output: *mut u8,
    output_size: usize,
    output_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the room that it says.
        let output = unsafe { Output::new(output, output_size, output_length) }?;
        // SAFETY: the caller promises the bytes.
        let peer = unsafe { bytes(peer_key, peer_key_length) }?;
        let alg = of_family(alg, |found| match found {
            Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => Some(alg),
            _ => None,
        })?;
        let secret = library.with_key(private_key, |client, name| client.raw_key_agreement(name, alg, peer))?;
        output.deliver(secret.expose())
    })
}
