//! Hashes, signatures and MACs.

use cryptoki_sys::*;
use keystead_c_abi::bytes;

use super::beginning::{self, cancelled};
use super::memory::{deliver, mechanism, room};
use super::{answered, opened};
use crate::error::{Result, refuse};
use crate::hashes::{Hasher, of_digest};
use crate::session::{Output, State};
use crate::signing::{Direction, Signing};

pub(super) unsafe extern "C" fn digest_init(session: CK_SESSION_HANDLE, given: *mut CK_MECHANISM) -> CK_RV {
    answered(|| {
        let (_, session) = opened(session)?;
        let mut state = session.state.lock();
        if given.is_null() {
            return cancelled(state.digest.take());
        }
        if state.digest.is_some() {
            return refuse(CKR_OPERATION_ACTIVE);
        }
        // SAFETY: the caller promises a mechanism.
        let mechanism = unsafe { mechanism(given) }?;
        mechanism.without_parameters()?;
        let Some(hash) = of_digest(mechanism.kind) else { return refuse(CKR_MECHANISM_INVALID) };
        state.digest = Some(Hasher::new(hash)?);
        Ok(())
    })
}

pub(super) unsafe extern "C" fn digest(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    data_length: CK_ULONG,
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    answered(|| {
        let (_, session) = opened(session)?;
        // SAFETY: the caller promises the bytes, and the room that it says.
        unsafe {
            let output = session.digest(Some(bytes(data, data_length)?), room(result, length)?)?;
            deliver(output, result, length)
        }
    })
}

pub(super) unsafe extern "C" fn digest_update(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    data_length: CK_ULONG,
) -> CK_RV {
    answered(|| {
        let (_, session) = opened(session)?;
        let mut state = session.state.lock();
        let Some(hasher) = state.digest.as_mut() else { return refuse(CKR_OPERATION_NOT_INITIALIZED) };
        // SAFETY: the caller promises the bytes.
        hasher.update(unsafe { bytes(data, data_length) }?);
        Ok(())
    })
}

pub(super) unsafe extern "C" fn digest_final(
    session: CK_SESSION_HANDLE,
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    answered(|| {
        let (_, session) = opened(session)?;
        // SAFETY: the caller promises the room that it says.
        unsafe { deliver(session.digest(None, room(result, length)?)?, result, length) }
    })
}

pub(super) unsafe extern "C" fn sign_init(
    session: CK_SESSION_HANDLE,
    given: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    // SAFETY: the caller promises a mechanism.
    unsafe { begin(session, given, key, Direction::Make) }
}

pub(super) unsafe extern "C" fn verify_init(
    session: CK_SESSION_HANDLE,
    given: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    // SAFETY: the caller promises a mechanism.
    unsafe { begin(session, given, key, Direction::Undo) }
}

// SAFETY: the caller promises that the pointer is null or points to a mechanism.
unsafe fn begin(
    session: CK_SESSION_HANDLE,
    given: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
    direction: Direction,
) -> CK_RV {
    // SAFETY: as the caller promised.
    unsafe {
        beginning::begin(
            session,
            given,
            key,
            |state| slot_of(state, direction),
            |object, mechanism| Signing::begin(object, mechanism, direction),
        )
    }
}

fn slot_of(state: &mut State, direction: Direction) -> &mut Option<Signing> {
    match direction {
        Direction::Make => &mut state.sign,
        Direction::Undo => &mut state.verify,
    }
}

pub(super) unsafe extern "C" fn sign(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    data_length: CK_ULONG,
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the bytes, and the room that it says.
    answered(|| unsafe { finish_signing(session, bytes(data, data_length)?, result, length) })
}

pub(super) unsafe extern "C" fn sign_update(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    data_length: CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the bytes.
    answered(|| update(session, unsafe { bytes(data, data_length) }?, Direction::Make))
}

pub(super) unsafe extern "C" fn sign_final(
    session: CK_SESSION_HANDLE,
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the room that it says.
    answered(|| unsafe { finish_signing(session, &[], result, length) })
}

// SAFETY: the caller promises the room that it says.
unsafe fn finish_signing(
    session: CK_SESSION_HANDLE,
    last: &[u8],
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> Result<()> {
    let (module, session) = opened(session)?;
    let mut state = session.state.lock();
    let Some(signing) = state.sign.as_ref() else { return refuse(CKR_OPERATION_NOT_INITIALIZED) };
    // SAFETY: as the caller promised.
    let output = match signing.early(unsafe { room(result, length) }?) {
        Some(early) => early,
        None => {
            // However it ends, it is over.
            let Some(mut signing) = state.sign.take() else { return refuse(CKR_OPERATION_NOT_INITIALIZED) };
            signing.update(last)?;
            Output::Bytes(signing.sign(&module)?.into())
        }
    };
    // SAFETY: as the caller promised.
    unsafe { deliver(output, result, length) }
}

fn update(session: CK_SESSION_HANDLE, piece: &[u8], direction: Direction) -> Result<()> {
    let (_, session) = opened(session)?;
    let mut state = session.state.lock();
    let slot = slot_of(&mut state, direction);
    let Some(signing) = slot.as_mut() else { return refuse(CKR_OPERATION_NOT_INITIALIZED) };
    signing.update(piece).inspect_err(|_| *slot = None)
}

pub(super) unsafe extern "C" fn verify(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    data_length: CK_ULONG,
    signature: *mut CK_BYTE,
    length: CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the bytes of both.
    answered(|| unsafe { finish_verifying(session, bytes(data, data_length)?, bytes(signature, length)?) })
}

pub(super) unsafe extern "C" fn verify_update(
    session: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    data_length: CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the bytes.
    answered(|| update(session, unsafe { bytes(data, data_length) }?, Direction::Undo))
}

pub(super) unsafe extern "C" fn verify_final(
    session: CK_SESSION_HANDLE,
    signature: *mut CK_BYTE,
    length: CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the bytes.
    answered(|| finish_verifying(session, &[], unsafe { bytes(signature, length) }?))
}

fn finish_verifying(session: CK_SESSION_HANDLE, last: &[u8], signature: &[u8]) -> Result<()> {
    let (module, session) = opened(session)?;
    let taken = session.state.lock().verify.take();
    let Some(mut verifying) = taken else { return refuse(CKR_OPERATION_NOT_INITIALIZED) };
    verifying.update(last)?;
    verifying.verify(&module, signature)
}
