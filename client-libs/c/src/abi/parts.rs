//! Operation objects: what begins, goes on and ends (PSA Crypto API 3.3.1, multi-part operations).

use keystead_c_abi::{put, value};

use crate::library::{Library, library};
use crate::operations::{Number, Operations};
use crate::status::{BAD_STATE, Result, refuse};

/// An operation object: `psa_hash_operation_t` and its like. All zeros is its initial value.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    number: Number,
}

const NONE: Operation = Operation { number: 0 };

/// Where the library keeps operations of this kind.
pub(super) type Kind<T> = fn(&Library) -> &Operations<T>;

/// Begins an operation, if the object has none. If it cannot begin, the object stays as it is.
// SAFETY: the caller promises that the pointer is null or points to an object.
pub(super) unsafe fn begin<T>(
    object: *mut Operation,
    kind: Kind<T>,
    what: impl FnOnce(&Library) -> Result<T>,
) -> Result<()> {
    let library = library()?;
    // SAFETY: as the caller promised.
    if unsafe { value(object) }?.number != 0 {
        return refuse(BAD_STATE);
    }
    let number = kind(&library).begin(what(&library)?)?;
    // SAFETY: as the caller promised.
    Ok(unsafe { put(object, Operation { number }) }?)
}

/// Goes on with an operation. One that fails can only be aborted.
// SAFETY: the caller promises that the pointer is null or points to an object.
pub(super) unsafe fn go_on<T, R>(
    object: *const Operation,
    kind: Kind<T>,
    step: impl FnOnce(&Library, &mut T) -> Result<R>,
) -> Result<R> {
    let library = library()?;
    // SAFETY: as the caller promised.
    let number = unsafe { value(object) }?.number;
    kind(&library).go_on(number, |operation| step(&library, operation))
}

/// Ends an operation. If that succeeds, the object has none any more; else it can only be aborted.
// SAFETY: the caller promises that the pointer is null or points to an object.
pub(super) unsafe fn end<T>(
    object: *mut Operation,
    kind: Kind<T>,
    last: impl FnOnce(&Library, T) -> Result<()>,
) -> Result<()> {
    let library = library()?;
    // SAFETY: as the caller promised.
    let number = unsafe { value(object) }?.number;
    last(&library, kind(&library).take(number)?)?;
    // SAFETY: as the caller promised.
    Ok(unsafe { put(object, NONE) }?)
}

/// Leaves an operation, in whatever state it is.
// SAFETY: the caller promises that the pointer is null or points to an object.
pub(super) unsafe fn abort<T>(object: *mut Operation, kind: Kind<T>) -> Result<()> {
    // SAFETY: as the caller promised.
    let number = unsafe { value(object) }?.number;
    // There may be none, or it may have failed, or no library may be there.
    if let Ok(library) = library() {
        drop(kind(&library).take(number));
    }
    // SAFETY: as the caller promised.
    Ok(unsafe { put(object, NONE) }?)
}
