//! The identity provider's SPIFFE Workload API: the test is its orchestrator, its service and any SPIFFE client.

#[path = "issuing/parties.rs"]
mod parties;

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use keystead_trust::binding;
use keystead_trust::jwks::KeySet;
use keystead_trust::spiffe_id::TrustDomain;
use keystead_trust::token::svid::{self, ExpectedSvid};
use keystead_workload_api::api::spiffe_workload_api_client::SpiffeWorkloadApiClient;
use keystead_workload_api::api::{
    JwtBundlesRequest, JwtBundlesResponse, Jwtsvid, JwtsvidRequest, ValidateJwtsvidRequest, ValidateJwtsvidResponse,
    X509BundlesRequest, X509svidRequest,
};
use keystead_workload_api::client::{self, Client, Connection};
use keystead_workload_api::value::Kind;
use keystead_workload_api::{Code, Status};
use tokio::runtime::Runtime;

use parties::{AUDIENCE, IdentityProvider, Orchestrator, PATIENCE, own_selectors};

/// A SPIFFE client on a connection of its own.
struct Workload {
    runtime: Runtime,
    client: Client,
}

impl Workload {
    fn of(provider: &IdentityProvider) -> Workload {
        let runtime = runtime();
        let client = runtime.block_on(client::connect(&socket(provider), PATIENCE, 1024 * 1024)).unwrap();
        Workload { runtime, client }
    }

    fn fetch(&mut self, audience: &[&str], id: &str) -> Result<Vec<Jwtsvid>, Status> {
        let audience = audience.iter().map(|audience| (*audience).to_owned()).collect();
        let request = JwtsvidRequest { audience, spiffe_id: id.to_owned() };
        self.runtime.block_on(self.client.fetch_jwtsvid(request)).map(|answer| answer.into_inner().svids)
    }

    /// The one token of a process with one identity.
    fn token(&mut self) -> String {
        let [svid] = self.fetch(&[AUDIENCE], "").unwrap().try_into().unwrap();
        svid.svid
    }

    fn validate(&mut self, audience: &str, token: &str) -> Result<ValidateJwtsvidResponse, Status> {
        let request = ValidateJwtsvidRequest { audience: audience.to_owned(), svid: token.to_owned() };
        self.runtime.block_on(self.client.validate_jwtsvid(request)).map(|answer| answer.into_inner())
    }

