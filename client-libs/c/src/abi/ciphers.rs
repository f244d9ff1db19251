//! Encryption without authentication (PSA Crypto API 10.4).

use super::answered;
use super::memory::{Output, bytes};
use super::parts::{self, Kind, Operation};
use crate::algorithm::PsaAlgorithm;
use crate::attributes::KeyId;
use crate::ciphering::{CipherOperation, Direction, cipher_of, decrypt, encrypt};
use crate::library::library;
use crate::status::PsaStatus;

const KIND: Kind<CipherOperation> = |library| &library.cipher_operations;

/// psa_cipher_encrypt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_cipher_encrypt(
    key: KeyId,
    alg: PsaAlgorithm,
    input: *const u8,
    input_length: usize,
    output: *mut u8,
    output_size: usize,
    output_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the bytes, and the room that it says.
        let (output, input) =
            unsafe { (Output::new(output, output_size, output_length)?, bytes(input, input_length)?) };
        let alg = cipher_of(alg)?;
        output.deliver(&library.with_key(key, |client, name| encrypt(client, name, alg, &[], input))?)
    })
}

/// psa_cipher_decrypt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_cipher_decrypt(
    key: KeyId,
    alg: PsaAlgorithm,
    input: *const u8,
    input_length: usize,
    output: *mut u8,
    output_size: usize,
    output_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the bytes, and the room that it says.
        let (output, input) =
            unsafe { (Output::new(output, output_size, output_length)?, bytes(input, input_length)?) };
        let alg = cipher_of(alg)?;
        output.deliver(library.with_key(key, |client, name| decrypt(client, name, alg, input))?.expose())
    })
}

/// psa_cipher_encrypt_setup.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_cipher_encrypt_setup(
    operation: *mut Operation,
    key: KeyId,
    alg: PsaAlgorithm,
) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe {
        parts::begin(operation, KIND, |library| CipherOperation::begin(library, key, alg, Direction::Encrypt))
    })
}

/// psa_cipher_decrypt_setup.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_cipher_decrypt_setup(
    operation: *mut Operation,
    key: KeyId,
    alg: PsaAlgorithm,
) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe {
        parts::begin(operation, KIND, |library| CipherOperation::begin(library, key, alg, Direction::Decrypt))
    })
}

/// psa_cipher_generate_iv.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_cipher_generate_iv(
    operation: *mut Operation,
    iv: *mut u8,
    iv_size: usize,
    iv_length: *mut usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, and the room that it says.
    answered(|| unsafe {
        parts::go_on(operation, KIND, |library, text| {
            let output = Output::new(iv, iv_size, iv_length)?;
            let made = text.generate_iv(library, output.room())?;
            output.deliver(&made)
        })
    })
}

/// psa_cipher_set_iv.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_cipher_set_iv(operation: *mut Operation, iv: *const u8, iv_length: usize) -> PsaStatus {
    // SAFETY: the caller promises an object, and the bytes.
    answered(|| unsafe { parts::go_on(operation, KIND, |_, text| text.set_iv(bytes(iv, iv_length)?)) })
}

/// psa_cipher_update. There is no output before the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_cipher_update(
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

/// psa_cipher_finish.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_cipher_finish(
    operation: *mut Operation,
    output: *mut u8,
    output_size: usize,
    output_length: *mut usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, and the room that it says.
    answered(|| unsafe {
        parts::end(operation, KIND, |library, text| {
            let output = Output::new(output, output_size, output_length)?;
            let result = text.finish(library, output.room())?;
            output.deliver(result.expose())
        })
    })
}

/// psa_cipher_abort.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_cipher_abort(operation: *mut Operation) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe { parts::abort(operation, KIND) })
}
