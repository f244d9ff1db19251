//! Authenticated encryption (PSA Crypto API 10.5).

use super::answered;
use super::memory::{Output, bytes};
use super::parts::{self, Kind, Operation};
use crate::aead::{AeadOperation, aead_of};
use crate::algorithm::PsaAlgorithm;
use crate::attributes::KeyId;
use crate::ciphering::Direction;
use crate::library::library;
use crate::status::PsaStatus;

const KIND: Kind<AeadOperation> = |library| &library.aead_operations;

/// psa_aead_encrypt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_encrypt(
    key: KeyId,
    alg: PsaAlgorithm,
    nonce: *const u8,
    nonce_length: usize,
    additional_data: *const u8,
    additional_data_length: usize,
    plaintext: *const u8,
    plaintext_length: usize,
    ciphertext: *mut u8,
    ciphertext_size: usize,
    ciphertext_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the room that it says.
        let output = unsafe { Output::new(ciphertext, ciphertext_size, ciphertext_length) }?;
        // SAFETY: the caller promises the bytes of each.
        let (nonce, additional, text) = unsafe {
            (
                bytes(nonce, nonce_length)?,
                bytes(additional_data, additional_data_length)?,
                bytes(plaintext, plaintext_length)?,
            )
        };
        let alg = aead_of(alg)?;
        output.deliver(&library.with_key(key, |client, name| client.aead_encrypt(name, alg, nonce, additional, text))?)
    })
}

/// psa_aead_decrypt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_decrypt(
    key: KeyId,
    alg: PsaAlgorithm,
    nonce: *const u8,
    nonce_length: usize,
    additional_data: *const u8,
    additional_data_length: usize,
    ciphertext: *const u8,
    ciphertext_length: usize,
    plaintext: *mut u8,
    plaintext_size: usize,
    plaintext_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the room that it says.
        let output = unsafe { Output::new(plaintext, plaintext_size, plaintext_length) }?;
        // SAFETY: the caller promises the bytes of each.
        let (nonce, additional, sealed) = unsafe {
            (
                bytes(nonce, nonce_length)?,
                bytes(additional_data, additional_data_length)?,
                bytes(ciphertext, ciphertext_length)?,
            )
        };
        let alg = aead_of(alg)?;
        let text = library.with_key(key, |client, name| client.aead_decrypt(name, alg, nonce, additional, sealed))?;
        output.deliver(text.expose())
    })
}

/// psa_aead_encrypt_setup.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_encrypt_setup(operation: *mut Operation, key: KeyId, alg: PsaAlgorithm) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe {
        parts::begin(operation, KIND, |library| AeadOperation::begin(library, key, alg, Direction::Encrypt))
    })
}

/// psa_aead_decrypt_setup.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_decrypt_setup(operation: *mut Operation, key: KeyId, alg: PsaAlgorithm) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe {
        parts::begin(operation, KIND, |library| AeadOperation::begin(library, key, alg, Direction::Decrypt))
    })
}

/// psa_aead_set_lengths.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_set_lengths(
    operation: *mut Operation,
    ad_length: usize,
    plaintext_length: usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe { parts::go_on(operation, KIND, |_, text| text.set_lengths(ad_length, plaintext_length)) })
}

/// psa_aead_generate_nonce.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_generate_nonce(
    operation: *mut Operation,
    nonce: *mut u8,
    nonce_size: usize,
    nonce_length: *mut usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, and the room that it says.
    answered(|| unsafe {
        parts::go_on(operation, KIND, |library, text| {
            let output = Output::new(nonce, nonce_size, nonce_length)?;
            let made = text.generate_nonce(library, output.room())?;
            output.deliver(&made)
        })
    })
}

/// psa_aead_set_nonce.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_set_nonce(
    operation: *mut Operation,
    nonce: *const u8,
    nonce_length: usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, and the bytes.
    answered(|| unsafe { parts::go_on(operation, KIND, |_, text| text.set_nonce(bytes(nonce, nonce_length)?)) })
}

/// psa_aead_update_ad.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_update_ad(
    operation: *mut Operation,
    input: *const u8,
    input_length: usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, and the bytes.
    answered(|| unsafe { parts::go_on(operation, KIND, |_, text| text.update_additional(bytes(input, input_length)?)) })
}

/// psa_aead_update. There is no output before the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_update(
    operation: *mut Operation,
    input: *const u8,
    input_length: usize,
    output: *mut u8,
    output_size: usize,
    output_length: *mut usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, the bytes, and the room that it says.
    answered(|| unsafe {
        parts::go_on(operation, KIND, |_, text| {
            let output = Output::new(output, output_size, output_length)?;
            text.update(bytes(input, input_length)?)?;
            output.deliver(&[])
        })
    })
}

/// psa_aead_finish.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_finish(
    operation: *mut Operation,
    ciphertext: *mut u8,
    ciphertext_size: usize,
    ciphertext_length: *mut usize,
    tag: *mut u8,
    tag_size: usize,
    tag_length: *mut usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, and the room that it says for both.
    answered(|| unsafe {
        parts::end(operation, KIND, |library, text| {
            let output = Output::new(ciphertext, ciphertext_size, ciphertext_length)?;
            let tag = Output::new(tag, tag_size, tag_length)?;
            let sealed = text.finish(library, output.room(), tag.room())?;
            output.deliver(sealed.ciphertext.expose())?;
            tag.deliver(&sealed.tag)
        })
    })
}

/// psa_aead_verify.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_verify(
    operation: *mut Operation,
    plaintext: *mut u8,
    plaintext_size: usize,
    plaintext_length: *mut usize,
    tag: *const u8,
    tag_length: usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, the bytes, and the room that it says.
    answered(|| unsafe {
        parts::end(operation, KIND, |library, text| {
            let output = Output::new(plaintext, plaintext_size, plaintext_length)?;
            let result = text.verify(library, bytes(tag, tag_length)?, output.room())?;
            output.deliver(result.expose())
        })
    })
}

/// psa_aead_abort.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_aead_abort(operation: *mut Operation) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe { parts::abort(operation, KIND) })
}
