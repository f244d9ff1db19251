//! How a handle lies on the disk: encrypted, and bound to everything that its row says about the key.
//!
//! A sealed handle is `version (1) ‖ salt (32) ‖ ciphertext ‖ tag (16)`. The key of each record is HKDF-SHA256 (RFC 5869)
//! of the storage root key with the record's own random salt, so it encrypts one message only and its AES-256-GCM
//! nonce may be fixed. Address, tag and attributes are associated data: a row whose fields were altered, or that was
//! put in another's place, does not open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::rand;
use keystead_interface::secret::{Secret, SecretBytes};
use keystead_provider::{KeyHandle, KeyTag};

use crate::KeyAddress;
use crate::error::StoreError;
use crate::root_key::{Fingerprint, RootKey};

/// The only format so far; a later one gets the next number.
const VERSION: u8 = 1;
/// The purpose of the derived keys: HKDF's `info`, and the first part of the associated data.
const DOMAIN: &[u8] = b"keystead key record v1";
const SALT_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
const OVERHEAD: usize = 1 + SALT_BYTES + TAG_BYTES;
/// Each key encrypts one message, so there is nothing from which a nonce would have to differ.
const NONCE: [u8; 12] = [0; 12];

/// What a handle is bound to.
#[derive(Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub(crate) address: &'a KeyAddress,
    pub(crate) tag: KeyTag,
    /// As they are stored, byte for byte.
    pub(crate) attributes: &'a [u8],
}

/// Seals and opens handles under the storage root key.
pub(crate) struct Sealer(RootKey);

impl Sealer {
    pub(crate) fn new(root: RootKey) -> Self {
        Sealer(root)
    }

    /// Of the key that it seals under.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint()
    }

    /// Seals a handle under a new salt.
    pub(crate) fn seal(&self, binding: Binding<'_>, handle: &KeyHandle) -> Result<Vec<u8>, StoreError> {
        let mut salt = [0; SALT_BYTES];
        rand::fill(&mut salt).map_err(|_| StoreError::Sealing)?;
        self.seal_with(&salt, binding, handle)
    }

    fn seal_with(
        &self,
        salt: &[u8; SALT_BYTES],
        binding: Binding<'_>,
        handle: &KeyHandle,
    ) -> Result<Vec<u8>, StoreError> {
        let plaintext = handle.0.expose();
        let mut sealed = vec![0; plaintext.len() + OVERHEAD];
        sealed[0] = VERSION;
        sealed[1..=SALT_BYTES].copy_from_slice(salt);
        let (ciphertext, tag) = sealed[1 + SALT_BYTES..].split_at_mut(plaintext.len());
        self.record_key(salt)?
            .seal_out_of_place_scatter(
                Nonce::assume_unique_for_key(NONCE),
                Aad::from(associated_data(binding)),
                plaintext,
                ciphertext,
                &[],
                tag,
            )
            .map_err(|_| StoreError::Sealing)?;
        Ok(sealed)
    }

    /// Opens a handle. `Damaged` if it, or anything that it is bound to, is not what was sealed.
    pub(crate) fn open(&self, binding: Binding<'_>, sealed: &[u8]) -> Result<KeyHandle, StoreError> {
        if sealed.len() < OVERHEAD {
            return Err(StoreError::Damaged("the sealed handle is cut short"));
        }
        let (head, rest) = sealed.split_at(1 + SALT_BYTES);
        if head[0] != VERSION {
            return Err(StoreError::Damaged("the sealed handle is of an unknown format"));
        }
        let (ciphertext, tag) = rest.split_at(rest.len() - TAG_BYTES);
        let mut plaintext = SecretBytes::new(vec![0; ciphertext.len()]);
        self.record_key(&head[1..])?
            .open_separate_gather(
                Nonce::assume_unique_for_key(NONCE),
                Aad::from(associated_data(binding)),
                ciphertext,
                tag,
                plaintext.expose_mut(),
            )
            .map_err(|_| StoreError::Damaged("the record is not what was sealed"))?;
        Ok(KeyHandle(plaintext))
    }

    fn record_key(&self, salt: &[u8]) -> Result<LessSafeKey, StoreError> {
        let mut key = Secret::new([0; 32]);
        Salt::new(HKDF_SHA256, salt)
            .extract(self.0.expose())
            .expand(&[DOMAIN], HKDF_SHA256)
            .and_then(|okm| okm.fill(key.expose_mut()))
            .map_err(|_| StoreError::Sealing)?;
        UnboundKey::new(&AES_256_GCM, key.expose()).map(LessSafeKey::new).map_err(|_| StoreError::Sealing)
    }
}

