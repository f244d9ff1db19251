//! RSA keys: PKCS#1 in and out, signatures and encryption (RFC 8017).

use keystead_interface::algorithm::{AsymmetricEncryption, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::KeyShape;
use keystead_interface::secret::SecretBytes;
use keystead_provider::rsa::{RejectionSecret, RsaPrivateKey, left_padded};
use keystead_provider::{Created, Key, KeyHandle, ProviderError};

use crate::aws_lc::Failed;
use crate::aws_lc::digest::Digest;
use crate::aws_lc::rsa::RsaKey;

/// The sizes that keys may have, in bits. Whether the shortest is allowed is for the service to say.
const SIZES: [u32; 4] = [1024, 2048, 3072, 4096];

/// What PKCS#1 v1.5 adds at least to what it pads, in bytes.
const PKCS1_OVERHEAD: usize = 11;

/// The sizes that a key of `bits` bits can have: its own, all of them for 0, none if there are no such keys.
fn sizes(bits: u32) -> impl Iterator<Item = u32> {
    SIZES.into_iter().filter(move |size| bits == 0 || bits == *size)
}

/// Whether there are keys of this size. 0 stands for any.
pub(crate) fn accepts(bits: u32) -> bool {
    sizes(bits).next().is_some()
}

/// Whether keys of this size can sign and verify so.
pub(crate) fn signs(bits: u32, alg: AsymmetricSignature) -> bool {
    let with = |hash, overhead: fn(Digest) -> usize| match hash {
        SignHash::Specific(hash) => fits(bits, hash, overhead),
        SignHash::Any => Hash::ALL.iter().any(|hash| fits(bits, *hash, overhead)),
    };
    match alg {
        AsymmetricSignature::RsaPkcs1v15SignRaw => accepts(bits),
        AsymmetricSignature::RsaPkcs1v15Sign(hash) => {
            with(hash, |digest| digest.info(&vec![0; digest.len()]).len() + PKCS1_OVERHEAD)
        }
        AsymmetricSignature::RsaPss(hash) => with(hash, two_hashes),
        _ => false,
    }
}

/// Whether keys of this size can encrypt and decrypt so.
pub(crate) fn encrypts(bits: u32, alg: AsymmetricEncryption) -> bool {
    match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => accepts(bits),
        // At least one byte of text must fit.
        AsymmetricEncryption::RsaOaep(hash) => fits(bits, hash, |digest| two_hashes(digest) + 1),
    }
}

/// What PSS takes up with a salt as long as the hash (RFC 8017 9.1.1), and what OAEP adds (7.1.1), in bytes.
fn two_hashes(digest: Digest) -> usize {
    2 * digest.len() + 2
}

/// Whether the hash is there, and a modulus of a size in question holds what is made with it.
fn fits(bits: u32, hash: Hash, needed: fn(Digest) -> usize) -> bool {
    Digest::of(hash).is_some_and(|digest| sizes(bits).any(|size| needed(digest) <= size as usize / 8))
}

/// Makes a pair.
pub(crate) fn generate(bits: u32) -> Result<Created, ProviderError> {
    if !SIZES.contains(&bits) {
        return Err(ProviderError::not_supported("there are no RSA keys of this size here"));
    }
    let generated = RsaKey::generate(bits).and_then(|key| key.private());
    let mut der = generated.map_err(|Failed| ProviderError::generic("no key could be generated"))?;
    Ok(Created { handle: KeyHandle::new(std::mem::take(&mut *der)), bits })
}

/// The size of a key that is being taken over, or why it cannot be.
pub(crate) fn check(key: KeyShape, material: &[u8]) -> Result<u32, ProviderError> {
    let parsed = parse(key, material);
    let parsed = parsed.map_err(|Failed| ProviderError::invalid_argument("not a proper PKCS#1 key"))?;
    let bits = parsed.bits();
    if key.bits != 0 && key.bits != bits {
        return Err(ProviderError::invalid_argument("the key is of another size"));
    }
    if !SIZES.contains(&bits) {
        return Err(ProviderError::not_supported("there are no RSA keys of this size here"));
    }
    if !key.key_type.is_public() {
        // The numbers agree, but with a factor that is no prime nothing would ever work: the library checks each result.
        let tried = parsed.sign_pkcs1(b"trial");
        tried.map_err(|Failed| ProviderError::invalid_argument("a key that cannot sign: its factors are no primes"))?;
    }
    Ok(bits)
}

/// The public half of a pair.
pub(crate) fn public_key(key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
    open(key)?.public().map_err(|Failed| ProviderError::generic("the key cannot be encoded"))
}

/// Signs a hash, or for raw PKCS#1 v1.5 the caller's DigestInfo.
pub(crate) fn sign(key: Key<'_>, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>, ProviderError> {
    let pair = open(key)?;
    let signed = match scheme(alg, pair)? {
        Scheme::Pkcs1(digest) => pair.sign_pkcs1(&digest.info(hash)),
        Scheme::Raw => {
            check_length(hash.len(), pair.len().saturating_sub(PKCS1_OVERHEAD))?;
            pair.sign_pkcs1(hash)
        }
        Scheme::Pss(digest) => pair.sign_pss(digest, hash),
    };
    signed.map_err(|Failed| ProviderError::generic("the signature could not be made"))
}

