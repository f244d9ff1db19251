//! Objects: made, found, looked at, changed, destroyed.

use cryptoki_sys::*;
use keystead_c_abi::put;

use super::memory::{put_attribute, template};
use super::{answered, opened};
use crate::attributes;
use crate::error::{Refusal, refuse};

pub(super) unsafe extern "C" fn create_object(
    session: CK_SESSION_HANDLE,
    attributes: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
    object: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        // SAFETY: the caller promises as many attributes.
        let template = unsafe { template(attributes, count) }?;
        let handle = module.create_object(&session, &template)?;
        // SAFETY: the caller promises room.
        Ok(unsafe { put(object, handle) }?)
    })
}

pub(super) unsafe extern "C" fn copy_object(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    attributes: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
    copy: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        // SAFETY: the caller promises as many attributes.
        let template = unsafe { template(attributes, count) }?;
        let handle = module.copy_object(&session, &module.object(&session, object)?, &template)?;
        // SAFETY: the caller promises room.
        Ok(unsafe { put(copy, handle) }?)
    })
}

pub(super) unsafe extern "C" fn destroy_object(session: CK_SESSION_HANDLE, object: CK_OBJECT_HANDLE) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        module.destroy_object(&session, object)
    })
}

pub(super) unsafe extern "C" fn get_attribute_value(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    attributes: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        let object = module.object(&session, object)?;
        if attributes.is_null() {
            return refuse(CKR_ARGUMENTS_BAD);
        }
        let mut first = Ok(());
        for at in 0..count as usize {
            // SAFETY: the caller promises as many attributes.
            let attribute = unsafe { attributes.add(at) };
            // SAFETY: it is one of them.
            let kind = unsafe { (*attribute).type_ };
            let read = attributes::read(&module.client, &module.owner, &object, kind);
            match read {
                // What concerns one attribute keeps nobody from the others.
                Ok(_) | Err(Refusal(CKR_ATTRIBUTE_SENSITIVE | CKR_ATTRIBUTE_TYPE_INVALID)) => {}
                Err(refusal) => return Err(refusal),
            }
            // SAFETY: it is one of them, with as much room as it says.
            first = first.and(unsafe { put_attribute(attribute, read) });
        }
        first
    })
}

pub(super) unsafe extern "C" fn set_attribute_value(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    attributes: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        // SAFETY: the caller promises as many attributes.
        let template = unsafe { template(attributes, count) }?;
        module.set_attributes(&session, object, &template)
    })
}

pub(super) unsafe extern "C" fn find_objects_init(
    session: CK_SESSION_HANDLE,
    attributes: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        // SAFETY: the caller promises as many attributes.
        let template = unsafe { template(attributes, count) }?;
        let mut state = session.state.lock();
        if state.found.is_some() {
            return refuse(CKR_OPERATION_ACTIVE);
        }
        state.found = Some(module.find(session.slot, &template)?.into());
        Ok(())
    })
}

pub(super) unsafe extern "C" fn find_objects(
    session: CK_SESSION_HANDLE,
    objects: *mut CK_OBJECT_HANDLE,
    most: CK_ULONG,
    count: *mut CK_ULONG,
) -> CK_RV {
    answered(|| {
        let (_, session) = opened(session)?;
        let mut state = session.state.lock();
        let Some(found) = state.found.as_mut() else { return refuse(CKR_OPERATION_NOT_INITIALIZED) };
        if objects.is_null() || count.is_null() {
            return refuse(CKR_ARGUMENTS_BAD);
        }
        let given = found.len().min(usize::try_from(most).unwrap_or(usize::MAX));
        for (at, handle) in found.drain(..given).enumerate() {
            // SAFETY: the caller promises room for `most`, and `at` is below that.
            unsafe { put(objects.add(at), handle) }?;
        }
        // SAFETY: the caller promises room.
        Ok(unsafe { put(count, given as CK_ULONG) }?)
    })
}

pub(super) unsafe extern "C" fn find_objects_final(session: CK_SESSION_HANDLE) -> CK_RV {
    answered(|| {
        let (_, session) = opened(session)?;
        let ended = session.state.lock().found.take();
        if ended.is_some() { Ok(()) } else { refuse(CKR_OPERATION_NOT_INITIALIZED) }
    })
}
