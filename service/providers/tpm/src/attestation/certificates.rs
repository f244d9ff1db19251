//! The certificates that a TPM's maker put into it.

use tss_esapi::abstraction::nv;
use tss_esapi::constants::CapabilityType;
use tss_esapi::handles::{NvIndexTpmHandle, TpmHandle};
use tss_esapi::interface_types::resource_handles::NvAuth;
use tss_esapi::interface_types::session_handles::AuthSession;
use tss_esapi::structures::CapabilityData;
use tss_esapi::{Context, Result};

/// Where certificates of endorsement keys are (TCG EK Credential Profile 2.5, 2.2.1.4 and 2.2.1.5): RSA 2048 and P-256, then
/// the same again, P-384, P-521, RSA 3072 and RSA 4096 in the high range.
const OF_KEYS: [u32; 8] =
    [0x01c0_0002, 0x01c0_000a, 0x01c0_0012, 0x01c0_0014, 0x01c0_0016, 0x01c0_0018, 0x01c0_001c, 0x01c0_001e];

/// Where the certificates of those are that issued them, one behind the other (the same, 2.2.1.5.2).
const FIRST_OF_ISSUERS: u32 = 0x01c0_0100;
const LAST_OF_ISSUERS: u32 = 0x01c0_01ff;

/// How many indices are asked for at once.
const INDICES: u32 = 254;

/// All of them: those of the keys, then those of the issuers.
pub(super) fn read(context: &mut Context) -> Result<Vec<Vec<u8>>> {
    let mut certificates = Vec::new();
    for index in OF_KEYS {
        // What is behind the first is padding.
        certificates.extend(values(&content(context, index)?).into_iter().take(1));
    }
    let mut chain = Vec::new();
    for index in defined(context, FIRST_OF_ISSUERS)? {
        // A chain that is too long for one index goes on in the next one.
        if index <= LAST_OF_ISSUERS {
            chain.extend(content(context, index)?);
        }
    }
    certificates.extend(values(&chain));
    Ok(certificates)
}

/// What is in an index; nothing if it is not defined.
fn content(context: &mut Context, index: u32) -> Result<Vec<u8>> {
    if defined(context, index)?.first() != Some(&index) {
        return Ok(Vec::new());
    }
    let index = NvIndexTpmHandle::new(index)?;
    let mut object =
        context.execute_without_session(|context| context.tr_from_tpm_public(TpmHandle::NvIndex(index)))?;
    // Everybody may read these with the index's own authorisation value, which is empty.
    let content = context.execute_with_session(Some(AuthSession::Password), |context| {
        nv::read_full(context, NvAuth::NvIndex(object.into()), index)
    });
    // It is closed already if the software stack has given both uses the same handle.
    let _ = context.tr_close(&mut object);
    content
}

/// The indices that are defined, from `first` on, in rising order.
fn defined(context: &mut Context, first: u32) -> Result<Vec<u32>> {
    context.execute_without_session(|context| {
        let (handles, _) = context.get_capability(CapabilityType::Handles, first, INDICES)?;
        let CapabilityData::Handles(handles) = handles else { return Ok(Vec::new()) };
        Ok(handles.into_inner().into_iter().map(u32::from).collect())
    })
}

/// The DER SEQUENCEs that stand one behind the other, up to the first bytes that are none.
fn values(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    while let Some(length) = length_of_first(bytes)
        && let Some((value, rest)) = bytes.split_at_checked(length)
    {
        values.push(value.to_vec());
        bytes = rest;
    }
    values
}

/// Length of the SEQUENCE at the beginning with its head, if there is one with a length of one to three bytes.
fn length_of_first(bytes: &[u8]) -> Option<usize> {
    match *bytes {
        [0x30, length @ 0..=0x7f, ..] => Some(2 + usize::from(length)),
        [0x30, 0x81, length, ..] => Some(3 + usize::from(length)),
        [0x30, 0x82, high, low, ..] => Some(4 + usize::from(u16::from_be_bytes([high, low]))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_the_padding_begins() {
        let long = [&[0x30, 0x82, 1, 0][..], &[7; 256]].concat();
        let short = [0x30, 1, 9];
        let medium = [&[0x30, 0x81, 0x80][..], &[7; 128]].concat();
        let stored = [&long[..], &short, &medium, &[0xff; 40]].concat();
        assert_eq!(values(&stored), [long.clone(), short.to_vec(), medium]);
        assert_eq!(values(&[0; 20]), Vec::<Vec<u8>>::new());
        assert_eq!(values(&long[..259]), Vec::<Vec<u8>>::new(), "cut off");
        assert_eq!(values(&[]), Vec::<Vec<u8>>::new());
    }
}
