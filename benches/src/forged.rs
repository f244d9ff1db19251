//! How long the refusal of a forged token takes, of the one that takes longest, against the verification of a good one:
//! nobody can keep the service busier with tokens that he made himself than with one that he was given.

use std::num::NonZeroU32;
use std::time::{Duration, SystemTime};

use keystead_trust::attacks::{Attack, attacks, slowest};
use keystead_trust::binding::{Binding, BootId};
use keystead_trust::jws::{SigningKey, VerifyingKey};
use keystead_trust::spiffe_id::{SpiffeId, TrustDomain};
use keystead_trust::token::{Claims, DEFAULT_ALGORITHMS, Expected, issue, verify};

use crate::Effort;
use crate::figures::side_by_side;
use crate::report::{Goal, Report, Unit};

const AUDIENCE: &str = "spiffe://example.org/keystead-service";
/// How often each is tried; the shortest time counts, which a busy machine does not lengthen.
const TRIES: NonZeroU32 = NonZeroU32::new(20).expect("it is not 0");
/// In seconds; longer than the measurement.
const LIFETIME: u64 = 600;

pub(crate) fn measure(effort: Effort, report: &mut Report) {
    let key = SigningKey::generate().expect("there is randomness");
    let public = VerifyingKey::from_spki(key.spki()).expect("it is a P-256 key");
    let trust_domain = TrustDomain::parse("example.org").expect("a domain");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let expected = Expected { audience: AUDIENCE, trust_domain: &trust_domain, algorithms: DEFAULT_ALGORITHMS, now };
    let check = |token: &[u8]| verify(token, |kid| (kid == key.key_id()).then_some(&public), &expected).is_ok();

    let good = claims(now);
    let token = issue(&key, &good).expect("there is randomness").into_bytes();
    let good_one = [Attack { name: "a good one".into(), token, refusal: keystead_trust::attacks::Refusal::Invalid }];
    assert!(check(&good_one[0].token), "what the attacks begin with is good");
    let forged = attacks(&key, &good).expect("there is randomness");
    assert!(forged.iter().all(|attack| !check(&attack.token)), "every forged token is refused");
    let longest = |of: &[Attack]| {
        let slowest = slowest(of, TRIES, |token| _ = std::hint::black_box(check(token)));
        let (time, attack) = slowest.expect("there is one at least");
        (microseconds(time), attack.name.clone())
    };
    let mut name = String::new();
    let refusal = || {
        let (time, of) = longest(&forged);
        name = of;
        time
    };
    let pair = side_by_side(effort.rounds, || longest(&good_one).0, refusal);
    let what = format!("refusing the slowest of {} forged tokens ({name}), to verifying a good one", forged.len());
    report.compare("4", &what, Unit::Microseconds, &pair, Goal::AtMost(2.5));
}

fn claims(now: u64) -> Claims {
    let boot = BootId::parse("3f2504e0-4f89-41d3-9a0c-0305e82c3301").expect("a UUID");
    Claims {
        subject: SpiffeId::parse("spiffe://example.org/ns/web").expect("an ID"),
        audience: vec![AUDIENCE.to_owned()],
        issued_at: now,
        not_before: Some(now),
        expires_at: now + LIFETIME,
        id: "dGhlLXRva2Vu".to_owned(),
        binding: Binding::Process { boot, uid: 1000, pid: 77, pidfd_inode: Some(5001), start_time: 123_456 },
    }
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
