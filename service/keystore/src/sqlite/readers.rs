//! Connections that only read. Each reads what was last committed, whatever is being written.

use std::path::PathBuf;

use parking_lot::{Condvar, Mutex};
use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;
use crate::limits::{MAX_READERS, READER_CACHE_KIB};

/// Up to [`MAX_READERS`] connections, opened when they are first needed.
pub(super) struct Readers {
    path: PathBuf,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    /// Idle ones and lent ones.
    open: usize,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Readers { path, pool: Mutex::default(), returned: Condvar::new() }
    }

    /// Reads. No lock of ours is held while SQLite works.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let lent = self.lend()?;
        match &lent.connection {
            Some(connection) => work(connection),
            None => Err(StoreError::Storage("a connection for reading is missing".into())),
        }
    }

    fn lend(&self) -> Result<Lent<'_>, StoreError> {
        let mut pool = self.pool.lock();
        loop {
            if let Some(connection) = pool.idle.pop() {
                return Ok(Lent { readers: self, connection: Some(connection) });
            }
            if pool.open < MAX_READERS {
                pool.open += 1;
                break;
            }
            self.returned.wait(&mut pool);
        }
        drop(pool);
        // If opening fails, the drop of this makes room for another attempt.
        let mut lent = Lent { readers: self, connection: None };
        lent.connection = Some(self.open()?);
        Ok(lent)
    }

    fn open(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        super::prepare_connection(&connection, READER_CACHE_KIB)?;
        Ok(connection)
    }
}

/// A connection that goes back to the others when this is dropped, also by a panic.
struct Lent<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.pool.lock();
        match self.connection.take() {
            Some(connection) => pool.idle.push(connection),
            None => pool.open -= 1,
        }
        drop(pool);
        self.readers.returned.notify_one();
    }
}
