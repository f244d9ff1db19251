//! Random bytes: for clients from the token, for paddings and IVs from the kernel.

use keystead_provider::{ErrorKind, ProviderError, Random};

use crate::token::{Repeat, Token};

/// How many bytes a module is asked for at once. PKCS#11 sets no limit, but some modules and most smart cards do, at 2 KiB
/// or little more.
const AT_ONCE: usize = 1024;

impl Random for Token {
    fn fill(&self, out: &mut [u8]) -> Result<(), ProviderError> {
        self.with_session(Repeat::Always, |session| {
            for part in out.chunks_mut(AT_ONCE) {
                session.generate_random_slice(part)?;
            }
            Ok(())
        })
    }
}

/// Random bytes for what everybody will see, and for paddings made here: to ask the token would be a round trip more.
pub(crate) fn fill_here(out: &mut [u8]) -> Result<(), ProviderError> {
    let mut rest = out;
    while !rest.is_empty() {
        let got = match rustix::rand::getrandom(&mut *rest, rustix::rand::GetRandomFlags::empty()) {
            Ok(got) => got,
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => {
                return Err(ProviderError::new(ErrorKind::InsufficientEntropy, "the kernel gives no random bytes"));
            }
        };
        rest = &mut rest[got..];
    }
    Ok(())
}
