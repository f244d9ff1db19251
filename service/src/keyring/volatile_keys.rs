//! The volatile keys of all processes (PSA Crypto API, key lifetimes: PSA_KEY_LIFETIME_VOLATILE): in memory alone, each of
//! one process and one tenant.
//!
//! A process that has keys here is held by a pidfd of its own, and its end is awaited from the step that entered it on. So no
//! key outlives its process, at whatever moment that ends, and no process is taken for another that has its pid now.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::sync::Arc;

use keystead_interface::names::Tenant;
use keystead_interface::status::Status;
use keystead_keystore::{KeyAddress, StoreError};
use keystead_trust::peer::Pinned;
use parking_lot::Mutex;
use tokio::task::AbortHandle;

use super::OpenKey;
use crate::authenticate::Caller;
use crate::error::Failure;
use crate::limits::{
    MAX_VOLATILE_KEY_BYTES, MAX_VOLATILE_KEYS, MAX_VOLATILE_KEYS_OF_PROCESS, MAX_VOLATILE_KEYS_OF_TENANT,
};
use crate::metrics::Counters;
use crate::registration::await_end;

/// Volatile keys by process. Who has none pays for a look at their number, or if there are some for a look for its pid.
pub(super) struct VolatileKeys {
    counters: Arc<Counters>,
    owners: Mutex<Owners>,
}

/// By pid. What has a pid here may have ended, and another process have the pid: the pidfd tells.
type Owners = HashMap<i32, Owner>;

/// A process that has keys.
struct Owner {
    process: Arc<Pinned>,
    keys: HashMap<KeyAddress, Arc<OpenKey>>,
    _end: AwaitedEnd,
}

/// The end of a process, awaited by an event loop until this is dropped.
struct AwaitedEnd(AbortHandle);

impl Drop for AwaitedEnd {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl VolatileKeys {
    /// None yet.
    pub(super) fn new(counters: Arc<Counters>) -> Arc<VolatileKeys> {
        Arc::new(VolatileKeys { counters, owners: Mutex::default() })
    }

    /// The key of this address that the caller's process has, if it lives still. Errors if the process cannot be pinned.
    pub(super) fn find(&self, caller: Caller<'_>, address: &KeyAddress) -> Result<Option<Arc<OpenKey>>, Failure> {
        if self.counters.volatile_keys() == 0 {
            return Ok(None);
        }
        let found = {
            let owners = self.owners.lock();
            let owner = owners.get(&caller.peer.pid());
            owner.and_then(|owner| Some((Arc::clone(&owner.process), Arc::clone(owner.keys.get(address)?))))
        };
        // Only now the kernel is asked whose pid that is.
        let Some((process, key)) = found else { return Ok(None) };
        Ok(caller.is(&process)?.then_some(key))
    }

    /// Errors if the caller's process has a key of this address.
    pub(super) fn refuse_taken_name(&self, caller: Caller<'_>, address: &KeyAddress) -> Result<(), Failure> {
        match self.find(caller, address)? {
            Some(_) => Err(StoreError::AlreadyExists.into()),
            None => Ok(()),
        }
    }

    /// Keeps a key for as long as its process lives; if that has ended already, for a moment. AlreadyExists if the process
    /// has one of this address; QuotaExceeded above a limit of its process or tenant, InsufficientMemory above that of all.
    pub(super) fn keep(
        self: &Arc<Self>,
        process: &Pinned,
        address: KeyAddress,
        key: Arc<OpenKey>,
    ) -> Result<(), Failure> {
        let pid = process.peer().pid();
        // Dropped after the lock.
        let _former;
        let mut owners = self.owners.lock();
        _former = self.take_if(&mut owners, pid, |owner| !owner.process.is_same_as(process));
        self.check_room(&owners, pid, &address, &key)?;
        let owner = match owners.entry(pid) {
            Entry::Occupied(owner) => owner.into_mut(),
            Entry::Vacant(place) => {
                let owner = self.enter(process);
                place.insert(owner.map_err(|error| Failure::new(Status::Busy, format!("no pidfd: {error}")))?)
            }
        };
        match owner.keys.entry(address) {
            Entry::Occupied(_) => return Err(StoreError::AlreadyExists.into()),
            Entry::Vacant(place) => place.insert(key),
        };
        self.counters.volatile_key_kept();
        Ok(())
    }

    /// Puts a key into the place of the same one as another backend prepared it, if it was not ended meanwhile.
    pub(super) fn replace(&self, caller: Caller<'_>, address: &KeyAddress, key: &Arc<OpenKey>) {
        let mut owners = self.owners.lock();
        let kept = owners.get_mut(&caller.peer.pid()).and_then(|owner| owner.keys.get_mut(address));
        if let Some(kept) = kept.filter(|kept| kept.record.tag == key.record.tag) {
            *kept = Arc::clone(key);
        }
    }

