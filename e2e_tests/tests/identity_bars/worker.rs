//! What an application does in its own process: it uses the client library as programs do, with tokens that the library
//! fetches by itself, and says what came of it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use keystead_client::{Client, Credential, Deadline, Endpoint, Error, Result, TokenSource, presets};
use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::Chance;
use keystead_interface::operations::admin::ListClients;
use keystead_interface::operations::core::ListKeys;
use keystead_interface::status::Status;

use super::application::{NAME, Said, TASK, Task, moment};
use super::rotation;

/// Long, because the machine may be busy; the client waits within it.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause before something is asked again of a part that is away.
const PAUSE: Duration = Duration::from_millis(5);
/// The key that stays: its name is the same for all applications.
const SIGNING: &str = "signing";
/// Keys that an application has at most.
const MOST_KEYS: usize = 6;

/// Does its task until its input ends, if this process is an application.
pub fn work_if_told_to() {
    let (Ok(task), Ok(name)) = (std::env::var(TASK), std::env::var(NAME)) else { return };
    let ended = AtomicBool::new(false);
    let task = Task::named(&task).expect("a task that exists");
    std::thread::scope(|scope| {
        if task != Task::Talk {
            scope.spawn(|| {
                let _ = std::io::stdin().lines().count();
                ended.store(true, Ordering::Relaxed);
            });
        }
        let goes_on = || !ended.load(Ordering::Relaxed);
        let done = match task {
            Task::Work | Task::WorkPatiently => Worker::new(name, task == Task::WorkPatiently).work(goes_on),
            Task::ShowOldTokens => rotation::show_old_tokens(goes_on),
            Task::Talk => talk(),
        };
        if let Err(why) = done {
            say(&Said::Failed(why));
        }
    });
}

/// Writes a line for the test.
pub fn say(said: &Said) {
    println!("{}", said.to_line());
}

/// Where this application gets its tokens; each source asks for its own.
pub fn tokens() -> TokenSource {
    let endpoint = Endpoint::of_identity_from_environment().ok().flatten();
    TokenSource::at(endpoint.expect("the test says where"))
}

fn talk() -> std::result::Result<(), String> {
    let service = Endpoint::from_environment().map_err(|error| error.to_string())?;
    let token = || tokens().token(Deadline::after(PATIENCE)).map_err(|error| error.to_string());
    for line in std::io::stdin().lines().map_while(std::result::Result::ok) {
        let word = match line.split_once(' ') {
            Some((_show, token)) => {
                let caller = Caller::new(service.path().to_owned()).as_bearer(token);
                caller.ask(ListKeys::default()).err().unwrap_or(Status::Success).to_string()
            }
            None if line == "clients" => {
                let listed = client().call(ListClients {}).map_err(|error| error.to_string())?;
                listed.clients.join(" ")
            }
            None => String::from_utf8_lossy(token()?.bytes()).into_owned(),
        };
        say(&Said::Word(word));
    }
    Ok(())
}

/// A client with a token and connections of its own.
fn client() -> Client {
    let service = Endpoint::from_environment().expect("the test says where");
    Client::at(service, Credential::Token(tokens())).with_timeout(PATIENCE)
}

struct Worker {
    name: String,
    is_patient: bool,
    kept: Client,
    public: Vec<u8>,
    /// Keys that the service said that it made and did not say that it destroyed.
    acknowledged: BTreeSet<String>,
    /// A key of which nobody said whether it was made or destroyed.
    doubtful: Option<String>,
    made: u64,
}

impl Worker {
    fn new(name: String, is_patient: bool) -> Worker {
        let (kept, acknowledged) = (client(), BTreeSet::new());
        Worker { name, is_patient, kept, public: Vec::new(), acknowledged, doubtful: None, made: 0 }
    }

