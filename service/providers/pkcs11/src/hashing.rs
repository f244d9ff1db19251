//! Hashes, computed here.
//!
//! Tokens offer them too, but there is nothing to hide, and a processor hashes a message sooner than it could hand it over.

use keystead_interface::algorithm::Hash;
use keystead_provider::{Hashing, ProviderError, hashing};

use crate::token::Token;

impl Hashing for Token {
    fn supports(&self, alg: Hash) -> bool {
        hashing::can_hash(alg)
    }

    fn compute(&self, alg: Hash, input: &[u8]) -> Result<Vec<u8>, ProviderError> {
        hashing::hash(alg, input).ok_or_else(|| ProviderError::not_supported("this hash is not computed here"))
    }
}
