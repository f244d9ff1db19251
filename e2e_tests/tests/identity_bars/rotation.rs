//! Intermediates that follow one another every second, under load: no application meets a failure, and no token outlives
//! the intermediate that signed it.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use keystead_client::{Client, Credential, Deadline, Endpoint};
use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::rounds;
use keystead_e2e_tests::parties::{self, Daemon};
use keystead_e2e_tests::service::{PATIENCE, Service};
use keystead_e2e_tests::wire::Wire;
use keystead_interface::operations::core::ListKeys;
use keystead_interface::operations::identity::GetInstance;
use keystead_interface::status::Status;

use super::application::{Application, Said, Task};
use super::worker;

/// Who work all the while. One more takes tokens.
const CLIENTS: usize = 8;
/// Seconds between two intermediates, give or take a tenth.
const CADENCE_S: u64 = 1;
/// Tokens of one intermediate that are shown again, and of all of them.
const TOKENS_OF_EACH: usize = 4;
const KEPT_TOKENS: usize = 16;
/// How long the service may be looked for.
const ASK_TIMEOUT: Duration = Duration::from_secs(20);

#[test]
fn intermediates_follow_one_another_unnoticed_and_end_the_tokens_of_those_before() {
    let service = Service::with(parties::SERVICE);
    let _identity_provider = Daemon::identity_provider(service.home(), CADENCE_S);
    let _orchestrator = Daemon::orchestrator(service.home());
    let (mouth, ears) = channel();
    let start =
        |(number, task)| Application::start(service.home(), &format!("app-{number}"), task, number, mouth.clone());
    let tasks = (0..CLIENTS).map(|_| Task::Work).chain([Task::ShowOldTokens]);
    let mut applications: Vec<Application> = tasks.enumerate().map(start).collect();
    drop(mouth);

    let seconds = rounds("seconds of intermediates that follow one another", 6, 60);
    let epoch = || parties::admin(&service).ask(GetInstance {}).expect("anybody may ask").trust_epoch;
    let mut done = [0_u64; CLIENTS];
    let mut shown = None;
    let mut begun: Option<(Instant, u64)> = None;
    let mut living = applications.len();
    while living > 0 {
        let (number, said) = ears.recv_timeout(PATIENCE).expect("the applications say something");
        match said {
            Said::Failed(why) => panic!("application {number}: {why}"),
            Said::Round(..) => done[number] += 1,
            Said::Word(counts) => shown = Some(counts),
            Said::End => living -= 1,
            Said::Key(_) => {}
        }
        // It begins when everybody works.
        if begun.is_none() && done.iter().all(|rounds| *rounds > 0) {
            begun = Some((Instant::now(), epoch()));
        }
        if begun.is_some_and(|(begun, _)| begun.elapsed() >= Duration::from_secs(seconds)) {
            applications.iter_mut().for_each(Application::finish);
        }
    }
    assert!(applications.iter_mut().all(Application::has_ended_well), "an application failed");
    let (begun, first) = begun.expect("everybody worked");
    let (intermediates, elapsed) = (epoch() - first, begun.elapsed());
    let fewest = done.iter().min().copied().unwrap_or_default();
    println!("{intermediates} intermediates in {elapsed:.1?}; rounds of work of each client: {done:?}");
    assert!(intermediates >= seconds / 2, "the intermediates did not follow one another");
    assert!(fewest >= seconds / 2, "a client hardly worked: {done:?}");
    let shown = shown.expect("somebody showed old tokens");
    println!("tokens good, good tokens that were stale afterwards, refusals of them: {shown}");
    let counts: Vec<u64> = shown.split(' ').filter_map(|count| count.parse().ok()).collect();
    assert!(counts[0] >= seconds / 2 && counts[1] >= seconds / 2, "too few tokens were shown: {shown}");
}

/// A token that the service took, when it believed this epoch's intermediate.
struct Shown {
    epoch: u64,
    caller: Caller,
    /// The connection on which it was taken.
    kept: Wire,
}

/// In an application: takes tokens all the while, and sees each taken by the service. When the service's epoch has risen,
/// what was taken before it must be refused, on the same connection and on new ones. Says how many were taken, how many of
/// those were seen refused, and how often.
pub fn show_old_tokens(goes_on: impl Fn() -> bool) -> Result<(), String> {
    let service = Endpoint::from_environment().map_err(|error| error.to_string())?;
    let asks = Client::at(service.clone(), Credential::None).with_timeout(ASK_TIMEOUT);
    let epoch = || asks.call(GetInstance {}).map(|told| told.trust_epoch).map_err(|error| error.to_string());
    let by = |token: &[u8]| Caller::new(service.path().to_owned()).as_bearer(token);
    let (mut good, mut ended, mut refusals) = (0_u64, 0_u64, 0_u64);
    let mut shown: Vec<Shown> = Vec::new();
    let mut newest = 0;
    while goes_on() {
        let before = epoch()?;
        for old in shown.iter_mut().filter(|old| old.epoch < before) {
            let answers = [old.caller.ask(ListKeys::default()), old.caller.ask_on(&mut old.kept, ListKeys::default())];
            let answers = answers.map(|answer| answer.err());
            if answers != [Some(Status::AuthStale); 2] {
                return Err(format!("a token of epoch {} is answered {answers:?} in epoch {before}", old.epoch));
            }
            refusals += 2;
        }
        if before > newest {
            ended += shown.iter().filter(|old| old.epoch == newest).count() as u64;
            newest = before;
            let superfluous = shown.len().saturating_sub(KEPT_TOKENS);
            shown.drain(..superfluous);
        }
        let token = worker::tokens().token(Deadline::after(ASK_TIMEOUT)).map_err(|error| error.to_string())?;
        let caller = by(token.bytes());
        let mut kept = caller.connect();
        let taken = caller.ask_on(&mut kept, ListKeys::default());
        // In between another intermediate may have come, so that nothing can be said of this token.
        if epoch()? == before {
            taken.map_err(|status| format!("a new token was refused: {status}"))?;
            good += 1;
            if shown.iter().filter(|token| token.epoch == before).count() < TOKENS_OF_EACH {
                shown.push(Shown { epoch: before, caller, kept });
            }
        }
    }
    worker::say(&Said::Word(format!("{good} {ended} {refusals}")));
    Ok(())
}
