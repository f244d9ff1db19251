//! MACs in several parts.

use keystead_client::interface::algorithm::{Algorithm, Mac};
use keystead_client::interface::arguments::mac_length;
use keystead_client::interface::attributes::Usage;
use keystead_client::interface::secret::SecretBytes;

use crate::algorithm::{self, PsaAlgorithm};
use crate::attributes::KeyId;
use crate::gathered;
use crate::library::Library;
use crate::status::{BAD_STATE, BUFFER_TOO_SMALL, Result, refuse};

/// A message of which a MAC is being made or verified.
pub(crate) struct MacOperation {
    key: KeyId,
    alg: Mac,
    purpose: Purpose,
    /// Of the MAC, in bytes.
    length: usize,
    message: SecretBytes,
}

/// What a MAC is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Sign,
    Verify,
}

/// A MAC for an operation.
pub(crate) fn mac_of(alg: PsaAlgorithm) -> Result<Mac> {
    algorithm::of_family(alg, |found| match found {
        Algorithm::Mac(mac) => Some(mac),
        _ => None,
    })
}

impl MacOperation {
    /// Begins, if the key permits it.
    pub(crate) fn begin(library: &Library, key: KeyId, alg: PsaAlgorithm, purpose: Purpose) -> Result<MacOperation> {
        let alg = mac_of(alg)?;
        let usage = match purpose {
            Purpose::Sign => Usage::SIGN_MESSAGE,
            Purpose::Verify => Usage::VERIFY_MESSAGE,
        };
        let attributes = library.permit(key, usage, Algorithm::Mac(alg))?;
        let length = mac_length(alg, attributes.shape())?;
        Ok(MacOperation { key, alg, purpose, length, message: SecretBytes::default() })
    }

    /// Takes more of the message.
    pub(crate) fn update(&mut self, piece: &[u8]) -> Result<()> {
        gathered::add(&mut self.message, piece, 0)
    }

    /// The MAC, for which the caller has `room` bytes.
    pub(crate) fn sign(self, library: &Library, room: usize) -> Result<Vec<u8>> {
        if self.purpose != Purpose::Sign {
            return refuse(BAD_STATE);
        }
        if room < self.length {
            return refuse(BUFFER_TOO_SMALL);
        }
        library.with_key(self.key, |client, name| client.mac_compute(name, self.alg, self.message.expose()))
    }

    /// Compares the MAC with another.
    pub(crate) fn verify(self, library: &Library, mac: &[u8]) -> Result<()> {
        if self.purpose != Purpose::Verify {
            return refuse(BAD_STATE);
        }
        library.with_key(self.key, |client, name| client.mac_verify(name, self.alg, self.message.expose(), mac))
    }
}
