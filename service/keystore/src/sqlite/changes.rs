//! The changes, as SQL. Each is called inside a transaction, and what it wrote is undone if it fails.

use keystead_interface::codes::ProviderNumber;
use keystead_interface::names::Tenant;
use keystead_provider::KeyTag;
use rusqlite::{Connection, OptionalExtension, params};

use super::queries::{self, StoredKey};
use crate::error::StoreError;
use crate::{KeyAddress, Owner};

/// A new key that is live at once. `QuotaExceeded` if its tenant has `most` already.
pub(super) fn insert(db: &Connection, address: &KeyAddress, key: &StoredKey, most: u64) -> Result<(), StoreError> {
    add(db, address, key, 1, most)
}

/// A new key that is reserved; it has no handle yet. `QuotaExceeded` if its tenant has `most` already.
pub(super) fn reserve(db: &Connection, address: &KeyAddress, key: &StoredKey, most: u64) -> Result<(), StoreError> {
    add(db, address, key, 0, most)
}

/// Reserved → Live. `DoesNotExist` if the key is not reserved under this address.
pub(super) fn commit(db: &Connection, address: &KeyAddress, key: &StoredKey) -> Result<(), StoreError> {
    let sql = "UPDATE keys SET stage = 1, attributes = ?1, sealed = ?2
        WHERE tag = ?3 AND stage = 0 AND provider = ?4 AND name = ?5
          AND tenant = (SELECT id FROM tenants WHERE auth_kind = ?6 AND name = ?7)";
    let changed = db.prepare_cached(sql)?.execute(params![
        key.attributes,
        key.sealed,
        key.tag.0.as_slice(),
        address.provider.0,
        address.name.as_str().as_bytes(),
        address.tenant.kind().0,
        address.tenant.name().as_bytes(),
    ])?;
    if changed == 1 { Ok(()) } else { Err(StoreError::DoesNotExist) }
}

/// Reserved → Condemned, or nothing.
pub(super) fn abandon(db: &Connection, tag: KeyTag) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE keys SET stage = 2 WHERE tag = ?1 AND stage = 0")?.execute([tag.0.as_slice()])?;
    Ok(())
}

/// Live → gone. False if there is no live key.
pub(super) fn remove(db: &Connection, address: &KeyAddress) -> Result<bool, StoreError> {
    let Some(tenant) = tenant_id(db, &address.tenant)? else {
        return Ok(false);
    };
    let sql = "DELETE FROM keys WHERE tenant = ?1 AND provider = ?2 AND name = ?3 AND stage = 1";
    let name = address.name.as_str().as_bytes();
    let removed = db.prepare_cached(sql)?.execute(params![tenant, address.provider.0, name])?;
    if removed > 0 {
        remove_tenant_without_keys(db, tenant)?;
    }
    Ok(removed > 0)
}

/// Live → Condemned; without a live key the oldest condemned one of the address.
pub(super) fn condemn(db: &Connection, address: &KeyAddress) -> Result<Option<StoredKey>, StoreError> {
    let Some(tenant) = tenant_id(db, &address.tenant)? else {
        return Ok(None);
    };
    let find = |sql: &str| {
        let key = params![tenant, address.provider.0, address.name.as_str().as_bytes()];
        db.prepare_cached(sql)?.query_row(key, StoredKey::from_row).optional()
    };
    let live = find(
        "SELECT tag, attributes, sealed FROM keys WHERE tenant = ?1 AND provider = ?2 AND name = ?3 AND stage = 1",
    )?;
    match live {
        Some(key) => {
            db.prepare_cached("UPDATE keys SET stage = 2 WHERE tag = ?1")?.execute([key.tag.0.as_slice()])?;
            Ok(Some(key))
        }
        None => Ok(find(
            "SELECT tag, attributes, sealed FROM keys
             WHERE tenant = ?1 AND provider = ?2 AND name = ?3 AND stage = 2 ORDER BY id LIMIT 1",
        )?),
    }
}

/// Condemned → gone, or nothing.
pub(super) fn forget(db: &Connection, tag: KeyTag) -> Result<(), StoreError> {
    let sql = "DELETE FROM keys WHERE tag = ?1 AND stage = 2 RETURNING tenant";
    let tenant = db.prepare_cached(sql)?.query_row([tag.0.as_slice()], |row| row.get(0)).optional()?;
    match tenant {
        Some(tenant) => remove_tenant_without_keys(db, tenant),
        None => Ok(()),
    }
}

/// What is noted of a tenant, in the place of what was noted before.
pub(super) fn note_owner(db: &Connection, owner: &Owner) -> Result<(), StoreError> {
    let sql = "INSERT INTO tenants (auth_kind, name, account, quarantine) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (auth_kind, name) DO UPDATE SET account = ?3, quarantine = ?4";
    let (kind, name) = (owner.tenant.kind().0, owner.tenant.name().as_bytes());
    db.prepare_cached(sql)?.execute(params![kind, name, owner.account, owner.quarantine])?;
    Ok(())
}

