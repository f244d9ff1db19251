//! Bad input, as the reading order of the wire contract (1.3) has it: each fault gets its status in the right header,
//! the connection then ends or stays as it should, and nothing upsets the service.

use keystead_e2e_tests::effort::{Chance, rounds};
use keystead_e2e_tests::home::WITH_DIRECT;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::wire::{Answer, Draft, Wire};
use keystead_interface::header::{Flags, HEADER_LEN};
use keystead_interface::operations::Opcode;
use keystead_interface::status::Status;

const SESSION: u64 = 0x1122_3344_5566_7788;
/// The longest body, in bytes (wire contract 1.6).
const MAX_BODY: u32 = 1_048_576;

/// A fault, made in the bytes of a request that has all the faults of later steps already.
struct Fault {
    step: u32,
    make: fn(&mut Vec<u8>),
    status: u16,
    /// Session, provider and opcode of the answer.
    header: (u64, u8, u32),
    closes: bool,
}

const fn fault(step: u32, make: fn(&mut Vec<u8>), status: u16, header: (u64, u8, u32), closes: bool) -> Fault {
    Fault { step, make, status, header, closes }
}

/// From the last step to the first. Step 21 is the request without a fault: it destroys a key that does not exist.
const FAULTS: &[Fault] = &[
    fault(21, |_| {}, 1140, (SESSION, 1, 3), false),
    fault(17, |bytes| bytes[HEADER_LEN] = 0xFF, 7, (SESSION, 1, 3), false),
    fault(14, |bytes| bytes[10] = 2, 5, (SESSION, 2, 3), false),
    fault(13, |bytes| *bytes.last_mut().expect("it ends with the uid") ^= 0x80, 11, (SESSION, 2, 3), false),
    fault(12, |bytes| bytes[21] = 2, 13, (SESSION, 2, 3), false),
    fault(11, |bytes| bytes[10] = 6, 6, (SESSION, 0, 3), false),
    fault(10, |bytes| bytes[28..32].copy_from_slice(&0xFFFF_u32.to_le_bytes()), 9, (SESSION, 0, 1), false),
    fault(9, |bytes| bytes[21] = 99, 12, (SESSION, 0, 1), false),
    fault(8, |bytes| bytes[20] = 1, 3, (SESSION, 0, 1), false),
    fault(7, |bytes| bytes[19] = 1, 2, (SESSION, 0, 1), false),
    fault(6, |bytes| bytes.truncate(bytes.len() - 1), 15, (SESSION, 0, 1), true),
    fault(5, |bytes| bytes[22..26].copy_from_slice(&(MAX_BODY + 1).to_le_bytes()), 20, (SESSION, 0, 1), true),
    fault(4, |bytes| bytes[34] = 1, 17, (SESSION, 0, 1), true),
    fault(3, |bytes| bytes[7] = 1, 4, (0, 0, 1), true),
    fault(2, |bytes| bytes[4] = 31, 17, (0, 0, 1), true),
    fault(1, |bytes| bytes[0] = 0x11, 17, (0, 0, 1), true),
];

#[test]
fn the_first_fault_in_reading_order_decides() {
    let service = Service::with(WITH_DIRECT);
    for flags in [Flags(0), Flags::KEEP_ALIVE, Flags::BOTH] {
        let mut bytes = destroy_unknown().flags(flags).bytes();
        for fault in FAULTS {
            (fault.make)(&mut bytes);
            let mut wire = service.connect();
            wire.send(&bytes);
            if fault.step == 6 {
                wire.finish();
            }
            let answer = wire.answer();
            let step = fault.step;
            assert_eq!(answer.header.status, fault.status, "step {step} with flags {flags:?}");
            let seen = (answer.header.session, answer.header.provider.0, answer.header.opcode);
            assert_eq!(seen, fault.header, "the answer's header at step {step}");
            let is_kept = flags.keep_alive() && !fault.closes;
            assert_eq!(answer.header.flags, Flags(u16::from(is_kept)), "flags at step {step}");
            if is_kept {
                assert_pongs(&mut wire);
            } else {
                wire.finish();
                assert!(wire.is_at_end(), "the connection ends without a reset after step {step}");
            }
        }
    }
}

