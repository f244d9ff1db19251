//! What the asynchronous client asks of its surroundings, and what it does not.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use keystead_client::asynchronous::Client;
use keystead_client::interface::header::{Flags, HEADER_LEN};
use keystead_client::interface::operations::Opcode;
use keystead_client::limits::MAX_CALLS_AT_ONCE;
use keystead_client::{Credential, Endpoint, Error, presets};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use tokio::runtime::{Builder, Runtime};

use crate::scripted::{Scripted, Step};
use crate::{done, runtime};

fn pong() -> Step {
    Step::answer(Opcode::Ping, Flags::KEEP_ALIVE, vec![8, 1])
}

fn another_runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A folder for sockets.
fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("keystead-asynchronous-{name}-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    folder
}

#[test]
fn calls_can_be_made_in_any_task() {
    fn is_for_any_task<T: Send>(_: T) {}
    let client = Client::at(Endpoint::at("/nonexistent/service.sock"), Credential::default());
    is_for_any_task(client.ping());
    is_for_any_task(client.generate("k", &presets::ecdsa_p256()));
    is_for_any_task(client.import("k", &presets::ecdsa_p256(), b""));
    is_for_any_task(client.pipeline(vec![keystead_client::interface::operations::core::Ping {}], 1));
    let key = client.key("k").unwrap();
    is_for_any_task(key.seal(b"", b""));
    is_for_any_task(key.destroy());
}

#[test]
fn without_a_runtime_calls_fail_and_nothing_panics() {
    let client = Client::at(Endpoint::at("/nonexistent/service.sock"), Credential::default());
    let mut call = pin!(client.ping());
    let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(polled, Poll::Ready(Err(Error::NoRuntime))));
}

#[test]
fn a_connection_of_a_runtime_that_ended_is_not_used_in_another() {
    let service = Scripted::start(vec![vec![pong()], vec![pong()]]);
    let client = service.client();
    another_runtime().block_on(client.ping()).unwrap();
    another_runtime().block_on(client.ping()).unwrap();
    assert_eq!(service.finish(client).len(), 2);
}

#[test]
fn a_service_whose_queue_of_connections_is_full_is_waited_for() {
    let folder = folder("queue");
    let path = folder.join("s");
    let listener =
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
    rustix::net::bind(&listener, &SocketAddrUnix::new(&path).unwrap()).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let listener = UnixListener::from(listener);
    let first = UnixStream::connect(&path).unwrap();
    let client = Client::at(Endpoint::at(&path), Credential::None).with_timeout(Duration::from_secs(10));
    let mut call = pin!(client.ping());
    // It finds the queue full.
    poll_once(call.as_mut());
    drop((listener.accept().unwrap(), first));
    let answering = std::thread::spawn(move || answer(listener.accept().unwrap().0));
    assert_eq!(done(call).unwrap(), (1, 0));
    answering.join().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn only_so_many_calls_are_under_way_at_once_and_the_others_have_their_turn() {
    let folder = folder("turns");
    let listener = UnixListener::bind(folder.join("s")).unwrap();
    let client = Client::at(Endpoint::at(folder.join("s")), Credential::None);
    let mut calls: Vec<_> = (0..2 * MAX_CALLS_AT_ONCE).map(|_| Box::pin(client.ping())).collect();
    // They connect, as far as they may.
    calls.iter_mut().for_each(|call| poll_once(call.as_mut()));
    listener.set_nonblocking(true).unwrap();
    let first: Vec<_> = std::iter::from_fn(|| listener.accept().ok()).map(|(service, _)| service).collect();
    assert_eq!(first.len(), MAX_CALLS_AT_ONCE);
    let answering = std::thread::spawn(move || {
        listener.set_nonblocking(false).unwrap();
        first.into_iter().for_each(answer);
        (0..MAX_CALLS_AT_ONCE).for_each(|_| answer(listener.accept().unwrap().0));
    });
    for call in calls {
        assert_eq!(done(call).unwrap(), (1, 0));
    }
    answering.join().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

/// Begins a call whose end is not in sight.
pub(crate) fn poll_once(call: Pin<&mut impl Future>) {
    let _entered = runtime().enter();
    assert!(call.poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

/// Answers a Ping, and closes the connection.
fn answer(mut service: UnixStream) {
    let mut request = [0; HEADER_LEN];
    service.read_exact(&mut request).unwrap();
    // Vector V1r of wire contract 1.2.
    let mut answer = request.to_vec();
    (answer[8], answer[22]) = (0, 2);
    answer.extend([8, 1]);
    service.write_all(&answer).unwrap();
}
