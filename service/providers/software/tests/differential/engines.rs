//! The two engines, and a key held by one of them.

use std::sync::LazyLock;

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyShape, KeyType, Usage};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Capabilities, ErrorKind, Key, KeyHandle, KeyTag, NewKey, Prepared, Provider, ProviderError};
use keystead_provider_software::{MbedTlsProvider, Settings, SoftwareProvider};

static AWS_LC: LazyLock<SoftwareProvider> = LazyLock::new(|| SoftwareProvider::new(Settings::default()));
static MBED_TLS: LazyLock<MbedTlsProvider> = LazyLock::new(|| MbedTlsProvider::new(Settings::default()).unwrap());

/// Both.
pub(crate) fn engines() -> [&'static dyn Provider; 2] {
    [&*AWS_LC, &*MBED_TLS]
}

const TAG: KeyTag = KeyTag([7; 16]);

/// A key that an engine holds, for one algorithm.
pub(crate) struct Held {
    engine: &'static dyn Provider,
    attributes: KeyAttributes,
    handle: KeyHandle,
    prepared: Prepared,
}

fn new_key(attributes: &KeyAttributes) -> NewKey<'_> {
    NewKey { tag: TAG, label: "test", attributes }
}

impl Held {
    pub(crate) fn generate(engine: &'static dyn Provider, key: KeyShape) -> Held {
        let attributes = attributes(key);
        let created = engine.vault().generate(new_key(&attributes)).unwrap();
        assert_eq!(created.bits, key.bits);
        Held { engine, attributes, handle: created.handle, prepared: Prepared::default() }
    }

    pub(crate) fn import(engine: &'static dyn Provider, key: KeyShape, material: &[u8]) -> Result<Held, ErrorKind> {
        let attributes = attributes(key);
        let created =
            engine.vault().import(new_key(&attributes), &SecretBytes::new(material.to_vec())).map_err(kind)?;
        let attributes = attributes.with_bits(created.bits);
        Ok(Held { engine, attributes, handle: created.handle, prepared: Prepared::default() })
    }

    /// The same key in both engines, as if the service had sealed it under one and opened it under the other.
    pub(crate) fn twins(key: KeyShape, material: &[u8]) -> [Held; 2] {
        engines().map(|engine| Held {
            engine,
            attributes: attributes(key),
            handle: KeyHandle::new(material.to_vec()),
            prepared: Prepared::default(),
        })
    }

    pub(crate) fn key(&self) -> Key<'_> {
        Key { tag: TAG, attributes: &self.attributes, handle: &self.handle, prepared: &self.prepared }
    }

    pub(crate) fn can(&self) -> Capabilities<'static> {
        self.engine.capabilities()
    }

    pub(crate) fn shape(&self) -> KeyShape {
        self.attributes.shape()
    }

    pub(crate) fn bits(&self) -> u32 {
        self.attributes.bits()
    }

    pub(crate) fn material(&self) -> Vec<u8> {
        self.engine.vault().export(self.key()).unwrap().into_exposed()
    }

    pub(crate) fn public_key(&self) -> Vec<u8> {
        self.engine.vault().public_key(self.key()).unwrap()
    }
}

/// The public half of both twins, which must be one: as a key of each engine.
pub(crate) fn public_twins(pairs: &[Held; 2], key: KeyShape) -> [Held; 2] {
    let public = pairs[0].public_key();
    assert_eq!(public, pairs[1].public_key(), "public keys of {key:?}");
    let key_type = match key.key_type {
        KeyType::RsaKeyPair => KeyType::RsaPublicKey,
        KeyType::EccKeyPair(family) => KeyType::EccPublicKey(family),
        other => other,
    };
    let key = KeyShape { key_type, ..key };
    engines().map(|engine| Held::import(engine, key, &public).unwrap())
}

/// Why something failed, as a client sees it.
pub(crate) fn kind(error: ProviderError) -> ErrorKind {
    error.kind
}

/// Fails unless both did the same.
pub(crate) fn assert_same<T: PartialEq + std::fmt::Debug>(
    results: [Result<T, ErrorKind>; 2],
    what: impl std::fmt::Debug,
) -> Result<T, ErrorKind> {
    let [first, second] = results;
    assert_eq!(first, second, "AWS-LC (left) and Mbed TLS differ: {what:02x?}");
    first
}

fn attributes(key: KeyShape) -> KeyAttributes {
    KeyAttributes::new(key.key_type, key.bits, Usage::NONE, Algorithm::None)
}