/// Statuses of steps that the walk above cannot combine.
#[test]
fn every_other_row_has_its_status() {
    let service = Service::with(WITH_DIRECT);
    let uid = own_uid();
    let plain = Draft::new;
    let named = |opcode, provider| Draft::new(opcode, provider).from_uid(uid);
    let name = vec![0x0A, 1, b'k'];
    let extended = |draft: Draft| draft.flags(Flags::EXTENDED);
    let opcode = |number: u32| move |header: &mut keystead_interface::header::Header| header.opcode = number;

    let rows: &[(&str, Draft, u16)] = &[
        ("10: an extended opcode from a legacy client", named(Opcode::Health, 0), 9),
        ("10: opcode 0x1D", extended(plain(Opcode::Ping, 0)).bent(opcode(0x1D)), 9),
        ("10: an extended opcode that is not assigned", extended(plain(Opcode::Ping, 0)).bent(opcode(0x3FF)), 9),
        ("11: provider 16 from a legacy client", named(Opcode::PsaDestroyKey, 16).body(name.clone()), 6),
        ("11: provider 15 from an EXTENDED client", extended(named(Opcode::PsaDestroyKey, 15)), 6),
        ("14: provider 200 from an EXTENDED client", extended(named(Opcode::PsaDestroyKey, 200)), 5),
        ("12: a Ping with an authenticator that is not configured", ping_by(2), 13),
        ("12: auth bytes without an auth type are ignored", Draft { auth: vec![9; 100], ..Draft::ping() }, 0),
        ("13: peer credentials of three bytes", Draft { auth: vec![0; 3], ..ping_by(3) }, 11),
        ("13: peer credentials of nobody", ping_by(3), 11),
        ("13: an application without a name", ping_by(1), 11),
        ("13: an application whose name is not text", Draft { auth: vec![0xFF], ..ping_by(1) }, 11),
        ("15: a core operation at a provider", plain(Opcode::Ping, 1), 1134),
        ("15: an operation of cryptography at the service", named(Opcode::PsaDestroyKey, 0).body(name.clone()), 1134),
        ("15 before 16 and 19", plain(Opcode::ListClients, 1), 1134),
        ("16: an administrator's operation by nobody", plain(Opcode::ListClients, 0), 19),
        ("16: by somebody else", plain(Opcode::ListClients, 0).from_direct("somebody"), 21),
        ("16: by an administrator", plain(Opcode::ListClients, 0).from_direct("admin"), 0),
        ("17: a name that is not text", named(Opcode::PsaDestroyKey, 1).body(vec![0x0A, 1, 0xFF]), 7),
        ("17: a field of the wrong type", named(Opcode::PsaDestroyKey, 1).body(vec![0x08, 1]), 7),
        ("17: a field that is cut short", named(Opcode::PsaDestroyKey, 1).body(vec![0x0A, 9, b'k']), 7),
        ("18: no attributes", named(Opcode::PsaGenerateKey, 1).body(name.clone()), 16),
        ("18: no algorithm", named(Opcode::PsaSignHash, 1).body(name.clone()), 16),
        ("18: a hash that does not exist", plain(Opcode::PsaHashCompute, 1).body(vec![0x08, 99]), 16),
        ("18: no hash", plain(Opcode::PsaHashCompute, 1), 16),
        ("18: no cipher", named(Opcode::PsaCipherEncrypt, 1).body(name.clone()), 16),
        ("18: ListOpcodes of provider 99", plain(Opcode::ListOpcodes, 0).body(vec![0x08, 99]), 6),
        ("18: ListOpcodes of provider 4", plain(Opcode::ListOpcodes, 0).body(vec![0x08, 4]), 5),
        ("19: a tenant's operation by nobody", plain(Opcode::ListKeys, 0), 19),
        ("19 before 17: nothing of nobody's is decoded", plain(Opcode::PsaDestroyKey, 1).body(vec![0xFF; 9]), 19),
        ("20: no attestation in software", prepare_attestation(uid), 1134),
        ("2.3: no MAC for old clients, one of which verifies by computing", mac_compute(uid), 9),
    ];
    for (what, draft, status) in rows {
        let mut wire = service.connect();
        let answer = wire.exchange(&draft.bytes());
        assert_eq!(answer.header.status, *status, "{what}");
        assert!(wire.is_at_end(), "{what}: a client that did not ask for more sees the end");
    }
}

