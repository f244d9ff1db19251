//! What the service remembers about keys: durable when it says so, and sealed on the disk.
//!
//! The store knows nothing of sockets and never calls a provider. In reading order: [`KeyStore`] is the joint,
//! [`error`] says how it can fail; [`state_directory`], [`root_key`] and [`sqlite`] are what it is made of, and
//! `sealing` is how a handle lies in it.

mod damage;
pub mod error;
pub mod limits;
pub mod private_file;
pub mod root_key;
mod sealing;
pub mod sqlite;
pub mod state_directory;

use std::fmt;
use std::pin::Pin;

use keystead_interface::attributes::KeyAttributes;
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::names::{KeyName, Tenant};
use keystead_provider::{KeyHandle, KeyTag};

pub use error::{OpenError, RekeyError, StoreError};
pub use root_key::{Fingerprint, Place, RootKeySource};
pub use sqlite::SqliteStore;
pub use state_directory::{StateDirectory, StateDirectoryError};

/// What a key is found by. Equal names of two tenants, or on two providers, are two keys (wire contract 4.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyAddress {
    /// Who owns it.
    pub tenant: Tenant,
    /// Where it lives.
    pub provider: ProviderNumber,
    /// What its owner calls it.
    pub name: KeyName,
}

impl fmt::Display for KeyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} on provider {}", self.name, self.tenant, self.provider.0)
    }
}

/// All that is needed to use a key.
pub struct KeyRecord {
    /// Chosen at random when the key was made, and never used again.
    pub tag: KeyTag,
    /// What it is, with its real size.
    pub attributes: KeyAttributes,
    /// What the provider wants to be given with it.
    pub handle: KeyHandle,
}

/// How far a key has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its name is taken, and the provider may have begun to make it.
    Reserved,
    /// It can be used.
    Live,
    /// Its name is free again; the provider may still have it.
    Condemned,
}

/// A key that its provider is to destroy, after which it is to be forgotten.
pub struct Condemned {
    /// Its tag.
    pub tag: KeyTag,
    /// What the provider gave; none if making the key was not finished, or if the record is damaged.
    pub handle: Option<KeyHandle>,
}

/// A key that a crash or a failing provider left half-made or half-destroyed.
pub struct Leftover {
    /// Where it is or was.
    pub address: KeyAddress,
    /// Its tag.
    pub tag: KeyTag,
    /// [`Stage::Reserved`] or [`Stage::Condemned`].
    pub stage: Stage,
    /// What the provider gave; none if making the key was not finished, or if the record is damaged.
    pub handle: Option<KeyHandle>,
}

/// A live key in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// Where it lives.
    pub provider: ProviderNumber,
    /// What its owner calls it.
    pub name: KeyName,
    /// What it is. They are authenticated only when the key is used, not when it is listed.
    pub attributes: KeyAttributes,
}

/// A tenant that owns keys, and what is noted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Who.
    pub tenant: Tenant,
    /// The account of the host that it was when its first key was made; none if that was not noted.
    pub account: Option<String>,
    /// Why its requests are refused until it is released; none if they are not.
    pub quarantine: Option<String>,
}

/// What was moved from one tenant to another, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// The keys, where they were before.
    pub keys: Vec<KeyAddress>,
    /// The addresses of the other tenant that are taken already; empty if something was moved.
    pub taken: Vec<KeyAddress>,
}

/// The storage root key that a store is sealed under now, in the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rekeyed {
    /// By what it is known.
    pub fingerprint: Fingerprint,
    /// Where it is.
    pub place: Place,
    /// How many records were sealed anew.
    pub records: u64,
    /// How many were left as they were, because they are damaged.
    pub damaged: u64,
}

/// A change on its way to the disk. It was submitted when the method was called; dropping this does not undo it. What
/// it resolves to is durable: neither SIGKILL nor a power cut takes it back. After an error nothing was changed.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send>>;

/// What the service remembers about keys. Every method is one transaction, and may be called by many threads at once.
///
/// ```text
///   reserve           commit        condemn           forget
/// ───────────▶ Reserved ─────▶ Live ───────▶ Condemned ─────▶ (gone)
///                  └──────── abandon ────────────▲
/// ```
/// A provider that keeps nothing of its own needs only [`insert`](KeyStore::insert) and [`remove`](KeyStore::remove).
/// Methods that answer at once read from memory or disk for some 10 µs, more for long lists; none of them waits for a
/// change.
pub trait KeyStore: Send + Sync {
    /// From now on a tenant that has `most` keys, in whatever stage, gets no further ones. At first there is no limit.
    fn limit_keys_of_tenants(&self, most: u64);

    /// Makes a key live in one step. `AlreadyExists` if the name or the tag is taken, `QuotaExceeded` if the tenant has as
    /// many keys as it may.
    fn insert(&self, address: &KeyAddress, record: &KeyRecord) -> Pending<()>;

    /// Takes a name for a key that is about to be made; it is not found and not listed yet. `AlreadyExists` if the
    /// name or the tag is taken, `QuotaExceeded` as above.
    fn reserve(&self, address: &KeyAddress, tag: KeyTag, attributes: &KeyAttributes) -> Pending<()>;

    /// Makes a reserved key live, with the attributes that it really has. `DoesNotExist` if it is not reserved under
    /// this address.
    fn commit(&self, address: &KeyAddress, record: &KeyRecord) -> Pending<()>;

