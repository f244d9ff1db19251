//! Certificates that are not the next of whom a daemon believes.

use keystead_interface::operations::Opcode;
use keystead_interface::operations::identity::{ShareTrustBundle, TrustRole};

use super::{Ground, Kind, Shot, request};
use crate::voucher::{Voucher, fresh_instance, now};

pub const KINDS: &[Kind] = &[
    ("a second root", second_root),
    ("an intermediate that was shared before, or a number that was used", replayed),
    ("an intermediate of another root", of_another_root),
    ("an intermediate in another's name", of_another_sender),
    ("an intermediate from a process that shared no root", of_another_process),
    ("a damaged certificate", damaged),
    ("a root for an intermediate", root_as_intermediate),
    ("no certificate at all", no_certificate),
    ("a share of unknown form", of_unknown_form),
];

/// One of the two that believe the test, and its voucher there.
fn believing(ground: &mut Ground) -> (std::path::PathBuf, &mut Voucher) {
    match ground.chance.below(2) {
        0 => (ground.identity_admin.clone(), &mut ground.orchestrator),
        _ => (ground.service_admins[1].clone(), &mut ground.voucher),
    }
}

/// A share that would be taken: of the newest intermediate, under a new number, as a daemon that forgot it is sent it.
fn next(voucher: &mut Voucher) -> ShareTrustBundle {
    voucher.trustor.newest().expect("one was adopted")
}

fn second_root(ground: &mut Ground) -> Shot {
    let share = match ground.chance.below(2) {
        0 => ground.stranger.root(),
        _ => ground.orchestrator.trustor.root(),
    };
    let socket = match ground.chance.below(2) {
        0 => ground.identity_admin.clone(),
        _ => ground.service_admin(),
    };
    Shot::of(&socket, share)
}

fn replayed(ground: &mut Ground) -> Shot {
    let ago = ground.chance.below(50);
    let (socket, voucher) = believing(ground);
    let share = next(voucher);
    let used = voucher.last_taken();
    Shot::of(&socket, ShareTrustBundle { sequence: used.saturating_sub(ago), ..share })
}

fn of_another_root(ground: &mut Ground) -> Shot {
    let other = ground.stranger.prepare(now(), 0).expect("an intermediate");
    let certificate = ground.stranger.announce(&other).certificate;
    let (socket, voucher) = believing(ground);
    Shot::of(&socket, ShareTrustBundle { certificate, ..next(voucher) })
}

fn of_another_sender(ground: &mut Ground) -> Shot {
    let (socket, voucher) = believing(ground);
    Shot::of(&socket, ShareTrustBundle { sender_instance: fresh_instance(), ..next(voucher) })
}

/// The first service believes the identity provider, which is another process.
fn of_another_process(ground: &mut Ground) -> Shot {
    let share = next(&mut ground.voucher);
    Shot::of(&ground.service_admins[0], share)
}

fn damaged(ground: &mut Ground) -> Shot {
    let (how, at, more) = (ground.chance.below(4), ground.chance.number(), ground.chance.bytes(20));
    let (socket, voucher) = believing(ground);
    let mut share = next(voucher);
    let length = share.certificate.len();
    let at = (at % length as u64) as usize;
    match how {
        0 => share.certificate.truncate(at),
        1 => share.certificate.extend(more),
        2 => share.certificate[at] ^= 1 << (more[0] % 8),
        _ => share.certificate = more,
    }
    Shot::of(&socket, share)
}

fn root_as_intermediate(ground: &mut Ground) -> Shot {
    let (socket, voucher) = believing(ground);
    let root = voucher.trustor.root();
    Shot::of(&socket, ShareTrustBundle { role: TrustRole::Intermediate, ..root })
}

fn no_certificate(ground: &mut Ground) -> Shot {
    let length = *ground.chance.pick(&[0, 1, 3_000, 60_000]);
    let certificate = ground.chance.bytes(length);
    let (socket, voucher) = believing(ground);
    Shot::of(&socket, ShareTrustBundle { certificate, ..next(voucher) })
}

/// Role 0 or 3, an instance of 15 bytes, number 0, or bytes that are no message.
fn of_unknown_form(ground: &mut Ground) -> Shot {
    let socket = match ground.chance.below(2) {
        0 => ground.identity_admin.clone(),
        _ => ground.service_admins[1].clone(),
    };
    let role = *ground.chance.pick(&[0, 3, 4, 127]);
    let body = match ground.chance.below(4) {
        0 => vec![8, role],
        1 => [&[8, 2, 18, 1, 0x30, 26, 15][..], &[7; 15], &[32, 99]].concat(),
        2 => [&[8, 2, 18, 1, 0x30, 26, 16][..], &[7; 16], &[32, 0]].concat(),
        _ => ground.chance.bytes(40),
    };
    Shot::raw(&socket, request(Opcode::ShareTrustBundle, body))
}
