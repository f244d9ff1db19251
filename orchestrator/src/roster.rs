//! Who is a client now. A name is one client's from before the identity provider is told of it until it was told of its end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use keystead_interface::names::ClientRef;
use keystead_trust::payload::definition::PinnedProcess;
use parking_lot::{Condvar, Mutex};

use crate::limits::{MAX_CLIENTS, MAX_CLIENTS_OF_UID};

/// All clients, by name.
#[derive(Debug, Default)]
pub struct Roster {
    all: Mutex<BTreeMap<ClientRef, Entry>>,
    /// Told whenever a client comes further.
    changed: Condvar,
}

#[derive(Debug)]
struct Entry {
    process: PinnedProcess,
    /// Of commands; containers have none.
    uid: Option<u32>,
    stage: Stage,
}

/// How far a client has come. It leaves the roster when it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Starting,
    Living,
    Ending,
}

/// Why there is no place for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPlace {
    /// The name is another's.
    #[error("there is a client of this name")]
    Taken,
    /// It is one too many.
    #[error("there are too many clients")]
    TooMany,
    /// It is one too many of its user.
    #[error("the user has too many clients")]
    TooManyOfUser,
}

impl Roster {
    /// A client begins to start. One of its name that is just ending is waited for, as long as `patience`.
    pub fn enter(
        &self,
        name: &ClientRef,
        process: PinnedProcess,
        uid: Option<u32>,
        patience: Duration,
    ) -> Result<(), NoPlace> {
        let mut all = self.all.lock();
        let deadline = Instant::now() + patience;
        while all.get(name).is_some_and(|entry| entry.stage == Stage::Ending) {
            if self.changed.wait_until(&mut all, deadline).timed_out() {
                break;
            }
        }
        if all.contains_key(name) {
            return Err(NoPlace::Taken);
        }
        if all.len() >= MAX_CLIENTS {
            return Err(NoPlace::TooMany);
        }
        let of_user = || all.values().filter(|entry| entry.uid == uid).count();
        if uid.is_some() && of_user() >= MAX_CLIENTS_OF_UID {
            return Err(NoPlace::TooManyOfUser);
        }
        all.insert(name.clone(), Entry { process, uid, stage: Stage::Starting });
        Ok(())
    }

    /// The client has started.
    pub fn lives(&self, name: &ClientRef) {
        if let Some(entry) = self.all.lock().get_mut(name) {
            entry.stage = Stage::Living;
        }
        self.changed.notify_all();
    }

    /// Whether the caller is the one who ends the client, and calls [`Roster::leave`] when that is done. If another is just
    /// starting or ending it, that is waited for, as long as `patience`. Where a process is named, only its client is meant.
    pub fn ends(&self, name: &ClientRef, process: Option<PinnedProcess>, patience: Duration) -> bool {
        let mut all = self.all.lock();
        let deadline = Instant::now() + patience;
        loop {
            let Some(entry) = all.get_mut(name) else { return false };
            if process.is_some_and(|process| process != entry.process) {
                return false;
            }
            if entry.stage == Stage::Living {
                entry.stage = Stage::Ending;
                return true;
            }
            if self.changed.wait_until(&mut all, deadline).timed_out() {
                return false;
            }
        }
    }

    /// The name is free.
    pub fn leave(&self, name: &ClientRef) {
        self.all.lock().remove(name);
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);
    const FIRST: PinnedProcess = PinnedProcess { pid: 1, pidfd_inode: 1 };
    const SECOND: PinnedProcess = PinnedProcess { pid: 1, pidfd_inode: 2 };

    fn name(text: &str) -> ClientRef {
        ClientRef::new(text).unwrap()
    }

    #[test]
    fn a_late_end_is_not_that_of_the_next_client_of_the_name() {
        let (roster, name) = (Roster::default(), name("oci-c1"));
        roster.enter(&name, FIRST, None, LONG).unwrap();
        assert_eq!(roster.enter(&name, SECOND, None, LONG), Err(NoPlace::Taken));
        roster.lives(&name);
        assert!(roster.ends(&name, None, LONG), "the hook says so");
        roster.leave(&name);
        roster.enter(&name, SECOND, None, LONG).unwrap();
        roster.lives(&name);
        assert!(!roster.ends(&name, Some(FIRST), LONG), "the first process was seen to end too");
        assert!(roster.ends(&name, Some(SECOND), LONG));
    }

    #[test]
    fn nobody_overtakes_a_start_or_an_end() {
        let (roster, name) = (Roster::default(), name("oci-c1"));
        roster.enter(&name, FIRST, None, LONG).unwrap();
        assert!(!roster.ends(&name, None, Duration::from_millis(1)), "it is told of still");
        thread::scope(|scope| {
            let ending = scope.spawn(|| roster.ends(&name, None, LONG));
            roster.lives(&name);
            assert!(ending.join().unwrap());
            assert_eq!(roster.enter(&name, SECOND, None, Duration::from_millis(1)), Err(NoPlace::Taken));
            let entering = scope.spawn(|| roster.enter(&name, SECOND, None, LONG));
            let too_late = scope.spawn(|| roster.ends(&name, Some(FIRST), LONG));
            roster.leave(&name);
            assert_eq!(entering.join().unwrap(), Ok(()));
            assert!(!too_late.join().unwrap());
        });
    }

    #[test]
    fn one_user_cannot_take_all_places() {
        let roster = Roster::default();
        let enter = |text: String, uid| roster.enter(&name(&text), FIRST, uid, LONG);
        for number in 0..MAX_CLIENTS_OF_UID {
            enter(format!("run-{number}"), Some(1000)).unwrap();
        }
        assert_eq!(enter("run-x".to_owned(), Some(1000)), Err(NoPlace::TooManyOfUser));
        for number in MAX_CLIENTS_OF_UID..MAX_CLIENTS {
            enter(format!("oci-{number}"), None).unwrap();
        }
        assert_eq!(enter("run-x".to_owned(), Some(1001)), Err(NoPlace::TooMany));
    }
}
