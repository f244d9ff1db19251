//! Requests on sockets where they do not belong, requests for tokens that are nobody's, and bytes that are no request.

use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::operations::Opcode;
use keystead_interface::operations::identity::{AddClient, GetToken};

use super::{Ground, Kind, Shot, request};

pub const KINDS: &[Kind] = &[
    ("an operation of another socket", of_another_socket),
    ("an operation that does not exist", of_no_number),
    ("a token for somebody else", token_for_another),
    ("an identity by authentication", with_authentication),
    ("an operation of a provider", to_a_provider),
    ("half a request", cut_short),
    ("a header that is none", bad_header),
    ("random bytes", random),
    ("a body that is none", bad_body),
];

/// What only the identity provider's admin socket serves.
const OF_THE_ORCHESTRATOR: [Opcode; 4] =
    [Opcode::AddClient, Opcode::ProveClient, Opcode::RemoveClient, Opcode::ListClientDefinitions];

fn of_another_socket(ground: &mut Ground) -> Shot {
    let length = ground.chance.below(64) as usize;
    let body = ground.chance.bytes(length);
    let (socket, opcodes) = match ground.chance.below(3) {
        0 => (ground.identity_socket.clone(), [&OF_THE_ORCHESTRATOR[..], &[Opcode::ShareTrustBundle]].concat()),
        1 => (ground.service_admin(), [&OF_THE_ORCHESTRATOR[..], &[Opcode::GetToken]].concat()),
        _ => (ground.identity_admin.clone(), vec![Opcode::GetToken, Opcode::ListKeys, Opcode::PsaGenerateKey]),
    };
    let opcode = *ground.chance.pick(&opcodes);
    Shot::raw(&socket, request(opcode, body))
}

fn of_no_number(ground: &mut Ground) -> Shot {
    let (socket, number) = (ground.any_socket(), ground.chance.number() as u32 | 0x0800_0000);
    Shot::raw(&socket, request(Opcode::Ping, Vec::new()).bent(|header| header.opcode = number))
}

fn token_for_another(ground: &mut Ground) -> Shot {
    let somebody = String::from_utf8_lossy(&ground.chance.bytes(12)).into_owned();
    let text = |text: &str| text.to_owned();
    let (audience, identity) = match ground.chance.below(6) {
        0 => (text("spiffe://localhost/another-service"), String::new()),
        1 => (text("https://attacker.example"), String::new()),
        2 => (String::new(), text("spiffe://localhost/root")),
        3 => (String::new(), text("spiffe://localhost/honest/../root")),
        4 => (String::new(), somebody),
        _ => (somebody.repeat(300), text("spiffe://localhost/honest")),
    };
    Shot::of(&ground.identity_socket, GetToken { audience, identity })
}

fn with_authentication(ground: &mut Ground) -> Shot {
    let kind = *ground.chance.pick(&[AuthKind::DIRECT, AuthKind::JWT, AuthKind::JWT_SVID, AuthKind(0xee)]);
    let length = ground.chance.below(200) as usize;
    let auth = ground.chance.bytes(length);
    let (socket, opcode) = match ground.chance.below(3) {
        0 => (ground.identity_socket.clone(), Opcode::GetToken),
        1 => (ground.identity_admin.clone(), Opcode::ListClientDefinitions),
        _ => (ground.service_admin(), Opcode::ListKeys),
    };
    let mut draft = request(opcode, Vec::new()).bent(|header| header.auth_type = kind);
    draft.auth = auth;
    Shot::raw(&socket, draft)
}

fn to_a_provider(ground: &mut Ground) -> Shot {
    let number = ProviderNumber(1 + ground.chance.below(255) as u8);
    let (socket, opcode) = match ground.chance.below(3) {
        0 => (ground.identity_socket.clone(), Opcode::GetToken),
        1 => (ground.identity_admin.clone(), Opcode::ShareTrustBundle),
        _ => (ground.service_admin(), Opcode::ShareTrustBundle),
    };
    Shot::raw(&socket, request(opcode, Vec::new()).bent(|header| header.provider = number))
}

fn cut_short(ground: &mut Ground) -> Shot {
    let socket = ground.any_socket();
    let mut shot = Shot::of(&socket, AddClient { definition: "a.b.c".repeat(20) });
    let length = 1 + ground.chance.below(shot.bytes.len() as u64 - 1) as usize;
    shot.bytes.truncate(length);
    shot
}

/// Anything but the operation's number, which could make it one that anybody may ask for.
fn bad_header(ground: &mut Ground) -> Shot {
    const OPCODE: std::ops::Range<u64> = 28..32;
    let socket = ground.any_socket();
    let mut shot = Shot::of(&socket, AddClient { definition: "a.b.c".to_owned() });
    for _ in 0..=ground.chance.below(4) {
        let at = ground.chance.below(36);
        if !OPCODE.contains(&at) {
            shot.bytes[at as usize] = ground.chance.number() as u8;
        }
    }
    shot
}

fn random(ground: &mut Ground) -> Shot {
    let socket = ground.any_socket();
    let length = 1 + ground.chance.below(5_000) as usize;
    Shot { socket, bytes: ground.chance.bytes(length) }
}

fn bad_body(ground: &mut Ground) -> Shot {
    let length = 1 + ground.chance.below(300) as usize;
    let mut body = ground.chance.bytes(length);
    // A field of a wire type that does not exist.
    body[0] |= 7;
    let opcode = *ground.chance.pick(&[Opcode::AddClient, Opcode::ProveClient, Opcode::ShareTrustBundle]);
    let socket = ground.identity_admin.clone();
    Shot::raw(&socket, request(opcode, body))
}
