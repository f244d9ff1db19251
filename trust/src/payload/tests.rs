//! Payloads between an orchestrator and an identity provider, with a clock that the test moves.

use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::Value;

use keystead_interface::names::ClientRef;
use keystead_interface::operations::identity::{ClientState, ShareTrustBundle};

use super::definition::{Definition, PinnedProcess, Selectors, SystemdUnit};
use super::evidence::{Evidence, Host, Image, Runtime, Signature};
use super::proof::{Awaited, NotProven, Proof};
use super::*;
use crate::binding::{BindingKind, Cgroup, Hierarchy};
use crate::jws::VerifyingKey;
use crate::slot::trustor::{DEFAULT_CADENCE, Trustor};
use crate::spiffe_id::SpiffeId;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Numbered(u32);

impl Process for Numbered {
    fn same_as(&self, other: &Numbered) -> bool {
        self == other
    }
}

const ORCHESTRATOR: Numbered = Numbered(100);
const STRANGER: Numbered = Numbered(200);
const RECEIVER: InstanceId = InstanceId::new([2; 16]);

fn now() -> Moment {
    Moment { unix: 1_800_000_000, uptime: Duration::from_secs(500) }
}

/// An orchestrator and the shares that it has sent.
struct Sender {
    trustor: Trustor,
    shares: [ShareTrustBundle; 2],
}

impl Sender {
    fn new() -> Sender {
        let mut trustor = Trustor::new(InstanceId::new([1; 16]), DEFAULT_CADENCE).expect("a root");
        let root = trustor.root();
        let generation = trustor.prepare(now(), 0).expect("an intermediate");
        let intermediate = trustor.announce(&generation);
        trustor.adopt(generation);
        Sender { trustor, shares: [root, intermediate] }
    }

    /// A slot that has taken the shares and nothing else.
    fn slot(&self) -> Slot<Numbered> {
        let mut slot = Slot::new();
        for share in &self.shares {
            slot.share(ORCHESTRATOR, share, now()).expect("it is believed");
        }
        slot
    }

    fn key(&self) -> &SigningKey {
        self.trustor.signer().expect("a key")
    }

    fn envelope(&mut self) -> Envelope {
        Envelope {
            sender: self.trustor.instance(),
            receiver: RECEIVER,
            issued_at: now().unix,
            expires_at: now().unix + 60,
            sequence: self.trustor.next_sequence(),
        }
    }

    fn sign(&mut self, content: &impl Content) -> String {
        let envelope = self.envelope();
        sign(self.key(), &envelope, content).expect("a payload")
    }
}

fn receive_definition(slot: &mut Slot<Numbered>, payload: &str) -> Result<Definition, Refused> {
    receive(slot, &ORCHESTRATOR, payload, RECEIVER, now()).map(|received| received.content)
}

fn cgroup() -> Cgroup {
    Cgroup { hierarchy: Hierarchy::V2, id: 42, path: Some("/app.slice/web".into()) }
}

/// With everything that a definition can have.
fn definition() -> Definition {
    Definition {
        client_ref: ClientRef::new("web-1").expect("a good name"),
        state: ClientState::Running,
        identity: SpiffeId::parse("spiffe://td/web").expect("an ID"),
        selectors: Selectors {
            uid: Some(1000),
            gid: Some(1001),
            process: Some(PinnedProcess { pid: 77, pidfd_inode: 5001 }),
            cgroup: Some(cgroup()),
            exe: Some("/usr/bin/web".into()),
            exe_sha256: Some([7; 32]),
            systemd: Some(SystemdUnit { unit: "web.service".into(), invocation_id: [8; 16] }),
            container_id: Some("f00d".into()),
            image_digest: Some("sha256:abcd".into()),
            netns: Some(1),
            mntns: Some(2),
            pidns: Some(3),
            labels: [("app".to_owned(), "web".to_owned())].into(),
        },
        binding: Some(BindingKind::Cgroup),
    }
}

fn runtime() -> Runtime {
    let process = PinnedProcess { pid: 77, pidfd_inode: 5001 };
    Runtime { process, cgroup: Some(cgroup()), netns: Some(1), mntns: Some(2), pidns: None }
}

