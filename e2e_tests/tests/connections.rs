//! What becomes of a connection (wire contract 1.4 and 6.2): closed after the answer for old clients, kept and
//! pipelined for those that ask; and the golden vectors, sent and answered bit for bit.

use std::io::Read;
use std::time::Instant;

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::may_be_others;
use keystead_e2e_tests::home::{PLAIN, WITH_DIRECT};
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::vectors::vector;
use keystead_e2e_tests::wire::{Draft, Wire};
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::header::{Flags, HEADER_LEN};
use keystead_interface::names::KeyName;
use keystead_interface::operations::keys::{PsaDestroyKey, PsaGenerateKey};
use keystead_interface::operations::sign::PsaSignHash;
use keystead_interface::status::Status;

const KEPT: Flags = Flags::KEEP_ALIVE;
const CLOSED: Flags = Flags(0);
const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));

fn ping(flags: Flags, session: u64) -> Vec<u8> {
    Draft::ping().flags(flags).bent(|header| header.session = session).bytes()
}

/// A connection on which the service has shown that it keeps it, as a client must wait for.
fn kept(service: &Service) -> Wire {
    let mut wire = service.connect();
    assert_eq!(wire.exchange(&ping(KEPT, 0)).header.flags, KEPT);
    wire
}

fn p256() -> KeyAttributes {
    let usage = Usage::SIGN_HASH.and(Usage::VERIFY_HASH);
    KeyAttributes::new(KeyType::EccKeyPair(EccFamily::SecpR1), 256, usage, Algorithm::AsymmetricSignature(ECDSA))
}

fn rsa() -> KeyAttributes {
    let sign = AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(Hash::Sha256));
    KeyAttributes::new(KeyType::RsaKeyPair, 2048, Usage::SIGN_HASH, Algorithm::AsymmetricSignature(sign))
}

fn name(name: &str) -> KeyName {
    KeyName::new(name).expect("a short name")
}

#[test]
fn golden_vectors_are_answered_bit_for_bit() {
    let service = Service::with(WITH_DIRECT);
    let answer_to = |request: &str| service.connect().exchange(&vector(request)).bytes();
    assert_eq!(answer_to("V1"), vector("V1r"));
    assert_eq!(answer_to("V3"), vector("V3e"), "admin_priv is no administrator here");
    assert_eq!(answer_to("V8"), vector("V8r"));
    let mut wrong_magic = vector("V1");
    wrong_magic[3] = 0;
    assert_eq!(service.connect().exchange(&wrong_magic).bytes(), vector("V9e"));
    // The opcodes themselves differ from Parsec's: Keystead's software provider can do more.
    let opcodes = answer_to("V2");
    let lengths_aside = |bytes: &[u8]| [&bytes[..22], &bytes[26..HEADER_LEN]].concat();
    assert_eq!(lengths_aside(&opcodes), lengths_aside(&vector("V2r")));
    assert!(service.connect().exchange(&vector("V2")).body.starts_with(&[0x0A]), "packed");

    if may_be_others("golden vectors of uid 1000") {
        let as_1000 = |bytes: &[u8]| Wire::connect_as(1000, &service.home().socket()).exchange(bytes).bytes();
        assert_eq!(as_1000(&vector("V5")), vector("V5r"));
        assert_eq!(as_1000(&vector("V5")), vector("V5e"));
        let list = Draft::new(keystead_interface::operations::Opcode::ListKeys, 0).from_uid(1000);
        assert_eq!(as_1000(&list.bytes()), vector("V6r"));
    }
}

#[test]
fn a_connection_is_kept_for_those_who_ask() {
    let service = Service::plain();
    let mut wire = kept(&service);
    for session in 1..100 {
        let answer = wire.exchange(&ping(KEPT, session));
        assert_eq!((answer.header.session, answer.header.flags), (session, KEPT));
    }
    // Who does not ask again gets an answer, and it is the last.
    assert_eq!(wire.exchange(&ping(CLOSED, 100)).header.flags, CLOSED);
    assert!(wire.is_at_end());
}

#[test]
fn a_connection_is_closed_for_old_clients() {
    let service = Service::plain();
    // Flags without a meaning change nothing and are not given back.
    for flags in [CLOSED, Flags::EXTENDED, Flags(0xFFFC)] {
        let mut wire = service.connect();
        assert_eq!(wire.exchange(&ping(flags, 1)).header.flags, CLOSED);
        assert!(wire.is_at_end());
    }
    let mut wire = service.connect();
    assert_eq!(wire.exchange(&ping(Flags(0xFFFF), 1)).header.flags, KEPT);
}

