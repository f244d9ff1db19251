//! A slot and its other side, with a clock that the test moves and processes that are numbers.

use super::trustor::{DEFAULT_CADENCE, MIN_VALID_SECONDS, Trustor};
use super::*;
use crate::jws::{Algorithm, Compact};

#[derive(Clone, Copy, Debug, PartialEq)]
struct Numbered(u32);

impl Process for Numbered {
    fn same_as(&self, other: &Numbered) -> bool {
        self == other
    }
}

const PROVIDER: Numbered = Numbered(100);
const STRANGER: Numbered = Numbered(200);
const SECOND: Duration = Duration::from_secs(1);

fn start() -> Moment {
    Moment { unix: 1_800_000_000, uptime: Duration::from_secs(500) }
}

fn trustor(instance: u8, cadence: Duration) -> Trustor {
    Trustor::new(InstanceId::new([instance; 16]), cadence).expect("a root")
}

/// Makes an intermediate and has the slot take it.
fn rotate(slot: &mut Slot<Numbered>, trustor: &mut Trustor, now: Moment) -> u64 {
    let generation = trustor.prepare(now, 128).expect("an intermediate");
    assert!(trustor.signer().is_none(), "nothing is signed while a share is on its way");
    let epoch = slot.share(PROVIDER, &trustor.announce(&generation), now).expect("it is believed");
    trustor.adopt(generation);
    epoch
}

/// A slot that serves.
fn serving() -> (Slot<Numbered>, Trustor) {
    let (mut slot, mut trustor) = (Slot::new(), trustor(1, DEFAULT_CADENCE));
    slot.share(PROVIDER, &trustor.root(), start()).expect("the first root");
    rotate(&mut slot, &mut trustor, start());
    (slot, trustor)
}

fn kid(trustor: &Trustor) -> String {
    trustor.signer().expect("a key").key_id().to_owned()
}

#[test]
fn for_two_hours_a_new_intermediate_each_second_ends_the_one_before() {
    let cadence = SECOND;
    let (mut slot, mut trustor) = (Slot::new(), trustor(1, cadence));
    let mut now = start();
    assert_eq!(slot.share(PROVIDER, &trustor.root(), now), Ok(1));
    let mut former: Option<String> = None;
    for turn in 0..7200 {
        assert!(trustor.is_due(now), "at {now:?}");
        let before = slot.trusted();
        assert_eq!(rotate(&mut slot, &mut trustor, now), turn + 2);
        let (trusted, kid) = (slot.trusted(), kid(&trustor));
        assert!(trusted.key(&kid, now).is_some(), "known at once");
        if let Some(former) = former.replace(kid) {
            assert!(before.key(&former, now).is_some(), "good until the next share was taken");
            assert!(trusted.key(&former, now).is_none(), "unknown at once");
        }
        now = now.after(cadence);
        now = now.after(cadence / 100);
    }
    assert_eq!((slot.stage(), slot.trusted().epoch()), (Stage::Serving, 7201));
}

#[test]
fn what_a_former_intermediate_signed_is_not_the_newest_ones() {
    let (mut slot, mut trustor) = serving();
    let sign = |trustor: &Trustor| trustor.signer().expect("a key").sign(b"{}", b"{}").expect("a signature");
    let is_good = |slot: &Slot<Numbered>, kid: &str, message: &str| {
        let parts = Compact::parse(message.as_bytes()).expect("three parts");
        let trusted = slot.trusted();
        let key = trusted.key(kid, start()).expect("the newest");
        key.verify(Algorithm::Es256, parts.signed, &parts.signature).is_ok()
    };
    let first = sign(&trustor);
    assert!(is_good(&slot, &kid(&trustor), &first));
    rotate(&mut slot, &mut trustor, start());
    assert!(is_good(&slot, &kid(&trustor), &sign(&trustor)));
    assert!(!is_good(&slot, &kid(&trustor), &first), "under another name than its own");
}

#[test]
fn a_second_root_is_refused_while_the_process_lives_and_taken_after_it_ended() {
    let (mut slot, mut trustor) = serving();
    let (old_kid, epoch) = (kid(&trustor), slot.trusted().epoch());
    let mut restarted = self::trustor(2, DEFAULT_CADENCE);
    let (its_root, successor) = (restarted.root(), Numbered(101));
    assert_eq!(slot.share(PROVIDER, &its_root, start()), Err(NotShared::Taken));
    assert_eq!(slot.share(successor, &its_root, start()), Err(NotShared::Taken));
    assert_eq!(slot.share(PROVIDER, &trustor.root(), start()), Err(NotShared::Taken), "not even the same again");
    assert!(!slot.process_ended(&successor), "it is not theirs");
    assert!(slot.trusted().key(&old_kid, start()).is_some());
    assert_eq!(slot.trusted().epoch(), epoch);

    assert!(slot.process_ended(&PROVIDER));
    assert_eq!((slot.stage(), slot.sender(), slot.trusted().epoch()), (Stage::Empty, None, epoch + 1));
    assert!(slot.trusted().key(&old_kid, start()).is_none());
    let orphan = trustor.newest().expect("it has one");
    assert_eq!(slot.share(PROVIDER, &orphan, start()), Err(NotShared::NoRoot));
    assert_eq!(slot.share(successor, &its_root, start()), Ok(epoch + 2));
    assert_eq!(slot.stage(), Stage::Rooted);

    // What the dead one certified is nothing to its successor's root, whoever brings it and in whose name.
    let forged =
        ShareTrustBundle { sender_instance: restarted.instance(), sequence: 9, ..trustor.newest().expect("one") };
    assert_eq!(slot.share(successor, &forged, start()), Err(NotShared::Certificate(Unfit::Extensions)));
    assert!(slot.trusted().key(&old_kid, start()).is_none());
}