fn proof(definition_sha256: [u8; 32], nonce: [u8; 16]) -> Proof {
    let signature = Signature { algorithm: Algorithm::EdDsa, key_id: "k".into(), bytes: vec![1, 2] };
    let evidence = vec![
        Evidence::Runtime(runtime()),
        Evidence::Image(Image { digest: "sha256:abcd".into(), signature: Some(signature.clone()) }),
        Evidence::Image(Image { digest: "sha256:abcd".into(), signature: None }),
        Evidence::Host(Host { attest: vec![9; 100], signature }),
    ];
    Proof { client_ref: definition().client_ref, definition_sha256, nonce, evidence }
}

#[test]
fn a_definition_and_its_proof_arrive_as_they_were_sent() {
    let mut sender = Sender::new();
    let mut slot = sender.slot();
    let payload = sender.sign(&definition());
    let received: Received<Definition> = receive(&mut slot, &ORCHESTRATOR, &payload, RECEIVER, now()).expect("good");
    assert_eq!((&received.content, received.sha256), (&definition(), sha256(&payload)));
    assert_eq!((received.envelope.sequence, received.envelope.sender), (3, sender.trustor.instance()));

    let proof = proof(received.sha256, [5; 16]);
    let payload = sender.sign(&proof);
    let received: Received<Proof> = receive(&mut slot, &ORCHESTRATOR, &payload, RECEIVER, now()).expect("good");
    assert_eq!(received.content, proof);

    let selectors = Selectors { uid: Some(0), ..Selectors::default() };
    let bare = Definition { selectors, binding: None, state: ClientState::Starting, ..definition() };
    let payload = sender.sign(&bare);
    assert_eq!(receive_definition(&mut slot, &payload), Ok(bare));
}

#[test]
fn the_audience_alone_refuses_a_replay() {
    let mut sender = Sender::new();
    let payload = sender.sign(&definition());
    let another_run = InstanceId::new([3; 16]);
    let refused = receive::<Definition, _>(&mut sender.slot(), &ORCHESTRATOR, &payload, another_run, now());
    assert_eq!(refused.err(), Some(Refused::Audience));
    assert!(receive_definition(&mut sender.slot(), &payload).is_ok(), "nothing else was wrong with it");
}

#[test]
fn the_sequence_alone_refuses_a_replay() {
    let mut sender = Sender::new();
    let (first, second) = (sender.sign(&definition()), sender.sign(&definition()));
    let mut slot = sender.slot();
    assert!(receive_definition(&mut slot, &first).is_ok());
    assert_eq!(receive_definition(&mut slot, &first), Err(Refused::NotFollowed(NotFollowed::Sequence)));
    assert!(receive_definition(&mut slot, &second).is_ok());
    for seen in [&first, &second] {
        assert_eq!(receive_definition(&mut slot, seen), Err(Refused::NotFollowed(NotFollowed::Sequence)));
    }
    let share = sender.trustor.newest().expect("an intermediate");
    let overtaken = sender.sign(&definition());
    let later = sender.trustor.newest().expect("an intermediate");
    assert!(slot.share(ORCHESTRATOR, &share, now()).is_ok(), "shares and payloads are counted together");
    assert!(slot.share(ORCHESTRATOR, &later, now()).is_ok());
    assert_eq!(receive_definition(&mut slot, &overtaken), Err(Refused::NotFollowed(NotFollowed::Sequence)));
}

#[test]
fn the_expiry_alone_refuses_a_replay() {
    let mut sender = Sender::new();
    let payload = sender.sign(&definition());
    let at = |seconds| {
        let now = now().after(Duration::from_secs(seconds));
        receive::<Definition, _>(&mut sender.slot(), &ORCHESTRATOR, &payload, RECEIVER, now).map(drop)
    };
    assert_eq!((at(59), at(60), at(3600)), (Ok(()), Err(Refused::Times), Err(Refused::UnknownKey)));
}

