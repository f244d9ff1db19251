//! Either client against a service that follows a script: what goes over the socket, and what happens when it breaks.

use std::time::{Duration, Instant};

use keystead_client::error::ProtocolError;
use keystead_client::interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_client::interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::header::{Flags, HEADER_LEN};
use keystead_client::interface::names::KeyName;
use keystead_client::interface::operations::Opcode;
use keystead_client::interface::operations::core::{KeyInfo, ListKeysResult, ListProvidersResult, Ping, ProviderInfo};
use keystead_client::interface::operations::hash::PsaHashComputeResult;
use keystead_client::interface::operations::keys::PsaExportPublicKeyResult;
use keystead_client::interface::operations::random::PsaGenerateRandomResult;
use keystead_client::interface::operations::sign::PsaSignMessageResult;
use keystead_client::interface::status::Status;
use keystead_client::{Error, presets};

use crate::scripted::{Scripted, Step, hex};
use crate::{Client, done};

const KEEP: Flags = Flags::KEEP_ALIVE;
const CLOSE: Flags = Flags(0);

fn pong(flags: Flags) -> Step {
    Step::answer(Opcode::Ping, flags, vec![8, 1])
}

fn keys(names: &[(u8, &str, KeyAttributes)]) -> Step {
    let key = |(provider, name, attributes): &(u8, &str, KeyAttributes)| KeyInfo {
        provider_id: ProviderNumber(*provider),
        name: KeyName::new(*name).unwrap(),
        attributes: *attributes,
    };
    Step::message(Opcode::ListKeys, KEEP, ListKeysResult { keys: names.iter().map(key).collect() })
}

#[test]
fn a_ping_is_vector_v1_with_both_flags_and_the_next_on_its_connection_has_another_number() {
    let service = Scripted::start(vec![vec![pong(KEEP), pong(KEEP)]]);
    let client = service.client();
    assert_eq!(done(client.ping()).unwrap(), (1, 0));
    assert_eq!(done(client.ping()).unwrap(), (1, 0));
    let seen = service.finish(client);
    let mut v1 = hex("10a7c05e1e00010000000000000000000000000000000000000000000100000000000000");
    v1[8] = 3;
    let mut second = v1.clone();
    second[11] = 1;
    assert_eq!(seen, [vec![v1, second]]);
}

#[test]
fn a_service_that_closes_after_each_answer_gets_a_connection_for_each_call() {
    let service = Scripted::start(vec![vec![pong(CLOSE)], vec![pong(CLOSE)], vec![pong(CLOSE)]]);
    let client = service.client();
    done(client.ping()).unwrap();
    let answers = done(client.pipeline(vec![Ping {}, Ping {}], 16)).unwrap();
    assert!(answers.iter().all(Result::is_ok) && answers.len() == 2);
    assert_eq!(service.finish(client).iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
}

#[test]
fn pipelined_requests_share_a_connection_and_their_answers_keep_their_order() {
    let steps = (0..40).map(|n| match n % 3 {
        0 => Step::refusal(Opcode::Ping, KEEP, Status::Busy),
        _ => pong(KEEP),
    });
    let service = Scripted::start(vec![steps.collect()]);
    let client = service.client();
    let answers = done(client.pipeline((0..40).map(|_| Ping {}).collect(), 16)).unwrap();
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_err(), n % 3 == 0, "answer {n}");
    }
    service.finish(client);
}

#[test]
fn a_kept_connection_that_the_service_closed_is_not_noticed_by_the_caller() {
    let service = Scripted::start(vec![vec![pong(KEEP), Step::Hangup], vec![pong(KEEP)]]);
    let client = service.client();
    done(client.ping()).unwrap();
    assert_eq!(done(client.ping()).unwrap(), (1, 0));
    service.finish(client);
}

#[test]
fn a_create_whose_answer_was_lost_is_looked_up_and_counts_as_done() {
    let attributes = presets::ecdsa_p256();
    let service = Scripted::start(vec![vec![Step::Hangup], vec![keys(&[(1, "k", attributes)])]]);
    let client = service.client().with_provider(ProviderNumber(1));
    assert_eq!(done(client.generate("k", &attributes)).unwrap().name(), "k");
    assert_eq!(service.opcodes(client), [Opcode::PsaGenerateKey, Opcode::ListKeys]);
}

