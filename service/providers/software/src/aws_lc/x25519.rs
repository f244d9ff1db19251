//! X25519 (RFC 7748) of AWS-LC.

use aws_lc_sys as c;
use zeroize::Zeroizing;

use super::{Failed, succeed};

/// Length of scalars, u coordinates and secrets in bytes.
pub(crate) const LENGTH: usize = 32;

/// The public key of a private one.
pub(crate) fn public(private: &[u8; LENGTH]) -> [u8; LENGTH] {
    let mut public = [0; LENGTH];
    // SAFETY: both are 32 bytes, as the function demands.
    unsafe { c::X25519_public_from_private(public.as_mut_ptr(), private.as_ptr()) };
    public
}

/// The shared secret; `Failed` if it is all zeros, which happens exactly for the points of small order.
/// On the heap: an array would leave a copy on the stack wherever it is moved.
pub(crate) fn agree(private: &[u8; LENGTH], peer: &[u8; LENGTH]) -> Result<Zeroizing<Vec<u8>>, Failed> {
    let mut shared = Zeroizing::new(vec![0; LENGTH]);
    // SAFETY: all three are 32 bytes, as the function demands.
    succeed(unsafe { c::X25519(shared.as_mut_ptr(), private.as_ptr(), peer.as_ptr()) })?;
    Ok(shared)
}
