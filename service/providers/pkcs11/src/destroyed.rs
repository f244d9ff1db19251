//! Which keys were destroyed lately, so that nobody trusts a handle of theirs any more.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use parking_lot::RwLock;

use crate::limits::MAX_DESTROYED;

/// The CKA_IDs of the keys that were destroyed last.
///
/// There are modules whose handles are addresses (OpenSC), so that the next key may get the handle of one that is no more,
/// and a request under way would use it in its place. A key that comes back under its CKA_ID, as adopted ones may, is
/// merely looked for each time.
#[derive(Default)]
pub(crate) struct Destroyed(RwLock<Last>);

#[derive(Default)]
struct Last {
    ids: HashSet<Arc<[u8]>>,
    in_order: VecDeque<Arc<[u8]>>,
}

impl Destroyed {
    /// Adds one.
    pub(crate) fn add(&self, id: &[u8]) {
        let id = Arc::from(id);
        let mut last = self.0.write();
        if !last.ids.insert(Arc::clone(&id)) {
            return;
        }
        last.in_order.push_back(id);
        if last.in_order.len() > MAX_DESTROYED
            && let Some(first) = last.in_order.pop_front()
        {
            last.ids.remove(&first);
        }
    }

    /// Whether it is one of them.
    pub(crate) fn contains(&self, id: &[u8]) -> bool {
        self.0.read().ids.contains(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_remembered_and_no_more() {
        let destroyed = Destroyed::default();
        for number in 0..=MAX_DESTROYED {
            destroyed.add(&number.to_be_bytes());
            destroyed.add(&number.to_be_bytes());
        }
        assert!(!destroyed.contains(&0_usize.to_be_bytes()));
        assert!((1..=MAX_DESTROYED).all(|number| destroyed.contains(&number.to_be_bytes())));
        assert_eq!(destroyed.0.read().ids.len(), MAX_DESTROYED);
    }
}
