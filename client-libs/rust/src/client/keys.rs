//! Making, moving and destroying keys.
//!
//! These calls change something, so they are never just sent again. When the connection breaks or time runs out, the
//! key is looked up first: a create whose key is there was done, a destroy whose key is gone was done. What a look
//! cannot tell, the caller is told as the error that it was.

use keystead_interface::attributes::KeyAttributes;
use keystead_interface::names::KeyName;
use keystead_interface::operations::Request;
use keystead_interface::operations::keys::{
    PsaDestroyKey, PsaExportKey, PsaExportPublicKey, PsaGenerateKey, PsaImportKey,
};
use keystead_interface::secret::SecretBytes;
use keystead_interface::status::Status;

use crate::caller::Caller;
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::handle::Handle;
use crate::limits::LOOK_UP_TIMEOUT;
use crate::methods::methods;
use crate::runtime::Runtime;

methods! { impl Client(Caller) {
    /// Makes a new key. Refused as [`Status::PsaErrorAlreadyExists`] if the name is taken.
    ///
    /// If the connection breaks during the call, a key of that name and these attributes that is there afterwards
    /// counts as made by it. A volatile key cannot be looked up, so the call gives the error: destroy the key before you
    /// make it again.
    pub async fn generate(&self, name: &str, attributes: &KeyAttributes) -> Result<Key> {
        let request = PsaGenerateKey { key_name: KeyName::new(name)?, attributes: *attributes };
        self.create(name, attributes, request, Material::Unknown).await.map(Key)
    }

    /// Takes a key over; `data` is in the format of the contract (a big-endian scalar, PKCS#1 DER, the bytes
    /// themselves). 0 bits in the attributes stand for the size that the data has.
    ///
    /// If the connection breaks during the call, a public key that is there afterwards with that name, these attributes
    /// and this data counts as imported by it. With the other kinds of keys nobody can compare the data, so the call
    /// gives the error: destroy the key and import it again, or use it if nobody else makes keys of that name.
    pub async fn import(&self, name: &str, attributes: &KeyAttributes, data: &[u8]) -> Result<Key> {
        let material = if attributes.key_type().is_public() { Material::Public(data) } else { Material::Secret };
        let data = SecretBytes::new(data.to_vec());
        let request = PsaImportKey { key_name: KeyName::new(name)?, attributes: *attributes, data };
        self.create(name, attributes, request, material).await.map(Key)
    }

    /// Destroys a key; its name is free afterwards. If the connection breaks during the call and a key of that name is
    /// there afterwards, the call gives the error and destroys nothing more: it may be another key, made since.
    pub async fn destroy(&self, name: &str) -> Result<()> {
        match self.call(PsaDestroyKey { key_name: KeyName::new(name)? }).await {
            Err(error) if leaves_doubt(&error) => {
                if self.is_gone(name).await {
                    Ok(())
                } else {
                    Err(error)
                }
            }
            answer => answer.map(|_| ()),
        }
    }

    /// The public half of a key, in the format of wire contract 4.2: PKCS#1 DER for RSA, an uncompressed point for
    /// Weierstrass curves, little-endian bytes for Montgomery curves.
    pub async fn public_key(&self, name: &str) -> Result<Vec<u8>> {
        Ok(self.call(PsaExportPublicKey { key_name: KeyName::new(name)? }).await?.data)
    }

    /// The key itself; its usage flags must allow it.
    pub async fn export(&self, name: &str) -> Result<SecretBytes> {
        Ok(self.call(PsaExportKey { key_name: KeyName::new(name)? }).await?.data)
    }
}}

