//! A provider that aborts, hangs and panics on command, in a process of its own. This program is both processes, as the
//! service is, so it has a `main` of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use keystead_interface::attributes::KeyShape;
use keystead_interface::codes::ProviderNumber;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{
    Capabilities, Created, ErrorKind, Key, KeyHandle, KeyTag, KeyVault, NewKey, Provider, ProviderError, ProviderInfo,
    Random, Residence, TokenIdentity, Work,
};
use keystead_provider_isolated::{Face, IsolatedProvider, Served, Settings, serve};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

const ARGUMENT: &str = "--serve";
/// What the provider is told about itself, and what it offers.
const WORDS: &[u8] = b"words of the service";
/// How long the provider may take. It is awaited in one test alone.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long anything may take before a test fails.
const LIMIT: Duration = Duration::from_secs(30);

/// Requests for this many random bytes are commands; for any other number, the bytes are the process's number.
const ABORT: usize = 1;
const HANG: usize = 2;
const PANIC: usize = 3;

/// The provider that fails, and its own face.
struct Failing {
    info: ProviderInfo,
    offers: AtomicBool,
}

impl Failing {
    fn new() -> Failing {
        let info = ProviderInfo {
            well_known: ProviderNumber::PKCS11,
            uuid: "",
            description: String::new(),
            vendor: String::new(),
            version: (0, 0, 0),
            residence: Residence::Provider,
        };
        Failing { info, offers: AtomicBool::new(false) }
    }
}

impl Provider for Failing {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn vault(&self) -> &dyn KeyVault {
        self
    }

    fn capabilities(&self) -> Capabilities<'_> {
        let random = if self.offers.load(Ordering::Relaxed) { Some(self as _) } else { None };
        Capabilities { random, ..Capabilities::default() }
    }

    fn is_quick(&self, _work: Work<'_>) -> bool {
        false
    }

    fn connect(&self) -> Result<Option<TokenIdentity>, ProviderError> {
        self.offers.store(true, Ordering::Relaxed);
        Ok(Some(TokenIdentity("the token".to_owned())))
    }
}

impl Random for Failing {
    fn fill(&self, out: &mut [u8]) -> Result<(), ProviderError> {
        match out.len() {
            ABORT => std::process::abort(),
            HANG => loop {
                std::thread::park();
            },
            PANIC => panic!("on command"),
            _ => {}
        }
        let number = std::process::id().to_le_bytes();
        out.iter_mut().zip(number.into_iter().cycle()).for_each(|(out, byte)| *out = byte);
        Ok(())
    }
}

impl KeyVault for Failing {
    fn generates(&self, _: KeyShape) -> bool {
        false
    }

    fn imports(&self, _: KeyShape) -> bool {
        false
    }

    fn exports(&self, _: KeyShape) -> bool {
        false
    }

    fn generate(&self, _: NewKey<'_>) -> Result<Created, ProviderError> {
        Err(ProviderError::not_supported("no keys"))
    }

    fn import(&self, _: NewKey<'_>, _: &SecretBytes) -> Result<Created, ProviderError> {
        Err(ProviderError::not_supported("no keys"))
    }

    fn public_key(&self, _: Key<'_>) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::not_supported("no keys"))
    }

    fn export(&self, _: Key<'_>) -> Result<SecretBytes, ProviderError> {
        Err(ProviderError::not_supported("no keys"))
    }

    fn destroy(&self, _: KeyTag, _: Option<&KeyHandle>) -> Result<(), ProviderError> {
        Err(ProviderError::new(ErrorKind::KeyMissing, "no keys"))
    }
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some(ARGUMENT) {
        let failing = |words: &[u8]| {
            assert_eq!(words, WORDS);
            // What it panics with is no news.
            std::panic::set_hook(Box::new(|_| ()));
            Ok(Served { provider: Arc::new(Failing::new()), offered: Box::new(|| WORDS.to_vec()) })
        };
        serve(failing).expect("this process was started for that");
        return;
    }
    let tests: [(&str, fn()); 8] = [
        ("it_answers_from_another_process", it_answers_from_another_process),
        ("everybody_gets_their_own_answer", everybody_gets_their_own_answer),
        ("nobody_waits_for_what_has_ended", nobody_waits_for_what_has_ended),
        ("what_aborts_costs_one_request_and_is_started_again", what_aborts_costs_one_request_and_is_started_again),
        ("what_hangs_is_killed", what_hangs_is_killed),
        ("what_panics_goes_on", what_panics_goes_on),
        ("what_is_killed_while_nobody_asks_is_missed", what_is_killed_while_nobody_asks_is_missed),
        ("it_ends_with_its_provider_and_no_sooner", it_ends_with_its_provider_and_no_sooner),
    ];
    for (name, test) in tests {
        test();
        println!("test {name} ... ok");
    }
}

fn it_answers_from_another_process() {
    let provider = new();
    assert!(provider.health().is_err() && provider.capabilities().random.is_none(), "nothing was asked yet");
    assert_eq!(fill(&provider, 8).err(), Some(ErrorKind::NotSupported));
    assert_eq!(provider.connect(), Ok(Some(TokenIdentity("the token".to_owned()))));
    assert_eq!(provider.health(), Ok(()));
    assert_ne!(number(&provider), std::process::id() as i32);
    assert_eq!(fill(&provider, 1024 * 1024).map(|bytes| bytes.len()), Ok(1024 * 1024));
    let refused = provider.vault().destroy(KeyTag([0; 16]), None);
    assert_eq!(refused, Err(ProviderError::new(ErrorKind::KeyMissing, "no keys")));
}

