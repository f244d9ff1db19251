//! The request path over a provider that fails on command. What works is tested from outside, in `e2e_tests`.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc;
use std::time::Duration;

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyShape, KeyType, Usage};
use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::frame::{self, Progress};
use keystead_interface::names::KeyName;
use keystead_interface::operations::admin::{AcceptToken, AcceptTokenResult, DeleteClient, Health, HealthResult};
use keystead_interface::operations::core::{ListKeys, ListKeysResult, Ping};
use keystead_interface::operations::keys::{PsaDestroyKey, PsaExportKey, PsaExportPublicKey, PsaGenerateKey};
use keystead_interface::operations::sign::PsaSignHash;
use keystead_interface::operations::{Message, Request};
use keystead_interface::secret::SecretBytes;
use keystead_keystore::KeyStore;
use keystead_keystore::root_key::RootKeySource;
use keystead_keystore::sqlite::SqliteStore;
use keystead_keystore::state_directory::StateDirectory;
use keystead_provider::{
    Capabilities, Created, Key, KeyHandle, KeyTag, KeyVault, NewKey, Provider, ProviderError, ProviderInfo, Residence,
    TokenIdentity, Work,
};
use keystead_trust::peer::Peer;
use parking_lot::Mutex;

use super::*;
use crate::authenticate::{Direct, PeerProcess};
use crate::door::Door;
use crate::hardening::child;
use crate::providers::ConfiguredProvider;
use crate::readiness::Readiness;
use crate::recovery::HalfMade;
use crate::schedule::{Crew, Room, Workers};

/// A token that holds objects, and that fails on command.
struct Token {
    info: ProviderInfo,
    objects: Mutex<HashSet<KeyTag>>,
    panics: AtomicBool,
    creates_and_then_fails: AtomicBool,
    is_off: AtomicBool,
    is_connected: AtomicBool,
    identity: Mutex<&'static str>,
    /// Says so when a key was destroyed.
    destroyed: mpsc::Sender<()>,
    delay: Mutex<Duration>,
}

impl Token {
    fn act(&self) -> Result<(), ProviderError> {
        std::thread::sleep(*self.delay.lock());
        assert!(!self.panics.load(SeqCst), "a fault of the test's");
        self.is_connected.store(!self.is_off.load(SeqCst), SeqCst);
        self.health()
    }
}

impl Provider for Token {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }
    fn vault(&self) -> &dyn KeyVault {
        self
    }
    fn capabilities(&self) -> Capabilities<'_> {
        Capabilities::default()
    }
    fn is_quick(&self, _: Work<'_>) -> bool {
        false
    }
    fn connect(&self) -> Result<Option<TokenIdentity>, ProviderError> {
        self.is_connected.store(!self.is_off.load(SeqCst), SeqCst);
        self.health().map(|()| Some(TokenIdentity((*self.identity.lock()).to_owned())))
    }
    fn health(&self) -> Result<(), ProviderError> {
        if self.is_connected.load(SeqCst) {
            return Ok(());
        }
        Err(ProviderError::new(keystead_provider::ErrorKind::CommunicationFailure, "the token is off"))
    }
}

impl KeyVault for Token {
    fn generates(&self, _: KeyShape) -> bool {
        true
    }
    fn imports(&self, _: KeyShape) -> bool {
        false
    }
    fn exports(&self, _: KeyShape) -> bool {
        false
    }
    fn generate(&self, key: NewKey<'_>) -> Result<Created, ProviderError> {
        self.act()?;
        self.objects.lock().insert(key.tag);
        if self.creates_and_then_fails.load(SeqCst) {
            return Err(ProviderError::generic("the answer got lost"));
        }
        Ok(Created { handle: KeyHandle::new(key.tag.0.to_vec()), bits: key.attributes.bits() })
    }
    fn import(&self, _: NewKey<'_>, _: &SecretBytes) -> Result<Created, ProviderError> {
        Err(ProviderError::not_supported("never asked"))
    }
    fn public_key(&self, _: Key<'_>) -> Result<Vec<u8>, ProviderError> {
        Err(ProviderError::not_supported("never asked"))
    }
    fn export(&self, _: Key<'_>) -> Result<SecretBytes, ProviderError> {
        Err(ProviderError::not_supported("never asked"))
    }
    fn destroy(&self, tag: KeyTag, _: Option<&KeyHandle>) -> Result<(), ProviderError> {
        self.act()?;
        self.objects.lock().remove(&tag);
        // Only one test listens.
        let _ = self.destroyed.send(());
        Ok(())
    }
}