#[test]
fn a_create_that_ran_out_of_time_is_looked_up_and_the_key_that_is_there_counts_as_made() {
    let attributes = presets::ecdsa_p256();
    let slow = Step::Drip(Duration::from_millis(20));
    let service = Scripted::start(vec![vec![slow], vec![keys(&[(1, "k", attributes)])]]);
    let client = service.client().with_provider(ProviderNumber(1)).with_timeout(Duration::from_millis(200));
    done(client.generate("k", &attributes)).unwrap();
    assert_eq!(service.opcodes(client), [Opcode::PsaGenerateKey, Opcode::ListKeys]);
}

#[test]
fn a_create_that_ran_out_of_time_is_not_repeated() {
    let slow = Step::Drip(Duration::from_millis(20));
    let service = Scripted::start(vec![vec![slow], vec![keys(&[])]]);
    let client = service.client().with_provider(ProviderNumber(1)).with_timeout(Duration::from_millis(200));
    assert!(matches!(done(client.generate("k", &presets::ecdsa_p256())), Err(Error::Timeout)));
    assert_eq!(service.opcodes(client), [Opcode::PsaGenerateKey, Opcode::ListKeys]);
}

#[test]
fn clones_in_other_threads_share_the_connections_that_nobody_uses() {
    let service = Scripted::start(vec![vec![pong(KEEP), pong(KEEP), pong(KEEP)]]);
    let client = service.client();
    done(client.ping()).unwrap();
    std::thread::scope(|scope| scope.spawn(|| done(client.clone().ping()).unwrap()).join().unwrap());
    done(client.ping()).unwrap();
    assert_eq!(service.finish(client).len(), 1);
}

#[test]
fn a_create_that_did_not_happen_is_repeated_once() {
    let attributes = presets::ecdsa_p256();
    let made = Step::answer(Opcode::PsaGenerateKey, KEEP, vec![]);
    // A key of that name on another provider is another key.
    let service = Scripted::start(vec![vec![Step::Hangup], vec![keys(&[(2, "k", attributes)]), made]]);
    let client = service.client().with_provider(ProviderNumber(1));
    done(client.generate("k", &attributes)).unwrap();
    assert_eq!(service.opcodes(client), [Opcode::PsaGenerateKey, Opcode::ListKeys, Opcode::PsaGenerateKey]);
}

#[test]
fn a_create_whose_name_is_taken_by_another_key_is_refused() {
    let service = Scripted::start(vec![vec![Step::Hangup], vec![keys(&[(1, "k", presets::x25519())])]]);
    let client = service.client().with_provider(ProviderNumber(1));
    let error = done(client.generate("k", &presets::ecdsa_p256())).err().unwrap();
    assert_eq!(error.status(), Some(Status::PsaErrorAlreadyExists));
    service.finish(client);
}

#[test]
fn a_destroy_whose_answer_was_lost_counts_as_done_if_the_key_is_gone() {
    // No list shows a volatile key, so that a list does not tell that it is gone.
    let gone = Step::refusal(Opcode::PsaExportPublicKey, KEEP, Status::PsaErrorDoesNotExist);
    let service = Scripted::start(vec![vec![Step::Hangup], vec![gone]]);
    let client = service.client().with_provider(ProviderNumber(1));
    done(client.destroy("k")).unwrap();
    assert_eq!(service.opcodes(client), [Opcode::PsaDestroyKey, Opcode::PsaExportPublicKey]);
}

#[test]
fn a_destroy_in_doubt_is_not_repeated_on_a_key_that_may_be_another() {
    let there = Step::refusal(Opcode::PsaExportPublicKey, KEEP, Status::PsaErrorInvalidArgument);
    let service = Scripted::start(vec![vec![Step::Hangup], vec![there]]);
    let client = service.client().with_provider(ProviderNumber(1));
    assert!(matches!(done(client.destroy("k")), Err(Error::Closed)));
    assert_eq!(service.opcodes(client), [Opcode::PsaDestroyKey, Opcode::PsaExportPublicKey]);
}

#[test]
fn a_volatile_key_in_doubt_is_not_taken_for_made() {
    let attributes = presets::ecdsa_p256().volatile();
    let service = Scripted::start(vec![vec![Step::Hangup]]);
    let client = service.client().with_provider(ProviderNumber(1));
    assert!(matches!(done(client.generate("k", &attributes)), Err(Error::Closed)));
    assert_eq!(service.opcodes(client), [Opcode::PsaGenerateKey]);
}

