//! Keys: making, moving, asking about and destroying them (PSA Crypto API 9.7).

use keystead_c_abi::{put, value};

use super::answered;
use super::memory::{Output, bytes};
use crate::attributes::{Attributes, KeyId};
use crate::library::{Library, library};
use crate::status::{PsaStatus, Result};

const NO_KEY: KeyId = 0;

/// Makes a key, and gives its identifier, which is 0 until then.
// SAFETY: the caller promises that the pointers are null or point to attributes and to room for an identifier.
unsafe fn created(
    attributes: *const Attributes,
    key: *mut KeyId,
    make: impl FnOnce(&Library, &Attributes) -> Result<KeyId>,
) -> PsaStatus {
    answered(|| {
        // SAFETY: as the caller promised. Nothing is made whose identifier cannot be given.
        let given = unsafe {
            put(key, NO_KEY)?;
            value(attributes)?
        };
        let id = make(&*library()?, &given)?;
        // SAFETY: as the caller promised.
        Ok(unsafe { put(key, id) }?)
    })
}

/// psa_generate_key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_generate_key(attributes: *const Attributes, key: *mut KeyId) -> PsaStatus {
    // SAFETY: the caller promises what `created` asks.
    unsafe { created(attributes, key, |library, attributes| library.generate(attributes)) }
}

/// psa_import_key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_import_key(
    attributes: *const Attributes,
    data: *const u8,
    data_length: usize,
    key: *mut KeyId,
) -> PsaStatus {
    // SAFETY: the caller promises the bytes, and what `created` asks.
    unsafe { created(attributes, key, |library, attributes| library.import(attributes, bytes(data, data_length)?)) }
}

/// psa_copy_key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_copy_key(
    source_key: KeyId,
    attributes: *const Attributes,
    target_key: *mut KeyId,
) -> PsaStatus {
    // SAFETY: the caller promises what `created` asks.
    unsafe { created(attributes, target_key, |library, attributes| library.copy(source_key, attributes)) }
}

/// psa_get_key_attributes. If it fails, the attributes are as freshly initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_get_key_attributes(key: KeyId, attributes: *mut Attributes) -> PsaStatus {
    answered(|| {
        // SAFETY: the caller promises room for attributes.
        unsafe { put(attributes, Attributes::default()) }?;
        let told = library()?.attributes(key)?;
        // SAFETY: the caller promises room for attributes.
        Ok(unsafe { put(attributes, told) }?)
    })
}

/// psa_destroy_key. There is no key 0, and to destroy it is nothing.
#[unsafe(no_mangle)]
pub extern "C" fn psa_destroy_key(key: KeyId) -> PsaStatus {
    answered(|| {
        let library = library()?;
        if key == NO_KEY { Ok(()) } else { library.destroy(key) }
    })
}

/// psa_purge_key. Nothing is cached in this process, so all that is left is to say whether there is such a key.
#[unsafe(no_mangle)]
pub extern "C" fn psa_purge_key(key: KeyId) -> PsaStatus {
    answered(|| library()?.attributes(key).map(drop))
}

/// psa_export_key. A public key needs no flag.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_export_key(
    key: KeyId,
    data: *mut u8,
    data_size: usize,
    data_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the room that it says.
        let output = unsafe { Output::new(data, data_size, data_length) }?;
        output.deliver(library.export(key)?.expose())
    })
}

/// psa_export_public_key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psa_export_public_key(
    key: KeyId,
    data: *mut u8,
    data_size: usize,
    data_length: *mut usize,
) -> PsaStatus {
    answered(|| {
        let library = library()?;
        // SAFETY: the caller promises the room that it says.
        let output = unsafe { Output::new(data, data_size, data_length) }?;
        output.deliver(&library.with_key(key, |client, name| client.public_key(name))?)
    })
}
