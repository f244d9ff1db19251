//! Row 9 of what Parsec teaches: whatever is asked without the flag EXTENDED, of every operation that Keystead knows,
//! the published decoder of Parsec's Rust clients understands the answer.

use std::io::Read;

use keystead_e2e_tests::effort::{rounds, Chance};
use keystead_e2e_tests::home::WITH_DIRECT;
use keystead_e2e_tests::service::Service;
use keystead_e2e_tests::wire::{Draft, Wire};
use keystead_interface::codes::{AuthKind, ContentType, ProviderNumber};
use keystead_interface::header::Flags;
use keystead_interface::operations::{Class, Opcode};
use parsec_client::core::interface::operations::{Convert, NativeResult};
use parsec_client::core::interface::operations_protobuf::ProtobufConverter;
use parsec_client::core::interface::requests::{Opcode as OldOpcode, Response, ResponseStatus};

/// The largest body that the service sends: 1 MiB of random bytes, with their framing.
const MAX_BODY: usize = 1_048_576 + 4;

/// Where a header has its opcode.

/// Names that keys have here, so that requests meet keys that others made.
const NAMES: &[&str] = &["a", "b", "c", ""];

#[test]
fn every_answer_to_an_old_client_is_understood_by_one() {
    let config = WITH_DIRECT.replace("allow_insecure", "allow_deprecated = true\nallow_insecure");
    let service =
        Service::with(&format!("{config}name = \"one\"\n\n[[provider]]\nkind = \"software\"\nname = \"two\"\n"));
    let socket = service.home().socket();
    let rounds = rounds("random requests of an old client", 5_000, 100_000);
    let mut chance = Chance::new(9);
    let (mut done, mut refused) = (0, 0);
    for _ in 0..rounds {
        let draft = random(&mut chance);
        let mut wire = Wire::connect(&socket);
        wire.send(&draft.bytes());
        match answer(&mut wire, &draft) {
            ResponseStatus::Success => done += 1,
            _ => refused += 1,
        }
    }
    println!("{done} done, {refused} refused");
    assert!(done > rounds / 20 && refused > rounds / 20, "both kinds of answer were seen often");
}

/// Reads an answer as an old client does, and then its body.
fn answer(wire: &mut Wire, draft: &Draft) -> ResponseStatus {
    let mut bytes = Vec::new();
    let _ = wire.stream().read_to_end(&mut bytes).expect("the connection is closed in an orderly way");
    let mut unread = &bytes[..];
    let response = Response::read_from_stream(&mut unread, MAX_BODY)
        .unwrap_or_else(|error| panic!("the answer to {:?} is not understood: {error}", draft.header));
    assert!(unread.is_empty(), "nothing follows the answer to {:?}", draft.header);
    let header = response.header;
    if header.status != ResponseStatus::Success {
        assert!(response.body.is_empty(), "a refusal has no body");
        return header.status;
    }
    assert_eq!(header.opcode as u32, draft.header.opcode, "the answer belongs to the request");
    let result = ProtobufConverter {}
        .body_to_result(response.body, header.opcode)
        .unwrap_or_else(|error| panic!("the result of {:?} is not understood: {error}", draft.header));
    if let NativeResult::ListOpcodes(listed) = result {
        assert!(
            !listed.opcodes.is_empty()
                && listed.opcodes.iter().all(|opcode| *opcode as u32 <= OldOpcode::CanDoCrypto as u32)
        );
    }
    header.status
}

/// A request that is right, or wrong in some way.
fn random(chance: &mut Chance) -> Draft {
    let opcode = *chance.pick(Opcode::ALL);
    let right = if opcode.class() == Class::Core { 0 } else { 1 };
    let mut draft = Draft::new(opcode, right);
    draft.body = body(opcode, chance);
    draft = match chance.below(8) {
        0 => draft,
        1 | 2 => draft.from_uid(rustix::process::geteuid().as_raw()),
        3 => draft.from_direct("admin"),
        4 => draft.from_direct(""),
        _ => draft.from_direct(chance.pick::<&str>(&["one", "two"])),
    };
    // One request in four is bent in its header, without losing its framing.
    draft.bent(|header| match chance.below(32) {
        0 | 1 => header.provider = ProviderNumber(*chance.pick(&[0, 1, 2, 5, 6, 15, 16, 17, 255])),
        2 | 3 => header.opcode = *chance.pick(&[0, 0x1D, 0x21, 0x101, 0x301, 0xFFFF, u32::MAX]),
        4 => header.auth_type = AuthKind(*chance.pick(&[0, 1, 2, 3, 4, 5, 16, 255])),
        5 => header.content_type = ContentType(chance.number() as u8),
        6 => header.accept_type = ContentType(chance.number() as u8),
        7 => header.session = chance.number(),
        // Every flag but ours.
        8 => header.flags = Flags(chance.number() as u16 & !Flags::BOTH.0),
        _ => {}
    })
}