#[test]
fn the_process_alone_refuses_a_replay() {
    let mut sender = Sender::new();
    let payload = sender.sign(&definition());
    let mut slot = sender.slot();
    let refused = receive::<Definition, _>(&mut slot, &STRANGER, &payload, RECEIVER, now());
    assert_eq!(refused.err(), Some(Refused::NotFollowed(NotFollowed::OtherProcess)));
    assert!(receive_definition(&mut slot, &payload).is_ok(), "what was refused was not counted");
    assert!(slot.process_ended(&ORCHESTRATOR));
    assert_eq!(receive_definition(&mut slot, &payload), Err(Refused::UnknownKey));
}

#[test]
fn a_superseded_intermediate_signs_nothing_any_more() {
    let mut sender = Sender::new();
    let mut slot = sender.slot();
    let payload = sender.sign(&definition());
    let generation = sender.trustor.prepare(now(), 0).expect("an intermediate");
    slot.share(ORCHESTRATOR, &sender.trustor.announce(&generation), now()).expect("it is believed");
    let refused = receive_definition(&mut slot, &payload);
    assert_eq!(refused, Err(Refused::UnknownKey));
    assert_eq!(refused.map_err(|refused| refused.status()), Err(Status::AuthStale));
}

#[test]
fn another_name_or_a_life_too_long_is_refused() {
    let mut sender = Sender::new();
    let mut with = |change: fn(&mut Envelope)| {
        let mut envelope = sender.envelope();
        change(&mut envelope);
        let payload = sign(sender.key(), &envelope, &definition()).expect("a payload");
        receive_definition(&mut sender.slot(), &payload).map(drop)
    };
    assert_eq!(with(|_| {}), Ok(()));
    assert_eq!(with(|one| one.sender = RECEIVER), Err(Refused::NotFollowed(NotFollowed::OtherInstance)));
    assert_eq!(with(|one| one.expires_at += 1), Err(Refused::Times));
    assert_eq!(with(|one| one.expires_at = one.issued_at), Err(Refused::Times));
    assert_eq!(with(|one| one.expires_at = one.issued_at - 1), Err(Refused::Times));
    assert_eq!(with(|one| (one.issued_at, one.expires_at) = (now().unix + 2, now().unix + 62)), Ok(()));
    assert_eq!(with(|one| (one.issued_at, one.expires_at) = (now().unix + 3, now().unix + 63)), Err(Refused::Times));
    assert_eq!(with(|one| one.sequence = 2), Err(Refused::NotFollowed(NotFollowed::Sequence)));
}

/// A payload as somebody with the key would forge it: header and claims as they are given.
fn forged(sender: &mut Sender, header: &str, change: impl FnOnce(&mut Map<String, Value>)) -> Result<(), Refused> {
    let good = sender.sign(&definition());
    let parts = Compact::parse(good.as_bytes()).expect("three parts");
    let mut claims: Map<String, Value> = serde_json::from_slice(&parts.payload).expect("claims");
    change(&mut claims);
    let header = header.replace("KID", sender.key().key_id());
    let payload =
        sender.key().sign(header.as_bytes(), Value::Object(claims).to_string().as_bytes()).expect("a signature");
    receive_definition(&mut sender.slot(), &payload).map(drop)
}

const HEADER: &str = r#"{"alg":"ES256","kid":"KID","typ":"clientdef+jwt"}"#;

