//! Connections that nobody uses at the moment.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::connection::Connection;
use crate::limits::MAX_KEPT_CONNECTIONS;

/// The connections of a client that are open and idle. As many are open as calls are made at once.
#[derive(Default)]
pub(crate) struct Pool {
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    /// The connection that was used last and is still good. `surely`: see [`Connection::is_fresh`].
    pub(crate) fn take(&self, surely: bool) -> Option<Connection> {
        loop {
            // Taken out first: looking at it asks the kernel, and dropping it closes a descriptor.
            let connection = self.lock().pop()?;
            if connection.is_fresh(surely) {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection for the next call, if the service keeps it too.
    pub(crate) fn give_back(&self, connection: Connection) {
        if !connection.is_reusable() {
            return;
        }
        let mut idle = self.lock();
        if idle.len() < MAX_KEPT_CONNECTIONS {
            idle.push(connection);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        // Nothing can panic between two states of the list.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
