//! The store in a SQLite database: write-ahead log, every commit on the disk before it is answered.

mod changes;
mod custody;
mod moving;
mod queries;
mod readers;
mod rekey;
mod schema;
mod sealers;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use keystead_interface::attributes::KeyAttributes;
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::names::Tenant;
use keystead_provider::{KeyHandle, KeyTag};
use parking_lot::Mutex;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use self::custody::Custody;
use self::queries::{StoredKey, StoredLeftover};
use self::readers::Readers;
use self::sealers::{InUse, Sealers};
use self::writer::Writer;
use crate::damage::{DamageRecord, log_lost_handle};
use crate::error::{OpenError, RekeyError, StoreError};
use crate::limits::{
    CACHED_STATEMENTS, CHECKPOINT_PAGES, LOCK_WAIT_MS, LOG_KEPT_BYTES, MAX_LISTED_KEYS, WRITER_CACHE_KIB,
};
use crate::private_file;
use crate::root_key::{Fingerprint, NewRootKey, Place, RootKey, RootKeySource};
use crate::sealing::{Binding, Sealer};
use crate::state_directory::StateDirectory;
use crate::{Condemned, KeyAddress, KeyRecord, KeyStore, Leftover, ListedKey, Moved, Owner, Pending, Rekeyed};

/// The database's file in the state directory; SQLite puts `-wal` and `-shm` beside it.
const DATABASE_FILE: &str = "keys.sqlite";

/// The store. It is opened in a time that does not depend on the number of keys.
pub struct SqliteStore {
    // The order matters when it is dropped: the writer is the last to close the database, so that it can put the log
    // away, and the directory stays locked until then.
    readers: Readers,
    writer: Writer,
    sealers: Arc<Sealers>,
    /// Taken while the storage root key is changed for another.
    rekeying: Mutex<()>,
    damage: Arc<DamageRecord>,
    /// How many keys a tenant may have.
    most_keys: AtomicU64,
    directory: StateDirectory,
}

impl SqliteStore {
    /// Opens the store in a state directory, and makes it if there is none. Brings an older database to the newest
    /// schema. Reads the storage root key; makes one only if the store is empty and `root_key` is a file.
    pub fn open(directory: StateDirectory, root_key: &RootKeySource) -> Result<Self, OpenError> {
        let path = directory.private_file(DATABASE_FILE)?;
        for beside in ["-wal", "-shm"] {
            private_file::is_private_file(&directory.path().join(format!("{DATABASE_FILE}{beside}")))?;
        }
        let database = |error: rusqlite::Error| OpenError::Database { path: path.clone(), detail: error.to_string() };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(database)?;
        prepare_connection(&connection, WRITER_CACHE_KIB).map_err(database)?;
        prepare_writing(&connection).map_err(database)?;
        schema::migrate(&connection, &path, schema::MIGRATIONS)?;
        let root_key = unlock(&connection, &path, root_key)?;
        let writer = Writer::start(connection)
            .map_err(|error| OpenError::Database { path: path.clone(), detail: error.to_string() })?;
        let readers = Readers::new(path);
        let sealers = Arc::new(Sealers::new(Arc::new(Sealer::new(root_key))));
        Ok(SqliteStore {
            readers,
            writer,
            sealers,
            rekeying: Mutex::default(),
            damage: Arc::default(),
            most_keys: AtomicU64::new(u64::MAX),
            directory,
        })
    }

    /// Where the store is.
    pub fn directory(&self) -> &StateDirectory {
        &self.directory
    }

    /// Seals a record, and submits a change with it.
    fn change_sealed(
        &self,
        address: &KeyAddress,
        record: &KeyRecord,
        change: impl Fn(&Connection, &KeyAddress, &StoredKey) -> Result<(), StoreError> + Send + 'static,
    ) -> Pending<()> {
        let (address, sealers, sealer) = (address.clone(), self.sealers.clone(), self.sealers.current());
        match seal(&sealer, &address, record) {
            Ok(mut key) => self.writer.change(move |db| {
                sealers.renew(&sealer, &address, &mut key)?;
                change(db, &address, &key)
            }),
            Err(error) => Box::pin(async { Err(error) }),
        }
    }
}

impl KeyStore for SqliteStore {
    fn limit_keys_of_tenants(&self, most: u64) {
        self.most_keys.store(most, Relaxed);
    }

    fn insert(&self, address: &KeyAddress, record: &KeyRecord) -> Pending<()> {
        let most = self.most_keys.load(Relaxed);
        self.change_sealed(address, record, move |db, address, key| changes::insert(db, address, key, most))
    }

    fn reserve(&self, address: &KeyAddress, tag: KeyTag, attributes: &KeyAttributes) -> Pending<()> {
        let address = address.clone();
        let key = StoredKey { tag, attributes: attributes.to_bytes(), sealed: None };
        let most = self.most_keys.load(Relaxed);
        self.writer.change(move |db| changes::reserve(db, &address, &key, most))
    }

    fn commit(&self, address: &KeyAddress, record: &KeyRecord) -> Pending<()> {
        self.change_sealed(address, record, changes::commit)
    }

