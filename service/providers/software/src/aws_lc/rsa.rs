//! RSA keys and their operations: `RSA` and `EVP_PKEY` of AWS-LC. Private operations are blinded by the library.

use std::ptr::{self, NonNull};

use aws_lc_sys as c;
use zeroize::Zeroizing;

use super::digest::Digest;
use super::number::Number;
use super::{Failed, clear_errors, succeed};

/// The public exponent of new keys (wire contract 4.2).
const EXPONENT: [u8; 3] = [1, 0, 1];

/// The longest DER of a pair that is looked at, in bytes. That of 4096 bits, the largest, takes about 2350. The library
/// divides the private exponent in a time that grows with its length: a mebibyte would keep a worker busy for seconds.
const MAX_PRIVATE_DER: usize = 4096;

/// A public key, with its private key or without, checked when it was made.
pub(crate) struct RsaKey(NonNull<c::RSA>);

// SAFETY: an `RSA` is changed only while it is made, below; afterwards only functions are called that the library calls
// non-mutating for the purposes of threads (openssl/rsa.h), and it guards its own caches.
unsafe impl Send for RsaKey {}
// SAFETY: as above.
unsafe impl Sync for RsaKey {}

impl RsaKey {
    /// A new pair.
    pub(crate) fn generate(bits: u32) -> Result<Self, Failed> {
        // SAFETY: takes nothing.
        let key = Self::owned(unsafe { c::RSA_new() })?;
        let exponent = Number::from_bytes(&EXPONENT)?;
        let bits = bits.try_into().map_err(|_| Failed)?;
        // SAFETY: the key is ours and empty; the exponent is copied; without a callback nobody is told of the progress.
        succeed(unsafe { c::RSA_generate_key_ex(key.0.as_ptr(), bits, exponent.as_ptr(), ptr::null_mut()) })?;
        Ok(key)
    }

    /// A pair from the DER of its PKCS#1 RSAPrivateKey and nothing after it. All parts must be there and agree, and the
    /// private exponent must be less than the modulus (RFC 8017 3.2). Whether the primes are prime is not looked at.
    pub(crate) fn from_private(der: &[u8]) -> Result<Self, Failed> {
        if der.len() > MAX_PRIVATE_DER {
            return Err(Failed);
        }
        // SAFETY: `der` is readable for its length.
        let key = Self::owned(unsafe { c::RSA_private_key_from_bytes(der.as_ptr(), der.len()) })?;
        // The library also takes keys whose factors are all written as 0. They have no export, and cannot be blinded.
        // SAFETY: the key is valid.
        let is_whole = !unsafe { c::RSA_get0_p(key.0.as_ptr()) }.is_null();
        // SAFETY: a key that was read from a pair has both numbers; they live as long as the key.
        let order = unsafe { c::BN_ucmp(c::RSA_get0_d(key.0.as_ptr()), c::RSA_get0_n(key.0.as_ptr())) };
        if is_whole && order < 0 { Ok(key) } else { Err(Failed) }
    }

    /// A public key from the DER of its PKCS#1 RSAPublicKey and nothing after it.
    pub(crate) fn from_public(der: &[u8]) -> Result<Self, Failed> {
        // SAFETY: `der` is readable for its length.
        Self::owned(unsafe { c::RSA_public_key_from_bytes(der.as_ptr(), der.len()) })
    }

    fn owned(key: *mut c::RSA) -> Result<Self, Failed> {
        match NonNull::new(key) {
            Some(key) => Ok(RsaKey(key)),
            None => {
                clear_errors();
                Err(Failed)
            }
        }
    }

    /// Length of the modulus in bits.
    pub(crate) fn bits(&self) -> u32 {
        // SAFETY: the key is valid.
        unsafe { c::RSA_bits(self.0.as_ptr()) }
    }

    /// Length of the modulus, and so of signatures and ciphertexts, in bytes.
    pub(crate) fn len(&self) -> usize {
        (self.bits() as usize).div_ceil(8)
    }

    /// The DER of PKCS#1 RSAPrivateKey. `Failed` for a public key.
    pub(crate) fn private(&self) -> Result<Zeroizing<Vec<u8>>, Failed> {
        self.encode(c::RSA_private_key_to_bytes).map(Zeroizing::new)
    }

    /// The DER of PKCS#1 RSAPublicKey.
    pub(crate) fn public(&self) -> Result<Vec<u8>, Failed> {
        self.encode(c::RSA_public_key_to_bytes)
    }