#[test]
fn only_the_process_of_the_root_shares_intermediates_in_its_own_name_and_in_order() {
    let (mut slot, mut trustor) = serving();
    let old_kid = kid(&trustor);
    let now = start().after(DEFAULT_CADENCE);
    let generation = trustor.prepare(now, 0).expect("an intermediate");
    let share = trustor.announce(&generation);
    let with = |instance: InstanceId, sequence: u64| ShareTrustBundle {
        role: TrustRole::Intermediate,
        certificate: share.certificate.clone(),
        sender_instance: instance,
        sequence,
    };
    assert_eq!(slot.share(STRANGER, &share, now), Err(NotShared::OtherProcess));
    let other_name = with(InstanceId::new([9; 16]), share.sequence);
    assert_eq!(slot.share(PROVIDER, &other_name, now), Err(NotShared::OtherInstance));
    for sequence in [0, 1, share.sequence - 1] {
        assert_eq!(slot.share(PROVIDER, &with(trustor.instance(), sequence), now), Err(NotShared::Sequence));
    }
    let expired = now.after(Duration::from_secs(2 * 600 + 1));
    assert_eq!(slot.share(PROVIDER, &share, expired), Err(NotShared::Certificate(Unfit::NotNow)));
    assert!(slot.trusted().key(&old_kid, now).is_some(), "a refused share changes nothing");

    assert!(slot.share(PROVIDER, &share, now).is_ok());
    assert_eq!(slot.share(PROVIDER, &share, now), Err(NotShared::Sequence), "replayed");
    assert!(slot.trusted().key(&old_kid, now).is_none());
    assert!(slot.trusted().key(generation.key_id(), now).is_some());
    let sender = SenderSequence { sender_instance: trustor.instance(), sequence: share.sequence };
    assert_eq!(slot.sender(), Some(sender));
}

#[test]
fn a_first_share_must_be_a_root_with_a_number() {
    let (mut slot, mut trustor) = (Slot::new(), trustor(1, DEFAULT_CADENCE));
    let root = trustor.root();
    let generation = trustor.prepare(start(), 0).expect("an intermediate");
    assert_eq!(slot.share(PROVIDER, &trustor.announce(&generation), start()), Err(NotShared::NoRoot));
    let unnumbered = ShareTrustBundle { sequence: 0, certificate: root.certificate.clone(), ..root };
    assert_eq!(slot.share(PROVIDER, &unnumbered, start()), Err(NotShared::Sequence));
    let intermediate = ShareTrustBundle { role: TrustRole::Root, ..trustor.announce(&generation) };
    assert_eq!(slot.share(PROVIDER, &intermediate, start()), Err(NotShared::Certificate(Unfit::Name)));
    assert_eq!((slot.stage(), slot.trusted().epoch()), (Stage::Empty, 0));
}

#[test]
fn an_intermediate_ends_by_either_clock_and_setting_it_back_revives_nothing() {
    let (slot, trustor) = serving();
    let (trusted, kid) = (slot.trusted(), kid(&trustor));
    let last = start().after(Duration::from_secs(1200));
    assert!(trusted.key(&kid, last).is_some());
    let over = last.after(SECOND);
    assert!(trusted.key(&kid, over).is_none());
    assert!(trusted.key(&kid, Moment { unix: start().unix, ..over }).is_none(), "the clock was set back");
    let set_far_back = Moment { unix: start().unix - 3600, ..start() };
    assert!(trusted.key(&kid, set_far_back).is_none(), "it is not valid yet");
}

#[test]
fn a_trustor_goes_on_when_somebody_sets_the_clock() {
    let (mut slot, mut trustor) = serving();
    let soon = start().after(SECOND);
    assert!(!trustor.is_due(soon));
    // A machine without a battery for its clock learns the time, and another one is set back.
    for unix in [soon.unix + 50 * 365 * 86_400, 1000] {
        let now = Moment { unix, ..soon };
        assert!(trustor.is_due(now));
        rotate(&mut slot, &mut trustor, now);
        assert!(slot.trusted().key(&kid(&trustor), now).is_some());
        assert!(!trustor.is_due(now.after(SECOND)));
    }
}

#[test]
fn the_cadence_is_spread_by_a_tenth_and_validity_has_its_bounds() {
    for (chance, wait) in [(0, 540), (255, 660)] {
        let mut trustor = trustor(1, DEFAULT_CADENCE);
        let generation = trustor.prepare(start(), chance).expect("an intermediate");
        assert_eq!(generation.not_after(), start().unix + 1200);
        trustor.adopt(generation);
        assert!(!trustor.is_due(start().after(Duration::from_secs(wait - 1))));
        assert!(trustor.is_due(start().after(Duration::from_secs(wait + 1))));
    }
    for (cadence, valid) in [(1, MIN_VALID_SECONDS), (86_400, 86_400)] {
        let mut trustor = trustor(1, Duration::from_secs(cadence));
        let generation = trustor.prepare(start(), 0).expect("an intermediate");
        assert_eq!(generation.not_after(), start().unix + valid);
        let mut slot = Slot::new();
        slot.share(PROVIDER, &trustor.root(), start()).expect("a root");
        assert!(slot.share(PROVIDER, &trustor.announce(&generation), start()).is_ok());
    }
}

#[test]
fn a_receiver_that_forgot_everything_is_sent_it_again() {
    let (_, mut trustor) = serving();
    let mut restarted = Slot::new();
    restarted.share(PROVIDER, &trustor.root(), start()).expect("its first root");
    let newest = trustor.newest().expect("an intermediate");
    assert_eq!(restarted.share(PROVIDER, &newest, start()), Ok(2));
    assert!(restarted.trusted().key(&kid(&trustor), start()).is_some());
}
