//! Hashes (PSA Crypto API 10.2).

use super::answered;
use super::memory::{Output, bytes};
use super::parts::{self, Kind, Operation};
use crate::algorithm::PsaAlgorithm;
use crate::hashing::{HashOperation, hash_of};
use crate::library::library;
use crate::status::{NOT_SUPPORTED, PsaStatus, refuse};

const KIND: Kind<HashOperation> = |library| &library.hash_operations;

/// psa_hash_compute.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_hash_compute(
    alg: PsaAlgorithm,
    input: *const u8,
    input_length: usize,
    hash: *mut u8,
    hash_size: usize,
    hash_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the bytes, and the room that it says.
        let (output, input) = unsafe { (Output::new(hash, hash_size, hash_length)?, bytes(input, input_length)?) };
        let alg = hash_of(alg)?;
        output.deliver(&library.hasher(alg)?.hash_compute(alg, input)?)
    })
}

/// psa_hash_compare.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_hash_compare(
    alg: PsaAlgorithm,
    input: *const u8,
    input_length: usize,
    hash: *const u8,
    hash_length: usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the bytes of both.
        let (input, hash) = unsafe { (bytes(input, input_length)?, bytes(hash, hash_length)?) };
        let alg = hash_of(alg)?;
        Ok(library.hasher(alg)?.hash_compare(alg, input, hash)?)
    })
}

/// psa_hash_setup.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_hash_setup(operation: *mut Operation, alg: PsaAlgorithm) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe { parts::begin(operation, KIND, |library| HashOperation::begin(library, alg)) })
}

/// psa_hash_update.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_hash_update(
    operation: *mut Operation,
    input: *const u8,
    input_length: usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, and the bytes.
    answered(|| unsafe { parts::go_on(operation, KIND, |_, hash| hash.update(bytes(input, input_length)?)) })
}

/// psa_hash_finish.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_hash_finish(
    operation: *mut Operation,
    hash: *mut u8,
    hash_size: usize,
    hash_length: *mut usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, and the room that it says.
    answered(|| unsafe {
        parts::end(operation, KIND, |library, message| {
            let output = Output::new(hash, hash_size, hash_length)?;
            output.deliver(&message.finish(library)?)
        })
    })
}

/// psa_hash_verify.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_hash_verify(operation: *mut Operation, hash: *const u8, hash_length: usize) -> PsaStatus {
    // SAFETY: the caller promises an object, and the bytes.
    answered(|| unsafe {
        parts::end(operation, KIND, |library, message| message.verify(library, bytes(hash, hash_length)?))
    })
}

/// psa_hash_abort.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_hash_abort(operation: *mut Operation) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe { parts::abort(operation, KIND) })
}

/// psa_hash_suspend: not supported, and an operation that fails is over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_hash_suspend(operation: *mut Operation, _: *mut u8, _: usize, _: *mut usize) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe { parts::go_on(operation, KIND, |_, _| refuse::<()>(NOT_SUPPORTED)) })
}

/// psa_hash_clone. The source goes on, whether or not that succeeds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_hash_clone(source: *const Operation, target: *mut Operation) -> PsaStatus {
    // SAFETY: the caller promises two objects.
    answered(|| unsafe { parts::begin(target, KIND, |_| parts::go_on(source, KIND, |_, message| Ok(message.copy()))) })
}
