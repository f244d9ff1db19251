//! Definitions and proofs that are bent in one way each.

use keystead_e2e_tests::parties;
use keystead_interface::names::ClientRef;
use keystead_interface::operations::identity::{AddClient, ProveClient};
use keystead_trust::binding::BindingKind;
use keystead_trust::jws::SigningKey;
use keystead_trust::payload::Envelope;
use keystead_trust::payload::definition::{Definition, Selectors};
use keystead_trust::payload::evidence::{Evidence, Runtime};
use keystead_trust::payload::proof::Proof;
use keystead_trust::peer::own_cgroup;
use keystead_trust::spiffe_id::SpiffeId;

use super::jws::{Parts, encode, hmac_sha256};
use super::{Ground, HONEST, Kind, Shot};
use crate::voucher::{definition, fresh_instance, of_uid, own_process, proof};

pub const KINDS: &[Kind] = &[
    ("a payload that was taken before", replayed),
    ("a payload that a later one has overtaken", reordered),
    ("a payload for another instance, or of another", of_another_instance),
    ("a payload that is good at another time", expired),
    ("a payload under a key that nobody certified", of_a_strange_key),
    ("a payload under the key of a former intermediate", of_a_former_key),
    ("a truncated payload", truncated),
    ("alg none", without_algorithm),
    ("HMAC keyed with our public key", with_our_key_as_a_secret),
    ("another alg over a good signature", of_another_algorithm),
    ("an extra member of the header", with_extra_header),
    ("an extra or repeated claim", with_extra_claims),
    ("a claim of another type", with_strange_claims),
    ("a missing claim", with_a_claim_less),
    ("another signature", with_another_signature),
    ("one kind of payload for another", of_another_kind),
    ("a token for a payload", token),
    ("an oversized payload", oversized),
    ("random bytes for a payload", random),
    ("a definition that no mapping yields or that tells nothing", unmapped),
    ("a proof of something else", proof_of_another),
];

fn good(ground: &mut Ground) -> Parts {
    let envelope = ground.orchestrator.envelope();
    of_envelope(ground, &envelope)
}

fn of_envelope(ground: &Ground, envelope: &Envelope) -> Parts {
    Parts::of(ground.orchestrator.key(), envelope, &honest())
}

fn honest() -> Definition {
    definition(HONEST, of_uid(parties::own_uid()), None)
}

fn add(ground: &Ground, definition: String) -> Shot {
    Shot::of(&ground.identity_admin, AddClient { definition })
}

/// Under a good signature.
fn add_signed(ground: &Ground, parts: &Parts) -> Shot {
    add(ground, parts.signed(ground.orchestrator.key()))
}

fn replayed(ground: &mut Ground) -> Shot {
    if ground.taken.is_empty() || ground.chance.below(4) == 0 {
        let content = honest();
        let (definition, nonce) = ground.orchestrator.define(&content).expect("an honest definition");
        let proof = ground.orchestrator.sign(&proof(&content.client_ref, &definition, nonce));
        ground.orchestrator.ask(ProveClient { proof: proof.clone() }).expect("an honest proof");
        ground.taken.push(Shot::of(&ground.identity_admin, AddClient { definition }));
        ground.taken.push(Shot::of(&ground.identity_admin, ProveClient { proof }));
    }
    ground.chance.pick(&ground.taken).clone()
}

fn reordered(ground: &mut Ground) -> Shot {
    let parts = good(ground);
    ground.orchestrator.vouch(&honest()).expect("an honest definition");
    add_signed(ground, &parts)
}

fn of_another_instance(ground: &mut Ground) -> Shot {
    let mut envelope = ground.orchestrator.envelope();
    match ground.chance.below(4) {
        0 => envelope.receiver = fresh_instance(),
        1 => envelope.sender = fresh_instance(),
        2 => envelope.receiver = envelope.sender,
        _ => std::mem::swap(&mut envelope.sender, &mut envelope.receiver),
    }
    let parts = of_envelope(ground, &envelope);
    add_signed(ground, &parts)
}

fn expired(ground: &mut Ground) -> Shot {
    let mut envelope = ground.orchestrator.envelope();
    let (now, ago) = (envelope.issued_at, 1 + ground.chance.below(100_000));
    (envelope.issued_at, envelope.expires_at) = match ground.chance.below(6) {
        0 => (now - ago - 60, now - ago),
        1 => (now + 10 + ago, now + 20 + ago),
        2 => (now, now + 60 + ago),
        3 => (now, now),
        4 => (now, now - ago),
        _ => (0, u64::MAX >> 1),
    };
    let parts = of_envelope(ground, &envelope);
    add_signed(ground, &parts)
}

fn of_a_strange_key(ground: &mut Ground) -> Shot {
    let parts = good(ground);
    let key = SigningKey::generate().expect("random bytes");
    // Under the name of the good key or its own.
    let parts = match ground.chance.below(2) {
        0 => parts,
        _ => parts.with_header("kid", &format!("\"{}\"", key.key_id())),
    };
    add(ground, parts.signed(&key))
}

