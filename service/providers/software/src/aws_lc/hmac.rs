//! HMAC with any hash that AWS-LC's own HMAC knows, the key's two blocks hashed once.

use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};

use aws_lc_sys as c;

use super::digest::Digest;
use super::{Failed, succeed};

/// A key ready for use. It is cleared when it is dropped.
pub(crate) struct HmacKey {
    context: NonNull<c::HMAC_CTX>,
    digest: Digest,
}

// SAFETY: the context is a flat structure without ties to a thread.
unsafe impl Send for HmacKey {}
// SAFETY: once made the context is only copied from, never written to.
unsafe impl Sync for HmacKey {}

impl Drop for HmacKey {
    fn drop(&mut self) {
        // SAFETY: the pointer came from HMAC_CTX_new and is freed here alone, which clears it.
        unsafe { c::HMAC_CTX_free(self.context.as_ptr()) }
    }
}

impl HmacKey {
    /// Takes a key of any length. Fails if AWS-LC has no HMAC with this hash.
    pub(crate) fn new(digest: Digest, key: &[u8]) -> Result<Self, Failed> {
        // SAFETY: takes nothing; returns an object of ours, or null.
        let context = NonNull::new(unsafe { c::HMAC_CTX_new() }).ok_or(Failed)?;
        let made = HmacKey { context, digest };
        // SAFETY: the context is live and ours; the key is readable for its length and not kept.
        succeed(unsafe {
            c::HMAC_Init_ex(context.as_ptr(), key.as_ptr().cast(), key.len(), digest.as_ptr(), ptr::null_mut())
        })?;
        Ok(made)
    }

    /// The MAC of a message, as long as the hash.
    pub(crate) fn compute(&self, message: &[u8]) -> Result<Vec<u8>, Failed> {
        let mut working = Working::empty();
        working.take(self)?;
        let mut mac = vec![0; self.digest.len()];
        let mut length = 0;
        // SAFETY: the context is initialised; the message is readable for its length.
        succeed(unsafe { c::HMAC_Update(working.0.as_mut_ptr(), message.as_ptr(), message.len()) })?;
        // SAFETY: the context is initialised; `mac` is as long as the hash, and so as the MAC.
        succeed(unsafe { c::HMAC_Final(working.0.as_mut_ptr(), mac.as_mut_ptr(), &raw mut length) })?;
        if length as usize == mac.len() { Ok(mac) } else { Err(Failed) }
    }
}

/// A copy of a key's context to hash one message with. Once it has taken a key it must not be moved: what stayed behind
/// would not be cleared.
struct Working(MaybeUninit<c::HMAC_CTX>);

impl Working {
    fn empty() -> Self {
        let mut working = Working(MaybeUninit::uninit());
        // SAFETY: this sets every field of the memory that it is given. The structure is flat, so it may move.
        unsafe { c::HMAC_CTX_init(working.0.as_mut_ptr()) }
        working
    }

    fn take(&mut self, key: &HmacKey) -> Result<(), Failed> {
        // SAFETY: the target was initialised when it was made, and so was the source.
        succeed(unsafe { c::HMAC_CTX_copy_ex(self.0.as_mut_ptr(), key.context.as_ptr()) })
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        // SAFETY: every `Working` was initialised by `empty`; clearing the flat structure is all that it needs.
        unsafe { c::HMAC_CTX_cleanup(self.0.as_mut_ptr()) }
    }
}
