//! The slot over real processes. That it is emptied when one ends is shown from outside, in `e2e_tests`.

use std::os::unix::net::UnixStream;

use keystead_interface::operations::identity::ShareTrustBundle;
use keystead_trust::peer::Peer;
use keystead_trust::slot::trustor::Trustor;

use super::*;

fn ourselves() -> Arc<Pinned> {
    let (ours, _theirs) = UnixStream::pair().expect("a socket pair");
    Arc::new(Peer::of(&ours).expect("credentials").pinned(&ours).expect("a process"))
}

const NOW: Moment = Moment { unix: 1_800_000_000, uptime: Duration::from_secs(1000) };

fn share(trust: &Trust, asked: &ShareTrustBundle) -> Result<u64, NotShared> {
    trust.share(ourselves(), asked, NOW)
}

#[test]
fn one_process_is_the_same_however_often_it_connects() {
    let trust = Trust::new(NOW).expect("random bytes");
    let mut trustor = Trustor::new(InstanceId::new([7; 16]), Duration::from_secs(600)).expect("a root");
    assert_eq!(share(&trust, &trustor.root()), Ok(1));
    assert_eq!(share(&trust, &trustor.root()), Err(NotShared::Taken));
    let told = trust.describe(NOW);
    assert_eq!((told.trust_epoch, told.senders.len()), (1, 1));
    assert!(!trust.forget_ended(NOW), "we live");
}

#[test]
fn a_clock_that_is_set_back_goes_on() {
    let trust = Trust::new(NOW).expect("random bytes");
    let later = Moment { unix: NOW.unix - 500, uptime: NOW.uptime + Duration::from_secs(20) };
    assert_eq!(trust.current().not_before_its_time(later), Moment { unix: NOW.unix + 20, ..later });
    let ahead = Moment { unix: NOW.unix + 500, uptime: NOW.uptime + Duration::from_secs(20) };
    assert_eq!(trust.current().not_before_its_time(ahead), ahead);
}