#[test]
fn the_header_is_exactly_as_it_must_be() {
    let mut sender = Sender::new();
    assert_eq!(forged(&mut sender, HEADER, |_| {}), Ok(()));
    for header in [
        r#"{"alg":"ES256","kid":"KID","typ":"clientproof+jwt"}"#,
        r#"{"alg":"ES256","kid":"KID","typ":"JWT"}"#,
        r#"{"alg":"ES256","kid":"KID"}"#,
        r#"{"alg":"ES256","typ":"clientdef+jwt"}"#,
        r#"{"alg":"none","kid":"KID","typ":"clientdef+jwt"}"#,
        r#"{"alg":"HS256","kid":"KID","typ":"clientdef+jwt"}"#,
        r#"{"alg":"es256","kid":"KID","typ":"clientdef+jwt"}"#,
        r#"{"alg":"ES256","kid":"KID","typ":"clientdef+jwt","crit":[]}"#,
        r#"{"alg":"ES256","kid":"KID","typ":"clientdef+jwt","b64":false}"#,
        r#"{"alg":"ES256","kid":"KID","typ":"clientdef+jwt","jwk":{}}"#,
        r#"{"alg":"ES256","kid":["KID"],"typ":"clientdef+jwt"}"#,
    ] {
        assert_eq!(forged(&mut sender, header, |_| {}), Err(Refused::Header), "{header}");
    }
    let twice = r#"{"alg":"ES256","kid":"KID","kid":"KID","typ":"clientdef+jwt"}"#;
    assert!(matches!(forged(&mut sender, twice, |_| {}), Err(Refused::Json(_))));
    let other_key = r#"{"alg":"ES256","kid":"../KID","typ":"clientdef+jwt"}"#;
    assert_eq!(forged(&mut sender, other_key, |_| {}), Err(Refused::UnknownKey));
}

#[test]
fn claims_are_exactly_as_they_must_be() {
    let mut sender = Sender::new();
    let mut with = |name: &str, value: Value| {
        forged(&mut sender, HEADER, |claims| {
            claims.insert(name.into(), value);
        })
    };
    for (name, value) in [
        ("iss", json!("01010101")),
        ("aud", json!([RECEIVER.to_string()])),
        ("iat", json!("1800000000")),
        ("exp", json!(1_800_000_060.5)),
        ("seq", json!(-1)),
    ] {
        assert!(matches!(with(name, value), Err(Refused::Registered(_) | Refused::Json(_))), "{name}");
    }
    assert_eq!(with("aud", json!(RECEIVER.to_string().replace('0', "A"))), Err(Refused::Registered(BadMember("aud"))));
    assert_eq!(with("more", json!(1)), Err(Refused::UnknownClaim));
    for (name, value) in [
        ("client_ref", json!("a/b")),
        ("state", json!("Running")),
        ("identity", json!("spiffe://td/../web")),
        ("binding", json!("inode")),
        ("binding", json!(null)),
        ("selectors", json!({})),
        ("selectors", json!({"exe": "/bin/sh"})),
        ("selectors", json!({"exe": "/bin/sh", "exe_sha256": "07".repeat(32), "labels": {"a": "b"}})),
        ("selectors", json!({"uid": 4_294_967_296_u64})),
        ("selectors", json!({"uid": 1, "exe": "bin/sh"})),
        ("selectors", json!({"uid": 1, "exe_sha256": "07".repeat(31)})),
        ("selectors", json!({"uid": 1, "exe_sha256": "0G".repeat(32)})),
        ("selectors", json!({"uid": 1, "capability": "none"})),
        ("selectors", json!({"uid": 1, "process": {"pid": 1}})),
        ("selectors", json!({"uid": 1, "process": {"pid": 1, "pidfd": 1, "more": 1}})),
        ("selectors", json!({"uid": 1, "cgroup": {"hierarchy": "v3", "id": 1, "path": "/"}})),
        ("selectors", json!({"uid": 1, "cgroup": {"hierarchy": "v2", "id": 1, "path": ""}})),
        ("selectors", json!({"uid": 1, "container_id": "line\n"})),
        ("selectors", json!({"uid": 1, "labels": {"a": 1}})),
    ] {
        let refused = with(name, value.clone()).expect_err("it is refused");
        assert_eq!(refused.status(), Status::PsaErrorInvalidArgument, "{name} {value}: {refused}");
    }
    let labels: Map<String, Value> = (0..33).map(|number| (format!("l{number}"), json!("v"))).collect();
    assert_eq!(with("selectors", json!({"uid": 1, "labels": labels})), Err(Refused::Content(BadMember("labels"))));
}

