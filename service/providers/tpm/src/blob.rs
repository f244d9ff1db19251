//! What a key's handle holds.

use keystead_interface::secret::{Secret, SecretBytes};
use keystead_provider::{ErrorKind, Key, ProviderError};
use tss_esapi::Context;
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::structures::{Auth, Private, Public};
use tss_esapi::traits::{Marshall, UnMarshall};
use tss_esapi::utils::TpmsContext;

use crate::limits::AUTH_BYTES;

/// A key as the TPM gave it away: `version ‖ length ‖ public area ‖ length ‖ private area ‖ authorisation value`, the
/// lengths as two bytes, big-endian. A public key has an empty private area and no authorisation value.
pub(crate) struct Blob {
    /// Its TPMT_PUBLIC.
    pub(crate) public: Public,
    /// Its TPM2B_PRIVATE, which only the TPM that made it can load, and its authorisation value.
    pub(crate) private: Option<(Private, Secret<[u8; AUTH_BYTES]>)>,
}

/// The only format so far.
const VERSION: u8 = 1;

impl Blob {
    /// The blob of a key, read at its first use.
    pub(crate) fn of<'a>(key: &Key<'a>) -> Result<&'a Blob, ProviderError> {
        key.prepared(Blob::read)
    }

    /// The handle.
    pub(crate) fn write(&self) -> Result<SecretBytes, ProviderError> {
        let public = self.public.marshall().map_err(|_| ProviderError::corruption("a public area without bytes"))?;
        let private = self.private.as_ref().map_or(&[][..], |(private, _)| private.value());
        let mut bytes = Vec::with_capacity(1 + 4 + public.len() + private.len() + AUTH_BYTES);
        bytes.push(VERSION);
        for part in [&public[..], private] {
            let length = u16::try_from(part.len()).map_err(|_| ProviderError::corruption("a blob is too long"))?;
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part);
        }
        if let Some((_, auth)) = &self.private {
            bytes.extend_from_slice(auth.expose());
        }
        Ok(SecretBytes::new(bytes))
    }

    /// Loads the key. The session that authorises the use of the primary must be set.
    pub(crate) fn load(&self, context: &mut Context, primary: KeyHandle) -> tss_esapi::Result<KeyHandle> {
        match &self.private {
            Some((private, _)) => {
                let handle = context.load(primary, private.clone(), self.public.clone())?;
                self.authorise(context, handle)
            }
            None => context
                .execute_without_session(|context| context.load_external_public(self.public.clone(), Hierarchy::Null)),
        }
    }

    /// Loads the key from a context that was saved while it was loaded.
    pub(crate) fn load_context(&self, context: &mut Context, saved: TpmsContext) -> tss_esapi::Result<KeyHandle> {
        let handle = KeyHandle::from(context.context_load(saved)?);
        self.authorise(context, handle)
    }

    /// Has the software stack know the authorisation value of the loaded key, if it has one.
    fn authorise(&self, context: &mut Context, handle: KeyHandle) -> tss_esapi::Result<KeyHandle> {
        if let Some((_, auth)) = &self.private {
            context.tr_set_auth(handle.into(), Auth::try_from(auth.expose().as_slice())?)?;
        }
        Ok(handle)
    }

    /// Reads what [`Blob::write`] wrote.
    fn read(bytes: &[u8]) -> Result<Blob, ProviderError> {
        parse(bytes).ok_or_else(|| ProviderError::new(ErrorKind::DataCorrupt, "a handle is not a blob of a TPM"))
    }
}

fn parse(bytes: &[u8]) -> Option<Blob> {
    let (&VERSION, rest) = bytes.split_first()? else { return None };
    let (public, rest) = part(rest)?;
    let (private, auth) = part(rest)?;
    let public = Public::unmarshall(public).ok()?;
    let private = match (private, auth) {
        ([], []) => None,
        _ => Some((Private::try_from(private).ok()?, Secret::new(auth.try_into().ok()?))),
    };
    Some(Blob { public, private })
}

/// A part with its length before it, and what follows.
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

#[cfg(test)]
mod tests {
    use tss_esapi::interface_types::ecc::EccCurve;
    use tss_esapi::structures::EccPoint;

    use super::*;
    use crate::templates::{Origin, Uses, ecc_public};

    fn blob() -> Blob {
        let uses = Uses { sign: true, decrypt: false };
        let public = ecc_public(uses, Origin::Tpm, EccCurve::NistP256, EccPoint::default()).expect("a public area");
        let private = Private::try_from(vec![5; 90]).expect("a private area");
        Blob { public, private: Some((private, Secret::new([7; AUTH_BYTES]))) }
    }

    #[test]
    fn a_blob_comes_back_as_it_was_written() {
        let written = blob().write().expect("bytes");
        let read = Blob::read(written.expose()).expect("a blob");
        assert_eq!(read.public, blob().public);
        let (private, auth) = read.private.expect("a private area");
        assert_eq!((private.value(), auth.expose()), (&[5; 90][..], &[7; AUTH_BYTES]));
        let public = Blob { public: blob().public, private: None };
        let read = Blob::read(public.write().expect("bytes").expose()).expect("a blob");
        assert!(read.private.is_none());
    }

    #[test]
    fn what_is_not_exactly_a_blob_is_corrupt() {
        let written = blob().write().expect("bytes");
        let written = written.expose();
        let longer = [written, &[0][..]].concat();
        let newer = [&[VERSION + 1], &written[1..]].concat();
        let wrong = (0..written.len()).map(|length| &written[..length]).chain([&longer[..], &newer]);
        for wrong in wrong {
            assert_eq!(
                Blob::read(wrong).err().map(|error| error.kind),
                Some(ErrorKind::DataCorrupt),
                "{}",
                wrong.len()
            );
        }
    }
}