fn of_a_former_key(ground: &mut Ground) -> Shot {
    let definition = ground.chance.pick(&ground.superseded).clone();
    add(ground, definition)
}

fn truncated(ground: &mut Ground) -> Shot {
    let mut text = good(ground).signed(ground.orchestrator.key());
    let length = ground.chance.below(text.len() as u64) as usize;
    match ground.chance.below(2) {
        0 => text.truncate(length),
        _ => drop(text.drain(..=length)),
    }
    add(ground, text)
}

fn without_algorithm(ground: &mut Ground) -> Shot {
    let cases = ground.chance.below(16);
    let cased = |(at, letter): (usize, char)| if cases >> at & 1 == 1 { letter.to_ascii_uppercase() } else { letter };
    let none: String = "none".chars().enumerate().map(cased).collect();
    let parts = good(ground).with_header("alg", &format!("\"{none}\""));
    let text = match ground.chance.below(3) {
        0 => parts.under(&[]),
        1 => parts.signed(ground.orchestrator.key()),
        _ => parts.under(&ground.chance.bytes(64)),
    };
    add(ground, text)
}

fn with_our_key_as_a_secret(ground: &mut Ground) -> Shot {
    let algorithm = if ground.chance.below(2) == 0 { "HS256" } else { "ES256" };
    let parts = good(ground).with_header("alg", &format!("\"{algorithm}\""));
    let key = ground.orchestrator.key();
    let secret = match ground.chance.below(3) {
        0 => key.spki().to_vec(),
        1 => key.point().to_vec(),
        _ => key.key_id().as_bytes().to_vec(),
    };
    let code = hmac_sha256(&secret, parts.message().as_bytes());
    add(ground, parts.under(&code))
}

fn of_another_algorithm(ground: &mut Ground) -> Shot {
    let algorithms =
        ["ES384", "ES256K", "ES512", "EdDSA", "RS256", "PS256", "HS256", "es256", "ES256 ", "", "ES2\\u0035"];
    let algorithm = *ground.chance.pick(&algorithms);
    let parts = good(ground).with_header("alg", &format!("\"{algorithm}\""));
    add_signed(ground, &parts)
}

fn with_extra_header(ground: &mut Ground) -> Shot {
    let own = encode(&ground.chance.bytes(32));
    let member = match ground.chance.below(12) {
        0 => format!("\"jwk\":{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{own}\",\"y\":\"{own}\"}}"),
        1 => format!("\"jku\":\"https://attacker.example/{own}\""),
        2 => format!("\"x5u\":\"file:///tmp/{own}\""),
        3 => format!("\"x5c\":[\"{own}\"]"),
        4 => "\"crit\":[\"exp\"]".to_owned(),
        5 => "\"b64\":false,\"crit\":[\"b64\"]".to_owned(),
        6 => "\"zip\":\"DEF\"".to_owned(),
        7 => "\"cty\":\"JWT\"".to_owned(),
        8 => "\"alg\":\"ES256\"".to_owned(),
        9 => "\"typ\":\"clientproof+jwt\"".to_owned(),
        10 => "\"kid\":\"\"".to_owned(),
        _ => format!("\"{own}\":null"),
    };
    let parts = good(ground).with_more_header(&member);
    add_signed(ground, &parts)
}

fn with_extra_claims(ground: &mut Ground) -> Shot {
    let own = encode(&ground.chance.bytes(9));
    let claim = match ground.chance.below(9) {
        0 => format!("\"{own}\":1"),
        1 => "\"seq\":99999999".to_owned(),
        2 => "\"exp\":9999999999".to_owned(),
        3 => format!("\"identity\":\"{}\"", parties::identity("root")),
        4 => "\"selectors\":{\"uid\":0}".to_owned(),
        5 => "\"nbf\":0".to_owned(),
        6 => "\"sub\":\"root\"".to_owned(),
        7 => "\"\\u0073eq\":7".to_owned(),
        _ => format!("\"{own}\":{}1{}", "[".repeat(200), "]".repeat(200)),
    };
    let parts = good(ground).with_more_claims(&claim);
    add_signed(ground, &parts)
}

fn with_strange_claims(ground: &mut Ground) -> Shot {
    let parts = good(ground);
    let claim =
        *ground.chance.pick(&["iss", "aud", "iat", "exp", "seq", "client_ref", "state", "identity", "selectors"]);
    let values = [
        "null",
        "true",
        "-1",
        "1.5",
        "1e400",
        "\"\"",
        "\"1800000000\"",
        "[]",
        "[1]",
        "{}",
        "{\"uid\":-1}",
        "0",
        "{\"uid\":\"0\"}",
        "18446744073709551616",
        "\"\\ud800\"",
        "\"spiffe://localhost/a/../b\"",
        "NaN",
        "",
    ];
    let value = match *ground.chance.pick(&values) {
        // That would be a name.
        value if claim == "client_ref" && value.contains("18") => "7",
        value => value,
    };
    add_signed(ground, &parts.with_claim(claim, value))
}

