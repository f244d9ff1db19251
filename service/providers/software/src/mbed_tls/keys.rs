//! Making, taking over and giving away keys. A handle is the key in the format of wire contract 4.2, as with the first
//! engine.

use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, KeyTag, KeyVault, NewKey, ProviderError};
use psa_crypto::types::algorithm::Algorithm;
use psa_crypto::types::key::{Attributes, Lifetime, Policy, UsageFlags};

use super::library::{Imported, Library, lock};
use super::{Engine, names};
use crate::{rsa, symmetric};

/// The curves that both this library and the contract have.
const CURVES: &[(EccFamily, u32)] = &[
    (EccFamily::SecpR1, 224),
    (EccFamily::SecpR1, 256),
    (EccFamily::SecpR1, 384),
    (EccFamily::SecpR1, 521),
    (EccFamily::SecpK1, 256),
    (EccFamily::BrainpoolPR1, 256),
    (EccFamily::BrainpoolPR1, 384),
    (EccFamily::BrainpoolPR1, 512),
    (EccFamily::Montgomery, 255),
    (EccFamily::Montgomery, 448),
];

/// The one of them that `psa-crypto` cannot name, because it takes P-384 for 284 bits long. Keys of it can be brought in,
/// whose size the library finds out, and none can be made.
const CANNOT_NAME: (EccFamily, u32) = (EccFamily::SecpR1, 384);

/// The longest symmetric key that the library knows to be one, other than those that are just bytes.
const MAX_BLOCK_CIPHER_BITS: u32 = 256;

/// Whether there are keys of this type and size here. 0 bits ask for any size.
pub(super) fn accepts(key: KeyShape) -> bool {
    match key.key_type {
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => rsa::accepts(key.bits),
        KeyType::EccKeyPair(_) | KeyType::EccPublicKey(_) => matching(key).next().is_some(),
        // The double keys of XTS are none here.
        KeyType::Aes => key.bits <= MAX_BLOCK_CIPHER_BITS && symmetric::accepts(key),
        _ => symmetric::accepts(key),
    }
}

/// The curves that a key can be on: one, all of its family for 0 bits, none for other keys.
fn matching(key: KeyShape) -> impl Iterator<Item = (EccFamily, u32)> {
    let fits = move |curve: &(EccFamily, u32)| {
        key.key_type.ecc_family() == Some(curve.0) && (key.bits == 0 || key.bits == curve.1)
    };
    CURVES.iter().copied().filter(fits)
}

/// Brings a key into the library, for one use with one algorithm.
pub(super) fn open<'a>(
    library: &'a Library,
    key: Key<'_>,
    usage: UsageFlags,
    algorithm: Algorithm,
) -> Result<Imported<'a>, ProviderError> {
    bring_in(library, key.attributes.key_type(), key.handle.0.expose(), usage, algorithm)
}

fn bring_in<'a>(
    library: &'a Library,
    key_type: KeyType,
    material: &[u8],
    usage: UsageFlags,
    algorithm: Algorithm,
) -> Result<Imported<'a>, ProviderError> {
    // The library finds the size out by itself.
    library.import(attributes(key_type, 0, usage, algorithm)?, material)
}

fn attributes(
    key_type: KeyType,
    bits: u32,
    usage_flags: UsageFlags,
    permitted_algorithms: Algorithm,
) -> Result<Attributes, ProviderError> {
    let key_type = names::key_type(key_type).ok_or_else(|| ProviderError::not_supported("no such keys here"))?;
    let policy = Policy { usage_flags, permitted_algorithms };
    Ok(Attributes { lifetime: Lifetime::Volatile, key_type, bits: bits as usize, policy })
}

impl KeyVault for Engine {
    fn generates(&self, key: KeyShape) -> bool {
        let is_nameless = key.key_type.ecc_family() == Some(CANNOT_NAME.0) && key.bits == CANNOT_NAME.1;
        !key.key_type.is_public() && accepts(key) && !is_nameless
    }

    fn imports(&self, key: KeyShape) -> bool {
        accepts(key)
    }

    fn exports(&self, key: KeyShape) -> bool {
        accepts(key)
    }

    fn generate(&self, new: NewKey<'_>) -> Result<Created, ProviderError> {
        let key = new.attributes.shape();
        if key.bits == 0 || !self.generates(key) {
            return Err(ProviderError::not_supported("no such key can be generated"));
        }
        let library = lock()?;
        let made = library.generate(self::attributes(key.key_type, key.bits, exportable(), Algorithm::None)?)?;
        let handle = made.export(longest_export(key))?;
        Ok(Created { handle: KeyHandle(handle), bits: key.bits })
    }

    fn import(&self, new: NewKey<'_>, material: &SecretBytes) -> Result<Created, ProviderError> {
        let (key, material) = (new.attributes.shape(), material.expose());
        let library = lock()?;
        let brought = bring_in(&library, key.key_type, material, exportable(), Algorithm::None)?;
        let bits =
            u32::try_from(brought.bits()?).map_err(|_| ProviderError::invalid_argument("the key is too long"))?;
        if key.bits != 0 && key.bits != bits {
            return Err(ProviderError::invalid_argument("the key is of another size"));
        }
        if !accepts(KeyShape { bits, ..key }) {
            return Err(ProviderError::not_supported("there are no keys of this size here"));
        }
        if key.key_type.is_rsa() {
            // The library reads other formats than PKCS#1 too, and bytes after it, and writes what it understood.
            if brought.export(material.len())?.expose() != material {
                return Err(ProviderError::invalid_argument("not a proper PKCS#1 key"));
            }
            // It does not look whether the parts of a pair agree. AWS-LC does.
            rsa::check(key, material)?;
        }
        Ok(Created { handle: KeyHandle::new(material.clone()), bits })
    }

    fn public_key(&self, key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
        let shape = key.attributes.shape();
        if shape.key_type.is_public() {
            return Ok(key.handle.0.expose().clone());
        }
        if !shape.key_type.is_key_pair() {
            return Err(ProviderError::invalid_argument("the key has no public half"));
        }
        let library = lock()?;
        open(&library, key, UsageFlags::default(), Algorithm::None)?.export_public(longest_export(shape))
    }

    fn export(&self, key: Key<'_>) -> Result<SecretBytes, ProviderError> {
        Ok(SecretBytes::new(key.handle.0.expose().clone()))
    }

    fn destroy(&self, _tag: KeyTag, _handle: Option<&KeyHandle>) -> Result<(), ProviderError> {
        Ok(())
    }
}

fn exportable() -> UsageFlags {
    let mut usage = UsageFlags::default();
    usage.set_export();
    usage
}

/// Room for any key of this type and size, in bytes: the PKCS#1 RSAPrivateKey is the longest, with nine numbers of which
/// five are half as long as the modulus, two as long, and headers.
fn longest_export(key: KeyShape) -> usize {
    const HEADERS: usize = 64;
    5 * (key.bits as usize).div_ceil(8) + HEADERS
}