    fn encode(
        &self,
        encoder: unsafe extern "C" fn(*mut *mut u8, *mut usize, *const c::RSA) -> std::os::raw::c_int,
    ) -> Result<Vec<u8>, Failed> {
        let (mut der, mut length) = (ptr::null_mut(), 0);
        // SAFETY: the key is valid; the function allocates `length` bytes at `der`.
        succeed(unsafe { encoder(&raw mut der, &raw mut length, self.0.as_ptr()) })?;
        // SAFETY: it did.
        let copy = unsafe { std::slice::from_raw_parts(der, length) }.to_vec();
        // SAFETY: it is ours, and nobody uses it any more. The function clears what it frees.
        unsafe { c::OPENSSL_free(der.cast()) };
        Ok(copy)
    }

    /// RSASSA-PKCS1-v1_5 over a DigestInfo. `Failed` if it is longer than the modulus less 11 bytes.
    pub(crate) fn sign_pkcs1(&self, info: &[u8]) -> Result<Vec<u8>, Failed> {
        self.transform(|key, length, out| {
            // SAFETY: the key is valid; `out` is writable for the modulus' length; `info` is readable for its own.
            unsafe { c::RSA_sign_raw(key, length, out, self.len(), info.as_ptr(), info.len(), c::RSA_PKCS1_PADDING) }
        })
        .map(|mut signature| std::mem::take(&mut *signature))
    }

    /// Whether `signature` is RSASSA-PKCS1-v1_5 over this DigestInfo.
    pub(crate) fn verify_pkcs1(&self, info: &[u8], signature: &[u8]) -> bool {
        let signed = self.transform(|key, length, out| {
            let (from, from_length) = (signature.as_ptr(), signature.len());
            // SAFETY: as in `sign_pkcs1`.
            unsafe { c::RSA_verify_raw(key, length, out, self.len(), from, from_length, c::RSA_PKCS1_PADDING) }
        });
        signed.is_ok_and(|signed| *signed == info)
    }

    /// RSASSA-PSS over a hash; MGF1 with the same hash function, salt as long as the hash.
    pub(crate) fn sign_pss(&self, digest: Digest, hash: &[u8]) -> Result<Vec<u8>, Failed> {
        self.transform(|key, length, out| {
            let (md, salt) = (digest.as_ptr(), c::RSA_PSS_SALTLEN_DIGEST);
            // SAFETY: as in `sign_pkcs1`; `md` points to a constant.
            unsafe { c::RSA_sign_pss_mgf1(key, length, out, self.len(), hash.as_ptr(), hash.len(), md, md, salt) }
        })
        .map(|mut signature| std::mem::take(&mut *signature))
    }

    /// Whether `signature` is RSASSA-PSS over this hash, with the parameters of [`RsaKey::sign_pss`].
    pub(crate) fn verify_pss(&self, digest: Digest, hash: &[u8], signature: &[u8]) -> bool {
        let (md, salt) = (digest.as_ptr(), c::RSA_PSS_SALTLEN_DIGEST);
        // SAFETY: the key is valid; `hash` and `signature` are readable for their lengths; `md` points to a constant.
        succeed(unsafe {
            c::RSA_verify_pss_mgf1(
                self.0.as_ptr(),
                hash.as_ptr(),
                hash.len(),
                md,
                md,
                salt,
                signature.as_ptr(),
                signature.len(),
            )
        })
        .is_ok()
    }

    /// RSAES-PKCS1-v1_5. `Failed` if the text is longer than the modulus less 11 bytes.
    pub(crate) fn encrypt_pkcs1(&self, plaintext: &[u8]) -> Result<Vec<u8>, Failed> {
        self.encrypt(plaintext, c::RSA_PKCS1_PADDING)
    }

    /// RSAES-OAEP; MGF1 with the same hash function. `Failed` if the text is longer than the modulus less two hashes and
    /// two bytes.
    pub(crate) fn encrypt_oaep(&self, digest: Digest, plaintext: &[u8], label: &[u8]) -> Result<Vec<u8>, Failed> {
        let mut padded = Zeroizing::new(vec![0; self.len()]);
        // SAFETY: `padded` is writable, text and label are readable for their lengths; the hash is a constant.
        succeed(unsafe {
            c::RSA_padding_add_PKCS1_OAEP_mgf1(
                padded.as_mut_ptr(),
                padded.len(),
                plaintext.as_ptr(),
                plaintext.len(),
                label.as_ptr(),
                label.len(),
                digest.as_ptr(),
                digest.as_ptr(),
            )
        })?;
        self.encrypt(&padded, c::RSA_NO_PADDING)
    }

    fn encrypt(&self, text: &[u8], padding: std::os::raw::c_int) -> Result<Vec<u8>, Failed> {
        self.transform(|key, length, out| {
            // SAFETY: as in `sign_pkcs1`.
            unsafe { c::RSA_encrypt(key, length, out, self.len(), text.as_ptr(), text.len(), padding) }
        })
        .map(|mut ciphertext| std::mem::take(&mut *ciphertext))
    }

