//! Functions that the service has nothing for. Each says so, as the specification wants it.

use keystead_c_abi::put;

use super::answered;
use super::parts::Operation;
use crate::algorithm::PsaAlgorithm;
use crate::attributes::{Attributes, KeyId};
use crate::library::library;
use crate::status::{NOT_SUPPORTED, PsaStatus, Result, SUCCESS, refuse};

/// A `psa_key_derivation_step_t`.
type Step = u16;

/// Functions that give one answer whatever they are given, for which nothing is read or written.
macro_rules! absent {
    ($($name:ident($($argument:ty),*);)+) => { $(
        #[doc = concat!(stringify!($name), ": not supported.")]
        #[unsafe(no_mangle)]
        pub extern "C" fn $name($(_: $argument),*) -> PsaStatus {
            answered(not_supported)
        }
    )+ };
}

fn not_supported() -> Result<()> {
    // Before psa_crypto_init the state is wrong, for every function.
    library()?;
    refuse(NOT_SUPPORTED)
}

absent! {
    psa_hash_resume(*mut Operation, *const u8, usize);
    psa_key_derivation_setup(*mut Operation, PsaAlgorithm);
    psa_key_derivation_get_capacity(*const Operation, *mut usize);
    psa_key_derivation_set_capacity(*mut Operation, usize);
    psa_key_derivation_input_bytes(*mut Operation, Step, *const u8, usize);
    psa_key_derivation_input_integer(*mut Operation, Step, u64);
    psa_key_derivation_input_key(*mut Operation, Step, KeyId);
    psa_key_derivation_key_agreement(*mut Operation, Step, KeyId, *const u8, usize);
    psa_key_derivation_output_bytes(*mut Operation, *mut u8, usize);
    psa_key_derivation_verify_bytes(*mut Operation, *const u8, usize);
    psa_key_derivation_verify_key(*mut Operation, KeyId);
}

/// psa_key_derivation_abort: there is never anything to abort.
#[unsafe(no_mangle)]
pub extern "C" fn psa_key_derivation_abort(_: *mut Operation) -> PsaStatus {
    SUCCESS
}

/// psa_key_derivation_output_key: not supported.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_key_derivation_output_key(
    _: *const Attributes,
    _: *mut Operation,
    key: *mut KeyId,
) -> PsaStatus {
    // SAFETY: the caller promises room for an identifier.
    unsafe { no_key(key) }
}

/// psa_key_agreement: not supported. The secret of psa_raw_key_agreement() can be imported.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_key_agreement(
    _: KeyId,
    _: *const u8,
    _: usize,
    _: PsaAlgorithm,
    _: *const Attributes,
    key: *mut KeyId,
) -> PsaStatus {
    // SAFETY: the caller promises room for an identifier.
    unsafe { no_key(key) }
}

/// Makes no key, and gives no identifier.
// SAFETY: the caller promises that the pointer is null or that there is room for an identifier.
unsafe fn no_key(key: *mut KeyId) -> PsaStatus {
    answered(|| {
        // SAFETY: as the caller promised.
        unsafe { put(key, 0) }?;
        not_supported()
    })
}