#[test]
fn nothing_of_a_payload_can_be_changed() {
    let mut sender = Sender::new();
    let payload = sender.sign(&definition());
    for at in (0..payload.len()).step_by(7) {
        let mut changed = payload.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("ASCII");
        let refused = receive_definition(&mut sender.slot(), &changed).expect_err("it is refused");
        assert!(matches!(refused.status(), Status::AuthenticationError | Status::AuthStale), "byte {at}: {refused}");
        assert!(receive_definition(&mut sender.slot(), &payload[..at]).is_err());
    }
    assert_eq!(receive_definition(&mut sender.slot(), &"a".repeat(MAX_PAYLOAD_BYTES + 1)), Err(Refused::TooLong));
    let mut long = definition();
    long.selectors.labels = (0..20).map(|number| (format!("l{number}"), "v".repeat(4096))).collect();
    let envelope = sender.envelope();
    assert_eq!(sign(sender.key(), &envelope, &long), Err(NotSigned));
}

#[test]
fn a_definition_is_proven_once_by_its_own_proof_in_time() {
    let digest = [4; 32];
    let mut awaited = Awaited::new(digest, [5; 16], now());
    let good = proof(digest, awaited.nonce());
    assert_eq!(awaited.take(&proof([3; 32], [5; 16]), now()), Err(NotProven::Digest));
    assert_eq!(awaited.take(&proof(digest, [6; 16]), now()), Err(NotProven::Nonce));
    let too_late = Moment { unix: 0, ..now().after(Duration::from_secs(60)) };
    assert_eq!(awaited.take(&good, too_late), Err(NotProven::Expired), "whatever the wall clock says");
    assert_eq!(awaited.take(&good, now().after(Duration::from_secs(59))), Ok(()));
    assert_eq!(awaited.take(&good, now()), Err(NotProven::Spent));
}

#[test]
fn everything_that_is_stated_must_have_been_seen() {
    let seen = definition().selectors;
    assert_eq!(Selectors { uid: Some(1000), ..Selectors::default() }.mismatch(&seen), None);
    assert_eq!(seen.mismatch(&Selectors { labels: Default::default(), ..seen.clone() }), None, "labels are no facts");
    assert_eq!(Selectors { uid: Some(1), ..seen.clone() }.mismatch(&seen), Some("uid"));
    assert_eq!(seen.mismatch(&Selectors { cgroup: None, ..seen.clone() }), Some("cgroup"), "not seen is not equal");
    assert_eq!(runtime().as_selectors().mismatch(&seen), None);
}

#[test]
fn images_and_hosts_are_vouched_for_by_keys_of_others() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    let key = VerifyingKey::from_point(Algorithm::Es256, pair.public_key().as_ref()).expect("a key");
    let over = |message: &[u8]| {
        let bytes = pair.sign(&SystemRandom::new(), message).expect("a signature").as_ref().to_vec();
        Signature { algorithm: Algorithm::Es256, key_id: "maker".into(), bytes }
    };
    let image = Image { digest: "sha256:abcd".into(), signature: Some(over(b"sha256:abcd")) };
    assert!(image.is_signed_by(&key));
    assert!(!Image { digest: "sha256:other".into(), ..image.clone() }.is_signed_by(&key));
    assert!(!Image { signature: None, ..image }.is_signed_by(&key));

    // A TPMS_ATTEST of a quote: magic, type, the signer's name, the nonce, and what a verifier of registers would read on.
    let nonce = [5; 16];
    let quote = |head: &[u8], nonce: &[u8]| [head, b"\x00\x02ab\x00\x10", nonce, b"clock and registers"].concat();
    for (attest, is_for_this_proof) in [
        (quote(b"\xffTCG\x80\x18", &nonce), true),
        (quote(b"\xffTCG\x80\x17", &nonce), false),
        (quote(b"\xffTCG\x80\x18", &[6; 16]), false),
        (b"\xffTCG\x80\x18\x00\x02ab\x00\x11".to_vec(), false),
        (Vec::new(), false),
    ] {
        let host = Host { signature: over(&attest), attest };
        assert_eq!(host.is_quoted_by(&key, &nonce), is_for_this_proof, "{host:02x?}");
        let unsigned = Host { signature: over(b"something else"), ..host };
        assert!(!unsigned.is_quoted_by(&key, &nonce));
    }
}
