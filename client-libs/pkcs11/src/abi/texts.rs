//! Encryption and decryption.

use cryptoki_sys::*;
use keystead_c_abi::{bytes, put};

use super::beginning;
use super::memory::{deliver, room};
use super::{answered, opened};
use crate::ciphering::Ciphering;
use crate::error::{Result, refuse};
use crate::session::{Output, State};
use crate::signing::Direction;

pub(super) unsafe extern "C" fn encrypt_init(
    session: CK_SESSION_HANDLE,
    given: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    // SAFETY: the caller promises a mechanism.
    unsafe { begin(session, given, key, Direction::Make) }
}

pub(super) unsafe extern "C" fn decrypt_init(
    session: CK_SESSION_HANDLE,
    given: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    // SAFETY: the caller promises a mechanism.
    unsafe { begin(session, given, key, Direction::Undo) }
}

pub(super) unsafe extern "C" fn encrypt(
    session: CK_SESSION_HANDLE,
    text: *mut CK_BYTE,
    text_length: CK_ULONG,
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the bytes, and the room that it says.
    answered(|| unsafe { finish(session, bytes(text, text_length)?, result, length, Direction::Make) })
}

pub(super) unsafe extern "C" fn decrypt(
    session: CK_SESSION_HANDLE,
    text: *mut CK_BYTE,
    text_length: CK_ULONG,
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the bytes, and the room that it says.
    answered(|| unsafe { finish(session, bytes(text, text_length)?, result, length, Direction::Undo) })
}

pub(super) unsafe extern "C" fn encrypt_update(
    session: CK_SESSION_HANDLE,
    text: *mut CK_BYTE,
    text_length: CK_ULONG,
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the bytes, and room for a length.
    answered(|| unsafe { update(session, bytes(text, text_length)?, (result, length), Direction::Make) })
}

pub(super) unsafe extern "C" fn decrypt_update(
    session: CK_SESSION_HANDLE,
    text: *mut CK_BYTE,
    text_length: CK_ULONG,
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the bytes, and room for a length.
    answered(|| unsafe { update(session, bytes(text, text_length)?, (result, length), Direction::Undo) })
}

pub(super) unsafe extern "C" fn encrypt_final(
    session: CK_SESSION_HANDLE,
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the room that it says.
    answered(|| unsafe { finish(session, &[], result, length, Direction::Make) })
}

pub(super) unsafe extern "C" fn decrypt_final(
    session: CK_SESSION_HANDLE,
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller promises the room that it says.
    answered(|| unsafe { finish(session, &[], result, length, Direction::Undo) })
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
            |object, mechanism| Ciphering::begin(object, mechanism, direction),
        )
    }
}

fn slot_of(state: &mut State, direction: Direction) -> &mut Option<Ciphering> {
    match direction {
        Direction::Make => &mut state.encrypt,
        Direction::Undo => &mut state.decrypt,
    }
}

/// Gathers, and gives nothing yet: so says the length too, by which a caller without room asks how much there will be.
// SAFETY: the caller promises room for a length.
unsafe fn update(
    session: CK_SESSION_HANDLE,
    piece: &[u8],
    (result, length): (*mut CK_BYTE, *mut CK_ULONG),
    direction: Direction,
) -> Result<()> {
    let (_, session) = opened(session)?;
    let mut state = session.state.lock();
    let slot = slot_of(&mut state, direction);
    let Some(ciphering) = slot.as_mut() else { return refuse(CKR_OPERATION_NOT_INITIALIZED) };
    let is_question = result.is_null() && !piece.is_empty();
    let gathered = if is_question { Ok(()) } else { ciphering.update(piece) };
    // SAFETY: as the caller promised.
    gathered.and_then(|()| Ok(unsafe { put(length, 0) }?)).inspect_err(|_| *slot = None)
}

// SAFETY: the caller promises the room that it says.
unsafe fn finish(
    session: CK_SESSION_HANDLE,
    last: &[u8],
    result: *mut CK_BYTE,
    length: *mut CK_ULONG,
    direction: Direction,
) -> Result<()> {
    let (module, session) = opened(session)?;
    let mut state = session.state.lock();
    let slot = slot_of(&mut state, direction);
    // SAFETY: as the caller promised.
    let room = unsafe { room(result, length) }?;
    let Some(ciphering) = slot.as_mut() else { return refuse(CKR_OPERATION_NOT_INITIALIZED) };
    let output = match (ciphering.early(last.len(), room), room) {
        (Some(early), _) => early,
        (None, None) => return refuse(CKR_ARGUMENTS_BAD),
        (None, Some(room)) => {
            let done = ciphering.take_rest(last).and_then(|()| ciphering.finish(&module, room));
            if !matches!(done, Ok(Output::TooSmall(_))) {
                *slot = None;
            }
            done?
        }
    };
    // SAFETY: as the caller promised.
    unsafe { deliver(output, result, length) }
}