    fn abandon(&self, tag: KeyTag) -> Pending<()> {
        self.writer.change(move |db| changes::abandon(db, tag))
    }

    fn find(&self, address: &KeyAddress) -> Result<Option<KeyRecord>, StoreError> {
        let read = |sealers: &InUse| {
            let found = self.readers.read(|db| queries::find(db, address))?;
            found.map(|key| open_record(sealers, address, &key)).transpose()
        };
        let opened = self.sealers.read(read, |opened| matches!(opened, Err(StoreError::Damaged(_))));
        if let Err(StoreError::Damaged(why)) = opened {
            self.damage.remember(address, why);
        }
        opened
    }

    fn has(&self, address: &KeyAddress) -> Result<bool, StoreError> {
        self.readers.read(|db| queries::has(db, address))
    }

    fn has_tag(&self, tag: KeyTag) -> Result<bool, StoreError> {
        self.readers.read(|db| queries::has_tag(db, tag))
    }

    fn list(&self, tenant: &Tenant) -> Result<Vec<ListedKey>, StoreError> {
        let listed = self.readers.read(|db| queries::list(db, tenant))?;
        if listed.len() > MAX_LISTED_KEYS {
            return Err(StoreError::TooMany);
        }
        let mut readable = Vec::with_capacity(listed.len());
        for key in listed {
            match key.attributes {
                Some(attributes) => {
                    readable.push(ListedKey { provider: key.provider, name: key.name, attributes });
                }
                None => {
                    let address = KeyAddress { tenant: tenant.clone(), provider: key.provider, name: key.name };
                    self.damage.remember(&address, UNREADABLE_ATTRIBUTES);
                }
            }
        }
        Ok(readable)
    }

    fn remove(&self, address: &KeyAddress) -> Pending<bool> {
        let (address, damage) = (address.clone(), self.damage.clone());
        self.writer.change(move |db| {
            let is_removed = changes::remove(db, &address)?;
            damage.forget(&address);
            Ok(is_removed)
        })
    }

    fn condemn(&self, address: &KeyAddress) -> Pending<Option<Condemned>> {
        let (address, damage, sealers) = (address.clone(), self.damage.clone(), self.sealers.clone());
        self.writer.change(move |db| {
            let Some(key) = changes::condemn(db, &address)? else {
                return Ok(None);
            };
            damage.forget(&address);
            let handle = sealers.read(|sealers| open_what_is_left(sealers, &address, &key), |_| false);
            Ok(Some(Condemned { tag: key.tag, handle: or_lost(handle, &address, key.tag) }))
        })
    }

    fn forget(&self, tag: KeyTag) -> Pending<()> {
        self.writer.change(move |db| changes::forget(db, tag))
    }

    fn leftovers(&self, provider: ProviderNumber) -> Result<Vec<Leftover>, StoreError> {
        let read = |sealers: &InUse| {
            let found = self.readers.read(|db| queries::leftovers(db, provider))?;
            let open = |left: StoredLeftover| {
                let handle = open_what_is_left(sealers, &left.address, &left.key);
                (left, handle)
            };
            Ok(found.into_iter().map(open).collect::<Vec<_>>())
        };
        let is_damaged = |found: &Result<Vec<(_, Result<_, _>)>, StoreError>| {
            found.as_ref().is_ok_and(|found| found.iter().any(|(_, handle)| handle.is_err()))
        };
        let told = |(left, handle): (StoredLeftover, _)| {
            let handle = or_lost(handle, &left.address, left.key.tag);
            Leftover { address: left.address, tag: left.key.tag, stage: left.stage, handle }
        };
        Ok(self.sealers.read(read, is_damaged)?.into_iter().map(told).collect())
    }

    fn tenants(&self, kind: AuthKind) -> Result<Vec<String>, StoreError> {
        self.readers.read(|db| queries::tenants(db, kind))
    }

    fn keys_of(&self, tenant: &Tenant) -> Result<Vec<KeyAddress>, StoreError> {
        self.readers.read(|db| queries::keys_of(db, tenant))
    }

    fn owners(&self, kind: AuthKind, name: Option<&str>) -> Result<Vec<Owner>, StoreError> {
        self.readers.read(|db| queries::owners(db, kind, name))
    }

    fn note_owners(&self, owners: Vec<Owner>) -> Pending<()> {
        self.writer.change(move |db| owners.iter().try_for_each(|owner| changes::note_owner(db, owner)))
    }

    fn move_tenant(&self, from: &Tenant, to: &Tenant, is_trial: bool) -> Pending<Moved> {
        let (from, to, sealers) = (from.clone(), to.clone(), self.sealers.clone());
        // In the writer's thread, which alone changes the sealers.
        self.writer.change(move |db| moving::move_keys(db, &sealers.current(), (&from, &to), is_trial))
    }

    fn bind_provider(
        &self,
        name: &str,
        well_known: ProviderNumber,
        wanted: Option<ProviderNumber>,
    ) -> Result<ProviderNumber, StoreError> {
        let name = name.to_owned();
        self.writer.change_now(move |db| changes::bind_provider(db, &name, well_known, wanted))
    }

