//! What is read, as SQL. A row that cannot be understood is left out where many are read, so that it does not hide the
//! others.

use keystead_interface::attributes::KeyAttributes;
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::names::{KeyName, Tenant};
use keystead_provider::KeyTag;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::StoreError;
use crate::limits::MAX_LISTED_KEYS;
use crate::{KeyAddress, Owner, Stage};

/// A key as it is stored, without its address.
pub(super) struct StoredKey {
    pub(super) tag: KeyTag,
    pub(super) attributes: Vec<u8>,
    /// None while it is reserved.
    pub(super) sealed: Option<Vec<u8>>,
}

impl StoredKey {
    /// From the columns tag, attributes and sealed, which must come first.
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(StoredKey { tag: KeyTag(row.get(0)?), attributes: row.get(1)?, sealed: row.get(2)? })
    }
}

/// A key that is half-made or half-destroyed.
pub(super) struct StoredLeftover {
    pub(super) key: StoredKey,
    pub(super) stage: Stage,
    pub(super) address: KeyAddress,
}

/// A live key in a list; its attributes may not be readable.
pub(super) struct StoredListing {
    pub(super) provider: ProviderNumber,
    pub(super) name: KeyName,
    pub(super) attributes: Option<KeyAttributes>,
}

pub(super) fn find(db: &Connection, address: &KeyAddress) -> Result<Option<StoredKey>, StoreError> {
    Ok(db.prepare_cached(FIND)?.query_row(parameters(address), StoredKey::from_row).optional()?)
}

/// Whether there is a live or a condemned key of this address.
pub(super) fn has(db: &Connection, address: &KeyAddress) -> Result<bool, StoreError> {
    Ok(db.prepare_cached(HAS)?.exists(parameters(address))?)
}

fn parameters(address: &KeyAddress) -> impl rusqlite::Params {
    let tenant = &address.tenant;
    (tenant.kind().0, tenant.name().as_bytes(), address.provider.0, address.name.as_str().as_bytes())
}

/// Whether a key in any stage has this tag.
pub(super) fn has_tag(db: &Connection, tag: KeyTag) -> Result<bool, StoreError> {
    Ok(db.prepare_cached("SELECT 1 FROM keys WHERE tag = ?1")?.exists([tag.0.as_slice()])?)
}

pub(super) fn list(db: &Connection, tenant: &Tenant) -> Result<Vec<StoredListing>, StoreError> {
    rows(db, LIST, params![tenant.kind().0, tenant.name().as_bytes(), MAX_LISTED_KEYS as u32 + 1], |row| {
        Ok(StoredListing {
            provider: ProviderNumber(row.get(0)?),
            name: key_name(row, 1)?,
            attributes: row.get_ref(2)?.as_blob().ok().and_then(|bytes| KeyAttributes::from_bytes(bytes).ok()),
        })
    })
}

pub(super) fn keys_of(db: &Connection, tenant: &Tenant) -> Result<Vec<KeyAddress>, StoreError> {
    rows(db, KEYS_OF, params![tenant.kind().0, tenant.name().as_bytes()], |row| {
        Ok(KeyAddress { tenant: tenant.clone(), provider: ProviderNumber(row.get(0)?), name: key_name(row, 1)? })
    })
}

pub(super) fn leftovers(db: &Connection, provider: ProviderNumber) -> Result<Vec<StoredLeftover>, StoreError> {
    rows(db, LEFTOVERS, params![provider.0], |row| {
        let stage = if row.get::<_, u8>(3)? == 0 { Stage::Reserved } else { Stage::Condemned };
        let address = KeyAddress { tenant: tenant(row, 4)?, provider, name: key_name(row, 6)? };
        Ok(StoredLeftover { key: StoredKey::from_row(row)?, stage, address })
    })
}

pub(super) fn tenants(db: &Connection, kind: AuthKind) -> Result<Vec<String>, StoreError> {
    rows(db, TENANTS, params![kind.0], |row| text(row, 0))
}

pub(super) fn owners(db: &Connection, kind: AuthKind, name: Option<&str>) -> Result<Vec<Owner>, StoreError> {
    let read = |row: &Row<'_>| {
        let tenant = Tenant::new(kind, text(row, 0)?).map_err(|_| unreadable())?;
        Ok(Owner { tenant, account: row.get(1)?, quarantine: row.get(2)? })
    };
    match name {
        Some(name) => rows(db, OWNER, params![kind.0, name.as_bytes()], read),
        None => rows(db, OWNERS, params![kind.0], read),
    }
}

pub(super) fn token_of(db: &Connection, provider: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT identity FROM tokens WHERE provider = ?1";
    Ok(db.prepare_cached(sql)?.query_row([provider], |row| row.get(0)).optional()?)
}

