//! What the store knows of its storage root key: which one it is and where, in the one row of the table `store`.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use rusqlite::{Connection, params};

use crate::error::StoreError;
use crate::root_key::{Fingerprint, Place};

/// What is known of the storage root key.
#[derive(Default)]
pub(super) struct Custody {
    /// None while the store has no key, and so is empty.
    pub(super) fingerprint: Option<Fingerprint>,
    /// None if an earlier version of the service left it open.
    pub(super) place: Option<Place>,
    /// The key, if a token sealed it.
    pub(super) sealed: Option<Vec<u8>>,
    /// The file of a key that is no longer in use, and that key's fingerprint.
    pub(super) former: Option<(PathBuf, Fingerprint)>,
}

impl Custody {
    pub(super) fn read(db: &Connection) -> Result<Self, StoreError> {
        let sql = "SELECT root_key_fingerprint, root_key_kind, root_key_place, root_key_sealed,
            former_file, former_fingerprint FROM store";
        type Columns =
            (Option<String>, Option<String>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>, Option<String>);
        let (fingerprint, kind, at, sealed, file, former): Columns = db
            .prepare_cached(sql)?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))?;
        let place = match (kind, at) {
            (Some(kind), Some(at)) => Some(Place::from_columns(&kind, at).ok_or_else(|| {
                StoreError::Storage(format!("the recorded place of the storage root key is none: {kind:?}"))
            })?),
            _ => None,
        };
        let former = file.map(|path| PathBuf::from(OsString::from_vec(path))).zip(parsed(former)?);
        Ok(Custody { fingerprint: parsed(fingerprint)?, place, sealed, former })
    }

    pub(super) fn write(&self, db: &Connection) -> Result<(), StoreError> {
        let sql = "UPDATE store SET root_key_fingerprint = ?1, root_key_kind = ?2, root_key_place = ?3,
            root_key_sealed = ?4, former_file = ?5, former_fingerprint = ?6";
        let place = self.place.as_ref().map(Place::to_columns);
        db.prepare_cached(sql)?.execute(params![
            self.fingerprint.map(|fingerprint| fingerprint.to_string()),
            place.map(|(kind, _)| kind),
            place.map(|(_, at)| at),
            self.sealed,
            self.former.as_ref().map(|(path, _)| path.as_os_str().as_bytes()),
            self.former.as_ref().map(|(_, fingerprint)| fingerprint.to_string()),
        ])?;
        Ok(())
    }
}

fn parsed(fingerprint: Option<String>) -> Result<Option<Fingerprint>, StoreError> {
    let Some(text) = fingerprint else {
        return Ok(None);
    };
    let parsed = Fingerprint::parse(&text);
    parsed.map(Some).ok_or_else(|| {
        StoreError::Storage(format!("the recorded fingerprint of the storage root key is none: {text:?}"))
    })
}