#[test]
fn a_number_that_the_client_does_not_know_is_never_echoed() {
    let service = Service::plain();
    let health = Draft::new(Opcode::Health, 0).from_uid(own_uid());
    assert_eq!(service.connect().exchange(&health.bytes()).header.opcode, Opcode::Ping.number());
    let health = health.flags(Flags::EXTENDED);
    assert_eq!(service.connect().exchange(&health.bytes()).header.opcode, Opcode::Health.number());
    let elsewhere = Draft::new(Opcode::PsaDestroyKey, 200);
    assert_eq!(service.connect().exchange(&elsewhere.bytes()).header.provider.0, 0);
    let elsewhere = elsewhere.flags(Flags::EXTENDED);
    assert_eq!(service.connect().exchange(&elsewhere.bytes()).header.provider.0, 200);
}

#[test]
fn a_wrong_beginning_is_refused_as_soon_as_it_is_read() {
    let service = Service::plain();
    // Six bytes and an open connection: who waited for the rest would answer 15 at the deadline.
    let mut wire = service.connect();
    assert_eq!(wire.exchange(&[0x10, 0xA7, 0xC0, 0x5E, 31, 0]).status(), Status::InvalidHeader);
    let mut wire = service.connect();
    assert_eq!(wire.exchange(b"GET ").status(), Status::InvalidHeader);
}

#[test]
fn a_request_that_does_not_come_whole_is_answered() {
    let service = Service::plain();
    let whole = destroy_unknown().bytes();
    for length in 0..whole.len() {
        for is_cut in [true, false] {
            // At the deadline instead of the end of stream: some lengths are enough, each takes two seconds.
            if !is_cut && ![0, 5, HEADER_LEN - 1, HEADER_LEN, whole.len() - 1].contains(&length) {
                continue;
            }
            let mut wire = service.connect();
            wire.send(&whole[..length]);
            if is_cut {
                wire.finish();
            }
            let answer = wire.answer();
            assert_eq!(answer.status(), Status::ConnectionError, "after {length} bytes");
            let expected = if length < HEADER_LEN { (0, 0, 1) } else { (SESSION, 1, 3) };
            let seen = (answer.header.session, answer.header.provider.0, answer.header.opcode);
            assert_eq!(seen, expected, "after {length} bytes");
            if !is_cut {
                wire.finish();
            }
            assert!(wire.is_at_end());
        }
    }
}

#[test]
fn lengths_are_judged_before_any_byte_of_the_body() {
    let service = Service::plain();
    let with_length = |length: u32| {
        let mut bytes = Draft::ping().bytes();
        bytes[22..26].copy_from_slice(&length.to_le_bytes());
        bytes
    };
    for length in [MAX_BODY + 1, 1 << 31, u32::MAX] {
        let mut wire = service.connect();
        assert_eq!(wire.exchange(&with_length(length)).status(), Status::BodySizeExceedsLimit);
    }
    // The limit itself is taken: a hash over as much as fits.
    let input = MAX_BODY - 6;
    let mut body = vec![0x08, 7, 0x12, input as u8 | 0x80, (input >> 7) as u8 | 0x80, (input >> 14) as u8];
    body.resize(MAX_BODY as usize, 0);
    let answer = service.connect().exchange(&Draft::new(Opcode::PsaHashCompute, 1).body(body).bytes());
    assert_eq!((answer.status(), answer.body.len()), (Status::Success, 2 + 32));
}