#[test]
fn a_volatile_key_is_used_by_the_handle_that_made_it() {
    let made = Step::answer(Opcode::PsaGenerateKey, KEEP, vec![]);
    let signature = Step::message(Opcode::PsaSignMessage, KEEP, PsaSignMessageResult { signature: vec![7] });
    let service = Scripted::start(vec![vec![made, signature]]);
    let client = service.client().with_provider(ProviderNumber(1));
    let key = done(client.generate("k", &presets::ecdsa_p256().volatile())).unwrap();
    assert_eq!(done(key.sign(b"message")).unwrap(), [7]);
    drop(key);
    assert_eq!(service.opcodes(client), [Opcode::PsaGenerateKey, Opcode::PsaSignMessage]);
}

#[test]
fn a_client_is_not_deleted_twice_when_the_answer_is_lost_on_a_kept_connection() {
    let service = Scripted::start(vec![vec![pong(KEEP), Step::Bytes(vec![])]]);
    let client = service.client();
    done(client.ping()).unwrap();
    assert!(done(client.delete_client("1000")).is_err_and(|error| error.is_worth_retrying()));
    assert_eq!(service.opcodes(client), [Opcode::Ping, Opcode::DeleteClient]);
}

/// A P-256 public key to verify with.
fn verification_key() -> KeyAttributes {
    let alg = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
    let key_type = KeyType::EccPublicKey(EccFamily::SecpR1);
    KeyAttributes::new(key_type, 256, Usage::VERIFY_HASH, Algorithm::AsymmetricSignature(alg))
}

#[test]
fn a_public_key_whose_import_is_in_doubt_is_compared_with_the_one_that_is_there() {
    let attributes = verification_key();
    let exported =
        |data: &[u8]| Step::message(Opcode::PsaExportPublicKey, KEEP, PsaExportPublicKeyResult { data: data.to_vec() });
    for (there, expected) in [([4; 65], None), ([5; 65], Some(Status::PsaErrorAlreadyExists))] {
        let listed = keys(&[(1, "k", attributes)]);
        let service = Scripted::start(vec![vec![Step::Hangup], vec![listed, exported(&there)]]);
        let client = service.client().with_provider(ProviderNumber(1));
        assert_eq!(
            done(client.import("k", &attributes, &[4; 65])).err().map(|error| error.status()),
            expected.map(Some)
        );
        assert_eq!(service.opcodes(client), [Opcode::PsaImportKey, Opcode::ListKeys, Opcode::PsaExportPublicKey]);
    }
}

#[test]
fn a_secret_key_whose_import_is_in_doubt_does_not_count_as_imported() {
    let attributes = presets::ecdsa_p256();
    let service = Scripted::start(vec![vec![Step::Hangup], vec![keys(&[(1, "k", attributes)])]]);
    let client = service.client().with_provider(ProviderNumber(1));
    assert!(matches!(done(client.import("k", &attributes, &[1; 32])), Err(Error::Closed)));
    assert_eq!(service.opcodes(client), [Opcode::PsaImportKey, Opcode::ListKeys]);
}

#[test]
fn a_create_that_was_carried_out_after_the_look_counts_as_done_when_its_repetition_is_refused() {
    let attributes = presets::ecdsa_p256();
    let taken = Step::refusal(Opcode::PsaGenerateKey, KEEP, Status::PsaErrorAlreadyExists);
    let then = vec![keys(&[]), taken, keys(&[(1, "k", attributes)])];
    let service = Scripted::start(vec![vec![Step::Hangup], then]);
    let client = service.client().with_provider(ProviderNumber(1));
    done(client.generate("k", &attributes)).unwrap();
    service.finish(client);
}

#[test]
fn what_a_pipeline_was_answered_is_not_lost_when_the_connection_breaks() {
    let service = Scripted::start(vec![vec![pong(KEEP), pong(KEEP), Step::Bytes(vec![])], vec![Step::Hangup]]);
    let client = service.client();
    let pings = || vec![Ping {}, Ping {}, Ping {}];
    let answers = done(client.pipeline(pings(), 1)).unwrap();
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false]);
    assert!(done(client.pipeline(pings(), 1)).is_err(), "nothing was answered at all");
    service.finish(client);
}

#[test]
fn random_bytes_are_as_many_as_were_asked_for_or_none() {
    let bytes = |length| {
        let random_bytes = vec![7; length].into();
        Step::message(Opcode::PsaGenerateRandom, KEEP, PsaGenerateRandomResult { random_bytes })
    };
    let service = Scripted::start(vec![vec![bytes(12), bytes(11), bytes(0), bytes(13)]]);
    let client = service.client().with_provider(ProviderNumber(1));
    assert_eq!(done(client.random(12)).unwrap().expose().len(), 12);
    for given in [11, 0, 13] {
        let error = done(client.random(12)).err().unwrap();
        assert!(matches!(error, Error::Protocol(ProtocolError::Length { asked: 12, given: found }) if found == given));
    }
    service.finish(client);
}

