//! One field of a message, and messages as lists of fields.

use crate::algorithm::{Aead, AsymmetricEncryption, AsymmetricSignature, Cipher, Hash, Mac, RawKeyAgreement};
use crate::attributes::KeyAttributes;
use crate::codes::{AuthKind, ProviderNumber};
use crate::error::DecodeError;
use crate::names::{ClientRef, InstanceId, KeyName};
use crate::operations::core::CheckType;
use crate::operations::identity::{ClientState, TrustRole};
use crate::secret::{SecretBytes, Wipe};

/// A type that stands in a field which prost generates as `P`.
pub(crate) trait Field<P>: Sized {
    /// Takes the field's value over, or says what is wrong with it. `name` is the field's.
    fn from_proto(value: P, name: &'static str) -> Result<Self, DecodeError>;
    /// The value as prost wants it.
    fn into_proto(self) -> P;
    /// Clears a value that held a secret.
    fn wipe(_value: &mut P) {}
}

/// Declares a message: a struct of ours, with a line for each field, that converts from and to prost's of the same name.
macro_rules! message {
    ($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        pub struct $name { $($(#[$fmeta])* pub $field: $type,)* }

        impl $crate::operations::Message for $name {
            #[allow(unused_variables, unused_mut, clippy::let_unit_value)]
            fn decode(bytes: &[u8]) -> Result<Self, $crate::error::DecodeError> {
                let mut proto = $crate::proto::$name::default();
                let merged = prost::Message::merge(&mut proto, $crate::encoding::Source::new(bytes));
                // Every field is taken over before any is judged, so that a secret is cleared whatever is wrong.
                $(let $field = <$type as $crate::encoding::Field<_>>::from_proto(proto.$field, stringify!($field));)*
                merged?;
                Ok($name { $($field: $field?,)* })
            }

            #[allow(unused_variables, unused_mut)]
            fn encode(self, out: &mut Vec<u8>) {
                let mut proto = $crate::proto::$name {
                    $($field: $crate::encoding::Field::into_proto(self.$field),)*
                };
                $crate::secret::reserve(out, prost::Message::encoded_len(&proto));
                prost::Message::encode_raw(&proto, out);
                $(<$type as $crate::encoding::Field<_>>::wipe(&mut proto.$field);)*
            }
        }
    };
}

pub(crate) use message;

/// Fields that are taken as they are.
macro_rules! plain {
    ($($type:ty),+) => { $(
        impl Field<$type> for $type {
            fn from_proto(value: $type, _: &'static str) -> Result<Self, DecodeError> { Ok(value) }
            fn into_proto(self) -> $type { self }
        }
    )+ };
}

plain!(u32, u64, bool, String, Vec<u8>, Vec<String>, Vec<u32>, Vec<Vec<u8>>);

impl Field<Vec<u8>> for SecretBytes {
    fn from_proto(value: Vec<u8>, _: &'static str) -> Result<Self, DecodeError> {
        Ok(SecretBytes::new(value))
    }

    fn into_proto(self) -> Vec<u8> {
        self.into_exposed()
    }

    fn wipe(value: &mut Vec<u8>) {
        value.wipe();
    }
}

impl Field<String> for KeyName {
    fn from_proto(value: String, _: &'static str) -> Result<Self, DecodeError> {
        Ok(KeyName::new(value)?)
    }

    fn into_proto(self) -> String {
        self.into_string()
    }
}

impl<const N: usize> Field<Vec<u8>> for [u8; N] {
    fn from_proto(value: Vec<u8>, name: &'static str) -> Result<Self, DecodeError> {
        <[u8; N]>::try_from(value).map_err(|_| DecodeError::Form(name))
    }

    fn into_proto(self) -> Vec<u8> {
        self.to_vec()
    }
}

impl Field<Vec<u8>> for InstanceId {
    fn from_proto(value: Vec<u8>, name: &'static str) -> Result<Self, DecodeError> {
        Field::from_proto(value, name).map(InstanceId::new)
    }

    fn into_proto(self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}

impl Field<String> for ClientRef {
    fn from_proto(value: String, name: &'static str) -> Result<Self, DecodeError> {
        ClientRef::new(value).ok_or(DecodeError::Form(name))
    }

    fn into_proto(self) -> String {
        self.as_str().to_owned()
    }
}

impl Field<u32> for ProviderNumber {
    fn from_proto(value: u32, _: &'static str) -> Result<Self, DecodeError> {
        u8::try_from(value).map(ProviderNumber).map_err(|_| DecodeError::ProviderDoesNotExist(value))
    }

    fn into_proto(self) -> u32 {
        self.0.into()
    }
}

impl Field<u32> for AuthKind {
    fn from_proto(value: u32, name: &'static str) -> Result<Self, DecodeError> {
        u8::try_from(value).map(AuthKind).map_err(|_| DecodeError::Unknown { field: name, value: value.into() })
    }

    fn into_proto(self) -> u32 {
        self.0.into()
    }
}

/// Enums of the contract. 0 stands for "none", which no operation takes.
macro_rules! enumerated {
    ($($type:ty),+) => { $(
        impl Field<i32> for $type {
            fn from_proto(value: i32, name: &'static str) -> Result<Self, DecodeError> {
                u32::try_from(value).ok().and_then(<$type>::from_number)
                    .ok_or(DecodeError::Unknown { field: name, value: value.into() })
            }
            fn into_proto(self) -> i32 {
                self.number() as i32
            }
        }
    )+ };
}

enumerated!(Hash, Cipher, RawKeyAgreement, CheckType, TrustRole, ClientState);

/// Sub-messages that must be there.
macro_rules! mandatory {
    ($($type:ty: $proto:ident, $from:path, $into:path;)+) => { $(
        impl Field<Option<crate::proto::$proto>> for $type {
            fn from_proto(value: Option<crate::proto::$proto>, name: &'static str) -> Result<Self, DecodeError> {
                $from(value.ok_or(DecodeError::Missing(name))?)
            }
            fn into_proto(self) -> Option<crate::proto::$proto> {
                Some($into(&self))
            }
        }
    )+ };
}

mandatory! {
    KeyAttributes: KeyAttributes, super::attributes_from_proto, super::attributes_to_proto;
    AsymmetricSignature: AsymmetricSignature, super::algorithm::signature_from_proto, super::algorithm::signature_to_proto;
    AsymmetricEncryption: AsymmetricEncryption, super::algorithm::encryption_from_proto, super::algorithm::encryption_to_proto;
    Aead: Aead, super::algorithm::aead_from_proto, super::algorithm::aead_to_proto;
    Mac: Mac, super::algorithm::mac_from_proto, super::algorithm::mac_to_proto;
}
