//! Either client against a scripted service and a scripted identity provider: when a token is fetched, and what happens
//! while there is none.

use std::time::{Duration, Instant, SystemTime};

use keystead_client::interface::codes::AuthKind;
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::header::{Flags, HEADER_LEN};
use keystead_client::interface::operations::Message;
use keystead_client::interface::operations::Opcode;
use keystead_client::interface::operations::core::{ListKeys, ListKeysResult};
use keystead_client::interface::operations::identity::{GetToken, GetTokenResult};
use keystead_client::interface::operations::keys::PsaGenerateKeyResult;
use keystead_client::interface::status::Status;
use keystead_client::{Credential, Deadline, Error, TokenSource, presets};

use crate::scripted::{Scripted, Step};
use crate::{Client, done, token_of};

const KEEP: Flags = Flags::KEEP_ALIVE;
/// Longer than any test takes.
const LONG: u64 = 300;

/// A token that lives for so many seconds from now.
fn token(text: &str, seconds: u64) -> Step {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let given = GetTokenResult { token: text.into(), expires_at: now + seconds };
    Step::message(Opcode::GetToken, KEEP, given)
}

/// Each answer on a connection of its own: an identity provider is asked rarely.
fn provider(answers: Vec<Step>) -> Scripted {
    Scripted::start(answers.into_iter().map(|answer| vec![answer]).collect())
}

fn no_keys() -> Step {
    Step::message(Opcode::ListKeys, KEEP, ListKeysResult { keys: Vec::new() })
}

fn stale(opcode: Opcode) -> Step {
    Step::refusal(opcode, KEEP, Status::AuthStale)
}

fn bearer(service: &Scripted, source: &TokenSource) -> Client {
    service.client_with(Credential::Token(source.clone()))
}

fn source(provider: &Scripted) -> TokenSource {
    TokenSource::at(provider.endpoint())
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(10))
}

/// Leaves a script that need not come to its end.
fn abandon(script: &Scripted) {
    std::fs::remove_dir_all(script.endpoint().path().parent().unwrap()).unwrap();
}

/// The authentication type and part of each request.
fn shown(seen: &[Vec<Vec<u8>>]) -> Vec<(u8, String)> {
    let auth = |request: &Vec<u8>| {
        let body = u32::from_le_bytes(request[22..26].try_into().unwrap()) as usize;
        (request[21], String::from_utf8_lossy(&request[HEADER_LEN + body..]).into_owned())
    };
    seen.iter().flatten().map(auth).collect()
}

fn tokens_shown(service: Scripted, client: Client) -> Vec<String> {
    let shown = shown(&service.finish(client));
    assert!(shown.iter().all(|(kind, _)| *kind == AuthKind::JWT.0));
    shown.into_iter().map(|(_, token)| token).collect()
}

#[test]
fn a_token_is_fetched_once_without_a_credential_and_shown_in_every_request() {
    let (service, provider) = (Scripted::start(vec![vec![no_keys(), no_keys()]]), provider(vec![token("a.b.c", LONG)]));
    let source = source(&provider).with_audience("spiffe://x/service").with_identity("spiffe://x/app");
    let client = bearer(&service, &source);
    done(client.list_keys()).unwrap();
    done(client.clone().list_keys()).unwrap();
    assert_eq!(tokens_shown(service, client), ["a.b.c", "a.b.c"]);
    let asked = provider.finished();
    assert_eq!(shown(&asked), [(0, String::new())]);
    let question = GetToken::decode(&asked[0][0][HEADER_LEN..]).unwrap();
    assert_eq!((question.audience.as_str(), question.identity.as_str()), ("spiffe://x/service", "spiffe://x/app"));
}

#[test]
fn what_anybody_may_ask_needs_no_token() {
    let service = Scripted::start(vec![vec![Step::answer(Opcode::Ping, KEEP, vec![8, 1])]]);
    let client = bearer(&service, &TokenSource::at(keystead_client::Endpoint::at("/nonexistent/identity.sock")));
    done(client.ping()).unwrap();
    service.finish(client);
}