    /// Condemns a reserved key; its name is free at once. If it is condemned or gone already, nothing happens.
    fn abandon(&self, tag: KeyTag) -> Pending<()>;

    /// The live key of this address, if there is one. `Damaged` if its record was altered.
    fn find(&self, address: &KeyAddress) -> Result<Option<KeyRecord>, StoreError>;

    /// Whether there is a live key of this address, or one that is condemned since earlier: what
    /// [`condemn`](KeyStore::condemn) would answer.
    fn has(&self, address: &KeyAddress) -> Result<bool, StoreError>;

    /// Whether a key in any stage has this tag.
    fn has_tag(&self, tag: KeyTag) -> Result<bool, StoreError>;

    /// The live keys of a tenant by provider number and name; `TooMany` above
    /// [`MAX_LISTED_KEYS`](limits::MAX_LISTED_KEYS). The cost grows with this tenant's keys only. Records
    /// that cannot be read are left out and remembered as damaged.
    fn list(&self, tenant: &Tenant) -> Result<Vec<ListedKey>, StoreError>;

    /// Makes a live key vanish in one step. False if there is none. A damaged key can be removed too.
    fn remove(&self, address: &KeyAddress) -> Pending<bool>;

    /// Condemns a live key; its name is free at once. If there is no live one, but one of this address is condemned
    /// since earlier, answers that (the oldest). None if there is neither.
    fn condemn(&self, address: &KeyAddress) -> Pending<Option<Condemned>>;

    /// Forgets a condemned key, after its provider has destroyed it. If it is gone already, nothing happens; a key in
    /// another stage is left alone.
    fn forget(&self, tag: KeyTag) -> Pending<()>;

    /// What was left half-made or half-destroyed on a provider, to be repaired at start.
    fn leftovers(&self, provider: ProviderNumber) -> Result<Vec<Leftover>, StoreError>;

    /// The names of those tenants of an authenticator who own at least one live key, sorted by their bytes.
    fn tenants(&self, kind: AuthKind) -> Result<Vec<String>, StoreError>;

    /// Every live or condemned key of a tenant, so that all can be destroyed. An address that has several condemned
    /// keys is there several times.
    fn keys_of(&self, tenant: &Tenant) -> Result<Vec<KeyAddress>, StoreError>;

    /// The tenants of an authenticator that own keys in any stage, or the one of this name if it does.
    fn owners(&self, kind: AuthKind, name: Option<&str>) -> Result<Vec<Owner>, StoreError>;

    /// Notes what is said of these, in the place of what was noted before. What is noted of a tenant is forgotten with
    /// its last key.
    fn note_owners(&self, owners: Vec<Owner>) -> Pending<()>;

    /// Makes every live key of one tenant another's, under its name and on its provider; or only says what that would
    /// do, if it is a trial. `AlreadyExists` if the other has a key of one of these names there, `Damaged` if the record
    /// of one was altered. Keys that are half-made or half-destroyed stay whose they are. The tenants must differ.
    fn move_tenant(&self, from: &Tenant, to: &Tenant, is_trial: bool) -> Pending<Moved>;

    /// The number of a configured provider (wire contract 6.5). It is bound to the name when the name is first seen, and
    /// stays bound for ever: to the one that is `wanted`, or else to the `well_known` one of its kind, or if that is
    /// bound already to the lowest free one from 16. A name that is bound keeps its number, whatever is wanted.
    /// `ProviderNumberTaken` if the wanted number is bound to another name, `ProviderKindChanged` if the name was another
    /// kind of provider before. To be called at start: it waits for the disk.
    fn bind_provider(
        &self,
        name: &str,
        well_known: ProviderNumber,
        wanted: Option<ProviderNumber>,
    ) -> Result<ProviderNumber, StoreError>;

    /// The identity of the token that is known by a configured provider's name; none if none has been seen.
    fn token_of(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// Binds a token to a provider's name if none is bound. If this one is bound already, nothing happens; if another is,
    /// nothing changes: `OtherToken` says which.
    fn remember_token(&self, name: &str, identity: &str) -> Pending<()>;

    /// Binds a token to a provider's name, whatever was bound before: an administrator decided so.
    fn accept_token(&self, name: &str, identity: &str) -> Pending<()>;

    /// Seals the store under another storage root key, and blocks until that is durable. The key is made at `to` (a file,
    /// a token), also if it is there already, or must have been provided there (a credential, a file that a variable
    /// names). Reads go on meanwhile; changes wait, for some seconds with 100,000 keys. A crash leaves the store under
    /// the old key or the new one, and the next opening puts files in order. A former key's file is removed, if it was
    /// one that we made.
    fn rekey(&self, to: &RootKeySource) -> Result<Rekeyed, RekeyError>;

    /// Where the storage root key is, and by what it is known.
    fn root_key(&self) -> Result<(Place, Fingerprint), StoreError>;

    /// How many live keys there are. The cost grows with their number: some 10 ms for 100,000.
    fn count(&self) -> Result<u64, StoreError>;

    /// Keys found damaged since start and not removed since, at most
    /// [`MAX_DAMAGED_REMEMBERED`](limits::MAX_DAMAGED_REMEMBERED) of them.
    fn damaged(&self) -> Vec<KeyAddress>;
}