#[test]
fn attributes_are_those_of_the_key_on_the_clients_provider() {
    let listed = || keys(&[(2, "k", presets::x25519()), (1, "k", presets::ecdsa_p256())]);
    let service = Scripted::start(vec![vec![listed(), listed(), listed()]]);
    let client = service.client().with_provider(ProviderNumber(1));
    assert_eq!(done(client.key_attributes("k")).unwrap(), presets::ecdsa_p256());
    assert_eq!(done(client.with_provider(ProviderNumber(2)).key_attributes("k")).unwrap(), presets::x25519());
    assert_eq!(done(client.key_attributes("other")).unwrap_err().status(), Some(Status::PsaErrorDoesNotExist));
    service.finish(client);
}

#[test]
fn the_first_listed_provider_is_asked_for_once_and_used() {
    let info = |id| ProviderInfo {
        uuid: String::new(),
        description: String::new(),
        vendor: String::new(),
        version: (0, 0, 0),
        id: ProviderNumber(id),
    };
    let providers = ListProvidersResult { providers: vec![info(17), info(0)] };
    let hashed = || Step::message(Opcode::PsaHashCompute, KEEP, PsaHashComputeResult { hash: vec![7; 32] });
    let service =
        Scripted::start(vec![vec![Step::message(Opcode::ListProviders, KEEP, providers), hashed(), hashed()]]);
    let client = service.client();
    done(client.hash_compute(Hash::Sha256, b"a")).unwrap();
    done(client.clone().hash_compute(Hash::Sha256, b"b")).unwrap();
    let seen = service.finish(client);
    assert_eq!(seen[0].iter().map(|request| request[10]).collect::<Vec<_>>(), [0, 17, 17]);
}

#[test]
fn the_effective_uid_is_sent_where_an_identity_is_needed_and_nothing_elsewhere() {
    let refused = Step::refusal(Opcode::PsaSignHash, KEEP, Status::PsaErrorDoesNotExist);
    let service = Scripted::start(vec![vec![refused, pong(KEEP)]]);
    let client = service.client().with_provider(ProviderNumber(1));
    let alg = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));
    let error = done(client.sign_hash("k", alg, &[0; 32])).unwrap_err();
    assert_eq!(error.status(), Some(Status::PsaErrorDoesNotExist));
    done(client.ping()).unwrap();
    let seen = service.finish(client);
    let uid = rustix::process::geteuid().as_raw().to_le_bytes();
    assert_eq!((seen[0][0][21], seen[0][0].ends_with(&uid)), (3, true));
    assert_eq!((seen[0][1][21], seen[0][1].len()), (0, HEADER_LEN));
}

#[test]
fn one_time_limit_covers_an_answer_that_comes_byte_by_byte() {
    let service = Scripted::start(vec![vec![Step::Drip(Duration::from_millis(20))]]);
    let client = service.client().with_timeout(Duration::from_millis(200));
    let begun = Instant::now();
    assert!(matches!(done(client.ping()), Err(Error::Timeout)));
    assert!(begun.elapsed() < Duration::from_secs(2), "took {:?}", begun.elapsed());
    service.finish(client);
}

#[test]
fn an_answer_that_is_none_is_told_from_a_refusal() {
    let garbage = Step::Bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n0123456789".to_vec());
    let mut endless = hex("10a7c05e1e00010000000000000000000000000000000000000000000100000000000000");
    endless[22..26].fill(0xff);
    let service = Scripted::start(vec![vec![garbage], vec![Step::Bytes(endless)]]);
    let client = service.client();
    // "1 40" of the text stands where a header has the length of its body.
    assert!(matches!(done(client.ping()), Err(Error::Protocol(_))));
    assert!(matches!(done(client.ping()), Err(Error::Protocol(ProtocolError::BodyTooLong(u32::MAX)))));
    service.finish(client);
}

#[test]
fn a_missing_service_is_named() {
    let endpoint = keystead_client::Endpoint::at("/nonexistent/service.sock");
    let client = Client::at(endpoint, Default::default());
    let error = done(client.ping()).unwrap_err();
    assert!(matches!(error, Error::Connect { .. }) && error.to_string().contains("/nonexistent/service.sock"));
    assert!(error.is_worth_retrying());
}
