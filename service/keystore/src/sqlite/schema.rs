//! The tables, and how an older database becomes a newer one.

use std::path::Path;

use rusqlite::Connection;

use crate::error::OpenError;

/// Step n leads from version n to version n + 1 (`PRAGMA user_version`). Steps are only ever appended.
pub(super) const MIGRATIONS: &[&str] = &[FIRST, SECOND, THIRD, FOURTH, FIFTH];

/// Stages: 0 Reserved, 1 Live, 2 Condemned. Each row of `keys` is in exactly one of the indexes `taken` and
/// `condemned`; SQLite uses a partial index only if the query repeats its condition, or a part of it, literally.
///
/// Names are blobs, because SQLite's text functions end at a zero character. There are no foreign keys: to check one
/// when a tenant is removed, SQLite would read all of `keys`, as it does not use partial indexes for that.
const FIRST: &str = "
    CREATE TABLE store (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        root_key_fingerprint TEXT
    ) STRICT;
    INSERT INTO store (one) VALUES (1);

    -- Numbers stay bound to names for ever. kind is the well-known number of the kind of provider.
    CREATE TABLE providers (
        number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 255),
        kind INTEGER NOT NULL,
        name TEXT NOT NULL UNIQUE
    ) STRICT;

    -- Those who own keys in any stage.
    CREATE TABLE tenants (
        id INTEGER PRIMARY KEY,
        auth_kind INTEGER NOT NULL,
        name BLOB NOT NULL,
        UNIQUE (auth_kind, name)
    ) STRICT;

    CREATE TABLE keys (
        id INTEGER PRIMARY KEY,
        tag BLOB NOT NULL UNIQUE CHECK (length(tag) = 16),
        tenant INTEGER NOT NULL,
        provider INTEGER NOT NULL,
        name BLOB NOT NULL,
        stage INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 2),
        attributes BLOB NOT NULL,
        -- The handle; none while the key is reserved.
        sealed BLOB
    ) STRICT;
    CREATE UNIQUE INDEX taken ON keys (tenant, provider, name) WHERE stage = 0 OR stage = 1;
    CREATE INDEX condemned ON keys (tenant, provider, name) WHERE stage = 2;
    CREATE INDEX unfinished ON keys (provider) WHERE stage = 0 OR stage = 2;
";

/// What is noted of those who own keys, so that a recycled uid can be told from its former owner. A row without keys is
/// left where a first key was about to be made and was not; its notes are replaced when the next one is.
const SECOND: &str = "
    ALTER TABLE tenants ADD COLUMN account TEXT;
    ALTER TABLE tenants ADD COLUMN quarantine TEXT;
";

/// Which token is the one that a configured provider's keys live in, so that another one in its place is noticed.
const THIRD: &str = "
    CREATE TABLE tokens (
        provider TEXT PRIMARY KEY,
        identity TEXT NOT NULL
    ) STRICT;
";

/// Where the storage root key is, so that it changes together with what is sealed under it. The kinds of place are file,
/// credential, environment and sealed. The key itself is here only if a token sealed it. The file of a former key is
/// remembered until it is removed.
const FOURTH: &str = "
    ALTER TABLE store ADD COLUMN root_key_kind TEXT;
    ALTER TABLE store ADD COLUMN root_key_place BLOB;
    ALTER TABLE store ADD COLUMN root_key_sealed BLOB;
    ALTER TABLE store ADD COLUMN former_file BLOB;
    ALTER TABLE store ADD COLUMN former_fingerprint TEXT;
";