    /// Round after round. The error says what an application should not meet.
    fn work(mut self, goes_on: impl Fn() -> bool) -> std::result::Result<(), String> {
        let mut chance = Chance::new(std::process::id().into());
        self.kept.generate(SIGNING, &presets::ecdsa_p256()).map_err(|error| format!("the first key: {error}"))?;
        self.acknowledged.insert(SIGNING.to_owned());
        self.public = self.kept.public_key(SIGNING).map_err(|error| format!("its public half: {error}"))?;
        say(&Said::Key(hex(&self.public)));
        while goes_on() {
            let begun = moment();
            self.round(&mut chance)?;
            say(&Said::Round(begun, moment()));
        }
        self.check(&client())?;
        say(&Said::Key(hex(&self.public)));
        Ok(())
    }

    /// Its keys by a connection and a token that it has, and by new ones; and now and then a key more or less.
    fn round(&mut self, chance: &mut Chance) -> std::result::Result<(), String> {
        let message = chance.bytes(20);
        let signed = self.patiently(|| {
            let key = self.kept.key(SIGNING)?;
            let signature = key.sign(&message)?;
            key.verify(&message, &signature)
        })?;
        if !signed {
            return Err("its own key did not sign that".to_owned());
        }
        self.check(&client())?;
        if chance.below(4) == 0 {
            self.change()?;
        }
        Ok(())
    }

    /// Its key is the same, and its keys are those that it made.
    fn check(&mut self, client: &Client) -> std::result::Result<(), String> {
        let public = self.patiently(|| client.public_key(SIGNING))?;
        if public != self.public {
            return Err("its key is another".to_owned());
        }
        let listed = self.patiently(|| client.list_keys())?;
        let listed: BTreeSet<String> = listed.into_iter().map(|key| key.name.into_string()).collect();
        if let Some(doubtful) = self.doubtful.take()
            && listed.contains(&doubtful)
        {
            self.acknowledged.insert(doubtful);
        }
        if listed == self.acknowledged {
            return Ok(());
        }
        let (lost, strange) = (self.acknowledged.difference(&listed), listed.difference(&self.acknowledged));
        Err(format!("lost {:?}, strange {:?}", lost.collect::<Vec<_>>(), strange.collect::<Vec<_>>()))
    }

    fn change(&mut self) -> std::result::Result<(), String> {
        let oldest = self.acknowledged.iter().find(|name| *name != SIGNING).cloned();
        let (name, changed) = match oldest.filter(|_| self.acknowledged.len() > MOST_KEYS) {
            Some(name) => {
                self.acknowledged.remove(&name);
                let destroyed = self.kept.destroy(&name);
                (name, destroyed)
            }
            None => {
                self.made += 1;
                let name = format!("{} {:09}", self.name, self.made);
                let made = self.kept.generate(&name, &presets::ecdsa_p256()).map(drop);
                if made.is_ok() {
                    self.acknowledged.insert(name.clone());
                }
                (name, made)
            }
        };
        match changed {
            Ok(()) => Ok(()),
            Err(error) if self.is_patient && may_pass(&error) => {
                self.doubtful = Some(name);
                // Whether it was done is looked at now: another change could be in doubt too.
                self.check(&client())
            }
            Err(error) => Err(format!("{name}: {error}")),
        }
    }

    /// Asks again while a part of the system is away, if it is patient.
    fn patiently<T>(&self, mut ask: impl FnMut() -> Result<T>) -> std::result::Result<T, String> {
        let begun = Instant::now();
        loop {
            match ask() {
                Ok(answer) => return Ok(answer),
                Err(error) if self.is_patient && may_pass(&error) && begun.elapsed() < PATIENCE => {
                    std::thread::sleep(PAUSE);
                }
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

/// Whether the library says that the same call may succeed: nobody is there, or is not yet told who this process is.
fn may_pass(error: &Error) -> bool {
    let is_identity_refused = error.status() == Some(Status::AuthenticationError);
    error.is_worth_retrying() && !is_identity_refused
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
