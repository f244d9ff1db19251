//! How many connections there may be: in all, and of one uid, so that no tenant can take all places.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::door::Door;
use crate::limits::ADMIN_PLACES;
use crate::metrics::Counters;
use crate::settings::LimitSettings;

/// The places for connections.
pub struct Places {
    counters: Arc<Counters>,
    of_uid: Mutex<HashMap<u32, usize>>,
}

/// A connection's place; dropping it gives the place back.
pub struct Admission {
    places: Arc<Places>,
    uid: u32,
}

impl Places {
    /// All free. Connections are counted by `counters`.
    pub fn new(counters: Arc<Counters>) -> Arc<Places> {
        Arc::new(Places { counters, of_uid: Mutex::default() })
    }

    /// A place for a connection of this uid, or none. On the admin socket there are some more places than elsewhere, so
    /// that applications cannot keep the identity provider out.
    pub fn admit(self: &Arc<Self>, door: Door, uid: u32, limits: &LimitSettings) -> Option<Admission> {
        let more = if door == Door::Admin { ADMIN_PLACES } else { 0 };
        let mut of_uid = self.of_uid.lock();
        let own = of_uid.entry(uid).or_insert(0);
        if self.counters.connections() >= (limits.max_connections + more) as u64
            || *own >= limits.max_connections_per_uid + more
        {
            if *own == 0 {
                of_uid.remove(&uid);
            }
            self.counters.refused();
            return None;
        }
        *own += 1;
        self.counters.connected();
        Some(Admission { places: Arc::clone(self), uid })
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut of_uid = self.places.of_uid.lock();
        self.places.counters.disconnected();
        if let Some(own) = of_uid.get_mut(&self.uid) {
            *own -= 1;
            if *own == 0 {
                of_uid.remove(&self.uid);
            }
        }
    }
}