/// Verifies what [`sign`] makes.
pub(crate) fn verify(
    key: Key<'_>,
    alg: AsymmetricSignature,
    hash: &[u8],
    signature: &[u8],
) -> Result<(), ProviderError> {
    let public = open(key)?;
    let scheme = scheme(alg, public)?;
    if signature.len() != public.len() {
        return Err(ProviderError::invalid_signature());
    }
    let verifies = match scheme {
        Scheme::Pkcs1(digest) => public.verify_pkcs1(&digest.info(hash), signature),
        Scheme::Raw => public.verify_pkcs1(hash, signature),
        Scheme::Pss(digest) => public.verify_pss(digest, hash, signature),
    };
    if verifies { Ok(()) } else { Err(ProviderError::invalid_signature()) }
}

/// Encrypts.
pub(crate) fn encrypt(
    key: Key<'_>,
    alg: AsymmetricEncryption,
    plaintext: &[u8],
    label: &[u8],
) -> Result<Vec<u8>, ProviderError> {
    let public = open(key)?;
    let padding = padding(alg, public, label)?;
    let encrypted = match padding {
        None => {
            check_length(plaintext.len(), public.len().saturating_sub(PKCS1_OVERHEAD))?;
            public.encrypt_pkcs1(plaintext)
        }
        Some(digest) => {
            check_length(plaintext.len(), public.len().saturating_sub(two_hashes(digest)))?;
            public.encrypt_oaep(digest, plaintext, label)
        }
    };
    encrypted.map_err(|Failed| ProviderError::generic("the text could not be encrypted"))
}

/// Decrypts. Whatever is wrong inside a ciphertext of the right length is one and the same error; with implicit rejection and
/// PKCS#1 v1.5 it is none.
pub(crate) fn decrypt(
    key: Key<'_>,
    alg: AsymmetricEncryption,
    ciphertext: &[u8],
    label: &[u8],
    implicit_rejection: bool,
) -> Result<SecretBytes, ProviderError> {
    let pair = open(key)?;
    let padding = padding(alg, pair, label)?;
    if ciphertext.len() != pair.len() {
        return Err(ProviderError::invalid_argument("the ciphertext is not as long as the modulus"));
    }
    let decrypted = match padding {
        None if implicit_rejection => return decrypt_whatever_the_padding(key, pair, ciphertext),
        None => pair.decrypt_pkcs1(ciphertext),
        Some(digest) => pair.decrypt_oaep(digest, ciphertext, label),
    };
    let mut plaintext = decrypted.map_err(|Failed| ProviderError::invalid_padding())?;
    Ok(SecretBytes::new(std::mem::take(&mut *plaintext)))
}

/// PKCS#1 v1.5 with implicit rejection.
fn decrypt_whatever_the_padding(key: Key<'_>, pair: &RsaKey, ciphertext: &[u8]) -> Result<SecretBytes, ProviderError> {
    let above = |Failed| ProviderError::invalid_argument("the ciphertext is not below the modulus");
    let block = SecretBytes::new(std::mem::take(&mut *pair.decrypt_unpadded(ciphertext).map_err(above)?));
    let numbers = RsaPrivateKey::from_der(key.handle.0.expose())?;
    let secret = left_padded(numbers.exponent.expose(), pair.len())
        .ok_or_else(|| ProviderError::corruption("the exponent is longer than the modulus"))?;
    RejectionSecret::of(&secret).unpad_encryption(&block, ciphertext)
}

/// How a signature is made.
enum Scheme {
    Pkcs1(Digest),
    Raw,
    Pss(Digest),
}

fn scheme(alg: AsymmetricSignature, key: &RsaKey) -> Result<Scheme, ProviderError> {
    let supported = signs(key.bits(), alg);
    let digest = |hash| match hash {
        SignHash::Specific(hash) if supported => Digest::of(hash),
        _ => None,
    };
    let scheme = match alg {
        AsymmetricSignature::RsaPkcs1v15Sign(hash) => digest(hash).map(Scheme::Pkcs1),
        AsymmetricSignature::RsaPkcs1v15SignRaw => Some(Scheme::Raw),
        AsymmetricSignature::RsaPss(hash) => digest(hash).map(Scheme::Pss),
        _ => None,
    };
    scheme.ok_or_else(|| ProviderError::not_supported("no such signatures with keys of this size"))
}

/// The hash of OAEP, `None` for PKCS#1 v1.5, which takes no label.
fn padding(alg: AsymmetricEncryption, key: &RsaKey, label: &[u8]) -> Result<Option<Digest>, ProviderError> {
    match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt if label.is_empty() => Ok(None),
        AsymmetricEncryption::RsaPkcs1v15Crypt => Err(ProviderError::invalid_argument("PKCS#1 v1.5 takes no label")),
        AsymmetricEncryption::RsaOaep(hash) => Digest::of(hash)
            .filter(|_| encrypts(key.bits(), alg))
            .map(Some)
            .ok_or_else(|| ProviderError::not_supported("no such encryption with keys of this size")),
    }
}

fn check_length(length: usize, most: usize) -> Result<(), ProviderError> {
    if length <= most { Ok(()) } else { Err(ProviderError::invalid_argument("the input is too long for the key")) }
}

/// The key, parsed once for as long as the service keeps it open.
fn open<'a>(key: Key<'a>) -> Result<&'a RsaKey, ProviderError> {
    let shape = key.attributes.shape();
    if !shape.key_type.is_rsa() {
        return Err(ProviderError::not_supported("not an RSA key"));
    }
    key.prepared(|material| {
        parse(shape, material).map_err(|Failed| ProviderError::corruption("the handle is not a key"))
    })
}

fn parse(key: KeyShape, material: &[u8]) -> Result<RsaKey, Failed> {
    if key.key_type.is_public() { RsaKey::from_public(material) } else { RsaKey::from_private(material) }
}
