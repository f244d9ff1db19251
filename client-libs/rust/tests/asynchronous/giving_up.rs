//! Calls that are given up, and what the next ones get.

use std::pin::pin;
use std::sync::mpsc::channel;
use std::time::Duration;

use keystead_client::interface::algorithm::Hash;
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::header::Flags;
use keystead_client::interface::operations::Opcode;
use keystead_client::interface::operations::hash::PsaHashComputeResult;
use keystead_client::interface::operations::identity::GetTokenResult;
use keystead_client::{Deadline, TokenSource, asynchronous, presets};

use crate::runtimes::poll_once;
use crate::scripted::{Scripted, Step};
use crate::secrets::{leaks, secret};
use crate::{done, runtime};

fn hashed(with: u8) -> Step {
    Step::message(Opcode::PsaHashCompute, Flags::KEEP_ALIVE, PsaHashComputeResult { hash: vec![with; 32] })
}

#[test]
fn a_call_that_is_given_up_takes_its_connection_with_it() {
    let (arrive, arrived) = channel();
    let service = Scripted::start(vec![vec![hashed(1), Step::Silence(arrive)], vec![hashed(2)]]);
    let client = service.client().with_provider(ProviderNumber(1));
    assert_eq!(done(client.hash_compute(Hash::Sha256, b"first")).unwrap(), [1; 32]);
    let abandoned = client.clone();
    let call = runtime().spawn(async move { abandoned.hash_compute(Hash::Sha256, b"abandoned").await });
    arrived.recv().unwrap();
    call.abort();
    assert!(done(call).unwrap_err().is_cancelled());
    assert_eq!(done(client.hash_compute(Hash::Sha256, b"last")).unwrap(), [2; 32]);
    assert_eq!(service.finish(client).iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn a_call_that_is_given_up_leaves_no_secret() {
    let (arrive, arrived) = channel();
    let service = Scripted::start(vec![vec![Step::Silence(arrive)]]);
    let client = service.client().with_provider(ProviderNumber(1));
    let (attributes, given) = (presets::hmac_sha256(), secret(10_000));
    let leaked = leaks(|| {
        let mut call = Box::pin(client.import("k", &attributes, &given));
        while arrived.try_recv().is_err() {
            poll_once(call.as_mut());
            std::thread::yield_now();
        }
    });
    assert_eq!(leaked, 0);
    service.finish(client);
}

#[test]
fn a_call_that_was_never_begun_sends_nothing() {
    let service = Scripted::start(vec![vec![hashed(1)]]);
    let client = service.client().with_provider(ProviderNumber(1));
    drop(client.hash_compute(Hash::Sha256, b"dropped"));
    done(client.hash_compute(Hash::Sha256, b"sent")).unwrap();
    assert_eq!(service.finish(client).iter().map(Vec::len).collect::<Vec<_>>(), [1]);
}

#[test]
fn whoever_gives_up_while_it_fetches_a_token_leaves_that_to_those_who_wait_for_it() {
    let (arrive, arrived) = channel();
    let given = GetTokenResult { token: "second".into(), expires_at: u64::MAX };
    let given = Step::message(Opcode::GetToken, Flags::KEEP_ALIVE, given);
    let provider = Scripted::start(vec![vec![Step::Silence(arrive)], vec![given]]);
    let source = TokenSource::at(provider.endpoint());
    let soon = Deadline::after(Duration::from_secs(10));
    let abandoned = source.clone();
    let fetching = runtime().spawn(async move { asynchronous::token(&abandoned, soon).await.map(drop) });
    arrived.recv().unwrap();
    let mut waiting = pin!(asynchronous::token(&source, soon));
    poll_once(waiting.as_mut());
    fetching.abort();
    assert!(done(fetching).unwrap_err().is_cancelled());
    assert_eq!(done(waiting).unwrap().bytes(), b"second");
    provider.finished();
}