    /// Undoes [`RsaKey::encrypt_pkcs1`]. The library looks at the padding in a time that does not depend on it.
    pub(crate) fn decrypt_pkcs1(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failed> {
        self.decrypt(ciphertext, c::RSA_PKCS1_PADDING)
    }

    /// What the private exponent makes of a ciphertext (RSADP, RFC 8017, 5.1.2), as long as the modulus. `Failed` if the
    /// ciphertext is not below the modulus.
    pub(crate) fn decrypt_unpadded(&self, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failed> {
        self.decrypt(ciphertext, c::RSA_NO_PADDING)
    }

    fn decrypt(&self, ciphertext: &[u8], padding: std::os::raw::c_int) -> Result<Zeroizing<Vec<u8>>, Failed> {
        self.transform(|key, length, out| {
            let (from, from_length) = (ciphertext.as_ptr(), ciphertext.len());
            // SAFETY: as in `sign_pkcs1`.
            unsafe { c::RSA_decrypt(key, length, out, self.len(), from, from_length, padding) }
        })
    }

    /// Undoes [`RsaKey::encrypt_oaep`].
    pub(crate) fn decrypt_oaep(
        &self,
        digest: Digest,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Failed> {
        let context = OaepContext::new(self, digest, label)?;
        self.transform(|_, length, out| {
            // SAFETY: the context was prepared for decryption; `length` holds the room at `out`.
            unsafe {
                *length = self.len();
                c::EVP_PKEY_decrypt(context.0.as_ptr(), out, length, ciphertext.as_ptr(), ciphertext.len())
            }
        })
    }

    /// Calls a function that writes at most as many bytes as the modulus has, and says how many.
    fn transform(
        &self,
        function: impl FnOnce(*mut c::RSA, *mut usize, *mut u8) -> std::os::raw::c_int,
    ) -> Result<Zeroizing<Vec<u8>>, Failed> {
        let mut out = Zeroizing::new(vec![0; self.len()]);
        let mut length = 0;
        succeed(function(self.0.as_ptr(), &raw mut length, out.as_mut_ptr()))?;
        out.truncate(length);
        Ok(out)
    }
}

impl Drop for RsaKey {
    fn drop(&mut self) {
        // SAFETY: we own the key and use it no more. The library clears its private parts.
        unsafe { c::RSA_free(self.0.as_ptr()) }
    }
}

/// A decryption with OAEP about to be done: only the library's general interface takes a label there.
struct OaepContext(NonNull<c::EVP_PKEY_CTX>);

impl OaepContext {
    fn new(key: &RsaKey, digest: Digest, label: &[u8]) -> Result<Self, Failed> {
        // SAFETY: the PKEY shares the RSA key by counting, the context shares the PKEY, so ours can be freed.
        let context = unsafe {
            let pkey = c::EVP_PKEY_new();
            let context = if !pkey.is_null() && c::EVP_PKEY_set1_RSA(pkey, key.0.as_ptr()) == 1 {
                c::EVP_PKEY_CTX_new(pkey, ptr::null_mut())
            } else {
                ptr::null_mut()
            };
            c::EVP_PKEY_free(pkey);
            context
        };
        let context = OaepContext(NonNull::new(context).ok_or(Failed)?);
        let raw = context.0.as_ptr();
        // SAFETY: the context is ours; the hash is a constant.
        unsafe {
            succeed(c::EVP_PKEY_decrypt_init(raw))?;
            succeed(c::EVP_PKEY_CTX_set_rsa_padding(raw, c::RSA_PKCS1_OAEP_PADDING))?;
            succeed(c::EVP_PKEY_CTX_set_rsa_oaep_md(raw, digest.as_ptr()))?;
            succeed(c::EVP_PKEY_CTX_set_rsa_mgf1_md(raw, digest.as_ptr()))?;
        }
        if !label.is_empty() {
            // SAFETY: the copy is as long as the label; the context frees it, unless it refuses it.
            unsafe {
                let copy = c::OPENSSL_memdup(label.as_ptr().cast(), label.len());
                if copy.is_null() {
                    return Err(Failed);
                }
                succeed(c::EVP_PKEY_CTX_set0_rsa_oaep_label(raw, copy.cast(), label.len()))
                    .inspect_err(|Failed| c::OPENSSL_free(copy))?;
            }
        }
        Ok(context)
    }
}

impl Drop for OaepContext {
    fn drop(&mut self) {
        // SAFETY: we own the context and use it no more.
        unsafe { c::EVP_PKEY_CTX_free(self.0.as_ptr()) }
    }
}
