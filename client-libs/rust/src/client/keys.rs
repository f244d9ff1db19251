//! Making, moving and destroying keys.
//!
//! These calls change something, so they are never just sent again. When the connection breaks or time runs out, the
//! key is looked up first: a create whose key is there was done, a destroy whose key is gone was done.

use keystead_interface::attributes::KeyAttributes;
use keystead_interface::codes::ProviderNumber;
use keystead_interface::names::KeyName;
use keystead_interface::operations::Request;
use keystead_interface::operations::keys::{
    PsaDestroyKey, PsaExportKey, PsaExportPublicKey, PsaGenerateKey, PsaImportKey,
};
use keystead_interface::secret::SecretBytes;
use keystead_interface::status::Status;

use super::{Client, Effect};
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::key::Key;
use crate::limits::LOOK_UP_TIMEOUT;

impl Client {
    /// Makes a new key. Refused as [`Status::PsaErrorAlreadyExists`] if the name is taken.
    ///
    /// If the connection breaks during the call, a key of that name and these attributes that is there afterwards
    /// counts as made by it.
    pub fn generate(&self, name: &str, attributes: &KeyAttributes) -> Result<Key> {
        let request = PsaGenerateKey { key_name: KeyName::new(name)?, attributes: *attributes };
        self.create(name, attributes, request)
    }

    /// Takes a key over; `data` is in the format of the contract (a big-endian scalar, PKCS#1 DER, the bytes
    /// themselves). 0 bits in the attributes stand for the size that the data has.
    ///
    /// If the connection breaks during the call, a key of that name and these attributes that is there afterwards
    /// counts as imported by it; nobody compares the material.
    pub fn import(&self, name: &str, attributes: &KeyAttributes, data: &[u8]) -> Result<Key> {
        let data = SecretBytes::new(data.to_vec());
        let request = PsaImportKey { key_name: KeyName::new(name)?, attributes: *attributes, data };
        self.create(name, attributes, request)
    }

    /// A handle for a key that exists already; nothing is asked yet.
    pub fn key(&self, name: &str) -> Result<Key> {
        Ok(Key::new(self.clone(), KeyName::new(name)?))
    }

    /// Destroys a key; its name is free afterwards.
    pub fn destroy(&self, name: &str) -> Result<()> {
        let deadline = self.deadline();
        let frame = self.frame_by(PsaDestroyKey { key_name: KeyName::new(name)? }, deadline)?;
        let answer = self.exchange(&frame, Effect::Changes, deadline).and_then(|a| a.decode::<PsaDestroyKey>());
        match answer {
            Err(error) if leaves_doubt(&error) => {
                let provider = self.provider_by(deadline)?;
                match self.look_up(provider, name) {
                    Ok(None) => Ok(()),
                    Ok(Some(_)) if error.is_broken_connection() => {
                        self.exchange(&frame, Effect::Changes, deadline)?.decode::<PsaDestroyKey>().map(|_| ())
                    }
                    _ => Err(error),
                }
            }
            answer => answer.map(|_| ()),
        }
    }

    /// The public half of a key, in the format of wire contract 4.2: PKCS#1 DER for RSA, an uncompressed point for
    /// Weierstrass curves, little-endian bytes for Montgomery curves.
    pub fn public_key(&self, name: &str) -> Result<Vec<u8>> {
        Ok(self.call(PsaExportPublicKey { key_name: KeyName::new(name)? })?.data)
    }

    /// The key itself; its usage flags must allow it.
    pub fn export(&self, name: &str) -> Result<SecretBytes> {
        Ok(self.call(PsaExportKey { key_name: KeyName::new(name)? })?.data)
    }

    fn create<R: Request>(&self, name: &str, attributes: &KeyAttributes, request: R) -> Result<Key> {
        let deadline = self.deadline();
        let key = self.key(name)?;
        let frame = self.frame_by(request, deadline)?;
        let answer = self.exchange(&frame, Effect::Changes, deadline).and_then(|answer| answer.decode::<R>());
        match answer {
            Ok(_) => Ok(key),
            Err(error) if leaves_doubt(&error) => {
                let provider = self.provider_by(deadline)?;
                match self.look_up(provider, name) {
                    Ok(Some(found)) if is_what_was_asked(&found, attributes) => Ok(key),
                    Ok(Some(_)) => Err(Error::Refused { opcode: R::OPCODE, status: Status::PsaErrorAlreadyExists }),
                    Ok(None) if error.is_broken_connection() => {
                        self.exchange(&frame, Effect::Changes, deadline)?.decode::<R>().map(|_| key)
                    }
                    _ => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Asks for a key with time of its own: the call's may be over.
    fn look_up(&self, provider: ProviderNumber, name: &str) -> Result<Option<KeyAttributes>> {
        self.find_key(provider, name, Deadline::after(LOOK_UP_TIMEOUT))
    }
}

/// Whether the service may have done what the client did not hear of.
fn leaves_doubt(error: &Error) -> bool {
    error.is_broken_connection()
        || matches!(error, Error::Timeout)
        || matches!(error.status(), Some(Status::DeadlineExceeded | Status::ConnectionError))
}

/// Whether a key that was found can be the one that was to be made. 0 bits stood for any size.
fn is_what_was_asked(found: &KeyAttributes, asked: &KeyAttributes) -> bool {
    let asked = if asked.bits() == 0 { asked.with_bits(found.bits()) } else { *asked };
    *found == asked
}
