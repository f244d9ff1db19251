//! MACs (PSA Crypto API 10.3).

use super::answered;
use super::memory::{Output, bytes};
use super::parts::{self, Kind, Operation};
use crate::algorithm::PsaAlgorithm;
use crate::attributes::KeyId;
use crate::authentication::{MacOperation, Purpose, mac_of};
use crate::library::library;
use crate::status::PsaStatus;

const KIND: Kind<MacOperation> = |library| &library.mac_operations;

/// psa_mac_compute.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_mac_compute(
    key: KeyId,
    alg: PsaAlgorithm,
    input: *const u8,
    input_length: usize,
    mac: *mut u8,
    mac_size: usize,
    mac_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the bytes, and the room that it says.
        let (output, input) = unsafe { (Output::new(mac, mac_size, mac_length)?, bytes(input, input_length)?) };
        let alg = mac_of(alg)?;
        output.deliver(&library.with_key(key, |client, name| client.mac_compute(name, alg, input))?)
    })
}

/// psa_mac_verify.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_mac_verify(
    key: KeyId,
    alg: PsaAlgorithm,
    input: *const u8,
    input_length: usize,
    mac: *const u8,
    mac_length: usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the bytes of both.
        let (input, mac) = unsafe { (bytes(input, input_length)?, bytes(mac, mac_length)?) };
        let alg = mac_of(alg)?;
        library.with_key(key, |client, name| client.mac_verify(name, alg, input, mac))
    })
}

/// psa_mac_sign_setup.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_mac_sign_setup(operation: *mut Operation, key: KeyId, alg: PsaAlgorithm) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe {
        parts::begin(operation, KIND, |library| MacOperation::begin(library, key, alg, Purpose::Sign))
    })
}

/// psa_mac_verify_setup.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_mac_verify_setup(operation: *mut Operation, key: KeyId, alg: PsaAlgorithm) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe {
        parts::begin(operation, KIND, |library| MacOperation::begin(library, key, alg, Purpose::Verify))
    })
}

/// psa_mac_update.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_mac_update(operation: *mut Operation, input: *const u8, input_length: usize) -> PsaStatus {
    // SAFETY: the caller promises an object, and the bytes.
    answered(|| unsafe { parts::go_on(operation, KIND, |_, mac| mac.update(bytes(input, input_length)?)) })
}

/// psa_mac_sign_finish.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_mac_sign_finish(
    operation: *mut Operation,
    mac: *mut u8,
    mac_size: usize,
    mac_length: *mut usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, and the room that it says.
    answered(|| unsafe {
        parts::end(operation, KIND, |library, message| {
            let output = Output::new(mac, mac_size, mac_length)?;
            let made = message.sign(library, output.room())?;
            output.deliver(&made)
        })
    })
}

/// psa_mac_verify_finish.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_mac_verify_finish(
    operation: *mut Operation,
    mac: *const u8,
    mac_length: usize,
) -> PsaStatus {
    // SAFETY: the caller promises an object, and the bytes.
    answered(|| unsafe {
        parts::end(operation, KIND, |library, message| message.verify(library, bytes(mac, mac_length)?))
    })
}

/// psa_mac_abort.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_mac_abort(operation: *mut Operation) -> PsaStatus {
    // SAFETY: the caller promises an object.
    answered(|| unsafe { parts::abort(operation, KIND) })
}