    /// Ends the key of this address that the caller's process has. False if there is none.
    pub(super) fn end(&self, caller: Caller<'_>, address: &KeyAddress) -> Result<bool, Failure> {
        let Some(key) = self.find(caller, address)? else { return Ok(false) };
        let pid = caller.peer.pid();
        let _ended;
        let mut owners = self.owners.lock();
        // Another request may have been first, or the process have ended.
        let Some(owner) = owners.get_mut(&pid) else { return Ok(false) };
        let Entry::Occupied(kept) = owner.keys.entry(address.clone()) else { return Ok(false) };
        if kept.get().record.tag != key.record.tag {
            return Ok(false);
        }
        let ended = kept.remove();
        self.counters.volatile_keys_ended(1);
        // A process without keys is not awaited.
        _ended = (ended, self.take_if(&mut owners, pid, |owner| owner.keys.is_empty()));
        Ok(true)
    }

    /// Ends the keys of a tenant, whichever processes have them.
    pub(super) fn end_tenant(&self, tenant: &Tenant) {
        let mut ended = Vec::new();
        let mut owners = self.owners.lock();
        for owner in owners.values_mut() {
            ended.extend(owner.keys.extract_if(|address, _| address.tenant == *tenant));
        }
        owners.retain(|_, owner| !owner.keys.is_empty());
        self.counters.volatile_keys_ended(ended.len());
        drop(owners);
    }

    /// Ends the keys of a process that has ended.
    fn end_process(&self, process: &Arc<Pinned>) {
        let ended;
        let mut owners = self.owners.lock();
        ended = self.take_if(&mut owners, process.peer().pid(), |owner| Arc::ptr_eq(&owner.process, process));
        drop(owners);
        if let Some(owner) = ended {
            log::debug!(keys = owner.keys.len(); "a process has ended, and its volatile keys with it");
        }
    }

    /// Enters a process: holds it, and has this thread's event loop await its end. One that has ended already is heard of
    /// at once.
    fn enter(self: &Arc<Self>, process: &Pinned) -> io::Result<Owner> {
        // A descriptor of its own: the connection's goes with the connection, and no event loop watches one twice.
        let process = Arc::new(process.try_clone()?);
        let end = await_end(&process)?;
        let (keys, awaited) = (Arc::clone(self), Arc::clone(&process));
        let task = tokio::spawn(async move {
            // It fails only with the event loop, which is the service's end.
            let _ = end.readable().await;
            keys.end_process(&awaited);
        });
        Ok(Owner { process, keys: HashMap::new(), _end: AwaitedEnd(task.abort_handle()) })
    }

    /// Takes a process out with its keys, if that is wanted of it.
    fn take_if(&self, owners: &mut Owners, pid: i32, is_wanted: impl FnOnce(&Owner) -> bool) -> Option<Owner> {
        let Entry::Occupied(owner) = owners.entry(pid) else { return None };
        if !is_wanted(owner.get()) {
            return None;
        }
        let owner = owner.remove();
        self.counters.volatile_keys_ended(owner.keys.len());
        Some(owner)
    }

    fn check_room(&self, owners: &Owners, pid: i32, address: &KeyAddress, key: &OpenKey) -> Result<(), Failure> {
        let full = |status, what: &'static str| Err(Failure::new(status, what));
        if address.name.as_str().len() + key.record.handle.0.expose().len() > MAX_VOLATILE_KEY_BYTES {
            return full(Status::PsaErrorInsufficientMemory, "name and key are too long for a volatile key");
        }
        if owners.get(&pid).is_some_and(|owner| owner.keys.len() >= MAX_VOLATILE_KEYS_OF_PROCESS) {
            return full(Status::QuotaExceeded, "the process has too many volatile keys");
        }
        let all = usize::try_from(self.counters.volatile_keys()).unwrap_or(usize::MAX);
        let of_tenant = || owners.values().flat_map(|owner| owner.keys.keys());
        // They are counted only when there are as many at all: some 10 µs.
        if all >= MAX_VOLATILE_KEYS_OF_TENANT
            && of_tenant().filter(|other| other.tenant == address.tenant).count() >= MAX_VOLATILE_KEYS_OF_TENANT
        {
            return full(Status::QuotaExceeded, "the tenant has too many volatile keys");
        }
        if all >= MAX_VOLATILE_KEYS {
            return full(Status::PsaErrorInsufficientMemory, "there are too many volatile keys");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
