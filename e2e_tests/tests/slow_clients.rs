//! Clients that take all the time in the world: they are told so at their deadline, and nobody else notices them.

use std::io::Write;
use std::time::{Duration, Instant};

use keystead_e2e_tests::effort::rounds;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::wire::{Draft, Wire};
use keystead_interface::status::Status;

/// Clients that send a byte a second.
const DRIPPING: usize = 200;
/// Clients that send nothing.
const SILENT: usize = 1_000;
/// How long a request may take to arrive (wire contract 1.5).
const DEADLINE: Duration = Duration::from_secs(2);
/// A service that was kept from its work for longer than this after a deadline has let somebody hold it up.
const TOLERANCE: Duration = Duration::from_secs(10);

#[test]
fn slow_clients_are_refused_at_their_deadline_and_others_are_served() {
    let service = Service::plain();
    let silent: Vec<Wire> = (0..SILENT).map(|_| service.connect()).collect();
    let dripping: Vec<(Instant, Wire)> = (0..DRIPPING).map(|_| (Instant::now(), service.connect())).collect();
    let served = std::thread::scope(|scope| {
        let others = scope.spawn(|| serve_others(&service));
        drip(&dripping);
        others.join().expect("every other client was served")
    });
    println!("served while {SILENT} were silent and {DRIPPING} dripped: {served}");

    for (since, mut wire) in dripping {
        assert_eq!(wire.answer().status(), Status::ConnectionError);
        assert!(since.elapsed() >= DEADLINE, "nobody is refused before the deadline");
    }
    for mut wire in silent {
        let answer = wire.answer();
        assert_eq!(answer.status(), Status::ConnectionError);
        wire.finish();
        assert!(wire.is_at_end());
    }
}

/// Others: one connection for each request, from before the first byte drips until all deadlines are over.
fn serve_others(service: &Service) -> u64 {
    let begun = Instant::now();
    let least = rounds("requests of others, at least", 1_000, 10_000);
    let mut served = 0;
    while served < least || begun.elapsed() < DEADLINE {
        let answer = service.connect().exchange(&Draft::ping().bytes());
        assert_eq!(answer.status(), Status::Success);
        served += 1;
    }
    served
}

/// Sends a byte a second on each connection until the service has answered, whatever it said.
fn drip(dripping: &[(Instant, Wire)]) {
    let ping = Draft::ping().bytes();
    let begun = Instant::now();
    let mut sent = 0;
    while begun.elapsed() < DEADLINE + TOLERANCE {
        for (_, wire) in dripping {
            // A service that has closed is what this waits for.
            let mut stream = wire.stream();
            let _ = stream.write(&ping[sent..=sent]);
        }
        sent += 1;
        if is_readable(dripping, Duration::from_secs(1)) {
            return;
        }
    }
    panic!("a byte a second kept {DRIPPING} connections open for {:?}", begun.elapsed());
}

/// Waits as long as a drop takes, or shorter if all connections have something to read.
fn is_readable(dripping: &[(Instant, Wire)], pause: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let deadline = Instant::now() + pause;
    dripping.iter().all(|(_, wire)| {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
        poll(&mut [PollFd::new(wire.stream(), PollFlags::IN)], Some(&left)).is_ok_and(|ready| ready == 1)
    })
}
