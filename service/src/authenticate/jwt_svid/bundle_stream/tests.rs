//! The stream against an issuer in the same process, which comes, goes, and says what it should not.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use keystead_trust::jws::SigningKey;
use keystead_workload_api::api::{
    JwtsvidRequest, JwtsvidResponse, ValidateJwtsvidRequest, ValidateJwtsvidResponse, X509BundlesRequest,
    X509BundlesResponse, X509svidRequest, X509svidResponse,
};
use keystead_workload_api::server::{Limits, SpiffeWorkloadApi, serve};
use keystead_workload_api::{Request, Response, async_trait};
use tokio::net::UnixListener;
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Empty, Stream, StreamExt};

use super::*;

/// Long, because the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(30);

const LIMITS: Limits = Limits {
    request_bytes: 1024,
    header_bytes: 1024,
    streams: 1,
    request: PATIENCE,
    sign_of_life: (PATIENCE, PATIENCE),
};

type Bundles = HashMap<String, Vec<u8>>;

/// Somebody else's Workload API. Dropped, it is gone with its connections.
struct Issuer {
    says: watch::Sender<Bundles>,
    sent: Arc<AtomicU64>,
    serving: AbortHandle,
    thread: Option<thread::JoinHandle<()>>,
}

impl Issuer {
    fn at(socket: &Path, says: Bundles) -> Issuer {
        let _ = std::fs::remove_file(socket);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let says = watch::Sender::new(says);
        let listener = {
            let _inside = runtime.enter();
            UnixListener::bind(socket).unwrap()
        };
        let sent = Arc::new(AtomicU64::new(0));
        let serving = runtime.spawn(accept(listener, says.clone(), Arc::clone(&sent)));
        let handle = serving.abort_handle();
        let thread = thread::spawn(move || drop(runtime.block_on(serving)));
        Issuer { says, sent, serving: handle, thread: Some(thread) }
    }

    /// Says it to whoever follows, and returns when it is on its way.
    fn says(&self, id: &str, bundle: impl Into<Vec<u8>>) {
        let before = self.sent.load(SeqCst);
        self.says.send_replace([(id.to_owned(), bundle.into())].into());
        wait_until("it is sent", || self.sent.load(SeqCst) > before);
    }

    /// Waits until so many streams are followed.
    fn wait_for_followers(&self, count: usize) {
        wait_until("the number of followers", || self.says.receiver_count() == count);
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.serving.abort();
        self.thread.take().map(thread::JoinHandle::join);
    }
}

async fn accept(listener: UnixListener, says: watch::Sender<Bundles>, sent: Arc<AtomicU64>) {
    while let Ok((socket, _)) = listener.accept().await {
        let api = Api(says.clone(), Arc::clone(&sent));
        tokio::spawn(async move { drop(serve(socket, api, &LIMITS).await) });
    }
}

struct Api(watch::Sender<Bundles>, Arc<AtomicU64>);

#[async_trait]
impl SpiffeWorkloadApi for Api {
    type FetchJWTBundlesStream = Pin<Box<dyn Stream<Item = Result<JwtBundlesResponse, Status>> + Send>>;
    type FetchX509SVIDStream = Empty<Result<X509svidResponse, Status>>;
    type FetchX509BundlesStream = Empty<Result<X509BundlesResponse, Status>>;

    async fn fetch_jwt_bundles(
        &self,
        _: Request<JwtBundlesRequest>,
    ) -> Result<Response<Self::FetchJWTBundlesStream>, Status> {
        let (bundles, sent) = (WatchStream::new(self.0.subscribe()), Arc::clone(&self.1));
        Ok(Response::new(Box::pin(bundles.map(move |bundles| {
            sent.fetch_add(1, SeqCst);
            Ok(JwtBundlesResponse { bundles })
        }))))
    }

    async fn fetch_jwtsvid(&self, _: Request<JwtsvidRequest>) -> Result<Response<JwtsvidResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn validate_jwtsvid(
        &self,
        _: Request<ValidateJwtsvidRequest>,
    ) -> Result<Response<ValidateJwtsvidResponse>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn fetch_x509svid(&self, _: Request<X509svidRequest>) -> Result<Response<Self::FetchX509SVIDStream>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn fetch_x509_bundles(
        &self,
        _: Request<X509BundlesRequest>,
    ) -> Result<Response<Self::FetchX509BundlesStream>, Status> {
        Err(Status::unimplemented(""))
    }
}