impl<R: Runtime> Caller<R> {
    async fn create<Q: Request>(
        &self,
        name: &str,
        attributes: &KeyAttributes,
        request: Q,
        material: Material<'_>,
    ) -> Result<Handle<R>> {
        let deadline = self.deadline();
        let key = self.handle(name)?;
        let key = if attributes.is_volatile() { key.known(*attributes) } else { key };
        let mut frame = self.frame_by(request, deadline).await?;
        let mut send = async || self.exchange(&mut frame, deadline).await?.decode::<Q>();
        let error = match send().await {
            Ok(_) => return Ok(key),
            Err(error) if leaves_doubt(&error) && !attributes.is_volatile() => error,
            Err(error) => return Err(error),
        };
        let found = match self.look_up(name).await {
            Ok(Some(found)) => found,
            Ok(None) if error.is_broken_connection() => match send().await {
                Ok(_) => return Ok(key),
                // The first request may have been carried out after the look.
                Err(again) if leaves_doubt(&again) || again.status() == Some(Status::PsaErrorAlreadyExists) => {
                    match self.look_up(name).await {
                        Ok(Some(found)) => found,
                        _ => return Err(again),
                    }
                }
                Err(again) => return Err(again),
            },
            _ => return Err(error),
        };
        match self.is_what_was_asked(name, &found, attributes, material).await {
            Some(true) => Ok(key),
            Some(false) => Err(Error::Refused { opcode: Q::OPCODE, status: Status::PsaErrorAlreadyExists }),
            None => Err(error),
        }
    }

    /// Whether the service surely has no key of this name, not even a volatile one, which no list shows.
    async fn is_gone(&self, name: &str) -> bool {
        let Ok(key_name) = KeyName::new(name) else { return false };
        let answer = self.call_by(PsaExportPublicKey { key_name }, Deadline::after(LOOK_UP_TIMEOUT)).await;
        answer.is_err_and(|error| error.status() == Some(Status::PsaErrorDoesNotExist))
    }

    /// Asks for a key with time of its own: the call's may be over.
    async fn look_up(&self, name: &str) -> Result<Option<KeyAttributes>> {
        let deadline = Deadline::after(LOOK_UP_TIMEOUT);
        self.find_key(self.provider_by(deadline).await?, name, deadline).await
    }

    /// Whether a key that was found is the one that was to be made; `None` if nobody can tell.
    async fn is_what_was_asked(
        &self,
        name: &str,
        found: &KeyAttributes,
        asked: &KeyAttributes,
        material: Material<'_>,
    ) -> Option<bool> {
        // 0 bits stood for any size.
        let asked = if asked.bits() == 0 { asked.with_bits(found.bits()) } else { *asked };
        if *found != asked {
            return Some(false);
        }
        match material {
            Material::Unknown => Some(true),
            Material::Public(data) => {
                let request = PsaExportPublicKey { key_name: KeyName::new(name).ok()? };
                let answer = self.call_by(request, Deadline::after(LOOK_UP_TIMEOUT)).await;
                Some(answer.ok()?.data == data)
            }
            Material::Secret => None,
        }
    }
}

/// What is known of a new key, beside its attributes, that tells it from another.
#[derive(Clone, Copy)]
enum Material<'a> {
    /// Nothing: the service makes it.
    Unknown,
    /// All of it, and whoever owns the key may read it.
    Public(&'a [u8]),
    /// All of it, but the service does not show it.
    Secret,
}

/// Whether the service may have done what the client did not hear of. Without a token it was not asked.
fn leaves_doubt(error: &Error) -> bool {
    let may_have_been_asked = error.is_broken_connection()
        || matches!(error, Error::Timeout)
        || matches!(error.status(), Some(Status::DeadlineExceeded | Status::ConnectionError));
    may_have_been_asked && !matches!(error, Error::Identity(_))
}

#[cfg(test)]
mod tests {
    use keystead_interface::operations::Opcode;

    use super::*;

    #[test]
    fn whoever_got_no_token_has_asked_the_service_for_nothing() {
        for status in [Status::DeadlineExceeded, Status::ConnectionError] {
            let by_service = Error::Refused { opcode: Opcode::PsaGenerateKey, status };
            assert!(leaves_doubt(&by_service));
            let by_identity_provider = Error::Refused { opcode: Opcode::GetToken, status };
            assert!(!leaves_doubt(&Error::Identity(Box::new(by_identity_provider))));
        }
        assert!(leaves_doubt(&Error::Timeout) && !leaves_doubt(&Error::Identity(Box::new(Error::Timeout))));
    }
}