#[test]
fn a_stale_token_is_fetched_again_until_the_service_takes_one() {
    let answers = vec![stale(Opcode::ListKeys), stale(Opcode::ListKeys), no_keys(), no_keys()];
    let service = Scripted::start(vec![answers]);
    let provider = provider(vec![token("first", LONG), token("second, longer", LONG), token("3rd", LONG)]);
    let client = bearer(&service, &source(&provider));
    done(client.list_keys()).unwrap();
    done(client.list_keys()).unwrap();
    assert_eq!(tokens_shown(service, client), ["first", "second, longer", "3rd", "3rd"]);
    provider.finished();
}

#[test]
fn a_create_that_was_refused_for_its_token_is_sent_again() {
    let made = Step::message(Opcode::PsaGenerateKey, KEEP, PsaGenerateKeyResult {});
    let service = Scripted::start(vec![vec![stale(Opcode::PsaGenerateKey), made]]);
    let provider = provider(vec![token("old", LONG), token("new", LONG)]);
    let client = bearer(&service, &source(&provider)).with_provider(ProviderNumber(1));
    done(client.generate("k", &presets::ecdsa_p256())).unwrap();
    assert_eq!(tokens_shown(service, client), ["old", "new"]);
    provider.finished();
}

#[test]
fn a_pipeline_whose_token_went_stale_is_answered_whole() {
    let answers = vec![no_keys(), stale(Opcode::ListKeys), stale(Opcode::ListKeys), no_keys(), no_keys()];
    let service = Scripted::start(vec![answers]);
    let provider = provider(vec![token("old", LONG), token("new", LONG)]);
    let client = bearer(&service, &source(&provider));
    let answers = done(client.pipeline((0..3).map(|_| ListKeys::default()).collect(), 16)).unwrap();
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(tokens_shown(service, client), ["old", "old", "old", "new", "new"]);
    provider.finished();
}

#[test]
fn a_service_that_takes_no_token_is_asked_until_the_deadline() {
    let service = Scripted::start(vec![(0..40).map(|_| stale(Opcode::ListKeys)).collect()]);
    let provider = provider((0..40).map(|n| token(&n.to_string(), LONG)).collect());
    let client = bearer(&service, &source(&provider)).with_timeout(Duration::from_millis(500));
    let start = Instant::now();
    let refused = done(client.list_keys()).err().unwrap();
    assert_eq!(refused.status(), Some(Status::AuthStale));
    let elapsed = start.elapsed();
    assert!(elapsed > Duration::from_millis(140) && elapsed < Duration::from_secs(3), "{elapsed:?}");
    abandon(&service);
    abandon(&provider);
}

#[test]
fn other_credentials_are_not_repeated() {
    let service = Scripted::start(vec![vec![stale(Opcode::ListKeys)]]);
    let client = service.client();
    assert_eq!(done(client.list_keys()).err().unwrap().status(), Some(Status::AuthStale));
    service.finish(client);
}

#[test]
fn a_token_that_is_not_there_yet_is_waited_for() {
    let busy = || Step::refusal(Opcode::GetToken, KEEP, Status::Busy);
    let provider = provider(vec![busy(), Step::Hangup, busy(), token("at last", LONG)]);
    assert_eq!(token_of(&source(&provider), soon()).unwrap().bytes(), b"at last");
    provider.finished();
}

#[test]
fn an_identity_provider_that_is_being_started_is_waited_for() {
    let folder = std::env::temp_dir().join(format!("keystead-late-{}", std::process::id()));
    let source = TokenSource::at(keystead_client::Endpoint::at(folder.join("s")));
    let waiting = std::thread::spawn(move || token_of(&source, soon()).map(|token| token.bytes().to_vec()));
    let provider = Scripted::start_in(folder, vec![vec![token("late", LONG)]]);
    assert_eq!(waiting.join().unwrap().unwrap(), b"late");
    provider.finished();
}

