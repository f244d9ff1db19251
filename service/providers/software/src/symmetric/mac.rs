//! Message authentication codes.

use keystead_interface::algorithm::Mac as MacAlgorithm;
use keystead_interface::attributes::KeyShape;
use keystead_provider::{Key, Mac, ProviderError};

use crate::symmetric::Symmetric;

impl Mac for Symmetric {
    fn supports(&self, _: KeyShape, _: MacAlgorithm) -> bool {
        false
    }

    fn compute(&self, _: Key<'_>, _: MacAlgorithm, _: &[u8]) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::not_supported("no such MAC"))
    }

    fn verify(&self, _: Key<'_>, _: MacAlgorithm, _: &[u8], _: &[u8]) -> Result<(), ProviderError> {
        Err(ProviderError::not_supported("no such MAC"))
    }
}
