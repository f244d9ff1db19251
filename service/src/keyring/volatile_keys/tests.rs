//! The table over real processes. What ends when is shown from outside too, in `e2e_tests`.

use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::Weak;

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::names::KeyName;
use keystead_keystore::KeyRecord;
use keystead_provider::{Capabilities, KeyHandle, KeyTag, KeyVault, Provider, ProviderInfo, Work};
use keystead_trust::peer::Peer;

use super::*;
use crate::authenticate::PeerProcess;
use crate::door::Door;

/// A backend that is no more: nothing is asked of it.
struct Gone;

impl Provider for Gone {
    fn info(&self) -> &ProviderInfo {
        unreachable!()
    }
    fn vault(&self) -> &dyn KeyVault {
        unreachable!()
    }
    fn capabilities(&self) -> Capabilities<'_> {
        unreachable!()
    }
    fn is_quick(&self, _: Work<'_>) -> bool {
        unreachable!()
    }
}

/// Another process, until this is dropped.
struct Other(Child);

impl Other {
    fn start() -> Other {
        let mut command = Command::new("sleep");
        command.arg("600").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Other(command.spawn().expect("every system can sleep"))
    }

    fn peer(&self) -> Peer {
        Peer::with_credentials(0, 0, i32::try_from(self.0.id()).expect("pids are small"))
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn address() -> KeyAddress {
    let tenant = Tenant::new(AuthKind::DIRECT, "tenant").expect("a short name");
    let name = KeyName::new("k").expect("a short name");
    KeyAddress { tenant, provider: ProviderNumber::SOFTWARE, name }
}

fn key(number: u8) -> Arc<OpenKey> {
    let attributes = KeyAttributes::new(KeyType::Aes, 128, Usage::NONE, Algorithm::None).volatile();
    let record = KeyRecord { tag: KeyTag([number; 16]), attributes, handle: KeyHandle::new(vec![number; 16]) };
    let backend: Weak<dyn Provider> = Weak::<Gone>::new();
    Arc::new(OpenKey {
        tenant: address().tenant,
        record,
        backend,
        prepared: Default::default(),
        public_half: Default::default(),
    })
}

fn in_an_event_loop<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_io().build().expect("a runtime").block_on(test)
}

#[test]
fn a_process_with_the_pid_of_another_does_not_get_its_keys() {
    in_an_event_loop(async {
        let counters = Arc::new(Counters::new());
        let keys = VolatileKeys::new(Arc::clone(&counters));
        let other = Other::start();
        let peer = other.peer();
        keys.keep(&peer.pinned_by_pid().expect("it lives"), address(), key(1)).expect("there is room");

        // Ourselves, as if the pid had come to us.
        let (socket, _theirs) = UnixStream::pair().expect("a socket pair");
        let process = PeerProcess::default();
        let caller = Caller { door: Door::Application, peer: &peer, process: &process, socket: socket.as_fd() };
        assert!(keys.find(caller, &address()).expect("we can be pinned").is_none());
        assert!(!keys.end(caller, &address()).expect("we can be pinned"));
        assert_eq!(counters.volatile_keys(), 1);
        keys.keep(caller.living().expect("we live"), address(), key(2)).expect("it is not the other's name");
        let found = keys.find(caller, &address()).expect("we can be pinned").expect("it is ours");
        assert_eq!((found.record.tag, counters.volatile_keys()), (KeyTag([2; 16]), 1), "the other's have ended");
        assert!(keys.end(caller, &address()).expect("we can be pinned"));
        assert_eq!((counters.volatile_keys(), keys.owners.lock().len()), (0, 0));
    });
}

#[test]
fn what_is_kept_for_a_process_that_has_ended_already_ends_at_once() {
    in_an_event_loop(async {
        let counters = Arc::new(Counters::new());
        let keys = VolatileKeys::new(Arc::clone(&counters));
        let other = Other::start();
        let process = other.peer().pinned_by_pid().expect("it lives");
        drop(other);
        keys.keep(&process, address(), key(1)).expect("there is room");
        assert_eq!(counters.volatile_keys(), 1);
        while counters.volatile_keys() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(keys.owners.lock().is_empty());
    });
}