/// A service over one such token, as a client sees it.
struct Bench {
    token: Arc<Token>,
    service: Service,
    runtime: tokio::runtime::Runtime,
    folder: std::path::PathBuf,
    /// Hears of keys that were destroyed.
    heard: mpsc::Receiver<()>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

const TOKEN: ProviderNumber = ProviderNumber::PKCS11;

/// The token as a start finds it.
fn provider(token: &Arc<Token>, store: &Arc<dyn KeyStore>) -> Arc<ConfiguredProvider> {
    token.is_connected.store(false, SeqCst);
    let half_made = Arc::new(HalfMade::left_in(&**store, TOKEN));
    Arc::new(ConfiguredProvider {
        name: "token".to_owned(),
        number: TOKEN,
        allow_export: true,
        backend: Arc::clone(token) as Arc<dyn Provider>,
        public_key_software: None,
        workers: Workers::start("token", Crew::of(2, 0), Room { jobs: 16, jobs_per_tenant: 16 }).expect("threads"),
        readiness: Readiness::new("token".to_owned(), Arc::clone(store), half_made),
    })
}

impl Bench {
    fn new(name: &str) -> Bench {
        let folder = std::env::temp_dir().join(format!("keystead-service-{name}-{}", std::process::id()));
        let directory = StateDirectory::open(folder.join("state")).expect("a state directory");
        let source = RootKeySource::File(directory.root_key_file());
        let store = SqliteStore::open(directory, &source).expect("a store");
        store.bind_provider("token", TOKEN, None).expect("a number");
        let (destroyed, heard) = mpsc::channel();
        let token = Arc::new(Token {
            info: ProviderInfo {
                well_known: TOKEN,
                uuid: "",
                description: String::new(),
                vendor: String::new(),
                version: (0, 0, 0),
                residence: Residence::Provider,
            },
            objects: Mutex::default(),
            panics: AtomicBool::new(false),
            creates_and_then_fails: AtomicBool::new(false),
            is_off: AtomicBool::new(false),
            is_connected: AtomicBool::new(false),
            identity: Mutex::new("first"),
            destroyed,
            delay: Mutex::new(Duration::ZERO),
        });
        let counters = Arc::new(Counters::new());
        let store: Arc<dyn KeyStore> = Arc::new(store);
        let embedded = crate::settings::Source::Embedded(folder.clone()).load().expect("good settings");
        let service = Service {
            authenticators: Authenticators::new(vec![Box::new(Direct::new(vec!["admin".to_owned()]))]),
            providers: Providers::new(vec![provider(&token, &store)]),
            keyring: Arc::new(Keyring::new(store, NonZeroUsize::MIN, Arc::clone(&counters))),
            root_key: source,
            trust: Arc::new(Trust::new(crate::clock::now()).expect("random bytes")),
            identity_provider: None,
            bundle_stream: None,
            quarantine: None,
            counters,
            limits: embedded.limits,
            allow_deprecated: false,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        Bench { token, service, runtime, folder, heard }
    }

    /// Sends a request through the whole path, and gives back how it ended and the body of the answer.
    fn ask<R: Request>(&self, provider: ProviderNumber, as_whom: &str, request: R) -> (Status, Vec<u8>) {
        let mut body = Vec::new();
        request.encode(&mut body);
        let header = Header {
            body_len: body.len() as u32,
            auth_len: as_whom.len() as u16,
            ..Header::request(R::OPCODE, provider, AuthKind::DIRECT, Flags::EXTENDED)
        };
        let bytes = [&header.encode()[..], &body, as_whom.as_bytes()].concat();
        let Ok(Progress::Whole(frame)) = frame::read(&bytes, 1 << 20) else { panic!("a whole frame") };
        let (socket, _other_end) = UnixStream::pair().expect("a socket pair");
        let peer = Peer::of(&socket).expect("credentials");
        let caller =
            Caller { door: Door::Application, peer: &peer, process: &PeerProcess::default(), socket: socket.as_fd() };
        let mut out = Vec::new();
        self.runtime.block_on(self.service.answer(&frame, caller, false, &mut out));
        let (head, body) = out.split_first_chunk::<HEADER_LEN>().expect("a header");
        let status = Header::decode(head).expect("a good header").0.status;
        (Status::from_number(status.into()).expect("a known status"), body.to_vec())
    }

    fn generate(&self, name: &str) -> Status {
        let signature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
        let attributes = KeyAttributes::new(
            KeyType::EccKeyPair(EccFamily::SecpR1),
            256,
            Usage::SIGN_HASH,
            Algorithm::AsymmetricSignature(signature),
        );
        let key_name = KeyName::new(name).expect("a short name");
        self.ask(TOKEN, "tenant", PsaGenerateKey { key_name, attributes }).0
    }

    fn destroy(&self, name: &str) -> Status {
        let key_name = KeyName::new(name).expect("a short name");
        self.ask(TOKEN, "tenant", PsaDestroyKey { key_name }).0
    }

    fn delete_tenant(&self) -> Status {
        self.ask(ProviderNumber::CORE, "admin", DeleteClient { client: "tenant".to_owned() }).0
    }

    fn names(&self) -> Vec<String> {
        let (_, body) = self.ask(ProviderNumber::CORE, "tenant", ListKeys::default());
        let keys = ListKeysResult::decode(&body).expect("a list").keys;
        keys.into_iter().map(|key| key.name.into_string()).collect()
    }

    fn panics_in_health(&self) -> u64 {
        let (_, body) = self.ask(ProviderNumber::CORE, "admin", Health {});
        HealthResult::decode(&body).expect("a report").panics
    }

    /// What the end of the process and a new start do to the provider.
    fn restart(&mut self) {
        let provider = provider(&self.token, self.service.keyring.shared_store());
        self.service.providers = Providers::new(vec![provider]);
        self.runtime.block_on(self.service.providers.make_ready());
    }

    fn objects(&self) -> usize {
        self.token.objects.lock().len()
    }
}

#[test]
fn a_panic_in_a_provider_ends_its_own_request_only() {
    let bench = Bench::new("panic");
    bench.token.panics.store(true, SeqCst);
    assert_eq!(bench.generate("k"), Status::PsaErrorGenericError);
    bench.token.panics.store(false, SeqCst);
    assert_eq!(bench.generate("k"), Status::Success, "the name is free again, and the provider works");
    assert_eq!(bench.ask(ProviderNumber::CORE, "tenant", Ping {}).0, Status::Success);
}

/// In a child, since a process has one panic hook.
#[test]
fn panics_are_counted_for_administrators() {
    let name = "service::tests::panics_are_counted_for_administrators";
    if let Some(mut command) = child::command(name) {
        child::succeed(&mut command);
        return;
    }
    let bench = Bench::new("panics");
    crate::run::report_panics(Arc::clone(&bench.service.counters));
    bench.token.panics.store(true, SeqCst);
    assert_eq!(bench.generate("k"), Status::PsaErrorGenericError);
    bench.token.panics.store(false, SeqCst);
    // The token panicked when the key was made, and again when that was to be undone.
    assert_eq!((bench.generate("k"), bench.panics_in_health()), (Status::Success, 2));
}

/// A token may be another one for a while, or be empty: what it does not have is missing, not gone.
#[test]
fn keys_that_their_token_lacks_keep_their_names_until_it_has_them_again() {
    let mut bench = Bench::new("empty-token");
    assert_eq!(bench.generate("k"), Status::Success);
    let objects = std::mem::take(&mut *bench.token.objects.lock());
    bench.restart();
    assert_eq!(bench.names(), ["k"], "a start with an empty token forgets no name");
    bench.token.objects.lock().extend(objects);
    bench.restart();
    assert_eq!((bench.names().len(), bench.objects()), (1, 1), "and destroys nothing");
    assert_eq!((bench.destroy("k"), bench.objects()), (Status::Success, 0));
}

#[test]
fn a_create_that_failed_half_way_leaves_neither_name_nor_object() {
    let bench = Bench::new("half-made");
    bench.token.creates_and_then_fails.store(true, SeqCst);
    assert_eq!(bench.generate("k"), Status::PsaErrorGenericError);
    assert_eq!((bench.objects(), bench.names().len()), (0, 0));
    bench.token.creates_and_then_fails.store(false, SeqCst);
    assert_eq!(bench.generate("k"), Status::Success);
    assert_eq!((bench.objects(), bench.names()), (1, vec!["k".to_owned()]));
}

#[test]
fn a_destroy_that_failed_says_so_and_is_finished_when_the_token_is_back() {
    let bench = Bench::new("destroy");
    assert_eq!((bench.generate("k"), bench.generate("l")), (Status::Success, Status::Success));
    bench.token.is_off.store(true, SeqCst);
    assert_eq!(bench.destroy("k"), Status::PsaErrorCommunicationFailure);
    assert_eq!(bench.destroy("l"), Status::PsaErrorCommunicationFailure, "known to be away, the token is not asked");
    assert_eq!((bench.objects(), bench.names()), (2, vec!["l".to_owned()]), "and its keys stay as they are");
    bench.token.is_off.store(false, SeqCst);
    assert_eq!(bench.destroy("l"), Status::Success);
    assert_eq!((bench.objects(), bench.destroy("k")), (0, Status::PsaErrorDoesNotExist));
}

/// The store knows, wherever the token is; what it does not know is whether a provider that was never there can sign.
#[test]
fn that_there_is_no_such_key_is_said_without_the_token() {
    let mut bench = Bench::new("unknown-key");
    assert_eq!((bench.generate("k"), bench.generate("condemned")), (Status::Success, Status::Success));
    bench.token.is_off.store(true, SeqCst);
    assert_eq!(bench.destroy("condemned"), Status::PsaErrorCommunicationFailure);
    let key_name = |name: &str| KeyName::new(name).expect("a short name");
    let (away, absent) = (Status::PsaErrorCommunicationFailure, Status::PsaErrorDoesNotExist);
    for (when, signing) in [("it was there before", Status::PsaErrorNotSupported), ("it never was", away)] {
        assert_eq!(bench.destroy("nobody"), absent, "{when}");
        assert_eq!(bench.destroy("k"), away, "{when}");
        assert_eq!(bench.destroy("condemned"), away, "{when}: it is still in the token");
        let export = |name| bench.ask(TOKEN, "tenant", PsaExportKey { key_name: key_name(name) }).0;
        assert_eq!((export("nobody"), export("k")), (absent, Status::PsaErrorNotPermitted), "{when}");
        let public = |name| bench.ask(TOKEN, "tenant", PsaExportPublicKey { key_name: key_name(name) }).0;
        assert_eq!((public("nobody"), public("k")), (absent, away), "{when}");
        let alg = AsymmetricSignature::EcdsaAny;
        let sign = PsaSignHash { key_name: key_name("nobody"), alg, hash: vec![1] };
        assert_eq!(bench.ask(TOKEN, "tenant", sign).0, signing, "{when}");
        bench.restart();
    }
    bench.token.is_off.store(false, SeqCst);
    assert_eq!((bench.destroy("k"), bench.objects()), (Status::Success, 0));
}

#[test]
fn deleting_a_client_reports_a_failure_and_is_finished_by_a_repetition() {
    let bench = Bench::new("delete-client");
    for name in ["a", "b", "c"] {
        assert_eq!(bench.generate(name), Status::Success);
    }
    bench.token.is_off.store(true, SeqCst);
    assert_eq!(bench.delete_tenant(), Status::PsaErrorCommunicationFailure);
    bench.token.is_off.store(false, SeqCst);
    assert_eq!(bench.delete_tenant(), Status::Success);
    assert_eq!((bench.objects(), bench.names().len()), (0, 0));
}

#[test]
fn what_a_crash_left_in_the_token_is_gone_after_the_repair() {
    let mut bench = Bench::new("repair");
    let store = Arc::clone(bench.service.keyring.shared_store());
    let [reserved, condemned] = [[1; 16], [2; 16]].map(KeyTag);
    let tenant = keystead_interface::names::Tenant::new(AuthKind::DIRECT, "tenant").expect("a short name");
    let address = |name: &str| keystead_keystore::KeyAddress {
        tenant: tenant.clone(),
        provider: TOKEN,
        name: KeyName::new(name).expect("a short name"),
    };
    let attributes = KeyAttributes::new(KeyType::Aes, 128, Usage::NONE, Algorithm::None);
    bench.token.objects.lock().extend([reserved, condemned]);
    bench.runtime.block_on(async {
        for (name, tag) in [("reserved", reserved), ("condemned", condemned)] {
            store.reserve(&address(name), tag, &attributes).await.expect("room");
        }
        store.abandon(condemned).await.expect("a reserved key");
    });
    bench.token.is_off.store(true, SeqCst);
    bench.restart();
    assert_eq!(bench.objects(), 2, "the token is away");
    bench.token.is_off.store(false, SeqCst);
    assert_eq!(bench.generate("reserved"), Status::Success, "its name is free");
    assert_eq!(bench.objects(), 1, "and the rest was undone as soon as the token was there");
}

#[test]
fn a_slow_token_is_waited_for_although_requests_must_arrive_quickly() {
    let mut bench = Bench::new("slow");
    bench.service.limits.request_deadline = Duration::from_millis(10);
    *bench.token.delay.lock() = Duration::from_millis(200);
    assert_eq!(bench.generate("k"), Status::Success);
}

#[test]
fn health_is_for_administrators_and_counts() {
    let bench = Bench::new("health");
    assert_eq!(bench.generate("k"), Status::Success);
    assert_eq!(bench.ask(ProviderNumber::CORE, "tenant", Health {}).0, Status::AdminOperation);
    let (status, body) = bench.ask(ProviderNumber::CORE, "admin", Health {});
    let health = HealthResult::decode(&body).expect("a report");
    assert_eq!((status, health.keys, health.requests), (Status::Success, 1, 3));
}

#[test]
fn another_token_under_the_name_is_not_touched_until_an_administrator_accepts_it() {
    let mut bench = Bench::new("other-token");
    assert_eq!(bench.generate("k"), Status::Success);
    *bench.token.identity.lock() = "second";
    bench.restart();
    assert_eq!(bench.generate("l"), Status::PsaErrorCommunicationFailure);
    assert_eq!(bench.destroy("k"), Status::PsaErrorCommunicationFailure);
    assert_eq!((bench.names(), bench.objects()), (vec!["k".to_owned()], 1));
    let (status, body) = bench.ask(ProviderNumber::CORE, "admin", AcceptToken { provider: "token".to_owned() });
    let accepted = AcceptTokenResult::decode(&body).expect("a report");
    assert_eq!((status, &*accepted.former, &*accepted.accepted), (Status::Success, "first", "second"));
    assert_eq!(bench.generate("l"), Status::Success);
    bench.restart();
    assert_eq!(bench.destroy("l"), Status::Success, "it stays accepted");
}

#[test]
fn a_key_that_is_made_too_late_is_destroyed_again() {
    let bench = Bench::new("late");
    *bench.token.delay.lock() = Duration::from_millis(300);
    bench.runtime.block_on(async {
        bench.service.providers.make_ready().await;
        tokio::time::pause();
    });
    // The clock of the service runs ahead while it waits for the token.
    assert_eq!(bench.generate("k"), Status::DeadlineExceeded);
    assert_eq!(bench.names().len(), 0);
    bench.heard.recv().expect("the token lives");
    assert_eq!(bench.objects(), 0, "nothing stays in the token");
}

#[test]
fn all_that_wait_for_a_token_that_hangs_wait_for_the_same_attempt() {
    let bench = Bench::new("hangs");
    let provider = bench.service.providers.get(TOKEN).expect("it is configured");
    // Whoever connects asks for it.
    let hangs = bench.token.identity.lock();
    bench.runtime.block_on(async {
        tokio::time::pause();
        let began = tokio::time::Instant::now();
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..3 {
            let provider = Arc::clone(provider);
            waiting.spawn(async move { provider.make_ready().await.expect_err("it hangs").status });
        }
        assert_eq!(waiting.join_all().await, [Status::DeadlineExceeded; 3]);
        assert!(began.elapsed() < 2 * crate::limits::OPERATION_LIMIT, "{:?}", began.elapsed());
        tokio::time::resume();
    });
    drop(hangs);
    assert_eq!(bench.generate("k"), Status::Success);
}

#[test]
fn a_token_that_went_away_cannot_be_accepted() {
    let bench = Bench::new("gone-again");
    assert_eq!(bench.generate("k"), Status::Success);
    let becomes = |identity| {
        bench.token.is_connected.store(false, SeqCst);
        *bench.token.identity.lock() = identity;
    };
    becomes("second");
    assert_eq!(bench.generate("l"), Status::PsaErrorCommunicationFailure);
    becomes("first");
    bench.token.is_off.store(true, SeqCst);
    let accept = AcceptToken { provider: "token".to_owned() };
    assert_eq!(bench.ask(ProviderNumber::CORE, "admin", accept).0, Status::PsaErrorCommunicationFailure);
    bench.token.is_off.store(false, SeqCst);
    assert_eq!(bench.destroy("k"), Status::Success, "its own token is the one that was never given up");
}

/// The same token by the next backend, as after a reload.
struct Reloaded(Arc<Token>);

impl Provider for Reloaded {
    fn info(&self) -> &ProviderInfo {
        self.0.info()
    }
    fn vault(&self) -> &dyn KeyVault {
        self.0.vault()
    }
    fn capabilities(&self) -> Capabilities<'_> {
        self.0.capabilities()
    }
    fn is_quick(&self, work: Work<'_>) -> bool {
        self.0.is_quick(work)
    }
}

#[test]
fn what_one_backend_made_of_a_key_is_not_given_to_the_next() {
    let bench = Bench::new("reload");
    assert_eq!(bench.generate("k"), Status::Success);
    let [before, after]: [Arc<dyn Provider>; 2] = [bench.token.clone(), Arc::new(Reloaded(bench.token.clone()))];
    let tenant = keystead_interface::names::Tenant::new(AuthKind::DIRECT, "tenant").expect("a short name");
    let name = KeyName::new("k").expect("a short name");
    let address = keystead_keystore::KeyAddress { tenant, provider: TOKEN, name };
    let open = |backend| {
        let found = bench.service.keyring.open_stored(address.clone(), backend).expect("it was made");
        found.permit_public_export().expect("it is a pair")
    };
    assert_eq!(open(&before).key().prepared(|_| Ok(1_u8)), Ok(&1));
    assert_eq!(open(&before).key().prepared(|_| Ok(2_u8)), Ok(&1), "once while it is open");
    assert_eq!(open(&after).key().prepared(|_| Ok("another type")), Ok(&"another type"));
}
