//! Keys made and agreed on, and random bytes.

use cryptoki_sys::*;
use keystead_c_abi::{OutputBuffer, put};

use super::memory::{mechanism, template};
use super::{answered, opened};
use crate::error::refuse;
use crate::limits::MAX_RANDOM_BYTES;

pub(super) unsafe extern "C" fn generate_key(
    session: CK_SESSION_HANDLE,
    given: *mut CK_MECHANISM,
    attributes: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
    key: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        // SAFETY: the caller promises a mechanism, and as many attributes.
        let (mechanism, template) = unsafe { (mechanism(given)?, template(attributes, count)?) };
        mechanism.without_parameters()?;
        let handle = module.generate_secret(&session, mechanism.kind, &template)?;
        // SAFETY: the caller promises room.
        Ok(unsafe { put(key, handle) }?)
    })
}

pub(super) unsafe extern "C" fn generate_key_pair(
    session: CK_SESSION_HANDLE,
    given: *mut CK_MECHANISM,
    public_attributes: *mut CK_ATTRIBUTE,
    public_count: CK_ULONG,
    private_attributes: *mut CK_ATTRIBUTE,
    private_count: CK_ULONG,
    public_key: *mut CK_OBJECT_HANDLE,
    private_key: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        // SAFETY: the caller promises a mechanism, and as many attributes of each.
        let (mechanism, public, private) = unsafe {
            let public = template(public_attributes, public_count)?;
            (mechanism(given)?, public, template(private_attributes, private_count)?)
        };
        mechanism.without_parameters()?;
        let [public, private] = module.generate_pair(&session, mechanism.kind, &public, &private)?;
        // SAFETY: the caller promises room for both.
        Ok(unsafe { put(public_key, public).and(put(private_key, private)) }?)
    })
}

pub(super) unsafe extern "C" fn derive_key(
    session: CK_SESSION_HANDLE,
    given: *mut CK_MECHANISM,
    base: CK_OBJECT_HANDLE,
    attributes: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
    key: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        // SAFETY: the caller promises a mechanism, and as many attributes.
        let (mechanism, template) = unsafe { (mechanism(given)?, template(attributes, count)?) };
        let base = module.object(&session, base).map_err(crate::error::as_key)?;
        let handle = module.derive(&session, &mechanism, &base, &template)?;
        // SAFETY: the caller promises room.
        Ok(unsafe { put(key, handle) }?)
    })
}

pub(super) unsafe extern "C" fn seed_random(session: CK_SESSION_HANDLE, _: *mut CK_BYTE, _: CK_ULONG) -> CK_RV {
    answered(|| {
        opened(session)?;
        refuse(CKR_RANDOM_SEED_NOT_SUPPORTED)
    })
}

pub(super) unsafe extern "C" fn generate_random(
    session: CK_SESSION_HANDLE,
    result: *mut CK_BYTE,
    length: CK_ULONG,
) -> CK_RV {
    answered(|| {
        let (module, session) = opened(session)?;
        let client = module.client.with_provider(session.slot);
        // SAFETY: the caller promises as much room.
        let mut room = unsafe { OutputBuffer::new(result, length) }?;
        for at in (0..room.size()).step_by(MAX_RANDOM_BYTES) {
            room.write(at, client.random(MAX_RANDOM_BYTES.min(room.size() - at))?.expose());
        }
        Ok(())
    })
}
