//! AES-GCM and AES-CCM with nonces and tags of every length, which AWS-LC's safe interface lacks.

use std::ffi::c_int;
use std::ptr::{self, NonNull};

use aws_lc_sys as c;
use keystead_interface::secret::SecretBytes;

use super::{Failed, succeed};

/// The mode that an AES key works in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AesAead {
    /// NIST SP 800-38D.
    Gcm,
    /// NIST SP 800-38C.
    Ccm,
}

/// Encrypts; the result is ciphertext ‖ tag, the tag `tag_length` bytes long.
pub(crate) fn seal(
    mode: AesAead,
    key: &[u8],
    nonce: &[u8],
    additional_data: &[u8],
    plaintext: &[u8],
    tag_length: usize,
) -> Result<Vec<u8>, Failed> {
    let mut tag = [0; MAX_TAG];
    let tag = tag.get_mut(..tag_length).ok_or(Failed)?;
    let mut context = Context::new()?;
    context.begin(mode, key, nonce, Tag::ToMake(tag.len()))?;
    context.associate(mode, additional_data, plaintext.len())?;
    // Room for the tag from the start: a vector that grows leaves a copy behind.
    let mut text = Vec::with_capacity(plaintext.len() + tag.len());
    text.resize(plaintext.len(), 0);
    context.convert(plaintext, &mut text)?;
    context.finish()?;
    context.tag(tag)?;
    text.extend_from_slice(tag);
    Ok(text)
}

/// Decrypts what [`seal`] made, without its tag. If the tag is wrong the plaintext is cleared, not returned. Fails for a
/// wrong tag, and for lengths that the mode does not take.
pub(crate) fn open(
    mode: AesAead,
    key: &[u8],
    nonce: &[u8],
    additional_data: &[u8],
    ciphertext: &[u8],
    tag: &[u8],
) -> Result<SecretBytes, Failed> {
    let mut context = Context::new()?;
    context.begin(mode, key, nonce, Tag::ToVerify(tag))?;
    context.associate(mode, additional_data, ciphertext.len())?;
    let mut text = SecretBytes::new(vec![0; ciphertext.len()]);
    context.convert(ciphertext, text.expose_mut())?;
    context.finish()?;
    Ok(text)
}

/// The longest tag of either mode, in bytes.
const MAX_TAG: usize = 16;

/// What a context shall do with the tag; with it, whether it encrypts or decrypts.
enum Tag<'a> {
    ToMake(usize),
    ToVerify(&'a [u8]),
}

fn cipher(mode: AesAead, key_length: usize) -> Result<*const c::EVP_CIPHER, Failed> {
    let constructor: unsafe extern "C" fn() -> *const c::EVP_CIPHER = match (mode, key_length) {
        (AesAead::Gcm, 16) => c::EVP_aes_128_gcm,
        (AesAead::Gcm, 24) => c::EVP_aes_192_gcm,
        (AesAead::Gcm, 32) => c::EVP_aes_256_gcm,
        (AesAead::Ccm, 16) => c::EVP_aes_128_ccm,
        (AesAead::Ccm, 24) => c::EVP_aes_192_ccm,
        (AesAead::Ccm, 32) => c::EVP_aes_256_ccm,
        _ => return Err(Failed),
    };
    // SAFETY: these functions take nothing and return a pointer to a constant of the library.
    Ok(unsafe { constructor() })
}

/// AWS-LC counts lengths in C's `int`.
fn length(bytes: usize) -> Result<c_int, Failed> {
    c_int::try_from(bytes).map_err(|_| Failed)
}

/// One encryption or decryption. Dropping it clears the key schedule.
struct Context(NonNull<c::EVP_CIPHER_CTX>);

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the pointer came from EVP_CIPHER_CTX_new and is freed here alone.
        unsafe { c::EVP_CIPHER_CTX_free(self.0.as_ptr()) }
    }
}

impl Context {
    fn new() -> Result<Self, Failed> {
        // SAFETY: takes nothing; returns an object of ours, or null.
        NonNull::new(unsafe { c::EVP_CIPHER_CTX_new() }).map(Context).ok_or(Failed)
    }

