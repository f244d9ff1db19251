//! Sealing the store under another storage root key, while it is in use.
//!
//! All records are sealed anew in one transaction, which also says where the new key is: after a crash the store is
//! under the old key or under the new one, and knows under which. A new key that lies in a file waits beside its place
//! until then; a former one's file is removed after that.

use std::sync::Arc;

use keystead_interface::codes::ProviderNumber;
use rusqlite::{Connection, Row, params};

use super::SqliteStore;
use super::custody::Custody;
use super::queries::{StoredKey, key_name, tenant};
use crate::error::{RekeyError, StoreError};
use crate::limits::RECORDS_PER_READ;
use crate::root_key::{self, Place, RootKeySource};
use crate::sealing::{Binding, Sealer};
use crate::{KeyAddress, Rekeyed};

/// How many records were sealed anew, and how many could not be.
struct Resealed {
    records: u64,
    damaged: u64,
}

impl SqliteStore {
    /// See [`KeyStore::rekey`](crate::KeyStore::rekey).
    pub(super) fn change_root_key(&self, to: &RootKeySource) -> Result<Rekeyed, RekeyError> {
        // Nobody waits for this lock: a second administrator is sent away.
        let _underway = self.rekeying.try_lock().ok_or(RekeyError::Underway)?;
        let held = self.readers.read(Custody::read)?;
        let present = self.sealers.current();
        self.tidy(&held);
        let new = to.next(present.fingerprint())?;
        let next = Arc::new(Sealer::new(new.key));
        let fingerprint = next.fingerprint();
        let former = match &held.place {
            Some(Place::File(path)) if to.place() != Place::File(path.clone()) => {
                Some((path.clone(), present.fingerprint()))
            }
            _ => None,
        };
        let custody = Custody { fingerprint: Some(fingerprint), place: Some(to.place()), sealed: new.sealed, former };

        let (sealers, from, under) = (self.sealers.clone(), present.clone(), next.clone());
        let change = move |db: &Connection| {
            let resealed = reseal(db, &from, &under)?;
            custody.write(db)?;
            // The commit follows: from then on readers find what is sealed under the next key.
            sealers.prepare(&under);
            Ok(resealed)
        };
        let (sealers, afterwards) = (self.sealers.clone(), next);
        let settle_sealers = move |is_made: bool| sealers.settle(if is_made { afterwards } else { present });
        let Resealed { records, damaged } = self.writer.change_alone(change, settle_sealers)?;
        self.tidy(&self.readers.read(Custody::read)?);
        Ok(Rekeyed { fingerprint, place: to.place(), records, damaged })
    }

    /// Brings the files to where the store says that they are. The store works without that, and the next start tries
    /// again.
    fn tidy(&self, custody: &Custody) {
        let forget = || self.writer.change_now(forget_former);
        if let Err(error) = tidy(custody, forget) {
            log::warn!("the files of the storage root key are not in order yet: {error}");
        }
    }
}

/// Gives a new key its place, and removes the file of a former one, which is then forgotten.
pub(super) fn tidy(
    custody: &Custody,
    forget_former: impl FnOnce() -> Result<(), StoreError>,
) -> Result<(), RekeyError> {
    if let (Some(place), Some(present)) = (&custody.place, custody.fingerprint) {
        root_key::settle(place, present)?;
    }
    if let Some((path, fingerprint)) = &custody.former {
        root_key::retire(path, *fingerprint)?;
        forget_former()?;
    }
    Ok(())
}

pub(super) fn forget_former(db: &Connection) -> Result<(), StoreError> {
    db.execute("UPDATE store SET former_file = NULL, former_fingerprint = NULL", [])?;
    Ok(())
}

/// Seals every record anew. One that cannot be opened is left as it is: it is that one key's trouble.
fn reseal(db: &Connection, from: &Sealer, to: &Sealer) -> Result<Resealed, StoreError> {
    let mut done = Resealed { records: 0, damaged: 0 };
    let mut last = i64::MIN;
    loop {
        let mut statement = db.prepare_cached(SEALED_RECORDS)?;
        let mut rows = statement.query(params![last, RECORDS_PER_READ as i64])?;
        let mut sealed_anew = Vec::with_capacity(RECORDS_PER_READ);
        let before = last;
        while let Some(row) = rows.next()? {
            last = row.get(3)?;
            match reseal_row(row, from, to) {
                Ok(sealed) => sealed_anew.push((last, sealed)),
                Err(StoreError::Damaged(_)) => done.damaged += 1,
                Err(error) => return Err(error),
            }
        }
        drop(rows);
        let mut update = db.prepare_cached("UPDATE keys SET sealed = ?1 WHERE id = ?2")?;
        for (id, sealed) in &sealed_anew {
            update.execute(params![sealed, id])?;
        }
        done.records += sealed_anew.len() as u64;
        if last == before {
            return Ok(done);
        }
    }
}

const SEALED_RECORDS: &str = "SELECT k.tag, k.attributes, k.sealed, k.id, k.provider, k.name, t.auth_kind, t.name
    FROM keys k LEFT JOIN tenants t ON t.id = k.tenant
    WHERE k.id > ?1 AND k.sealed IS NOT NULL ORDER BY k.id LIMIT ?2";

fn reseal_row(row: &Row<'_>, from: &Sealer, to: &Sealer) -> Result<Vec<u8>, StoreError> {
    let key = StoredKey::from_row(row)?;
    let address =
        KeyAddress { tenant: tenant(row, 6)?, provider: ProviderNumber(row.get(4)?), name: key_name(row, 5)? };
    let binding = Binding { address: &address, tag: key.tag, attributes: &key.attributes };
    let handle = from.open(binding, key.sealed.as_deref().unwrap_or_default())?;
    to.seal(binding, &handle)
}
