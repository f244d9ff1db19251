//! SIGKILL of whichever part, at whatever moment: every application works again soon after the part was started again, has
//! its own keys and nobody else's, and finds every key that it was told was made.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use keystead_e2e_tests::effort::{Chance, is_full, rounds};
use keystead_e2e_tests::home::Home;
use keystead_e2e_tests::parties::{self, Daemon};
use keystead_e2e_tests::service::{PATIENCE, Service};

use super::application::{Application, Said, Task, moment};

/// Of one uid.
const APPLICATIONS: usize = 4;
/// No application waits longer after the last restart: the promise of the design, for which the full run stands.
const BAR: Duration = Duration::from_secs(2);
/// The same for a machine that builds and tests other things meanwhile, unoptimised.
const BAR_WHEN_BUSY: Duration = Duration::from_secs(15);
/// Rounds of work of some application between a recovery and the next kill, at most.
const MOST_ROUNDS: u64 = 12;
/// Names of the parts, for what is printed.
const PARTS: [&str; 3] = ["service", "identity provider", "orchestrator"];

/// The parts of the system. Each is there but while it is being restarted.
struct Parts {
    service: Option<Service>,
    identity_provider: Option<Daemon>,
    orchestrator: Option<Daemon>,
}

impl Parts {
    fn start() -> Parts {
        let service = Service::with(parties::SERVICE);
        let identity_provider = Some(identity_provider(service.home()));
        let orchestrator = Some(Daemon::orchestrator(service.home()));
        Parts { service: Some(service), identity_provider, orchestrator }
    }

    fn service(&self) -> &Service {
        self.service.as_ref().expect("it is being restarted only in `restart`")
    }

    /// Kills a part, and starts it again; gives the moment of its start.
    fn restart(&mut self, part: usize) -> u64 {
        match part {
            0 => {
                let home = self.service.take().map(Service::kill).expect("it ran");
                let started = moment();
                self.service = Some(Service::in_home(home));
                started
            }
            1 => {
                drop(self.identity_provider.take());
                let started = moment();
                self.identity_provider = Some(identity_provider(self.service().home()));
                started
            }
            _ => {
                drop(self.orchestrator.take());
                let started = moment();
                self.orchestrator = Some(Daemon::orchestrator(self.service().home()));
                started
            }
        }
    }
}

/// Tokens end with what is killed, and not because their time is over.
fn identity_provider(home: &Home) -> Daemon {
    Daemon::identity_provider(home, 600)
}

/// What the applications say.
struct Ears {
    said: Receiver<(usize, Said)>,
    /// The key of each.
    keys: Vec<Option<String>>,
    /// The last round of each that ended well: when it began and ended.
    rounds: Vec<(u64, u64)>,
}

impl Ears {
    /// Hears one word; false if an application has ended.
    fn hear(&mut self) -> bool {
        let (number, said) = self.said.recv_timeout(PATIENCE).expect("the applications say something");
        match said {
            Said::Failed(why) => panic!("application {number}: {why}"),
            Said::Key(key) => {
                let known = self.keys[number].get_or_insert_with(|| key.clone());
                assert_eq!(*known, key, "the key of application {number} is another");
            }
            Said::Round(begun, ended) => self.rounds[number] = (begun, ended),
            Said::Word(_) => {}
            Said::End => return false,
        }
        true
    }

    /// Until each has done a whole round that began after this moment. Gives when the last of those ended.
    fn hear_all_work(&mut self, since: u64) -> u64 {
        while self.rounds.iter().any(|(begun, _)| *begun < since) {
            assert!(self.hear(), "an application has ended");
        }
        self.rounds.iter().map(|(_, ended)| *ended).max().unwrap_or_default()
    }

    /// Until so many rounds ended, of whomever.
    fn hear_some_work(&mut self, rounds: u64) {
        for _ in 0..rounds {
            assert!(self.hear(), "an application has ended");
        }
    }
}

#[test]
fn whatever_is_killed_every_application_works_again_soon_with_its_own_keys() {
    let mut parts = Parts::start();
    let (mouth, said) = channel();
    let mut applications: Vec<Application> = (0..APPLICATIONS)
        .map(|number| {
            let name = format!("app-{number}");
            Application::start(parts.service().home(), &name, Task::WorkPatiently, number, mouth.clone())
        })
        .collect();
    drop(mouth);
    let mut ears = Ears { said, keys: vec![None; APPLICATIONS], rounds: vec![(0, 0); APPLICATIONS] };
    ears.hear_all_work(1);

    let kills = rounds("SIGKILLs of a random part", 15, 200);
    let mut chance = Chance::new(4);
    let mut recoveries: [Vec<Duration>; PARTS.len()] = Default::default();
    let mut killed = 0;
    while killed < kills {
        ears.hear_some_work(chance.below(MOST_ROUNDS));
        let mut part = chance.below(PARTS.len() as u64) as usize;
        let mut started = parts.restart(part);
        killed += 1;
        // Now and then the next strikes before everybody has recovered from the one before.
        while killed < kills && chance.below(4) == 0 {
            part = chance.below(PARTS.len() as u64) as usize;
            started = parts.restart(part);
            killed += 1;
        }
        let worked = ears.hear_all_work(started);
        recoveries[part].push(Duration::from_nanos(worked.saturating_sub(started)));
    }
    applications.iter_mut().for_each(Application::finish);
    for _ in 0..APPLICATIONS {
        while ears.hear() {}
    }
    assert!(applications.iter_mut().all(Application::has_ended_well), "an application failed");
    let keys: BTreeSet<_> = ears.keys.iter().flatten().collect();
    assert_eq!(keys.len(), APPLICATIONS, "each has a key of its own");
    let names: Vec<String> = (0..APPLICATIONS).map(|number| parties::identity(&format!("app-{number}"))).collect();
    assert_eq!(who_has_keys(parts.service()), names.join(" "), "and nobody else has any");
    judge(&mut recoveries);
}

/// As an application learns it that administers the service.
fn who_has_keys(service: &Service) -> String {
    let (mouth, ears) = channel();
    let mut operator = Application::start(service.home(), "operator", Task::Talk, 0, mouth);
    operator.tell("clients");
    match ears.recv_timeout(PATIENCE).expect("it answers") {
        (_, Said::Word(clients)) => clients,
        (_, said) => panic!("{said:?}"),
    }
}

/// Prints how long it took, and holds the bar.
fn judge(recoveries: &mut [Vec<Duration>; PARTS.len()]) {
    let bar = if is_full() { BAR } else { BAR_WHEN_BUSY };
    for (part, times) in PARTS.iter().zip(recoveries) {
        times.sort();
        let (Some(worst), median) = (times.last(), times.get(times.len() / 2)) else { continue };
        println!(
            "from the start of the {part} until every application worked: median {:.0?}, worst {worst:.0?}, {} times",
            median.expect("there is one at least"),
            times.len()
        );
        assert!(*worst <= bar, "{worst:?} after the start of the {part}, {BAR:?} are promised");
    }
}
