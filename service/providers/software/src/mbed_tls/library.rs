//! The fence around Mbed TLS: the only file that calls it, and only under the one lock.

#![allow(unsafe_code)] // Destroying a key by its number is unsafe, because somebody else may be using it.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, ProviderError};
use psa_crypto::operations::{
    aead, asym_encryption, asym_signature, cipher, hash, key_agreement, key_management, mac, other,
};
use psa_crypto::types::algorithm::{
    Aead, AsymmetricEncryption, AsymmetricSignature, Cipher, Hash, Mac, RawKeyAgreement,
};
use psa_crypto::types::key::{Attributes, Id};
use psa_crypto::types::status::Error;

/// The library, once for the process.
static LIBRARY: Mutex<Started> = Mutex::new(Started(Cell::new(false)));

/// Whether the library was started. A cell, so that a guard of it cannot be lent to another thread.
struct Started(Cell<bool>);

/// The library, held by this thread alone.
pub(super) struct Library(MutexGuard<'static, Started>);

/// A key in the library, for as long as this thread holds it. Dropping it destroys the library's copy.
pub(super) struct Imported<'a> {
    id: Id,
    library: PhantomData<&'a Library>,
}

/// Waits for the library, and starts it if nobody did.
pub(super) fn lock() -> Result<Library, ProviderError> {
    // A panic under the lock leaves nothing half done: the library's calls are over, and keys go as it unwinds.
    let started = LIBRARY.lock().unwrap_or_else(PoisonError::into_inner);
    if !started.0.get() {
        psa_crypto::init().map_err(failed)?;
        started.0.set(true);
    }
    Ok(Library(started))
}

impl Library {
    /// Brings a key in.
    pub(super) fn import(&self, attributes: Attributes, material: &[u8]) -> Result<Imported<'_>, ProviderError> {
        self.check_started()?;
        let id = key_management::import(attributes, None, material).map_err(failed)?;
        Ok(Imported { id, library: PhantomData })
    }

    /// Makes a key.
    pub(super) fn generate(&self, attributes: Attributes) -> Result<Imported<'_>, ProviderError> {
        self.check_started()?;
        let id = key_management::generate(attributes, None).map_err(failed)?;
        Ok(Imported { id, library: PhantomData })
    }

    /// Hashes; `length` is the hash's.
    pub(super) fn hash(&self, alg: Hash, input: &[u8], length: usize) -> Result<Vec<u8>, ProviderError> {
        self.check_started()?;
        written(length, |out| hash::hash_compute(alg, input, out)).map(SecretBytes::into_exposed)
    }

    /// Fills `out` with random bytes.
    pub(super) fn random(&self, out: &mut [u8]) -> Result<(), ProviderError> {
        self.check_started()?;
        if out.is_empty() { Ok(()) } else { other::generate_random(out).map_err(failed) }
    }

    /// That the guard is of a started library: [`lock`] gives no other.
    fn check_started(&self) -> Result<(), ProviderError> {
        if self.0.0.get() { Ok(()) } else { Err(ProviderError::corruption("Mbed TLS was not started")) }
    }
}

