//! The store from outside: what it keeps, what it refuses, and what a crash or an attacker with the disk can do to it.

mod crash;
mod damage;
mod full_disk;
mod killed_rekey;
mod life;
mod moving;
mod opening;
mod owners;
mod quota;
mod race;
mod rekey;

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::names::{KeyName, Tenant};
use keystead_keystore::{
    KeyAddress, KeyRecord, OpenError, RootKeySource, SqliteStore, StateDirectory, StateDirectoryError,
};
use keystead_provider::{KeyHandle, KeyTag};
use tempfile::TempDir;

/// How long a lock may be held by nobody in particular. Long, because the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// A place for a store, removed at the end of the test.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Place(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("state")
    }

    fn try_open(&self) -> Result<SqliteStore, OpenError> {
        let directory = directory(&self.path());
        let root_key = RootKeySource::File(directory.root_key_file());
        SqliteStore::open(directory, &root_key)
    }

    fn try_open_with(&self, root_key: &RootKeySource) -> Result<SqliteStore, OpenError> {
        SqliteStore::open(directory(&self.path()), root_key)
    }

    fn open(&self) -> SqliteStore {
        self.try_open().unwrap()
    }

    /// What somebody can do who has the disk.
    fn database(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.path().join("keys.sqlite")).unwrap();
        connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000;").unwrap();
        connection
    }
}

/// Opens a state directory. Its lock may be held a moment longer than its owner lives: a child that another test forks
/// meanwhile has it until it executes its program.
fn directory(path: &Path) -> StateDirectory {
    let begun = Instant::now();
    loop {
        match StateDirectory::open(path) {
            Err(StateDirectoryError::InUse { .. }) if begun.elapsed() < PATIENCE => thread::yield_now(),
            opened => return opened.unwrap(),
        }
    }
}

fn tenant(name: &str) -> Tenant {
    Tenant::new(AuthKind::UNIX_PEER_CREDENTIALS, name).unwrap()
}

/// On the software provider.
fn address(owner: &str, name: &str) -> KeyAddress {
    KeyAddress { tenant: tenant(owner), provider: ProviderNumber::SOFTWARE, name: KeyName::new(name).unwrap() }
}

fn attributes(bits: u32) -> KeyAttributes {
    KeyAttributes::new(KeyType::Aes, bits, Usage::ENCRYPT, Algorithm::None)
}

fn tag(number: u64) -> KeyTag {
    KeyTag((u128::from(number) << 64 | 0xABCD).to_be_bytes())
}

fn record(number: u64, handle: &[u8]) -> KeyRecord {
    KeyRecord { tag: tag(number), attributes: attributes(256), handle: KeyHandle::new(handle.to_vec()) }
}

/// Waits for a change as the service would, without its runtime.
fn wait<T>(pending: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut pending = pin!(pending);
    loop {
        match pending.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}