#[test]
fn who_writes_too_much_still_reads_why_it_was_refused() {
    let service = Service::plain();
    let mut wire = service.connect();
    // As the Go client does it: everything in one write, and only then a read.
    wire.send(&Draft::ping().body(vec![0; 2 << 20]).bytes());
    assert_eq!(wire.answer().status(), Status::BodySizeExceedsLimit);
    wire.finish();
    assert!(wire.is_at_end(), "no reset");

    let mut wire = service.connect();
    wire.send(&[&Draft::ping().bytes()[..], &[0xAA; 300_000]].concat());
    assert_eq!(wire.answer().status(), Status::Success, "what follows the one request of a legacy client is dropped");
    wire.finish();
    assert!(wire.is_at_end(), "no reset");
}

#[test]
fn random_frames_are_answered_and_harm_nobody() {
    let service = Service::with(WITH_DIRECT);
    let mut chance = Chance::new(1);
    let frames = rounds("random frames", 10_000, 10_000);
    for number in 0..frames {
        let bytes = random_frame(&mut chance);
        let mut wire = service.connect();
        wire.send(&bytes);
        wire.finish();
        let answer = wire.try_answer().unwrap_or_else(|e| panic!("frame {number} has no answer, {e}: {bytes:02x?}"));
        let told = answer.status();
        let is_extended = bytes.len() > 9 && bytes[8] & 2 != 0;
        assert!(is_extended || told == told.for_client(false), "frame {number} is told {told}: {bytes:02x?}");
    }
    assert_pongs(&mut service.connect());
    assert_eq!(service.stop().0.code(), Some(0));
}

/// A request with all its parts as likely right as wrong.
fn random_frame(chance: &mut Chance) -> Vec<u8> {
    if chance.below(16) == 0 {
        let length = chance.below(200) as usize;
        return chance.bytes(length);
    }
    let mut draft = Draft::new(*chance.pick(Opcode::ALL), chance.below(3) as u8);
    draft.header.flags = Flags(chance.below(4) as u16);
    draft.header.session = chance.number();
    draft = match chance.below(4) {
        0 => draft,
        1 => draft.from_uid(own_uid()),
        _ => draft.from_direct("random"),
    };
    let length = chance.below(60) as usize;
    draft.body = match chance.below(3) {
        0 => chance.bytes(length),
        1 => [vec![0x0A, 1, b'k'], chance.bytes(length)].concat(),
        _ => vec![0x0A, 1, b'k'],
    };
    let mut bytes = draft.bytes();
    for _ in 0..chance.below(4) {
        let at = chance.below(bytes.len() as u64) as usize;
        bytes[at] = chance.number() as u8;
    }
    if chance.below(8) == 0 {
        let length = chance.below(bytes.len() as u64) as usize;
        bytes.truncate(length);
    }
    bytes
}

fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn ping_by(auth_type: u8) -> Draft {
    let mut ping = Draft::ping().from_uid(4_000_000_000);
    ping.header.auth_type.0 = auth_type;
    if auth_type == 1 {
        ping.auth.clear();
    }
    ping
}

/// PsaDestroyKey of "nothing".
fn destroy_unknown() -> Draft {
    let mut draft = Draft::new(Opcode::PsaDestroyKey, 1).from_uid(own_uid()).body(b"\x0A\x07nothing".to_vec());
    draft.header.session = SESSION;
    draft
}

/// For the key "k".
fn prepare_attestation(uid: u32) -> Draft {
    let body = vec![0x0A, 5, 0x0A, 3, 0x0A, 1, b'k'];
    Draft::new(Opcode::PrepareKeyAttestation, 1).from_uid(uid).body(body)
}

/// HMAC with SHA-256 under the key "k", which does not exist.
fn mac_compute(uid: u32) -> Draft {
    let body = vec![0x0A, 1, b'k', 0x12, 6, 0x0A, 4, 0x0A, 2, 0x08, 7];
    Draft::new(Opcode::PsaMacCompute, 1).from_uid(uid).body(body)
}

fn assert_pongs(wire: &mut Wire) {
    let answer: Answer = wire.exchange(&Draft::ping().bytes());
    assert_eq!((answer.status(), answer.body), (Status::Success, vec![8, 1]));
}
