//! Templates, mechanisms, attributes and results in the caller's memory.

use cryptoki_sys::*;
use keystead_c_abi::{OutputBuffer, bytes, put, value};
use keystead_client::interface::secret::SecretBytes;

use crate::error::{Refusal, Result, refuse};
use crate::limits::{MAX_ATTRIBUTE_BYTES, MAX_GATHERED_BYTES, MAX_TEMPLATE_ATTRIBUTES};
use crate::parameters::{Mechanism, Parameters};
use crate::session::{Output, Room};
use crate::template::Template;

/// A template of the caller's, copied.
// SAFETY: the caller promises that as many attributes are there, and with each as many bytes as it says.
pub(super) unsafe fn template(attributes: *const CK_ATTRIBUTE, count: CK_ULONG) -> Result<Template> {
    if count > MAX_TEMPLATE_ATTRIBUTES || attributes.is_null() && count > 0 {
        return refuse(CKR_ARGUMENTS_BAD);
    }
    let mut copied = Vec::with_capacity(count as usize);
    for at in 0..count as usize {
        // SAFETY: the caller promised as many, and `at` is below that.
        let attribute = unsafe { value(attributes.add(at)) }?;
        if attribute.ulValueLen > MAX_ATTRIBUTE_BYTES {
            return refuse(CKR_ATTRIBUTE_VALUE_INVALID);
        }
        // SAFETY: the caller promised as many bytes.
        let bytes = unsafe { bytes(attribute.pValue.cast(), attribute.ulValueLen) }?;
        copied.push((attribute.type_, SecretBytes::new(bytes.to_vec())));
    }
    Template::new(copied)
}

/// A copy of bytes that belong to a mechanism. What is longer than the service takes is not copied: where there is no memory for
/// it, the process would end.
// SAFETY: the caller promises that as many bytes are there.
unsafe fn copy(pointer: *const CK_BYTE, length: CK_ULONG) -> Result<Vec<u8>> {
    if length > MAX_GATHERED_BYTES as CK_ULONG {
        return refuse(CKR_MECHANISM_PARAM_INVALID);
    }
    // SAFETY: as the caller promised.
    Ok(unsafe { bytes(pointer, length) }?.to_vec())
}

/// A mechanism of the caller's, copied with its parameters.
// SAFETY: the caller promises that the pointer is null or points to a mechanism whose parameters are as long as it says.
pub(super) unsafe fn mechanism(pointer: *const CK_MECHANISM) -> Result<Mechanism> {
    // SAFETY: as the caller promised.
    let CK_MECHANISM { mechanism: kind, pParameter, ulParameterLen } = unsafe { value(pointer) }?;
    let is = |size: usize| !pParameter.is_null() && usize::try_from(ulParameterLen) == Ok(size);
    // SAFETY: each block reads a structure of the parameters' length, and bytes that the structure promises.
    let parameters = unsafe {
        match kind {
            CKM_RSA_PKCS_OAEP if is(size_of::<CK_RSA_PKCS_OAEP_PARAMS>()) => {
                let given: CK_RSA_PKCS_OAEP_PARAMS = value(pParameter.cast())?;
                let label = copy(given.pSourceData.cast(), given.ulSourceDataLen)?;
                Parameters::Oaep { hash: given.hashAlg, mask: given.mgf, source: given.source, label }
            }
            CKM_AES_GCM if is(size_of::<CK_GCM_PARAMS>()) => {
                let given: CK_GCM_PARAMS = value(pParameter.cast())?;
                let nonce = copy(given.pIv, given.ulIvLen)?;
                let additional = copy(given.pAAD, given.ulAADLen)?;
                Parameters::Gcm { nonce, additional, tag_bits: given.ulTagBits }
            }
            CKM_AES_CTR if is(size_of::<CK_AES_CTR_PARAMS>()) => {
                let given: CK_AES_CTR_PARAMS = value(pParameter.cast())?;
                Parameters::Ctr { bits: given.ulCounterBits, block: given.cb }
            }
            CKM_ECDH1_DERIVE if is(size_of::<CK_ECDH1_DERIVE_PARAMS>()) => {
                let given: CK_ECDH1_DERIVE_PARAMS = value(pParameter.cast())?;
                let shared = copy(given.pSharedData, given.ulSharedDataLen)?;
                let peer = copy(given.pPublicData, given.ulPublicDataLen)?;
                Parameters::Ecdh { function: given.kdf, shared, peer }
            }
            _ if is_pss(kind) && is(size_of::<CK_RSA_PKCS_PSS_PARAMS>()) => {
                let given: CK_RSA_PKCS_PSS_PARAMS = value(pParameter.cast())?;
                Parameters::Pss { hash: given.hashAlg, mask: given.mgf, salt: given.sLen }
            }
            _ if ulParameterLen == 0 => Parameters::None,
            _ if ulParameterLen > MAX_ATTRIBUTE_BYTES => return refuse(CKR_MECHANISM_PARAM_INVALID),
            _ => Parameters::Bytes(bytes(pParameter.cast(), ulParameterLen)?.to_vec()),
        }
    };
    Ok(Mechanism { kind, parameters })
}

