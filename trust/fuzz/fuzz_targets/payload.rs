//! Any text as a payload, and any header or claims under a good signature: no panic, what is accepted is written in one
//! way and read again as the same, and it keeps the promises that payloads make.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use keystead_interface::names::InstanceId;
use keystead_trust::moment::Moment;
use keystead_trust::payload::definition::Definition;
use keystead_trust::payload::proof::Proof;
use keystead_trust::payload::{Content, MAX_LIFETIME_SECONDS, Received, sign, verify};
use keystead_trust::slot::trustor::{DEFAULT_CADENCE, Trustor};
use keystead_trust::slot::{Process, Slot, Trusted};
use libfuzzer_sys::fuzz_target;

struct OnlyOne;

impl Process for OnlyOne {
    fn same_as(&self, _: &OnlyOne) -> bool {
        true
    }
}

const SENDER: InstanceId = InstanceId::new([1; 16]);
const RECEIVER: InstanceId = InstanceId::new([2; 16]);
const NOW: Moment = Moment { unix: 1_000_000, uptime: Duration::from_secs(500) };
const CLAIMS: &str = r#"{"iss":"01010101010101010101010101010101","aud":"02020202020202020202020202020202",
    "iat":1000000,"exp":1000060,"seq":3,"client_ref":"a","state":"running","identity":"spiffe://td/a",
    "selectors":{"uid":1}}"#;

/// A sender and what its receiver believes; new at each start.
static TRUST: LazyLock<(Trustor, Trusted)> = LazyLock::new(|| {
    let mut trustor = Trustor::new(SENDER, DEFAULT_CADENCE).expect("a root");
    let mut slot = Slot::new();
    slot.share(OnlyOne, &trustor.root(), NOW).expect("it is believed");
    let generation = trustor.prepare(NOW, 0).expect("an intermediate");
    slot.share(OnlyOne, &trustor.announce(&generation), NOW).expect("it is believed");
    trustor.adopt(generation);
    (trustor, slot.trusted())
});

fuzz_target!(|data: &[u8]| {
    let Some((pick, bytes)) = data.split_first() else { return };
    let key = TRUST.0.signer().expect("nothing is being shared");
    let header = |typ| format!(r#"{{"alg":"ES256","kid":"{}","typ":"{typ}"}}"#, key.key_id());
    let signed = |header: &[u8], claims: &[u8]| key.sign(header, claims).expect("a signature");
    let payload = match pick % 4 {
        0 => String::from_utf8_lossy(bytes).into_owned(),
        1 => signed(bytes, CLAIMS.as_bytes()),
        2 => signed(header(Definition::TYPE).as_bytes(), bytes),
        _ => signed(header(Proof::TYPE).as_bytes(), bytes),
    };
    let is_definition = holds::<Definition>(&payload);
    let is_proof = holds::<Proof>(&payload);
    assert!(!(is_definition && is_proof), "one kind is never taken for the other");
});

/// Whether it is a good payload of this kind. Then it survives being written and read again.
fn holds<C: Content + PartialEq + std::fmt::Debug>(payload: &str) -> bool {
    let (trustor, trusted) = &*TRUST;
    let received: Received<C> = match verify(trusted, payload, RECEIVER, NOW) {
        Ok(received) => received,
        Err(refused) => {
            assert!(!refused.to_string().is_empty() && refused.status().number() != 0);
            return false;
        }
    };
    let envelope = received.envelope;
    assert!(envelope.receiver == RECEIVER && envelope.expires_at > NOW.unix);
    assert!(envelope.expires_at - envelope.issued_at <= MAX_LIFETIME_SECONDS);
    let key = trustor.signer().expect("nothing is being shared");
    // What was just under the limit may be over it when it is written in our way.
    if let Ok(again) = sign(key, &envelope, &received.content) {
        let again: Received<C> = verify(trusted, &again, RECEIVER, NOW).expect("what was written can be read");
        assert_eq!((again.envelope, again.content), (envelope, received.content));
    }
    true
}