#[test]
fn a_connection_survives_a_refusal_but_not_lost_framing() {
    let service = Service::plain();
    let mut wire = kept(&service);
    let answer = wire.exchange(&Draft::ping().flags(KEPT).bent(|header| header.opcode = 0xFFFF).bytes());
    assert_eq!((answer.status(), answer.header.flags), (Status::OpcodeDoesNotExist, KEPT));
    assert_eq!(wire.exchange(&ping(KEPT, 7)).header.session, 7);

    let mut reserved = ping(KEPT, 8);
    reserved[35] = 1;
    let answer = wire.exchange(&[reserved, ping(KEPT, 9)].concat());
    assert_eq!((answer.status(), answer.header.flags), (Status::InvalidHeader, CLOSED));
    wire.finish();
    assert!(wire.is_at_end(), "what follows is not answered, and there is no reset");
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let service = Service::plain();
    let mut wire = kept(&service);
    // More than are taken in at once (32), and slow ones among them: RSA keys are made elsewhere than pings.
    let caller = service.caller();
    let mut stream = Vec::new();
    for session in 0..100 {
        let mut draft = match session % 25 {
            3 => caller.draft(PsaGenerateKey { key_name: name(&format!("slow {session}")), attributes: rsa() }),
            _ => Draft::ping(),
        };
        draft.header.session = session;
        stream.extend(draft.flags(KEPT).bytes());
    }
    wire.send(&stream);
    for session in 0..100 {
        let answer = wire.answer();
        assert_eq!((answer.header.session, answer.status()), (session, Status::Success));
    }
}

#[test]
fn pipelined_requests_see_the_effects_of_those_before_them() {
    let service = Service::plain();
    let caller = service.caller();
    let mut wire = kept(&service);
    let key = || name("k");
    let make = || caller.draft(PsaGenerateKey { key_name: key(), attributes: rsa() });
    let destroy = || caller.draft(PsaDestroyKey { key_name: key() });
    let batch = [(make(), 0), (make(), 1139), (destroy(), 0), (destroy(), 1140), (make(), 0), (destroy(), 0)];
    wire.send(&batch.iter().flat_map(|(draft, _)| draft.clone().flags(KEPT).bytes()).collect::<Vec<_>>());
    for (number, (_, status)) in batch.iter().enumerate() {
        assert_eq!(wire.answer().header.status, *status, "request {number}");
    }
}

#[test]
fn nothing_is_answered_after_the_last_request() {
    let service = Service::plain();
    let mut wire = kept(&service);
    wire.send(&[ping(KEPT, 1), ping(CLOSED, 2), ping(KEPT, 3)].concat());
    assert_eq!(wire.answer().header, keep(1, KEPT));
    assert_eq!(wire.answer().header, keep(2, CLOSED));
    wire.finish();
    assert!(wire.is_at_end());
}

fn keep(session: u64, flags: Flags) -> keystead_interface::header::Header {
    let mut header = keystead_interface::header::Header::default_answer();
    (header.session, header.flags, header.body_len) = (session, flags, 2);
    header
}

/// Parsec's Java client reads a header with one read and gives up if fewer bytes came.
#[test]
fn an_answer_leaves_in_one_write() {
    let service = Service::plain();
    let mut wire = kept(&service);
    for session in 0..1_000 {
        wire.send(&ping(KEPT, session));
        let mut answer = [0; 100];
        let length = wire.stream().read(&mut answer).expect("an answer");
        assert_eq!(length, HEADER_LEN + 2, "ping {session}");
    }
}

#[test]
fn requests_in_pieces_are_put_together() {
    let service = Service::plain();
    let caller: Caller = service.caller();
    caller.ask(PsaGenerateKey { key_name: name("k"), attributes: p256() }).expect("a key is made");
    let sign = caller.draft(PsaSignHash { key_name: name("k"), alg: ECDSA, hash: vec![7; 32] }).bytes();
    for cut in 1..sign.len() {
        let mut wire = service.connect();
        wire.send(&sign[..cut]);
        let answer = wire.exchange(&sign[cut..]);
        assert_eq!((answer.status(), answer.body.len()), (Status::Success, 66), "cut after {cut} bytes");
    }
}

#[test]
fn an_idle_connection_is_closed_without_a_word() {
    let service = Service::with(&format!("{PLAIN}\n[limits]\nidle_timeout_s = 1\n"));
    let mut wire = kept(&service);
    let begun = Instant::now();
    assert!(wire.is_at_end(), "an end of stream and no byte before it");
    assert!(begun.elapsed().as_millis() >= 900, "and not before its time");
    // A new connection that is idle has a client behind it that waits for a word.
    let mut wire = service.connect();
    assert_eq!(wire.answer().status(), Status::ConnectionError);
}