/// Lengths of results are the most that the caller expects, in bytes.
impl Imported<'_> {
    pub(super) fn bits(&self) -> Result<usize, ProviderError> {
        Attributes::from_key_id(self.id).map(|attributes| attributes.bits).map_err(failed)
    }

    pub(super) fn export(&self, length: usize) -> Result<SecretBytes, ProviderError> {
        written(length, |out| key_management::export(self.id, out))
    }

    pub(super) fn export_public(&self, length: usize) -> Result<Vec<u8>, ProviderError> {
        written(length, |out| key_management::export_public(self.id, out)).map(SecretBytes::into_exposed)
    }

    pub(super) fn sign(&self, alg: AsymmetricSignature, hash: &[u8], length: usize) -> Result<Vec<u8>, ProviderError> {
        written(length, |out| asym_signature::sign_hash(self.id, alg, hash, out)).map(SecretBytes::into_exposed)
    }

    pub(super) fn verify(&self, alg: AsymmetricSignature, hash: &[u8], signature: &[u8]) -> Result<(), ProviderError> {
        asym_signature::verify_hash(self.id, alg, hash, signature).map_err(failed)
    }

    pub(super) fn encrypt_rsa(
        &self,
        alg: AsymmetricEncryption,
        text: &[u8],
        label: Option<&[u8]>,
        length: usize,
    ) -> Result<Vec<u8>, ProviderError> {
        written(length, |out| asym_encryption::encrypt(self.id, alg, text, label, out)).map(SecretBytes::into_exposed)
    }

    pub(super) fn decrypt_rsa(
        &self,
        alg: AsymmetricEncryption,
        ciphertext: &[u8],
        label: Option<&[u8]>,
    ) -> Result<SecretBytes, ProviderError> {
        written(ciphertext.len(), |out| asym_encryption::decrypt(self.id, alg, ciphertext, label, out))
    }

    pub(super) fn agree(&self, peer_key: &[u8], length: usize) -> Result<SecretBytes, ProviderError> {
        written(length, |out| key_agreement::raw_key_agreement(RawKeyAgreement::Ecdh, self.id, peer_key, out))
    }

    pub(super) fn seal(
        &self,
        alg: Aead,
        nonce: &[u8],
        additional: &[u8],
        text: &[u8],
        length: usize,
    ) -> Result<Vec<u8>, ProviderError> {
        written(length, |out| aead::encrypt(self.id, alg, nonce, additional, text, out)).map(SecretBytes::into_exposed)
    }

    pub(super) fn open(
        &self,
        alg: Aead,
        nonce: &[u8],
        additional: &[u8],
        sealed: &[u8],
    ) -> Result<SecretBytes, ProviderError> {
        written(sealed.len(), |out| aead::decrypt(self.id, alg, nonce, additional, sealed, out))
    }

    pub(super) fn encipher(
        &self,
        alg: Cipher,
        iv: &[u8],
        text: &[u8],
        length: usize,
    ) -> Result<Vec<u8>, ProviderError> {
        written(length, |out| cipher::encrypt(self.id, alg, text, iv, out)).map(SecretBytes::into_exposed)
    }

    pub(super) fn decipher(
        &self,
        alg: Cipher,
        iv: &[u8],
        text: &[u8],
        length: usize,
    ) -> Result<SecretBytes, ProviderError> {
        written(length, |out| cipher::decrypt(self.id, alg, text, iv, out))
    }

    pub(super) fn mac(&self, alg: Mac, input: &[u8], length: usize) -> Result<Vec<u8>, ProviderError> {
        written(length, |out| mac::compute_mac(self.id, alg, input, out)).map(SecretBytes::into_exposed)
    }

    pub(super) fn verify_mac(&self, alg: Mac, input: &[u8], expected: &[u8]) -> Result<(), ProviderError> {
        mac::verify_mac(self.id, alg, input, expected).map_err(failed)
    }
}

impl Drop for Imported<'_> {
    fn drop(&mut self) {
        // SAFETY: nobody else knows the key's number, and nobody else is in the library: its lock outlives this value.
        let destroyed = unsafe { key_management::destroy(self.id) };
        // Only a broken library keeps a volatile key; what is done with it next says so.
        let _ = destroyed;
    }
}

/// What a function of the library writes, at most `length` bytes.
fn written(length: usize, write: impl FnOnce(&mut [u8]) -> Result<usize, Error>) -> Result<SecretBytes, ProviderError> {
    let mut out = SecretBytes::new(vec![0; length]);
    let written = write(out.expose_mut()).map_err(failed)?;
    out.expose_mut().truncate(written);
    Ok(out)
}

fn failed(error: Error) -> ProviderError {
    let kind = match error {
        Error::NotSupported => ErrorKind::NotSupported,
        Error::InvalidArgument => ErrorKind::InvalidArgument,
        Error::InvalidSignature => ErrorKind::InvalidSignature,
        Error::InvalidPadding => return ProviderError::invalid_padding(),
        Error::InsufficientMemory => ErrorKind::InsufficientMemory,
        Error::InsufficientEntropy => ErrorKind::InsufficientEntropy,
        Error::CorruptionDetected => ErrorKind::CorruptionDetected,
        _ => ErrorKind::Generic,
    };
    ProviderError::new(kind, format!("Mbed TLS: {error:?}"))
}
