//! Connections that nobody uses at the moment.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::limits::MAX_KEPT_CONNECTIONS;
use crate::link::Link;
use crate::runtime::Socket;

/// The connections of a client that are open and idle. As many are open as calls are made at once.
pub(crate) struct Pool<S> {
    idle: Mutex<Vec<Link<S>>>,
}

impl<S: Socket> Pool<S> {
    /// The connection that was used last and is still good. `surely`: see [`Link::is_fresh`].
    pub(crate) fn take(&self, surely: bool) -> Option<Link<S>> {
        loop {
            // Taken out first: looking at it asks the kernel, and dropping it closes a descriptor.
            let connection = self.lock().pop()?;
            if connection.is_fresh(surely) {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection for the next call, if the service keeps it too.
    pub(crate) fn give_back(&self, connection: Link<S>) {
        if !connection.is_reusable() {
            return;
        }
        let mut idle = self.lock();
        if idle.len() < MAX_KEPT_CONNECTIONS {
            idle.push(connection);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Link<S>>> {
        // Nothing can panic between two states of the list.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Default for Pool<S> {
    fn default() -> Self {
        Pool { idle: Mutex::default() }
    }
}
