//! Hashes in several parts.

use keystead_client::interface::algorithm::{Algorithm, Hash};
use keystead_client::interface::secret::SecretBytes;

use crate::algorithm::{self, PsaAlgorithm};
use crate::gathered;
use crate::library::Library;
use crate::status::Result;

/// A message that is being hashed.
pub(crate) struct HashOperation {
    alg: Hash,
    message: SecretBytes,
}

/// A hash for an operation.
pub(crate) fn hash_of(alg: PsaAlgorithm) -> Result<Hash> {
    algorithm::of_family(alg, |found| match found {
        Algorithm::Hash(hash) => Some(hash),
        _ => None,
    })
}

impl HashOperation {
    /// Begins, if a provider has the algorithm.
    pub(crate) fn begin(library: &Library, alg: PsaAlgorithm) -> Result<HashOperation> {
        let alg = hash_of(alg)?;
        library.hasher(alg)?;
        Ok(HashOperation { alg, message: SecretBytes::default() })
    }

    /// Takes more of the message.
    pub(crate) fn update(&mut self, piece: &[u8]) -> Result<()> {
        gathered::add(&mut self.message, piece, 0)
    }

    /// Another operation at the same point.
    pub(crate) fn copy(&self) -> HashOperation {
        HashOperation { alg: self.alg, message: SecretBytes::new(self.message.expose().clone()) }
    }

    /// The hash.
    pub(crate) fn finish(self, library: &Library) -> Result<Vec<u8>> {
        Ok(library.hasher(self.alg)?.hash_compute(self.alg, self.message.expose())?)
    }

    /// Compares the hash with another.
    pub(crate) fn verify(self, library: &Library, hash: &[u8]) -> Result<()> {
        Ok(library.hasher(self.alg)?.hash_compare(self.alg, self.message.expose(), hash)?)
    }
}
