//! Random bytes from the token.

use keystead_provider::{ProviderError, Random};

use crate::token::Token;

/// How many bytes a module is asked for at once. PKCS#11 sets no limit, but some modules and most smart cards do, at 2 KiB
/// or little more.
const AT_ONCE: usize = 1024;

impl Random for Token {
    fn fill(&self, out: &mut [u8]) -> Result<(), ProviderError> {
        self.with_session(|session| {
            for part in out.chunks_mut(AT_ONCE) {
                session.generate_random_slice(part)?;
            }
            Ok(())
        })
    }
}