/// A body: mostly what the operation takes, as protobuf with its small field numbers; else anything.
fn body(opcode: Opcode, chance: &mut Chance) -> Vec<u8> {
    if chance.below(8) == 0 {
        let length = chance.below(40) as usize;
        return chance.bytes(length);
    }
    match opcode {
        Opcode::ListOpcodes => vec![8, *chance.pick(&[0, 1, 2, 5, 6, 16, 17])],
        Opcode::DeleteClient | Opcode::ReleaseClient => field(1, b"one"),
        Opcode::PsaGenerateRandom => vec![8, chance.below(128) as u8],
        Opcode::PsaHashCompute => [vec![8, chance.below(17) as u8], field(2, b"abc")].concat(),
        Opcode::PsaHashCompare => [vec![8, chance.below(17) as u8], field(2, b"abc"), field(3, &[0; 32])].concat(),
        Opcode::PsaGenerateKey => [name(chance), field(2, &attributes(chance))].concat(),
        Opcode::PsaImportKey => {
            let data = chance.bytes(32);
            [name(chance), field(2, &attributes(chance)), field(3, &data)].concat()
        }
        Opcode::CanDoCrypto => [vec![8, chance.below(6) as u8], field(2, &attributes(chance))].concat(),
        Opcode::PsaCipherEncrypt | Opcode::PsaCipherDecrypt => {
            [name(chance), vec![0x10, chance.below(10) as u8], field(3, &[7; 32])].concat()
        }
        Opcode::PsaRawKeyAgreement => [vec![8, chance.below(3) as u8], field(2, b"a"), field(3, &[4; 65])].concat(),
        _ => {
            let algorithm = field(*chance.pick(&[1, 3, 4, 6]), &field(1, &[0x10, 7]));
            [name(chance), field(2, &algorithm), field(3, &[7; 32]), field(4, &[7; 12]), field(5, &[7; 32])].concat()
        }
    }
}

fn name(chance: &mut Chance) -> Vec<u8> {
    field(1, chance.pick(NAMES).as_bytes())
}

/// KeyAttributes of wire contract 3.3: types and policies that fit, and some that do not.
fn attributes(chance: &mut Chance) -> Vec<u8> {
    // (key type, bits, algorithm), each as the contract numbers them.
    let ecdsa = field(6, &field(4, &field(1, &[0x10, 7])));
    let gcm = field(5, &[8, 2]);
    let shapes = [
        (field(11, &[8, 2]), 256_u32, ecdsa.clone()),
        (field(11, &[8, 9]), 255, field(8, &[8, 2])),
        (field(4, b""), 256, gcm.clone()),
        (field(4, b""), 128, vec![0x20, 2]),
        (field(2, b""), 256, field(3, &field(1, &field(1, &[8, 7])))),
        (field(5, b""), 64, vec![0x20, 8]),
        (field(1, b""), 256, field(1, b"")),
        (field(8, b""), 256, ecdsa),
        (field(13, &[8, 0]), 2048, gcm),
    ];
    let (key_type, bits, algorithm) = chance.pick(&shapes);
    let flags: Vec<u8> = (1..=10).filter(|_| chance.below(2) == 0).flat_map(|flag| [flag << 3, 1]).collect();
    let policy = [field(1, &flags), field(2, algorithm)].concat();
    [field(1, key_type), number(2, *bits), field(3, &policy)].concat()
}

/// A field of bytes, text or a message; all are shorter than two bytes of length can say.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let length = if length < 128 { vec![length as u8] } else { vec![length as u8 | 128, (length >> 7) as u8] };
    [&[number << 3 | 2][..], &length, content].concat()
}

fn number(field: u8, value: u32) -> Vec<u8> {
    [field << 3, value as u8 | 128, (value >> 7) as u8].to_vec()
}