pub(super) fn count(db: &Connection) -> Result<u64, StoreError> {
    // Counting all and taking off the few reads two indexes; counting live ones would read every row.
    let sql = "SELECT (SELECT count(*) FROM keys) - (SELECT count(*) FROM keys WHERE stage = 0 OR stage = 2)";
    let count: i64 = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

const FIND: &str = "SELECT k.tag, k.attributes, k.sealed FROM tenants t JOIN keys k ON k.tenant = t.id
    WHERE t.auth_kind = ?1 AND t.name = ?2 AND k.provider = ?3 AND k.name = ?4 AND k.stage = 1";

const HAS: &str = "SELECT 1 FROM tenants t JOIN keys k ON k.tenant = t.id
    WHERE t.auth_kind = ?1 AND t.name = ?2 AND k.provider = ?3 AND k.name = ?4 AND k.stage = 1
    UNION ALL
    SELECT 1 FROM tenants t JOIN keys k ON k.tenant = t.id
    WHERE t.auth_kind = ?1 AND t.name = ?2 AND k.provider = ?3 AND k.name = ?4 AND k.stage = 2";

const LIST: &str = "SELECT k.provider, k.name, k.attributes FROM tenants t JOIN keys k ON k.tenant = t.id
    WHERE t.auth_kind = ?1 AND t.name = ?2 AND k.stage = 1 ORDER BY k.provider, k.name
    LIMIT ?3";

const KEYS_OF: &str = "SELECT k.provider, k.name FROM tenants t JOIN keys k ON k.tenant = t.id
    WHERE t.auth_kind = ?1 AND t.name = ?2 AND k.stage = 1
    UNION ALL
    SELECT k.provider, k.name FROM tenants t JOIN keys k ON k.tenant = t.id
    WHERE t.auth_kind = ?1 AND t.name = ?2 AND k.stage = 2";

const LEFTOVERS: &str = "SELECT k.tag, k.attributes, k.sealed, k.stage, t.auth_kind, t.name, k.name
    FROM keys k JOIN tenants t ON t.id = k.tenant
    WHERE k.provider = ?1 AND (k.stage = 0 OR k.stage = 2) ORDER BY k.id";

const TENANTS: &str = "SELECT t.name FROM tenants t
    WHERE t.auth_kind = ?1 AND EXISTS (SELECT 1 FROM keys k WHERE k.tenant = t.id AND k.stage = 1) ORDER BY t.name";

const OWNER: &str = "SELECT t.name, t.account, t.quarantine FROM tenants t
    WHERE t.auth_kind = ?1 AND t.name = ?2
      AND (EXISTS (SELECT 1 FROM keys k WHERE k.tenant = t.id AND (k.stage = 0 OR k.stage = 1))
        OR EXISTS (SELECT 1 FROM keys k WHERE k.tenant = t.id AND k.stage = 2))";

const OWNERS: &str = "SELECT t.name, t.account, t.quarantine FROM tenants t
    WHERE t.auth_kind = ?1
      AND (EXISTS (SELECT 1 FROM keys k WHERE k.tenant = t.id AND (k.stage = 0 OR k.stage = 1))
        OR EXISTS (SELECT 1 FROM keys k WHERE k.tenant = t.id AND k.stage = 2)) ORDER BY t.name";

/// Every row that can be understood.
fn rows<T>(
    db: &Connection,
    sql: &str,
    key: impl rusqlite::Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(key)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        match read(row) {
            Ok(value) => all.push(value),
            Err(StoreError::Damaged(why)) => log::error!("a row of the store is left out: {why}"),
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

fn text(row: &Row<'_>, column: usize) -> Result<String, StoreError> {
    String::from_utf8(row.get(column)?).map_err(|_| unreadable())
}

/// From a column with the authenticator and the one after it with the name.
pub(super) fn tenant(row: &Row<'_>, column: usize) -> Result<Tenant, StoreError> {
    Tenant::new(AuthKind(row.get(column)?), text(row, column + 1)?).map_err(|_| unreadable())
}

pub(super) fn key_name(row: &Row<'_>, column: usize) -> Result<KeyName, StoreError> {
    KeyName::new(text(row, column)?).map_err(|_| unreadable())
}

fn unreadable() -> StoreError {
    StoreError::Damaged("a name is no name")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema;

    /// With 100,000 keys of others, one's own must be found as fast as without them.
    #[test]
    fn no_query_of_a_tenant_or_of_a_start_reads_all_keys() {
        let db = Connection::open_in_memory().unwrap();
        schema::migrate(&db, "".as_ref(), schema::MIGRATIONS).unwrap();
        for sql in [FIND, HAS, LIST, KEYS_OF, LEFTOVERS, TENANTS, OWNER, OWNERS] {
            let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let parameters = vec![rusqlite::types::Null; statement.parameter_count()];
            let plan = statement.query_map(rusqlite::params_from_iter(parameters), |row| row.get::<_, String>(3));
            for step in plan.unwrap().map(Result::unwrap) {
                assert!(!step.starts_with("SCAN"), "{step} in {sql}");
                assert!(!step.contains("TEMP B-TREE") || sql == LEFTOVERS, "{step} in {sql}");
            }
        }
    }
}
