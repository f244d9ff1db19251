//! How many may be served at once, so that one user cannot keep others out.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

/// Places for as many as are served at once.
#[derive(Debug)]
pub struct Places {
    most: usize,
    most_of_uid: usize,
    taken: Mutex<HashMap<u32, usize>>,
}

/// Somebody's place; dropping it gives the place back.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    uid: u32,
}

impl Places {
    /// `most` places, of which one uid may have `most_of_uid`.
    pub fn new(most: usize, most_of_uid: usize) -> Arc<Places> {
        Arc::new(Places { most, most_of_uid, taken: Mutex::default() })
    }

    /// A place for this uid; none if all are taken, or all that it may have.
    pub fn take(self: &Arc<Self>, uid: u32) -> Option<Place> {
        let mut taken = self.taken.lock();
        let all: usize = taken.values().sum();
        let own = taken.get(&uid).copied().unwrap_or(0);
        if all >= self.most || own >= self.most_of_uid {
            return None;
        }
        taken.insert(uid, own + 1);
        Some(Place { places: Arc::clone(self), uid })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        match taken.get_mut(&self.uid) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.remove(&self.uid)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_cannot_take_all_places() {
        let places = Places::new(5, 3);
        let mut held: Vec<Place> = (0..3).filter_map(|_| places.take(1)).collect();
        assert_eq!(held.len(), 3);
        assert!(places.take(1).is_none());
        let others = [places.take(2), places.take(3)];
        assert!(others.iter().all(Option::is_some) && places.take(4).is_none(), "there are five");
        held.pop();
        assert!(places.take(1).is_some());
    }
}
