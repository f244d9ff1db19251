//! All keys of one tenant become another's, in one transaction. A record is sealed with its owner's name, so each is
//! opened as the one's and sealed anew as the other's.

use keystead_interface::codes::ProviderNumber;
use keystead_interface::names::Tenant;
use rusqlite::{Connection, params};

use super::changes::{remove_tenant_without_keys, tenant_id, tenant_id_or_new};
use super::queries::{StoredKey, key_name};
use crate::error::StoreError;
use crate::limits::RECORDS_PER_READ;
use crate::sealing::{Binding, Sealer};
use crate::{KeyAddress, Moved};

/// A live key of the former owner's, as it is stored.
struct Owned {
    id: i64,
    key: StoredKey,
    address: KeyAddress,
}

/// Moves, or only says what would be moved.
pub(super) fn move_keys(
    db: &Connection,
    sealer: &Sealer,
    (from, to): (&Tenant, &Tenant),
    is_trial: bool,
) -> Result<Moved, StoreError> {
    let mut moved = Moved::default();
    let Some(former) = tenant_id(db, from)? else { return Ok(moved) };
    let latter = if is_trial { tenant_id(db, to)? } else { Some(tenant_id_or_new(db, to)?) };
    let mut last = i64::MIN;
    loop {
        let keys = next(db, former, from, last)?;
        let Some(end) = keys.last() else { break };
        last = end.id;
        for Owned { id, key, address } in keys {
            let target = KeyAddress { tenant: to.clone(), ..address.clone() };
            let sealed = reseal(sealer, &key, &address, &target)?;
            match latter {
                Some(latter) if is_taken(db, latter, &target)? => moved.taken.push(target),
                Some(latter) if !is_trial => {
                    let sql = "UPDATE keys SET tenant = ?1, sealed = ?2 WHERE id = ?3";
                    db.prepare_cached(sql)?.execute(params![latter, sealed, id])?;
                }
                _ => {}
            }
            moved.keys.push(address);
        }
    }
    if is_trial {
        return Ok(moved);
    }
    if !moved.taken.is_empty() {
        return Err(StoreError::AlreadyExists);
    }
    remove_tenant_without_keys(db, former)?;
    if let Some(latter) = latter {
        remove_tenant_without_keys(db, latter)?;
    }
    Ok(moved)
}

fn next(db: &Connection, former: i64, from: &Tenant, last: i64) -> Result<Vec<Owned>, StoreError> {
    let mut statement = db.prepare_cached(LIVE_KEYS)?;
    let mut rows = statement.query(params![former, last, RECORDS_PER_READ as i64])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        let address =
            KeyAddress { tenant: from.clone(), provider: ProviderNumber(row.get(4)?), name: key_name(row, 5)? };
        keys.push(Owned { id: row.get(3)?, key: StoredKey::from_row(row)?, address });
    }
    Ok(keys)
}

const LIVE_KEYS: &str = "SELECT tag, attributes, sealed, id, provider, name FROM keys
    WHERE tenant = ?1 AND stage = 1 AND id > ?2 ORDER BY id LIMIT ?3";

fn is_taken(db: &Connection, tenant: i64, address: &KeyAddress) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM keys WHERE tenant = ?1 AND provider = ?2 AND name = ?3 AND (stage = 0 OR stage = 1)";
    Ok(db.prepare_cached(sql)?.exists(params![tenant, address.provider.0, address.name.as_str().as_bytes()])?)
}

fn reseal(sealer: &Sealer, key: &StoredKey, from: &KeyAddress, to: &KeyAddress) -> Result<Vec<u8>, StoreError> {
    let binding = |address| Binding { address, tag: key.tag, attributes: &key.attributes };
    let sealed = key.sealed.as_deref().ok_or(StoreError::Damaged("it has no handle"))?;
    sealer.seal(binding(to), &sealer.open(binding(from), sealed)?)
}
