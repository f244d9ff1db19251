//! What an administrator may ask.

use crate::attributes::KeyAttributes;
use crate::codes::{AuthKind, ProviderNumber};
use crate::encoding::{Field, message};
use crate::error::DecodeError;
use crate::names::KeyName;
use crate::proto;

message! {
    /// Who owns keys?
    ListClients {}
}
message! {
    /// The clients of the administrator's own authentication type that own keys.
    ListClientsResult {
        /// Sorted by bytes, no name twice.
        clients: Vec<String>,
    }
}
message! {
    /// Destroy all keys of a client of the administrator's own authentication type.
    DeleteClient {
        /// Its name; one that owns nothing is no error.
        client: String,
    }
}
message! {
    /// They are gone.
    DeleteClientResult {}
}
message! {
    /// End the quarantine of a client of the administrator's own authentication type.
    ReleaseClient {
        /// Its name; one that is not quarantined is no error.
        client: String,
    }
}
message! {
    /// It is served again, as the account that it belongs to now.
    ReleaseClientResult {
        /// False if it was not quarantined.
        released: bool,
    }
}
message! {
    /// Accept that another token stands under a provider's name.
    AcceptToken {
        /// The provider's name in the configuration.
        provider: String,
    }
}
message! {
    /// The provider serves again, with the keys that are in this token.
    AcceptTokenResult {
        /// The identity that was remembered; empty if none was.
        former: String,
        /// The identity that is remembered now.
        accepted: String,
    }
}
message! {
    /// Take over a key that others made in a provider's token.
    AdoptKey {
        /// The provider's name in the configuration.
        provider: String,
        /// The key's owner, of the administrator's own authentication type.
        client: String,
        /// Under which name the owner will use it.
        key_name: KeyName,
        /// What it is to be used for. 0 bits stand for the size that it has.
        attributes: KeyAttributes,
        /// How the token knows it. PKCS#11: the CKA_ID of the secret key, or of both halves of the pair.
        object_id: Vec<u8>,
    }
}
message! {
    /// The owner may use it.
    AdoptKeyResult {
        /// With the size that the key has.
        attributes: KeyAttributes,
    }
}
message! {
    /// Make a new storage root key where the configuration wants it, and seal every record under it.
    RekeyStore {}
}
message! {
    /// The former key opens nothing any more.
    RekeyStoreResult {
        /// Where the new key is kept, for people.
        place: String,
        /// Records that were sealed anew.
        records: u64,
    }
}
message! {
    /// Make every key of one client another's.
    MoveClient {
        /// The authentication type of the former owner.
        old_auth_type: AuthKind,
        /// Its name.
        old_client: String,
        /// The authentication type of the new owner.
        new_auth_type: AuthKind,
        /// Its name.
        new_client: String,
        /// Only say what would be done.
        dry_run: bool,
    }
}
message! {
    /// They are the other's, or would be.
    MoveClientResult {
        /// How many keys.
        keys: u64,
        /// The names that both have on the same provider: with one of them nothing can be moved. Only of a dry run.
        collisions: Vec<String>,
    }
}
message! {
    /// How is the service doing?
    Health {}
}
message! {
    /// The service's state. All counts are since its start.
    HealthResult {
        /// The service's version.
        version: String,
        /// Seconds since its start.
        uptime_seconds: u64,
        /// Requests answered.
        requests: u64,
        /// Panics caught; each was answered PsaErrorGenericError.
        panics: u64,
        /// Connections that are open now.
        connections: u64,
        /// Keys in the store.
        keys: u64,
        /// The configured providers.
        providers: Vec<ProviderHealth>,
        /// Keys whose records no longer open.
        damaged_records: Vec<DamagedRecord>,
        /// Clients whose uid belongs to another account than when their first key was made, or to none any more.
        quarantined: Vec<Quarantined>,
    }
}

/// The state of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderHealth {
    /// The number by which it is addressed.
    pub provider_id: ProviderNumber,
    /// Its configured name.
    pub name: String,
    /// Whether it works.
    pub available: bool,
    /// Why not; empty if it does.
    pub reason: String,
}

/// A key whose record was changed from outside or by a failing disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedRecord {
    /// Its owner's authentication type.
    pub auth_type: AuthKind,
    /// Its owner.
    pub client: String,
    /// Its provider.
    pub provider_id: ProviderNumber,
    /// Its name.
    pub key_name: KeyName,
}

/// A client whose uid was recycled or is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Its authentication type.
    pub auth_type: AuthKind,
    /// Its name.
    pub client: String,
    /// What was seen, and whether it is refused for that.
    pub reason: String,
}

/// Lists of flat sub-messages.
macro_rules! list {
    ($type:ident { $($field:ident),+ }) => {
        impl Field<Vec<proto::$type>> for Vec<$type> {
            fn from_proto(value: Vec<proto::$type>, _: &'static str) -> Result<Self, DecodeError> {
                let read = |one: proto::$type| {
                    Ok($type { $($field: Field::from_proto(one.$field, stringify!($field))?,)+ })
                };
                value.into_iter().map(read).collect()
            }

            fn into_proto(self) -> Vec<proto::$type> {
                self.into_iter().map(|one| proto::$type { $($field: one.$field.into_proto(),)+ }).collect()
            }
        }
    };
}

list!(ProviderHealth { provider_id, name, available, reason });
list!(DamagedRecord { auth_type, client, provider_id, key_name });
list!(Quarantined { auth_type, client, reason });