fn is_pss(kind: CK_MECHANISM_TYPE) -> bool {
    kind == CKM_RSA_PKCS_PSS || crate::hashes::HASHES.iter().any(|names| names.signatures[1] == kind)
}

/// How many bytes the caller has room for.
// SAFETY: the caller promises that `length` is null or points to a number.
pub(super) unsafe fn room(pointer: *const CK_BYTE, length: *const CK_ULONG) -> Result<Room> {
    // SAFETY: as the caller promised.
    let length = unsafe { value(length) }?;
    if pointer.is_null() { Ok(None) } else { Ok(Some(usize::try_from(length).unwrap_or(usize::MAX))) }
}

/// Gives the caller what it has room for, by [`room`].
// SAFETY: the caller promises what `room` was told, and that `length` can be written.
pub(super) unsafe fn deliver(output: Output, pointer: *mut CK_BYTE, length: *mut CK_ULONG) -> Result<()> {
    let (told, result) = match &output {
        Output::Length(count) => (*count, Ok(())),
        Output::TooSmall(count) => (*count, refuse(CKR_BUFFER_TOO_SMALL)),
        Output::Bytes(bytes) => (bytes.expose().len(), Ok(())),
    };
    // SAFETY: as the caller promised.
    unsafe { put(length, told as CK_ULONG) }?;
    if let Output::Bytes(bytes) = &output {
        // SAFETY: there is room for as many: `Bytes` is only given when they fit.
        unsafe { OutputBuffer::new(pointer, told) }?.write(0, bytes.expose());
    }
    result
}

/// Gives the caller a list, or its length.
// SAFETY: the caller promises that `count` can be read and written, and room for as many values as it says.
pub(super) unsafe fn list<T: Copy>(values: &[T], pointer: *mut T, count: *mut CK_ULONG) -> Result<()> {
    // SAFETY: as the caller promised.
    let room = unsafe { value(count) }?;
    // SAFETY: as the caller promised.
    unsafe { put(count, values.len() as CK_ULONG) }?;
    if pointer.is_null() {
        return Ok(());
    }
    if room < values.len() as CK_ULONG {
        return refuse(CKR_BUFFER_TOO_SMALL);
    }
    for (at, one) in values.iter().enumerate() {
        // SAFETY: `at` is below what there is room for.
        unsafe { pointer.add(at).write_unaligned(*one) };
    }
    Ok(())
}

/// Writes the value of one attribute, by the rules of C_GetAttributeValue.
// SAFETY: the caller promises that the attribute can be written, and as much room as it says.
pub(super) unsafe fn put_attribute(attribute: *mut CK_ATTRIBUTE, read: Result<SecretBytes>) -> Result<()> {
    // SAFETY: as the caller promised.
    let asked = unsafe { value(attribute) }?;
    let (length, result) = match &read {
        Err(refusal) => (CK_UNAVAILABLE_INFORMATION, Err(*refusal)),
        Ok(bytes) => {
            let length = bytes.expose().len() as CK_ULONG;
            if !asked.pValue.is_null() && asked.ulValueLen < length {
                (CK_UNAVAILABLE_INFORMATION, Err(Refusal(CKR_BUFFER_TOO_SMALL)))
            } else {
                (length, Ok(()))
            }
        }
    };
    // SAFETY: as the caller promised.
    unsafe { put(&raw mut (*attribute).ulValueLen, length) }?;
    if let (Ok(bytes), Ok(()), false) = (&read, result, asked.pValue.is_null()) {
        // SAFETY: there is as much room as the attribute said.
        unsafe { OutputBuffer::new(asked.pValue.cast(), asked.ulValueLen) }?.write(0, bytes.expose());
    }
    result
}