/// The number of a provider's name, bound now if it is new.
pub(super) fn bind_provider(
    db: &Connection,
    name: &str,
    kind: ProviderNumber,
    wanted: Option<ProviderNumber>,
) -> Result<ProviderNumber, StoreError> {
    let bound: Option<(u8, u8)> = db
        .prepare_cached("SELECT number, kind FROM providers WHERE name = ?1")?
        .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match bound {
        Some((number, was)) if was == kind.0 => return Ok(ProviderNumber(number)),
        Some((_, was)) => {
            return Err(StoreError::ProviderKindChanged { name: name.into(), was: ProviderNumber(was), now: kind });
        }
        None => {}
    }
    let number = free_number(db, kind, wanted)?;
    let sql = "INSERT INTO providers (number, kind, name) VALUES (?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute(params![number.0, kind.0, name])?;
    Ok(number)
}

/// Numbers of names that are no longer configured stay taken.
fn free_number(
    db: &Connection,
    kind: ProviderNumber,
    wanted: Option<ProviderNumber>,
) -> Result<ProviderNumber, StoreError> {
    let holder = |number: ProviderNumber| -> Result<Option<String>, StoreError> {
        let sql = "SELECT name FROM providers WHERE number = ?1";
        Ok(db.prepare_cached(sql)?.query_row([number.0], |row| row.get(0)).optional()?)
    };
    if let Some(number) = wanted {
        return match holder(number)? {
            Some(name) => Err(StoreError::ProviderNumberTaken { number, name }),
            None => Ok(number),
        };
    }
    let further = (ProviderNumber::FIRST_EXTENDED.0..=u8::MAX).map(ProviderNumber);
    for number in std::iter::once(kind).chain(further) {
        if holder(number)?.is_none() {
            return Ok(number);
        }
    }
    Err(StoreError::NoProviderNumberLeft)
}

/// Nothing → bound. `OtherToken` if another one is bound.
pub(super) fn remember_token(db: &Connection, provider: &str, identity: &str) -> Result<(), StoreError> {
    match queries::token_of(db, provider)? {
        None => accept_token(db, provider, identity),
        Some(bound) if bound == identity => Ok(()),
        Some(bound) => Err(StoreError::OtherToken { name: provider.into(), bound }),
    }
}

/// Whatever was bound before → bound.
pub(super) fn accept_token(db: &Connection, provider: &str, identity: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO tokens (provider, identity) VALUES (?1, ?2)
        ON CONFLICT (provider) DO UPDATE SET identity = ?2";
    db.prepare_cached(sql)?.execute([provider, identity])?;
    Ok(())
}

fn add(db: &Connection, address: &KeyAddress, key: &StoredKey, stage: u8, most: u64) -> Result<(), StoreError> {
    let tenant = tenant_id_or_new(db, &address.tenant)?;
    let sql = "INSERT INTO keys (tag, tenant, provider, name, stage, attributes, sealed)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT DO NOTHING";
    let added = db.prepare_cached(sql)?.execute(params![
        key.tag.0.as_slice(),
        tenant,
        address.provider.0,
        address.name.as_str().as_bytes(),
        stage,
        key.attributes,
        key.sealed,
    ])?;
    if added != 1 {
        return Err(StoreError::AlreadyExists);
    }
    let sql = "SELECT 1 FROM tenants WHERE id = ?1 AND keys <= ?2";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    if db.prepare_cached(sql)?.exists([tenant, most])? { Ok(()) } else { Err(StoreError::QuotaExceeded) }
}

pub(super) fn tenant_id(db: &Connection, tenant: &Tenant) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT id FROM tenants WHERE auth_kind = ?1 AND name = ?2";
    let key = params![tenant.kind().0, tenant.name().as_bytes()];
    Ok(db.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()?)
}

pub(super) fn tenant_id_or_new(db: &Connection, tenant: &Tenant) -> Result<i64, StoreError> {
    if let Some(id) = tenant_id(db, tenant)? {
        return Ok(id);
    }
    let sql = "INSERT INTO tenants (auth_kind, name) VALUES (?1, ?2)";
    Ok(db.prepare_cached(sql)?.insert(params![tenant.kind().0, tenant.name().as_bytes()])?)
}

/// Names of tenants may be long, and those who come once and never again may be many.
pub(super) fn remove_tenant_without_keys(db: &Connection, tenant: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM tenants WHERE id = ?1
        AND NOT EXISTS (SELECT 1 FROM keys WHERE tenant = ?1 AND (stage = 0 OR stage = 1))
        AND NOT EXISTS (SELECT 1 FROM keys WHERE tenant = ?1 AND stage = 2)";
    db.prepare_cached(sql)?.execute([tenant])?;
    Ok(())
}