    fn token_of(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.readers.read(|db| queries::token_of(db, name))
    }

    fn remember_token(&self, name: &str, identity: &str) -> Pending<()> {
        let (name, identity) = (name.to_owned(), identity.to_owned());
        self.writer.change(move |db| changes::remember_token(db, &name, &identity))
    }

    fn accept_token(&self, name: &str, identity: &str) -> Pending<()> {
        let (name, identity) = (name.to_owned(), identity.to_owned());
        self.writer.change(move |db| changes::accept_token(db, &name, &identity))
    }

    fn rekey(&self, to: &RootKeySource) -> Result<Rekeyed, RekeyError> {
        self.change_root_key(to)
    }

    fn root_key(&self) -> Result<(Place, Fingerprint), StoreError> {
        let custody = self.readers.read(Custody::read)?;
        custody.place.zip(custody.fingerprint).ok_or_else(|| StoreError::Storage("the root key is not recorded".into()))
    }

    fn count(&self) -> Result<u64, StoreError> {
        self.readers.read(queries::count)
    }

    fn damaged(&self) -> Vec<KeyAddress> {
        self.damage.list()
    }
}

const UNREADABLE_ATTRIBUTES: &str = "its attributes cannot be read";

fn seal(sealer: &Sealer, address: &KeyAddress, record: &KeyRecord) -> Result<StoredKey, StoreError> {
    let attributes = record.attributes.to_bytes();
    let binding = Binding { address, tag: record.tag, attributes: &attributes };
    let sealed = Some(sealer.seal(binding, &record.handle)?);
    Ok(StoredKey { tag: record.tag, attributes, sealed })
}

/// Opens a live key: its handle, and by that the proof that nothing in its row was altered.
fn open_record(sealers: &InUse, address: &KeyAddress, key: &StoredKey) -> Result<KeyRecord, StoreError> {
    let sealed = key.sealed.as_deref().ok_or(StoreError::Damaged("it has no handle"))?;
    let handle = sealers.open(Binding { address, tag: key.tag, attributes: &key.attributes }, sealed)?;
    let attributes =
        KeyAttributes::from_bytes(&key.attributes).map_err(|_| StoreError::Damaged(UNREADABLE_ATTRIBUTES))?;
    Ok(KeyRecord { tag: key.tag, attributes, handle })
}

/// Opens the handle of a key that is to be destroyed, if it has one.
fn open_what_is_left(sealers: &InUse, address: &KeyAddress, key: &StoredKey) -> Result<Option<KeyHandle>, StoreError> {
    let open = |sealed| sealers.open(Binding { address, tag: key.tag, attributes: &key.attributes }, sealed);
    key.sealed.as_deref().map(open).transpose()
}

/// The provider can do without the handle of a key that is to be destroyed.
fn or_lost(handle: Result<Option<KeyHandle>, StoreError>, address: &KeyAddress, tag: KeyTag) -> Option<KeyHandle> {
    handle.unwrap_or_else(|error| {
        log_lost_handle(tag, address, &error.to_string());
        None
    })
}

/// The storage root key. Its fingerprint and its place are recorded before anything is sealed under it.
fn unlock(connection: &Connection, path: &Path, source: &RootKeySource) -> Result<RootKey, OpenError> {
    let database = |error: StoreError| OpenError::Database { path: path.into(), detail: error.to_string() };
    let mut custody = Custody::read(connection).map_err(database)?;
    let Some(expected) = custody.fingerprint else {
        let NewRootKey { key, sealed } = source.first()?;
        let made = Custody { fingerprint: Some(key.fingerprint()), place: Some(source.place()), sealed, former: None };
        made.write(connection).map_err(database)?;
        return Ok(key);
    };
    let key = source.find(expected, custody.place.as_ref(), custody.sealed.as_deref())?;
    if custody.place != Some(source.place()) {
        custody.place = Some(source.place());
        custody.write(connection).map_err(database)?;
    }
    if let Err(error) = rekey::tidy(&custody, || rekey::forget_former(connection)) {
        log::warn!("the files of the storage root key are not in order yet: {error}");
    }
    Ok(key)
}

/// What every connection needs.
fn prepare_connection(connection: &Connection, cache_kib: u32) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_millis(LOCK_WAIT_MS))?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // One plan for a statement whatever its parameters: else it is compiled anew for each other value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(&format!(
        // No temporary files: what is in memory only must stay there.
        "PRAGMA cache_size = -{cache_kib}; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;
         PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = OFF;"
    ))
}

/// What the writing connection needs: FULL makes every commit durable, secure_delete overwrites what is deleted.
fn prepare_writing(connection: &Connection) -> rusqlite::Result<()> {
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        // A file system without shared memory between processes, as some network ones are.
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN),
            Some(format!("this file system allows no write-ahead log, but only the journal mode {mode:?}")),
        ));
    }
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
         PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}; PRAGMA journal_size_limit = {LOG_KEPT_BYTES};"
    ))
}