    /// Sets mode, lengths, key and nonce, in the order that both modes want.
    fn begin(&mut self, mode: AesAead, key: &[u8], nonce: &[u8], tag: Tag<'_>) -> Result<(), Failed> {
        let cipher = cipher(mode, key.len())?;
        let encrypts = c_int::from(matches!(tag, Tag::ToMake(_)));
        let context = self.0.as_ptr();
        // SAFETY: the context is live; null for key and nonce leaves them to the second call.
        succeed(unsafe { c::EVP_CipherInit_ex(context, cipher, ptr::null_mut(), ptr::null(), ptr::null(), encrypts) })?;
        // SAFETY: this command reads no memory.
        succeed(unsafe {
            c::EVP_CIPHER_CTX_ctrl(context, c::EVP_CTRL_AEAD_SET_IVLEN, length(nonce.len())?, ptr::null_mut())
        })?;
        match tag {
            // GCM makes a whole tag, and is not told.
            Tag::ToMake(_) if mode == AesAead::Gcm => {}
            // SAFETY: with null this command sets the length and reads no memory.
            Tag::ToMake(bytes) => succeed(unsafe {
                c::EVP_CIPHER_CTX_ctrl(context, c::EVP_CTRL_AEAD_SET_TAG, length(bytes)?, ptr::null_mut())
            })?,
            // SAFETY: the command copies as many bytes as it is told, at most 16, from the tag and does not write to it.
            Tag::ToVerify(tag) => succeed(unsafe {
                let bytes = tag.as_ptr().cast_mut().cast();
                c::EVP_CIPHER_CTX_ctrl(context, c::EVP_CTRL_AEAD_SET_TAG, length(tag.len())?, bytes)
            })?,
        }
        // SAFETY: `cipher` was chosen by the key's length, and the nonce is as long as was set above.
        succeed(unsafe {
            c::EVP_CipherInit_ex(context, ptr::null(), ptr::null_mut(), key.as_ptr(), nonce.as_ptr(), encrypts)
        })
    }

    /// Takes in the additional data; before it, CCM must know the length of the text.
    fn associate(&mut self, mode: AesAead, additional_data: &[u8], text: usize) -> Result<(), Failed> {
        let mut written = 0;
        if mode == AesAead::Ccm {
            // SAFETY: with null for both buffers CCM only stores the length.
            succeed(unsafe {
                c::EVP_CipherUpdate(self.0.as_ptr(), ptr::null_mut(), &raw mut written, ptr::null(), length(text)?)
            })?;
        }
        if additional_data.is_empty() {
            return Ok(());
        }
        let bytes = length(additional_data.len())?;
        // SAFETY: the data are readable for their length; without an output buffer nothing else is written.
        succeed(unsafe {
            let context = self.0.as_ptr();
            c::EVP_CipherUpdate(context, ptr::null_mut(), &raw mut written, additional_data.as_ptr(), bytes)
        })
    }

    /// Converts all of the text at once. An empty text must go through as well: it is here that CCM makes its tag.
    fn convert(&mut self, input: &[u8], output: &mut [u8]) -> Result<(), Failed> {
        if input.len() != output.len() {
            return Err(Failed);
        }
        let mut written = 0;
        // SAFETY: both modes write as many bytes as they read, and both buffers are that long and do not overlap.
        succeed(unsafe {
            let (out, bytes) = (output.as_mut_ptr(), length(input.len())?);
            c::EVP_CipherUpdate(self.0.as_ptr(), out, &raw mut written, input.as_ptr(), bytes)
        })
    }

    /// Makes GCM's tag, or verifies it.
    fn finish(&mut self) -> Result<(), Failed> {
        let (mut unused, mut written) = ([0; MAX_TAG], 0);
        // SAFETY: neither mode writes anything here; the buffer would hold a block.
        succeed(unsafe { c::EVP_CipherFinal_ex(self.0.as_ptr(), unused.as_mut_ptr(), &raw mut written) })
    }

    /// Copies the tag that was made, or as much of it as there is room for.
    fn tag(&mut self, tag: &mut [u8]) -> Result<(), Failed> {
        let bytes = length(tag.len())?;
        // SAFETY: the command writes as many bytes as it is told, and the buffer is that long.
        succeed(unsafe {
            c::EVP_CIPHER_CTX_ctrl(self.0.as_ptr(), c::EVP_CTRL_AEAD_GET_TAG, bytes, tag.as_mut_ptr().cast())
        })
    }
}
