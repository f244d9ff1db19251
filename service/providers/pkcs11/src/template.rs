//! What is said about an object when it is made.

use cryptoki::object::{Attribute, KeyType as CkKeyType, ObjectClass};
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::secret::Wipe;
use keystead_provider::{NewKey, ProviderError};

use crate::named_curves::NamedCurve;
use crate::objects::Class;

/// Attributes of an object. Values that are secret are cleared when it is dropped.
pub(crate) struct Template(Vec<Attribute>);

impl Template {
    /// A key of ours that stays in the token: what it is called, and what its policy lets it do.
    ///
    /// A flag is set only if the policy needs it; the others are set to false, since modules have other defaults.
    pub(crate) fn lasting(key: &NewKey<'_>, class: Class) -> Self {
        let usage = key.attributes.usage();
        let signs = usage.intersects(Usage::SIGN_HASH.and(Usage::SIGN_MESSAGE));
        let verifies = usage.intersects(Usage::VERIFY_HASH.and(Usage::VERIFY_MESSAGE));
        let encrypts = usage.contains(Usage::ENCRYPT);
        let decrypts = usage.contains(Usage::DECRYPT);
        let mut template = vec![
            Attribute::Token(true),
            Attribute::Private(class != Class::Public),
            Attribute::Id(key.tag.0.to_vec()),
            Attribute::Label(key.label.as_bytes().to_vec()),
        ];
        if class != Class::Public {
            template.push(Attribute::Sensitive(true));
            template.push(Attribute::Extractable(usage.contains(Usage::EXPORT)));
        }
        template.extend(match class {
            Class::Private => vec![
                Attribute::Sign(signs),
                Attribute::Decrypt(decrypts),
                Attribute::Derive(usage.contains(Usage::DERIVE)),
                Attribute::Unwrap(false),
            ],
            Class::Public => {
                vec![Attribute::Verify(verifies), Attribute::Encrypt(encrypts), Attribute::Wrap(false)]
            }
            // A MAC is verified by computing it.
            Class::Secret => vec![
                Attribute::Sign(signs || verifies),
                Attribute::Verify(verifies),
                Attribute::Encrypt(encrypts),
                Attribute::Decrypt(decrypts),
                Attribute::Wrap(false),
                Attribute::Unwrap(false),
            ],
        });
        Template(template)
    }

    /// A key that ends with its session, and does nothing but what is added.
    pub(crate) fn passing() -> Self {
        Template(vec![Attribute::Token(false), Attribute::Private(true), Attribute::Sensitive(true)])
    }

    /// These attributes alone.
    pub(crate) fn new(attributes: impl IntoIterator<Item = Attribute>) -> Self {
        Template(attributes.into_iter().collect())
    }

    /// With more attributes.
    pub(crate) fn with(mut self, more: impl IntoIterator<Item = Attribute>) -> Self {
        self.0.extend(more);
        self
    }

    /// With the class and the type that an object has which is not generated.
    pub(crate) fn of(self, class: Class, key_type: CkKeyType) -> Self {
        self.with([Attribute::Class(ObjectClass::from(class)), Attribute::KeyType(key_type)])
    }
}

impl std::ops::Deref for Template {
    type Target = [Attribute];

    fn deref(&self) -> &[Attribute] {
        &self.0
    }
}

impl Drop for Template {
    fn drop(&mut self) {
        for attribute in &mut self.0 {
            if let Attribute::Value(bytes)
            | Attribute::PrivateExponent(bytes)
            | Attribute::Prime1(bytes)
            | Attribute::Prime2(bytes)
            | Attribute::Exponent1(bytes)
            | Attribute::Exponent2(bytes)
            | Attribute::Coefficient(bytes) = attribute
            {
                bytes.wipe();
            }
        }
    }
}

/// What a token calls a type of keys. None if no token of ours has such keys.
pub(crate) fn token_type(key_type: KeyType) -> Option<CkKeyType> {
    match key_type {
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => Some(CkKeyType::RSA),
        KeyType::EccKeyPair(_) | KeyType::EccPublicKey(_) => Some(CkKeyType::EC),
        KeyType::Aes => Some(CkKeyType::AES),
        KeyType::Hmac => Some(CkKeyType::GENERIC_SECRET),
        _ => None,
    }
}

/// The curve that a key is on.
pub(crate) fn curve(attributes: &KeyAttributes) -> Result<&'static NamedCurve, ProviderError> {
    let family = attributes.key_type().ecc_family();
    family
        .and_then(|family| NamedCurve::of(family, attributes.bits()))
        .ok_or_else(|| ProviderError::not_supported("no token knows this curve by name"))
}
