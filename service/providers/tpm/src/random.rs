//! Random bytes from the TPM.

use keystead_provider::{ProviderError, Random};

use crate::tpm::Tpm;

/// What one command is asked for at most, in bytes: no TPM gives more than its longest digest, and this stack takes no more
/// than 64.
const AT_ONCE: usize = 64;

impl Random for Tpm {
    fn fill(&self, out: &mut [u8]) -> Result<(), ProviderError> {
        let mut rest = out;
        while !rest.is_empty() {
            let wanted = rest.len().min(AT_ONCE);
            let given = self.with_context("TPM2_GetRandom", |context| context.get_random(wanted))?;
            // It may give less than was asked for (TPM 2.0 part 3, 16.1), but never nothing.
            let count = given.len().min(wanted);
            if count == 0 {
                return Err(ProviderError::corruption("TPM2_GetRandom gave nothing"));
            }
            let (now, later) = rest.split_at_mut(count);
            now.copy_from_slice(&given[..count]);
            rest = later;
        }
        Ok(())
    }
}