/// Far more ask at once than there are threads, for different amounts.
fn everybody_gets_their_own_answer() {
    let provider = connected();
    std::thread::scope(|scope| {
        for caller in 0..16 {
            let provider = &provider;
            scope.spawn(move || {
                for count in (100..20_000).step_by(1000) {
                    let count = count + caller;
                    assert_eq!(fill(provider, count).map(|bytes| bytes.len()), Ok(count));
                }
            });
        }
    });
}

/// Both threads hang, others wait behind them, and the process ends.
fn nobody_waits_for_what_has_ended() {
    let provider = connected();
    let process = number(&provider);
    let begun = Instant::now();
    let asking = &provider;
    std::thread::scope(|scope| {
        let hanging = [HANG; 2].map(|hang| scope.spawn(move || fill(asking, hang)));
        let waiting = [8; 6].map(|count| scope.spawn(move || fill(asking, count)));
        signal(process, Signal::KILL);
        for asked in hanging.into_iter().chain(waiting) {
            let answer = asked.join().expect("no panic").map(|bytes| bytes.len());
            assert!(matches!(answer, Ok(8) | Err(ErrorKind::CommunicationFailure)), "{answer:?}");
        }
    });
    assert!(begun.elapsed() < PATIENCE, "its end was noticed at once");
    let why = provider.health().err().map(|error| error.detail.into_owned()).unwrap_or_default();
    assert!(why.contains("SIGKILL"), "{why}");
}

fn what_aborts_costs_one_request_and_is_started_again() {
    let provider = connected();
    for _ in 0..3 {
        let former = number(&provider);
        assert_eq!(fill(&provider, ABORT).err(), Some(ErrorKind::CommunicationFailure));
        assert_eq!(provider.health().map_err(|error| error.kind), Err(ErrorKind::CommunicationFailure));
        assert_eq!(fill(&provider, 8).err(), Some(ErrorKind::CommunicationFailure), "before it is connected again");
        connect_again(&provider);
        assert_ne!(number(&provider), former);
    }
}

fn what_hangs_is_killed() {
    let provider = connected();
    let former = number(&provider);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let hanging = scope.spawn(|| fill(&provider, HANG));
        assert_eq!(number(&provider), former, "others are answered meanwhile");
        assert_eq!(hanging.join().expect("no panic").err(), Some(ErrorKind::CommunicationFailure));
    });
    assert!(begun.elapsed() >= PATIENCE);
    let why = provider.health().err().map(|error| error.detail.into_owned()).unwrap_or_default();
    assert!(why.contains("did not answer in 2s"), "{why}");
    connect_again(&provider);
    assert_ne!(number(&provider), former);
}

fn what_panics_goes_on() {
    let provider = connected();
    let former = number(&provider);
    assert_eq!(fill(&provider, PANIC).err(), Some(ErrorKind::Generic));
    assert_eq!((provider.health(), number(&provider)), (Ok(()), former));
}

fn what_is_killed_while_nobody_asks_is_missed() {
    let provider = connected();
    signal(number(&provider), Signal::KILL);
    wait_until("its health is bad", || provider.health().is_err());
    let why = provider.health().err().map(|error| error.detail.into_owned()).unwrap_or_default();
    assert!(why.contains("SIGKILL"), "{why}");
    connect_again(&provider);
    number(&provider);
}

fn it_ends_with_its_provider_and_no_sooner() {
    let provider = connected();
    let process = number(&provider);
    for early in [Signal::TERM, Signal::INT, Signal::HUP] {
        signal(process, early);
    }
    assert_eq!(number(&provider), process);
    drop(provider);
    let process = Pid::from_raw(process).expect("a number");
    wait_until("it is gone", || test_kill_process(process).is_err());
}

fn new() -> IsolatedProvider {
    let settings = Settings {
        name: "failing".to_owned(),
        argument: ARGUMENT.into(),
        provider: SecretBytes::new(WORDS.to_vec()),
        threads: 2,
        patience: PATIENCE,
    };
    let face = Arc::new(Failing::new());
    let learning = Arc::clone(&face);
    let learn = move |offered: &[u8]| {
        learning.offers.store(offered == WORDS, Ordering::Relaxed);
        Ok(())
    };
    IsolatedProvider::new(settings, Face { provider: face, learn: Box::new(learn) })
}

fn connected() -> IsolatedProvider {
    let provider = new();
    provider.connect().expect("it can be connected");
    provider
}

fn connect_again(provider: &IsolatedProvider) {
    wait_until("it is connected again", || provider.connect().is_ok());
    assert_eq!(provider.health(), Ok(()));
}

/// Asks for random bytes.
fn fill(provider: &IsolatedProvider, count: usize) -> Result<Vec<u8>, ErrorKind> {
    let random = provider.capabilities().random.ok_or(ErrorKind::NotSupported)?;
    let mut bytes = vec![0; count];
    random.fill(&mut bytes).map_err(|error| error.kind)?;
    Ok(bytes)
}

/// The number of the process that answers.
fn number(provider: &IsolatedProvider) -> i32 {
    let bytes = fill(provider, 4).expect("it answers");
    i32::from_le_bytes(bytes.try_into().expect("four bytes"))
}

fn signal(process: i32, signal: Signal) {
    kill_process(Pid::from_raw(process).expect("a number"), signal).expect("it runs as the test's user");
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LIMIT, "not in time: {what}");
        std::thread::yield_now();
    }
}