/// How many keys a tenant has, in any stage. To count them for each new key would take the longer the more there are.
const FIFTH: &str = "
    ALTER TABLE tenants ADD COLUMN keys INTEGER NOT NULL DEFAULT 0;
    UPDATE tenants SET keys = counted.keys
        FROM (SELECT tenant, count(*) AS keys FROM keys GROUP BY tenant) AS counted WHERE id = counted.tenant;
    CREATE TRIGGER key_comes AFTER INSERT ON keys BEGIN
        UPDATE tenants SET keys = keys + 1 WHERE id = NEW.tenant;
    END;
    CREATE TRIGGER key_goes AFTER DELETE ON keys BEGIN
        UPDATE tenants SET keys = keys - 1 WHERE id = OLD.tenant;
    END;
    CREATE TRIGGER key_moves AFTER UPDATE OF tenant ON keys BEGIN
        UPDATE tenants SET keys = keys - 1 WHERE id = OLD.tenant;
        UPDATE tenants SET keys = keys + 1 WHERE id = NEW.tenant;
    END;
";

/// Brings a database to the newest version, one transaction for each step. A newer one is refused untouched.
pub(super) fn migrate(connection: &Connection, path: &Path, steps: &[&str]) -> Result<(), OpenError> {
    let database = |error: rusqlite::Error| OpenError::Database { path: path.into(), detail: error.to_string() };
    let known = steps.len() as i64;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(database)?;
    if found > known {
        return Err(OpenError::Newer { path: path.into(), found, known });
    }
    // A negative version is nothing that we write; the first step will say what is wrong with it.
    for (version, step) in (1..).zip(steps).skip(usize::try_from(found).unwrap_or(0)) {
        let transaction = connection.unchecked_transaction().map_err(database)?;
        transaction.execute_batch(step).map_err(database)?;
        transaction.pragma_update(None, "user_version", version).map_err(database)?;
        transaction.commit().map_err(database)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> i64 {
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn every_step_is_taken_once_and_in_order() {
        let connection = Connection::open_in_memory().unwrap();
        let path = Path::new("keys.sqlite");
        migrate(&connection, path, MIGRATIONS).unwrap();
        let old = version(&connection);
        connection.execute("INSERT INTO tenants (auth_kind, name) VALUES (3, x'00')", []).unwrap();
        // As a later version of the program would have it.
        let mut later = MIGRATIONS.to_vec();
        later.extend(["CREATE TABLE later (x INTEGER)", "INSERT INTO later VALUES (5)"]);
        for _ in 0..2 {
            migrate(&connection, path, &later).unwrap();
            assert_eq!(version(&connection), old + 2);
        }
        let kept: (i64, i64) = connection
            .query_row("SELECT (SELECT count(*) FROM later), (SELECT count(*) FROM tenants)", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(kept, (1, 1));
        let message = migrate(&connection, path, MIGRATIONS).unwrap_err().to_string();
        assert!(message.contains(&format!("version {}", old + 2)) && message.contains("newer"), "{message}");
    }

    #[test]
    fn keys_of_an_older_store_are_counted() {
        let connection = Connection::open_in_memory().unwrap();
        let path = Path::new("keys.sqlite");
        migrate(&connection, path, &MIGRATIONS[..4]).unwrap();
        let rows = "INSERT INTO tenants (id, auth_kind, name) VALUES (1, 3, x'01'), (2, 3, x'02'), (3, 3, x'03');
            INSERT INTO keys (tag, tenant, provider, name, stage, attributes)
            VALUES (randomblob(16), 1, 1, x'61', 1, x'00'), (randomblob(16), 1, 1, x'62', 2, x'00'),
                   (randomblob(16), 2, 1, x'61', 0, x'00');";
        connection.execute_batch(rows).unwrap();
        migrate(&connection, path, MIGRATIONS).unwrap();
        let mut counts = connection.prepare("SELECT keys FROM tenants ORDER BY id").unwrap();
        let counts: Vec<i64> = counts.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(counts, [2, 1, 0]);
    }

    #[test]
    fn a_step_that_fails_leaves_the_version_before_it() {
        let connection = Connection::open_in_memory().unwrap();
        let path = Path::new("keys.sqlite");
        migrate(&connection, path, &["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"]).unwrap_err();
        assert_eq!(version(&connection), 1);
        migrate(&connection, path, &["", "CREATE TABLE b (x)"]).unwrap();
    }
}