/// Every part behind its length (four bytes, big-endian), so that no two records can have the same associated data.
fn associated_data(binding: Binding<'_>) -> Vec<u8> {
    let address = binding.address;
    let parts: [&[u8]; 8] = [
        DOMAIN,
        &[VERSION],
        &binding.tag.0,
        &[address.tenant.kind().0],
        address.tenant.name().as_bytes(),
        &[address.provider.0],
        address.name.as_str().as_bytes(),
        binding.attributes,
    ];
    let mut data = Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum());
    for part in parts {
        // Names are limited to 65,535 bytes and attributes are ours: none comes near 4 GiB.
        data.extend_from_slice(&(part.len() as u32).to_be_bytes());
        data.extend_from_slice(part);
    }
    data
}

#[cfg(test)]
mod tests {
    use keystead_interface::codes::{AuthKind, ProviderNumber};
    use keystead_interface::names::{KeyName, Tenant};

    use super::*;

    fn address(kind: u8, tenant: &str, provider: u8, name: &str) -> KeyAddress {
        KeyAddress {
            tenant: Tenant::new(AuthKind(kind), tenant).unwrap(),
            provider: ProviderNumber(provider),
            name: KeyName::new(name).unwrap(),
        }
    }

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    /// Computed with Python's hmac (RFC 5869 written out) and the AESGCM of its `cryptography` package. Stores that
    /// exist depend on these bytes.
    #[test]
    fn the_format_is_what_another_implementation_makes_of_its_description() {
        let root = RootKey::for_test(0x42);
        assert_eq!(root.fingerprint().to_string(), "92b6e2d07946fa60");
        let sealer = Sealer::new(root);
        let salt: [u8; 32] = std::array::from_fn(|at| at as u8);
        let address = address(3, "1000", 1, "clé\0");
        let binding = Binding { address: &address, tag: KeyTag([7; 16]), attributes: b"attributes" };
        let handle = KeyHandle::new(b"the handle of a key".to_vec());
        let mut expected = vec![1];
        expected.extend_from_slice(&salt);
        expected.extend(unhex("fa1ed9144dc7fa367d4fa501a797d3ed4fde21352d3bdb8e92067bbe023bcefc51753d"));
        assert_eq!(sealer.seal_with(&salt, binding, &handle).unwrap(), expected);
        assert_eq!(sealer.open(binding, &expected).unwrap().0.expose(), handle.0.expose());
    }

    #[test]
    fn a_handle_opens_only_where_it_was_sealed() {
        let sealer = Sealer::new(RootKey::for_test(1));
        let here = address(3, "1000", 1, "name");
        let tag = KeyTag([7; 16]);
        let binding = Binding { address: &here, tag, attributes: b"attributes" };
        let sealed = sealer.seal(binding, &KeyHandle::new(vec![9; 32])).unwrap();
        assert!(sealer.open(binding, &sealed).is_ok());
        let elsewhere = [
            address(1, "1000", 1, "name"),
            address(3, "1001", 1, "name"),
            address(3, "1000", 2, "name"),
            address(3, "1000", 1, "name2"),
            // The same bytes, cut in another place.
            address(3, "1000name", 1, ""),
        ];
        for other in &elsewhere {
            assert!(sealer.open(Binding { address: other, ..binding }, &sealed).is_err(), "{other}");
        }
        assert!(sealer.open(Binding { tag: KeyTag([8; 16]), ..binding }, &sealed).is_err());
        assert!(sealer.open(Binding { attributes: b"attributez", ..binding }, &sealed).is_err());
        assert!(Sealer::new(RootKey::for_test(2)).open(binding, &sealed).is_err());
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let sealer = Sealer::new(RootKey::for_test(1));
        let here = address(3, "1000", 1, "name");
        let binding = Binding { address: &here, tag: KeyTag([7; 16]), attributes: b"attributes" };
        let sealed = sealer.seal(binding, &KeyHandle::new(vec![9; 32])).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(sealer.open(binding, &altered), Err(StoreError::Damaged(_))), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(matches!(sealer.open(binding, &sealed[..length]), Err(StoreError::Damaged(_))), "{length} bytes");
        }
    }

    #[test]
    fn equal_handles_do_not_look_equal() {
        let sealer = Sealer::new(RootKey::for_test(1));
        let here = address(3, "1000", 1, "name");
        let binding = Binding { address: &here, tag: KeyTag([7; 16]), attributes: b"attributes" };
        let seal = || sealer.seal(binding, &KeyHandle::new(vec![9; 32])).unwrap();
        assert_ne!(seal()[33..], seal()[33..]);
    }
}