fn with_a_claim_less(ground: &mut Ground) -> Shot {
    let claim =
        *ground.chance.pick(&["iss", "aud", "iat", "exp", "seq", "client_ref", "state", "identity", "selectors"]);
    let parts = good(ground).without_claim(claim);
    add_signed(ground, &parts)
}

fn with_another_signature(ground: &mut Ground) -> Shot {
    let (parts, other) = (good(ground), good(ground));
    let good_one = parts.signed(ground.orchestrator.key());
    let (message, signature) = good_one.rsplit_once('.').expect("three parts");
    let text = match ground.chance.below(6) {
        0 => format!("{}.{signature}", other.message()),
        1 => parts.under(&[0; 64]),
        2 => parts.under(&ground.chance.bytes(64)),
        3 => format!("{message}.{signature}A"),
        4 => format!("{message}.{signature}="),
        _ => format!("{message}.{signature}.{signature}"),
    };
    add(ground, text)
}

fn of_another_kind(ground: &mut Ground) -> Shot {
    let envelope = ground.orchestrator.envelope();
    let key = ground.orchestrator.key();
    let client = honest().client_ref;
    match ground.chance.below(4) {
        // Each under its own type and under the other's.
        0 => Shot::of(&ground.identity_admin, ProveClient { proof: Parts::of(key, &envelope, &honest()).signed(key) }),
        1 => {
            let parts = Parts::of(key, &envelope, &honest()).with_header("typ", "\"clientproof+jwt\"");
            Shot::of(&ground.identity_admin, ProveClient { proof: parts.signed(key) })
        }
        2 => add(ground, Parts::of(key, &envelope, &proof(&client, "", [0; 16])).signed(key)),
        _ => {
            let typ = *ground.chance.pick(&["JWT", "at+jwt", "", "CLIENTDEF+JWT", "application/clientdef+jwt"]);
            let parts = of_envelope(ground, &envelope).with_header("typ", &format!("\"{typ}\""));
            add_signed(ground, &parts)
        }
    }
}

fn token(ground: &mut Ground) -> Shot {
    let token = ground.token();
    match ground.chance.below(2) {
        0 => add(ground, token),
        _ => Shot::of(&ground.identity_admin, ProveClient { proof: token }),
    }
}

fn oversized(ground: &mut Ground) -> Shot {
    let length = 16 * 1024 + ground.chance.below(64 * 1024) as usize;
    let parts = good(ground).with_more_claims(&format!("\"x\":\"{}\"", "a".repeat(length)));
    add_signed(ground, &parts)
}

fn random(ground: &mut Ground) -> Shot {
    let length = ground.chance.below(2_000) as usize;
    let bytes = ground.chance.bytes(length);
    let text = match ground.chance.below(3) {
        0 => String::from_utf8_lossy(&bytes).into_owned(),
        1 => format!("{}.{}.{}", encode(&bytes), encode(&bytes), encode(&bytes)),
        _ => ".".repeat(length),
    };
    add(ground, text)
}

fn unmapped(ground: &mut Ground) -> Shot {
    let mut content = honest();
    let identity = |text: &str| SpiffeId::parse(text).expect("an ID");
    match ground.chance.below(5) {
        0 => content.identity = identity("spiffe://localhost/two/segments"),
        1 => content.identity = identity("spiffe://elsewhere/honest"),
        2 => content.selectors = Selectors::default(),
        3 => content.selectors = Selectors { exe: Some("/bin/sh".to_owned()), ..Selectors::default() },
        _ => {
            // The cgroup that the test and the daemons share.
            match own_cgroup().ok().flatten() {
                Some(cgroup) => {
                    content.selectors.cgroup = Some(cgroup);
                    content.binding = Some(BindingKind::Cgroup);
                }
                None => content.selectors = Selectors::default(),
            }
        }
    }
    let definition = ground.orchestrator.sign(&content);
    add(ground, definition)
}

fn proof_of_another(ground: &mut Ground) -> Shot {
    let content = honest();
    let (definition, nonce) = ground.orchestrator.define(&content).expect("an honest definition");
    let mut proof: Proof = proof(&content.client_ref, &definition, nonce);
    match ground.chance.below(5) {
        0 => proof.nonce[0] ^= 1,
        1 => proof.definition_sha256[31] ^= 1,
        2 => proof.client_ref = ClientRef::new("another").expect("a short name"),
        3 => proof.evidence.clear(),
        _ => {
            let mut process = own_process();
            process.pidfd_inode += 1;
            let runtime = Runtime { process, cgroup: None, netns: None, mntns: None, pidns: None };
            proof.evidence = vec![Evidence::Runtime(runtime)];
        }
    }
    let proof = ground.orchestrator.sign(&proof);
    Shot::of(&ground.identity_admin, ProveClient { proof })
}