#[test]
fn failing_to_get_a_token_is_an_error_and_sends_nothing() {
    let service = Scripted::start(vec![vec![no_keys()]]);
    for (status, is_worth_retrying) in [(Status::AuthenticationError, false), (Status::PsaErrorInvalidArgument, false)]
    {
        let provider = provider(vec![Step::refusal(Opcode::GetToken, KEEP, status)]);
        let error = done(bearer(&service, &source(&provider)).list_keys()).err().unwrap();
        assert!(matches!(error, Error::Identity(_)), "{error}");
        assert_eq!((error.status(), error.is_worth_retrying()), (Some(status), is_worth_retrying));
        provider.finished();
    }
    let busy = provider((0..40).map(|_| Step::refusal(Opcode::GetToken, KEEP, Status::Busy)).collect());
    let patience = Deadline::after(Duration::from_millis(200));
    assert_eq!(token_of(&source(&busy), patience).err().unwrap().status(), Some(Status::Busy));
    abandon(&busy);
    let (start, patience) = (Instant::now(), Deadline::after(Duration::from_millis(200)));
    let nowhere = TokenSource::at(keystead_client::Endpoint::at("/nonexistent/identity.sock"));
    let error = token_of(&nowhere, patience).err().unwrap();
    assert!(error.to_string().contains("/nonexistent/identity.sock"), "{error}");
    assert!(start.elapsed() >= Duration::from_millis(100), "it may be in the middle of a restart");
    let client = service.client();
    done(client.list_keys()).unwrap();
    let seen = service.finish(client);
    assert_eq!(shown(&seen).len(), 1, "only the last, which showed another credential");
}

#[test]
fn a_token_that_ended_is_used_once_and_not_kept() {
    let service = Scripted::start(vec![vec![no_keys(), no_keys()]]);
    let provider = provider(vec![token("ended", 0), token("ended too", 0)]);
    let client = bearer(&service, &source(&provider));
    done(client.list_keys()).unwrap();
    done(client.list_keys()).unwrap();
    assert_eq!(tokens_shown(service, client), ["ended", "ended too"]);
    provider.finished();
}

/// Asks until another token than `former` is given.
fn next_after(source: &TokenSource, former: &[u8]) -> Vec<u8> {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let token = token_of(source, soon()).unwrap();
        if token.bytes() != former {
            return token.bytes().to_vec();
        }
        assert!(Instant::now() < deadline, "it is never renewed");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_token_is_renewed_before_it_ends() {
    let provider = provider(vec![token("a", 4), token("b", LONG)]);
    let (source, start) = (source(&provider), Instant::now());
    assert_eq!(next_after(&source, b"a"), b"b");
    assert!(start.elapsed() < Duration::from_secs(4), "its end was waited for");
    provider.finished();
}

#[test]
fn a_good_token_is_used_on_when_its_renewal_fails() {
    let provider = provider(vec![token("a", 3), Step::Hangup, token("b", LONG)]);
    let (source, start) = (source(&provider), Instant::now());
    assert_eq!(next_after(&source, b"a"), b"b");
    assert!(start.elapsed() >= Duration::from_millis(1_900), "the failed renewal was an error, or none was tried");
    provider.finished();
}

#[test]
fn threads_that_need_a_token_at_once_share_one() {
    let provider = provider(vec![token("one", LONG)]);
    let source = source(&provider);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(token_of(&source, soon()).unwrap().bytes(), b"one"));
        }
    });
    provider.finished();
}

#[test]
fn a_token_does_not_appear_where_its_source_is_printed() {
    let provider = provider(vec![token("a.secret.token", LONG)]);
    let source = source(&provider);
    token_of(&source, soon()).unwrap();
    let printed = format!("{source:?} {:?}", Credential::Token(source.clone()));
    assert!(!printed.contains("secret") && printed.contains("endpoint"), "{printed}");
    provider.finished();
}
