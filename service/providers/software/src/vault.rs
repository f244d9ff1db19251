//! Making, keeping and giving away keys. A handle is the key in the format of wire contract 4.2.

use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Created, Key, KeyHandle, KeyTag, KeyVault, NewKey, ProviderError, Random};

use crate::curves::{Arithmetic, Curve};
use crate::random::SystemRandom;
use crate::{ec, montgomery, rsa, symmetric};

/// It holds nothing: the service holds the handles.
pub(crate) struct Vault;

/// Whether there are keys of this type and size here. 0 bits ask for any size.
fn accepts(key: KeyShape) -> bool {
    match key.key_type {
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => rsa::accepts(key.bits),
        KeyType::EccKeyPair(_) | KeyType::EccPublicKey(_) => Curve::matching(key).next().is_some(),
        KeyType::DhKeyPair(_) | KeyType::DhPublicKey(_) => false,
        _ => symmetric::accepts(key),
    }
}

impl KeyVault for Vault {
    fn generates(&self, key: KeyShape) -> bool {
        !key.key_type.is_public() && accepts(key)
    }

    fn imports(&self, key: KeyShape) -> bool {
        accepts(key)
    }

    fn exports(&self, key: KeyShape) -> bool {
        accepts(key)
    }

    fn generate(&self, new: NewKey<'_>) -> Result<Created, ProviderError> {
        let key = new.attributes.shape();
        match key.key_type {
            KeyType::RsaKeyPair => rsa::generate(key.bits),
            KeyType::EccKeyPair(_) => match Curve::of(key)?.arithmetic {
                Arithmetic::Weierstrass(group) => ec::generate(group, key.bits),
                Arithmetic::Montgomery(function) => montgomery::generate(function, key.bits),
            },
            _ if key.bits != 0 && self.generates(key) => {
                let mut bytes = SecretBytes::new(vec![0; key.bits as usize / 8]);
                SystemRandom.fill(bytes.expose_mut())?;
                Ok(Created { handle: KeyHandle(bytes), bits: key.bits })
            }
            _ => Err(ProviderError::not_supported("no such key can be generated")),
        }
    }

    fn import(&self, new: NewKey<'_>, material: &SecretBytes) -> Result<Created, ProviderError> {
        let key = new.attributes.shape();
        let material = material.expose();
        let bits = match key.key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => rsa::check(key, material)?,
            KeyType::EccKeyPair(_) | KeyType::EccPublicKey(_) => {
                let curve = Curve::of_material(key, material.len())?;
                match curve.arithmetic {
                    Arithmetic::Weierstrass(group) => ec::check(group, key, material)?,
                    // Every string of the right length is a key.
                    Arithmetic::Montgomery(_) => {}
                }
                curve.bits
            }
            _ => {
                let bits = check_symmetric(key, material)?;
                symmetric::check_bytes(&new.attributes.with_bits(bits), material)?;
                bits
            }
        };
        Ok(Created { handle: KeyHandle::new(material.clone()), bits })
    }

    fn public_key(&self, key: Key<'_>) -> Result<Vec<u8>, ProviderError> {
        match key.attributes.key_type() {
            // It was checked when it came, and there is one way to write it.
            key_type if key_type.is_public() => Ok(key.handle.0.expose().clone()),
            KeyType::RsaKeyPair => rsa::public_key(key),
            KeyType::EccKeyPair(_) => match Curve::of(key.attributes.shape())?.arithmetic {
                Arithmetic::Weierstrass(_) => ec::public_key(key),
                Arithmetic::Montgomery(function) => montgomery::public_key(function, key),
            },
            _ => Err(ProviderError::invalid_argument("the key has no public half")),
        }
    }

    fn export(&self, key: Key<'_>) -> Result<SecretBytes, ProviderError> {
        Ok(SecretBytes::new(key.handle.0.expose().clone()))
    }

    fn destroy(&self, _tag: KeyTag, _handle: Option<&KeyHandle>) -> Result<(), ProviderError> {
        Ok(())
    }
}

/// The size of a symmetric key in bits.
fn check_symmetric(key: KeyShape, material: &[u8]) -> Result<u32, ProviderError> {
    let bits = material.len().checked_mul(8).and_then(|bits| u32::try_from(bits).ok());
    let bits = bits.ok_or_else(|| ProviderError::invalid_argument("the key is too long"))?;
    if bits == 0 || (key.bits != 0 && key.bits != bits) {
        return Err(ProviderError::invalid_argument("the key is of another size"));
    }
    let real = KeyShape { bits, ..key };
    match (key.key_type.has_size(bits), symmetric::accepts(real)) {
        (true, true) => Ok(bits),
        (true, false) => Err(ProviderError::not_supported("there are no keys of this size here")),
        (false, _) => Err(ProviderError::invalid_argument("the type has no keys of this size")),
    }
}