const OWN: &str = "spiffe://example.org";

/// A bundle of one new key, and the key's name.
fn bundle() -> (String, String) {
    let key = SigningKey::generate().unwrap();
    (jwks::of_key(&key), key.key_id().to_owned())
}

fn follow(socket: &Path) -> BundleStream {
    BundleStream::start(socket, &TrustDomain::parse("example.org").unwrap()).unwrap()
}

fn has(stream: &BundleStream, key: &str) -> bool {
    stream.bundles().now.load().keys.find(key).is_some()
}

fn epoch(stream: &BundleStream) -> u64 {
    stream.bundles().now.load().epoch
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn keys_come_and_go_with_the_stream_and_stay_while_it_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("api.sock");
    let ((first, first_key), (second, second_key)) = (bundle(), bundle());
    let issuer = Issuer::at(&socket, [(OWN.to_owned(), first.into_bytes())].into());
    let stream = follow(&socket);
    assert!(has(&stream, &first_key), "an API that is there is waited for");
    issuer.says(OWN, second.clone());
    wait_until("the next key comes", || has(&stream, &second_key));
    assert!(!has(&stream, &first_key));

    drop(issuer);
    // A new issuer with the same keys changes nothing; its next key arrives.
    let issuer = Issuer::at(&socket, [(OWN.to_owned(), second.into_bytes())].into());
    let before = epoch(&stream);
    assert!(has(&stream, &second_key), "it is away");
    issuer.wait_for_followers(1);
    let (third, third_key) = bundle();
    issuer.says(OWN, third);
    wait_until("the key of the new issuer comes", || has(&stream, &third_key));
    assert_eq!(epoch(&stream), before + 1, "what was verified is verified again only when keys have changed");

    assert!(stream.is_of(&socket, &TrustDomain::parse("example.org").unwrap()));
    assert!(!stream.is_of(&socket, &TrustDomain::parse("example.com").unwrap()));
    drop(stream);
    issuer.wait_for_followers(0);
}

#[test]
fn only_the_own_trust_domain_s_keys_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("api.sock");
    let ((own, own_key), (others, others_key)) = (bundle(), bundle());
    let both = [(OWN.to_owned(), own.into_bytes()), ("spiffe://example.com".to_owned(), others.clone().into_bytes())];
    let issuer = Issuer::at(&socket, both.into());
    let stream = follow(&socket);
    assert!(has(&stream, &own_key) && !has(&stream, &others_key));
    issuer.says("spiffe://example.com", others);
    wait_until("a trust domain that is not there has no keys", || stream.bundles().now.load().keys.is_empty());
}

#[test]
fn what_is_no_bundle_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("api.sock");
    let (good, good_key) = bundle();
    let issuer = Issuer::at(&socket, [(OWN.to_owned(), good.into_bytes())].into());
    let stream = follow(&socket);
    assert!(has(&stream, &good_key));
    for (nth, bad) in [b"no JSON".to_vec(), vec![b' '; jwks::MAX_SET_BYTES + 1], vec![b' '; MAX_BUNDLES_BYTES + 1]]
        .into_iter()
        .enumerate()
    {
        issuer.says(OWN, bad);
        // It is over when a good one has come after it. An answer that is too long ends the stream: it begins again.
        let (next, next_key) = bundle();
        issuer.says(OWN, next);
        wait_until("a good bundle is taken after a bad one", || has(&stream, &next_key));
        assert_eq!(epoch(&stream), 2 + nth as u64, "something was taken in between");
    }
}

#[test]
fn an_api_that_is_not_there_is_found_when_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("api.sock");
    let begun = Instant::now();
    let stream = follow(&socket);
    assert!(begun.elapsed() < FIRST_BUNDLE_PATIENCE, "it was waited for nobody");
    let (bundle, key) = bundle();
    let _issuer = Issuer::at(&socket, [(OWN.to_owned(), bundle.into_bytes())].into());
    wait_until("it is found", || has(&stream, &key));
}