    /// The keys that a new stream begins with.
    fn bundle(&mut self) -> Result<KeySet, Status> {
        self.runtime.block_on(async {
            let mut stream = self.client.fetch_jwt_bundles(JwtBundlesRequest {}).await?.into_inner();
            Ok(keys(&stream.message().await?.expect("it begins at once")))
        })
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn socket(provider: &IdentityProvider) -> PathBuf {
    provider.folder().join("spiffe.sock")
}

fn keys(bundles: &JwtBundlesResponse) -> KeySet {
    assert_eq!(bundles.bundles.keys().collect::<Vec<_>>(), ["spiffe://localhost"]);
    KeySet::parse(&bundles.bundles["spiffe://localhost"]).unwrap()
}

/// Whose token it is by these keys, as any verifier of JWT-SVIDs would find.
fn verified(token: &str, keys: &KeySet) -> Option<String> {
    let trust_domain = TrustDomain::parse("localhost").unwrap();
    let now = keystead_daemon::clock::now().unix;
    let expected = ExpectedSvid { audience: AUDIENCE, trust_domain: &trust_domain, now };
    svid::verify(token.as_bytes(), |key_id| keys.find(key_id), &expected).ok().map(|svid| svid.subject.to_string())
}

fn proven(provider: &IdentityProvider, names: &[&str]) -> Orchestrator {
    let mut orchestrator = Orchestrator::believed_by(provider);
    for name in names {
        let (definition, nonce) = orchestrator.add(name, name, own_selectors(), None).unwrap();
        orchestrator.prove(name, &definition, &nonce).unwrap();
    }
    orchestrator
}

/// How a refusal is told in the end: right after its start an orchestrator may still tell of the caller.
fn code_at_last(mut ask: impl FnMut() -> Result<Vec<Jwtsvid>, Status>) -> Code {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match ask().unwrap_err().code() {
            Code::Unavailable => assert!(Instant::now() < deadline, "it is never told"),
            other => return other,
        }
    }
}

#[test]
fn a_proven_process_gets_the_token_that_get_token_would_give() {
    let provider = IdentityProvider::start("");
    let mut workload = Workload::of(&provider);
    let mut orchestrator = Orchestrator::believed_by(&provider);
    assert_eq!(workload.fetch(&[AUDIENCE], "").unwrap_err().code(), Code::Unavailable, "who it is may still be told");
    let (definition, nonce) = orchestrator.add("shop", "app", own_selectors(), None).unwrap();
    assert_eq!(workload.fetch(&[AUDIENCE], "").unwrap_err().code(), Code::Unavailable, "it is not proven");
    orchestrator.prove("shop", &definition, &nonce).unwrap();
    let [given] = workload.fetch(&[AUDIENCE], "").unwrap().try_into().unwrap();
    assert_eq!(given.spiffe_id, "spiffe://localhost/app");
    let by_service = provider.service.verify(&given.svid).unwrap();
    assert_eq!(by_service.subject.as_str(), given.spiffe_id);
    assert!(binding::matches(&by_service.binding, &provider.own_facts()));
    assert_ne!(by_service.binding.kind(), binding::BindingKind::None);
    assert_eq!(verified(&given.svid, &workload.bundle().unwrap()), Some(given.spiffe_id.clone()));

    let validated = workload.validate(AUDIENCE, &given.svid).unwrap();
    assert_eq!(validated.spiffe_id, given.spiffe_id);
    let claims = validated.claims.unwrap().fields;
    assert_eq!(claims["sub"].kind, Some(Kind::StringValue(given.spiffe_id)));
    assert_eq!(claims["aud"].kind, Some(Kind::StringValue(AUDIENCE.to_owned())));
    assert_eq!(claims["exp"].kind, Some(Kind::NumberValue(by_service.expires_at as f64)));
    let forged = format!("{}x", given.svid);
    for (audience, token) in [("spiffe://localhost/other", given.svid.as_str()), (AUDIENCE, &forged), (AUDIENCE, "")] {
        assert_eq!(workload.validate(audience, token).unwrap_err().code(), Code::InvalidArgument, "{audience} {token}");
    }
    orchestrator.stop("shop").unwrap();
    assert_eq!(code_at_last(|| workload.fetch(&[AUDIENCE], "")), Code::PermissionDenied);
}

#[test]
fn what_is_asked_for_wrongly_is_refused() {
    let provider = IdentityProvider::start("");
    let _orchestrator = proven(&provider, &["shop"]);
    let mut workload = Workload::of(&provider);
    workload.token();
    let long = "a".repeat(20_000);
    for (audience, id, code) in [
        (&[][..], "", Code::InvalidArgument),
        (&[AUDIENCE, "spiffe://localhost/other"], "", Code::InvalidArgument),
        (&["spiffe://localhost/other"], "", Code::InvalidArgument),
        (&[AUDIENCE], "shop", Code::InvalidArgument),
        (&[AUDIENCE], "spiffe://localhost/till", Code::PermissionDenied),
        (&[AUDIENCE], &long, Code::OutOfRange),
    ] {
        assert_eq!(code_at_last(|| workload.fetch(audience, id)), code, "{audience:?} {id:.20}");
    }
    workload.token();
}

#[test]
fn a_process_of_several_identities_gets_a_token_for_each() {
    let provider = IdentityProvider::start("");
    let _orchestrator = proven(&provider, &["till", "shop"]);
    let mut workload = Workload::of(&provider);
    let ids = |svids: Vec<Jwtsvid>| {
        let verified = svids.iter().map(|svid| provider.service.verify(&svid.svid).unwrap().subject.to_string());
        assert!(verified.eq(svids.iter().map(|svid| svid.spiffe_id.clone())));
        svids.into_iter().map(|svid| svid.spiffe_id).collect::<Vec<_>>()
    };
    let both = ids(workload.fetch(&[AUDIENCE], "").unwrap());
    assert_eq!(both, ["spiffe://localhost/shop", "spiffe://localhost/till"]);
    let named = ids(workload.fetch(&[AUDIENCE], "spiffe://localhost/till").unwrap());
    assert_eq!(named, ["spiffe://localhost/till"]);
}

#[test]
fn a_request_without_the_word_is_refused_and_certificates_are_nobody_s() {
    let provider = IdentityProvider::start("");
    let runtime = runtime();
    runtime.block_on(async {
        let connection = Connection::open(&socket(&provider), PATIENCE).await.unwrap();
        let origin = "http://localhost".parse().unwrap();
        let mut silent = SpiffeWorkloadApiClient::with_origin(connection, origin);
        let refused = silent.fetch_jwt_bundles(JwtBundlesRequest {}).await.unwrap_err();
        assert_eq!(refused.code(), Code::InvalidArgument);
        let refused = silent.fetch_jwtsvid(JwtsvidRequest::default()).await.unwrap_err();
        assert!(refused.message().contains("workload.spiffe.io"), "{refused}");
        let mut client = client::connect(&socket(&provider), PATIENCE, 1024).await.unwrap();
        assert_eq!(client.fetch_x509svid(X509svidRequest {}).await.unwrap_err().code(), Code::Unimplemented);
        assert_eq!(client.fetch_x509_bundles(X509BundlesRequest {}).await.unwrap_err().code(), Code::Unimplemented);
    });
}

#[test]
fn the_bundle_follows_every_intermediate() {
    let provider = IdentityProvider::start("intermediate_cadence_s = 1\n");
    let _orchestrator = proven(&provider, &["app"]);
    let mut workload = Workload::of(&provider);
    let first = workload.token();
    let mut follower = Workload::of(&provider);
    let mut stream =
        follower.runtime.block_on(follower.client.fetch_jwt_bundles(JwtBundlesRequest {})).unwrap().into_inner();
    let mut next = || {
        let waited = follower.runtime.block_on(async { tokio::time::timeout(PATIENCE, stream.message()).await });
        keys(&waited.expect("no bundle came").unwrap().expect("the stream goes on"))
    };
    let mut followed = 0;
    let mut bundle = next();
    while verified(&first, &bundle).is_some() {
        bundle = next();
        followed += 1;
    }
    assert!(followed > 0, "it began without the key of a token that was just given");
    assert_eq!(provider.service.verify(&first), None, "the service goes on believing what left the bundle");
    assert_eq!(workload.validate(AUDIENCE, &first).unwrap_err().code(), Code::InvalidArgument);
    // Whatever moment it is signed in, a token can be verified at once.
    let until = Instant::now() + Duration::from_secs(3);
    let (mut verified_at_once, mut given) = (0, 0);
    while Instant::now() < until {
        let token = workload.token();
        let at_once = verified(&token, &workload.bundle().unwrap()).is_some();
        // But for one whose key was superseded in between, of which the service says the same.
        assert!(at_once || provider.service.verify(&token).is_none());
        verified_at_once += u32::from(at_once);
        given += 1;
    }
    assert!(verified_at_once > given / 2, "{verified_at_once} of {given}");
}

#[test]
fn who_waits_for_a_service_keeps_nobody_else_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let provider = IdentityProvider::start_in(folder, parties::ANY, "", None);
    let _orchestrator = proven(&provider, &["app"]);
    let mut quick = Workload::of(&provider);
    assert_eq!(quick.bundle().err().map(|status| status.code()), Some(Code::Unavailable), "there is no key yet");
    let _silent: Vec<UnixStream> = (0..50).map(|_| UnixStream::connect(socket(&provider)).unwrap()).collect();
    let (done, order) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            let (provider, done) = (&provider, done.clone());
            scope.spawn(move || {
                let refused = Workload::of(provider).fetch(&[AUDIENCE], "").unwrap_err();
                done.send(refused.code()).unwrap();
            });
        }
        // Those that wait do so for more than a second.
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(quick.validate(AUDIENCE, "x").unwrap_err().code(), Code::InvalidArgument);
        done.send(Code::InvalidArgument).unwrap();
    });
    let order: Vec<Code> = order.try_iter().collect();
    assert_eq!(order[0], Code::InvalidArgument, "{order:?}");
    assert!(order[1..].iter().all(|code| *code == Code::Unavailable) && order.len() == 21, "{order:?}");
}

#[test]
fn a_connection_that_says_nothing_or_stops_is_ended() {
    use std::io::{Read, Write};
    let provider = IdentityProvider::start("");
    let silent = UnixStream::connect(socket(&provider)).unwrap();
    let mut begun = UnixStream::connect(socket(&provider)).unwrap();
    begun.write_all(b"PRI * HTTP/2.0\r\n").unwrap();
    for mut connection in [silent, begun] {
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        // The server's first words may come; then the end does.
        let mut said = Vec::new();
        connection.read_to_end(&mut said).expect("it is ended in time");
    }
}

#[test]
fn the_api_is_served_to_everybody_unless_its_path_is_empty() {
    let start = |settings| IdentityProvider::start_in(tempfile::tempdir().unwrap(), parties::ANY, settings, None);
    let served = start("");
    assert_eq!(socket(&served).metadata().unwrap().permissions().mode() & 0o777, 0o666);
    let unserved = start("workload_api_socket_path = \"\"\n");
    assert!(!socket(&unserved).exists() && !unserved.folder().join(".keystead").exists());
}
