//! A key of the software provider, held as the service would hold it.

use keystead_interface::algorithm::{Algorithm, AsymmetricEncryption, AsymmetricSignature, RawKeyAgreement};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, Key, KeyHandle, KeyTag, NewKey, Prepared, Provider, ProviderError};
use keystead_provider_software::{Settings, SoftwareProvider};

/// The curves in Weierstrass form that the provider has.
pub(crate) const WEIERSTRASS: &[(EccFamily, u32)] = &[
    (EccFamily::SecpR1, 224),
    (EccFamily::SecpR1, 256),
    (EccFamily::SecpR1, 384),
    (EccFamily::SecpR1, 521),
    (EccFamily::SecpK1, 256),
    (EccFamily::BrainpoolPR1, 224),
    (EccFamily::BrainpoolPR1, 256),
    (EccFamily::BrainpoolPR1, 320),
    (EccFamily::BrainpoolPR1, 384),
    (EccFamily::BrainpoolPR1, 512),
];

/// Those in Montgomery form.
pub(crate) const MONTGOMERY: &[(EccFamily, u32)] = &[(EccFamily::Montgomery, 255), (EccFamily::Montgomery, 448)];

/// A provider with the settings that it has when none are made.
pub(crate) fn provider() -> SoftwareProvider {
    SoftwareProvider::new(Settings::default())
}

/// Attributes that the provider only reads type and size of.
pub(crate) fn attributes(key_type: KeyType, bits: u32) -> KeyAttributes {
    KeyAttributes::new(key_type, bits, Usage::NONE, Algorithm::None)
}

/// Bytes from hexadecimal digits; white space is skipped.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap());
    pairs.collect()
}

/// An open key.
pub(crate) struct Held {
    provider: SoftwareProvider,
    attributes: KeyAttributes,
    handle: KeyHandle,
    prepared: Prepared,
}

const TAG: KeyTag = KeyTag([7; 16]);

impl Held {
    pub(crate) fn generate(key_type: KeyType, bits: u32) -> Result<Held, ProviderError> {
        let provider = provider();
        let attributes = attributes(key_type, bits);
        assert!(provider.vault().generates(attributes.shape()));
        let created = provider.vault().generate(NewKey { tag: TAG, label: "test", attributes: &attributes })?;
        assert_eq!(created.bits, bits);
        Ok(Held { provider, attributes, handle: created.handle, prepared: Prepared::default() })
    }

    pub(crate) fn import(key_type: KeyType, bits: u32, material: &[u8]) -> Result<Held, ErrorKind> {
        let provider = provider();
        let attributes = attributes(key_type, bits);
        let material = SecretBytes::new(material.to_vec());
        let created = provider
            .vault()
            .import(NewKey { tag: TAG, label: "test", attributes: &attributes }, &material)
            .map_err(|error| error.kind)?;
        let attributes = attributes.with_bits(created.bits);
        Ok(Held { provider, attributes, handle: created.handle, prepared: Prepared::default() })
    }

    fn key(&self) -> Key<'_> {
        Key { tag: TAG, attributes: &self.attributes, handle: &self.handle, prepared: &self.prepared }
    }

    pub(crate) fn bits(&self) -> u32 {
        self.attributes.bits()
    }

    pub(crate) fn export(&self) -> Vec<u8> {
        self.provider.vault().export(self.key()).unwrap().into_exposed()
    }

    pub(crate) fn public_key(&self) -> Vec<u8> {
        self.provider.vault().public_key(self.key()).unwrap()
    }

    /// The public half as a key of its own.
    pub(crate) fn public(&self) -> Held {
        let key_type = match self.attributes.key_type() {
            KeyType::RsaKeyPair => KeyType::RsaPublicKey,
            KeyType::EccKeyPair(family) => KeyType::EccPublicKey(family),
            other => other,
        };
        Held::import(key_type, self.bits(), &self.public_key()).unwrap()
    }

    pub(crate) fn sign_hash(&self, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        let signing = self.provider.capabilities().signing.unwrap();
        signing.sign_hash(self.key(), alg, hash).map_err(|error| error.kind)
    }

    pub(crate) fn verify_hash(&self, alg: AsymmetricSignature, hash: &[u8], signature: &[u8]) -> Result<(), ErrorKind> {
        let signing = self.provider.capabilities().signing.unwrap();
        signing.verify_hash(self.key(), alg, hash, signature).map_err(|error| error.kind)
    }

    pub(crate) fn sign_message(&self, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        let signing = self.provider.capabilities().signing.unwrap();
        signing.sign_message(self.key(), alg, message).map_err(|error| error.kind)
    }

    pub(crate) fn verify_message(
        &self,
        alg: AsymmetricSignature,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), ErrorKind> {
        let signing = self.provider.capabilities().signing.unwrap();
        signing.verify_message(self.key(), alg, message, signature).map_err(|error| error.kind)
    }

    pub(crate) fn encrypt(&self, alg: AsymmetricEncryption, text: &[u8], label: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        let encryption = self.provider.capabilities().asymmetric_encryption.unwrap();
        let text = SecretBytes::new(text.to_vec());
        encryption.encrypt(self.key(), alg, &text, label).map_err(|error| error.kind)
    }

    pub(crate) fn decrypt(
        &self,
        alg: AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        let encryption = self.provider.capabilities().asymmetric_encryption.unwrap();
        encryption.decrypt(self.key(), alg, ciphertext, label).map(SecretBytes::into_exposed)
    }

    pub(crate) fn agree(&self, peer_key: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        let agreement = self.provider.capabilities().key_agreement.unwrap();
        let agreed = agreement.agree(self.key(), RawKeyAgreement::Ecdh, peer_key);
        agreed.map(SecretBytes::into_exposed).map_err(|error| error.kind)
    }
}
