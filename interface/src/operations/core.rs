//! Operations of the service itself.

use crate::attributes::KeyAttributes;
use crate::codes::{AuthKind, ProviderNumber};
use crate::encoding::{Field, attributes_from_proto, attributes_to_proto, message};
use crate::error::DecodeError;
use crate::names::KeyName;
use crate::numbered::numbered;
use crate::proto;

message! {
    /// Is anybody there?
    Ping {}
}
message! {
    /// The version of the protocol: 1 and 0.
    PingResult {
        /// Major.
        wire_protocol_version_maj: u32,
        /// Minor.
        wire_protocol_version_min: u32,
    }
}

message! {
    /// Which providers are there?
    ListProviders {}
}
message! {
    /// The providers in the order in which they are configured, the service itself last.
    ListProvidersResult {
        /// The first is every client's default.
        providers: Vec<ProviderInfo>,
    }
}

/// What a client may know of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderInfo {
    /// The UUID of the kind of provider, in lower case.
    pub uuid: String,
    /// For people.
    pub description: String,
    /// For people.
    pub vendor: String,
    /// Major, minor and revision.
    pub version: (u32, u32, u32),
    /// The number by which it is addressed.
    pub id: ProviderNumber,
}

impl Field<Vec<proto::ProviderInfo>> for Vec<ProviderInfo> {
    fn from_proto(value: Vec<proto::ProviderInfo>, name: &'static str) -> Result<Self, DecodeError> {
        let read = |info: proto::ProviderInfo| {
            Ok(ProviderInfo {
                uuid: info.uuid,
                description: info.description,
                vendor: info.vendor,
                version: (info.version_maj, info.version_min, info.version_rev),
                id: Field::from_proto(info.id, name)?,
            })
        };
        value.into_iter().map(read).collect()
    }

    fn into_proto(self) -> Vec<proto::ProviderInfo> {
        let write = |info: ProviderInfo| proto::ProviderInfo {
            uuid: info.uuid,
            description: info.description,
            vendor: info.vendor,
            version_maj: info.version.0,
            version_min: info.version.1,
            version_rev: info.version.2,
            id: info.id.0.into(),
        };
        self.into_iter().map(write).collect()
    }
}

message! {
    /// What can this provider do?
    ListOpcodes {
        /// The provider.
        provider_id: ProviderNumber,
    }
}
message! {
    /// The numbers of its operations.
    ListOpcodesResult {
        /// In no particular order.
        opcodes: Vec<u32>,
    }
}

message! {
    /// How may requests authenticate themselves?
    ListAuthenticators {}
}
message! {
    /// The authenticators in the order in which they are configured.
    ListAuthenticatorsResult {
        /// Old clients take the first that they support.
        authenticators: Vec<AuthenticatorInfo>,
    }
}

/// What a client may know of an authenticator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorInfo {
    /// For people.
    pub description: String,
    /// Major, minor and revision.
    pub version: (u32, u32, u32),
    /// The number that stands in headers.
    pub id: AuthKind,
}

impl Field<Vec<proto::AuthenticatorInfo>> for Vec<AuthenticatorInfo> {
    fn from_proto(value: Vec<proto::AuthenticatorInfo>, name: &'static str) -> Result<Self, DecodeError> {
        let read = |info: proto::AuthenticatorInfo| {
            Ok(AuthenticatorInfo {
                description: info.description,
                version: (info.version_maj, info.version_min, info.version_rev),
                id: Field::from_proto(info.id, name)?,
            })
        };
        value.into_iter().map(read).collect()
    }

    fn into_proto(self) -> Vec<proto::AuthenticatorInfo> {
        let write = |info: AuthenticatorInfo| proto::AuthenticatorInfo {
            description: info.description,
            version_maj: info.version.0,
            version_min: info.version.1,
            version_rev: info.version.2,
            id: info.id.0.into(),
        };
        self.into_iter().map(write).collect()
    }
}

message! {
    /// Which keys are mine?
    #[derive(Default)]
    ListKeys {
        /// Also those whose names are reserved ([`RESERVED_PREFIX`](crate::names::RESERVED_PREFIX)). Only EXTENDED clients
        /// can ask for them.
        include_reserved: bool,
    }
}
message! {
    /// The caller's keys on all providers: in the order of the providers, then by name.
    ListKeysResult {
        /// No key of anybody else.
        keys: Vec<KeyInfo>,
    }
}

/// A key of the caller's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// The provider that holds it.
    pub provider_id: ProviderNumber,
    /// Its name.
    pub name: KeyName,
    /// Its attributes.
    pub attributes: KeyAttributes,
}

impl Field<Vec<proto::KeyInfo>> for Vec<KeyInfo> {
    fn from_proto(value: Vec<proto::KeyInfo>, name: &'static str) -> Result<Self, DecodeError> {
        let read = |info: proto::KeyInfo| {
            Ok(KeyInfo {
                provider_id: Field::from_proto(info.provider_id, name)?,
                name: Field::from_proto(info.name, name)?,
                attributes: attributes_from_proto(info.attributes.ok_or(DecodeError::Missing("attributes"))?)?,
            })
        };
        value.into_iter().map(read).collect()
    }

    fn into_proto(self) -> Vec<proto::KeyInfo> {
        let write = |info: KeyInfo| proto::KeyInfo {
            provider_id: info.provider_id.0.into(),
            name: info.name.into_string(),
            attributes: Some(attributes_to_proto(&info.attributes)),
        };
        self.into_iter().map(write).collect()
    }
}

numbered! {
    /// What [`CanDoCrypto`] asks.
    pub enum CheckType {
        /// Could a key with these attributes be used with its algorithm?
        Use = 1,
        /// Could it be generated?
        Generate = 2,
        /// Could it be imported?
        Import = 3,
        /// Could it be the result of a derivation?
        Derive = 4,
    }
}

message! {
    /// Could this provider do that? Success is yes, PsaErrorNotSupported is no.
    CanDoCrypto {
        /// What is asked.
        check_type: CheckType,
        /// Of which key; 0 bits stand for any size.
        attributes: KeyAttributes,
    }
}
message! {
    /// Yes.
    CanDoCryptoResult {}
}
