//! ChaCha20 without an authenticator, which AWS-LC's safe interface lacks.

use aws_lc_sys as c;

/// Encrypts or decrypts in place, the block counter from 0 (RFC 8439 2.4). The keystream of a nonce ends after 256 GiB.
pub(crate) fn apply_keystream(key: &[u8; 32], nonce: &[u8; 12], text: &mut [u8]) {
    let (start, length) = (text.as_mut_ptr(), text.len());
    // SAFETY: the text is readable and writable for its length, and in place is one of the function's uses; key and
    // nonce are as long as the function reads.
    unsafe { c::CRYPTO_chacha_20(start, start, length, key.as_ptr(), nonce.as_ptr(), 0) }
}
