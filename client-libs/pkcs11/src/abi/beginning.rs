//! How an operation with a key begins, whatever it does: in the session's place for it, unless one is under way there.

use cryptoki_sys::*;

use super::memory::mechanism;
use super::{answered, opened};
use crate::error::{Result, as_key, refuse};
use crate::object::Object;
use crate::parameters::Mechanism;
use crate::session::State;

// SAFETY: the caller promises that the pointer is null or points to a mechanism.
pub(super) unsafe fn begin<T>(
    session: CK_SESSION_HANDLE,
    given: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
    place: impl FnOnce(&mut State) -> &mut Option<T>,
    make: impl FnOnce(&Object, &Mechanism) -> Result<T>,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        let mut state = session.state.lock();
        let place = place(&mut state);
        if given.is_null() {
            return cancelled(place.take());
        }
        if place.is_some() {
            return refuse(CKR_OPERATION_ACTIVE);
        }
        // SAFETY: as the caller promised.
        let mechanism = unsafe { mechanism(given) }?;
        let object = module.object(&session, key).map_err(as_key)?;
        *place = Some(make(&object, &mechanism)?);
        Ok(())
    })
}

/// What an initialisation without a mechanism does (PKCS#11 3.0): it ends what is under way.
pub(super) fn cancelled<T>(operation: Option<T>) -> Result<()> {
    if operation.is_some() { Ok(()) } else { refuse(CKR_OPERATION_NOT_INITIALIZED) }
}
