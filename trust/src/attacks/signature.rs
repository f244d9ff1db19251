//! Forged tokens whose signature is none, or is of something else.

use super::{Attacks, Forge, sign};

/// The order of P-256 (SP 800-186, 3.2.1.3).
const ORDER: [u8; 32] =
    *b"\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51";

pub(super) fn forge(forge: &Forge<'_>, attacks: &mut Attacks) {
    of_special_numbers(forge, attacks);
    of_other_shapes(forge, attacks);
    of_other_messages(forge, attacks);
    with_flipped_bits(forge, attacks);
}

/// Numbers that a careless verifier divides by, or inverts (CVE-2022-21449).
fn of_special_numbers(forge: &Forge<'_>, attacks: &mut Attacks) {
    let mut one = [0; 32];
    one[31] = 1;
    let mut before_order = ORDER;
    before_order[31] -= 1;
    let mut after_order = ORDER;
    after_order[31] += 1;
    let (r, s) = forge.signature.split_at(32);
    let numbers: [(&str, &[u8]); 8] = [
        ("0", &[0; 32]),
        ("1", &one),
        ("n", &ORDER),
        ("n-1", &before_order),
        ("n+1", &after_order),
        ("max", &[0xff; 32]),
        ("r", r),
        ("s", s),
    ];
    for (name_r, number_r) in numbers {
        for (name_s, number_s) in numbers {
            if (name_r, name_s) != ("r", "s") {
                let signature = [number_r, number_s].concat();
                attacks.invalid(format!("r = {name_r}, s = {name_s}"), with(forge, &signature));
            }
        }
    }
}

fn of_other_shapes(forge: &Forge<'_>, attacks: &mut Attacks) {
    let good = &forge.signature;
    let (r, s) = good.split_at(32);
    attacks.invalid("the signature in DER", with(forge, &der(r, s)));
    attacks.invalid("DER of r = s = 0", with(forge, &[0x30, 6, 2, 1, 0, 2, 1, 0]));
    attacks.invalid("an empty sequence", with(forge, &[0x30, 0]));
    let padded_der = [der(r, s), vec![0; 64]].concat();
    attacks.invalid("64 bytes of DER", with(forge, &padded_der[..64]));
    for length in 1..64 {
        attacks.invalid(format!("{length} bytes of the signature"), with(forge, &good[..length]));
    }
    for (what, signature) in [
        ("a zero more", [good, &[0][..]].concat()),
        ("a zero before", [&[0][..], good].concat()),
        ("r and s of 33 bytes", [&[0][..], r, &[0], s].concat()),
        ("r and s of 48 bytes", [&[0; 16][..], r, &[0; 16], s].concat()),
        ("r and s of 66 bytes", [&[0; 34][..], r, &[0; 34], s].concat()),
        ("the signature twice", good.repeat(2)),
        ("96 zeros", vec![0; 96]),
        ("132 zeros", vec![0; 132]),
        ("256 zeros", vec![0; 256]),
        ("little-endian numbers", r.iter().rev().chain(s.iter().rev()).copied().collect()),
        ("the signature inverted", good.iter().map(|byte| !byte).collect()),
        ("base64 of the signature", super::encode(good).into_bytes()),
        ("the SHA-256 of the message, twice", digest(forge).repeat(2)),
    ] {
        attacks.invalid(what, with(forge, &signature));
    }
}

fn of_other_messages(forge: &Forge<'_>, attacks: &mut Attacks) {
    let (header, payload) = (&forge.header, &forge.payload);
    for (what, signed) in [
        ("of an empty payload", sign(forge.key, header, "")),
        ("of an empty header", sign(forge.key, "", payload)),
        ("of the parts the other way round", sign(forge.key, payload, header)),
        ("of claims with a space more", sign(forge.key, header, format!("{payload} "))),
        ("by another key", sign(&forge.other, header, payload)),
    ] {
        let signature = signed.rsplit('.').next().unwrap_or_default();
        let (message, _) = forge.token.rsplit_once('.').unwrap_or_default();
        attacks.invalid(format!("the signature {what}"), format!("{message}.{signature}"));
    }
    // One bit of every byte of the claims, under the good signature.
    for at in 0..payload.len() {
        let mut payload = payload.clone().into_bytes();
        payload[at] ^= 1 << (at % 8);
        attacks.invalid(format!("a bit of byte {at} of the claims"), forge.unsigned(header, payload, &forge.signature));
    }
}

fn with_flipped_bits(forge: &Forge<'_>, attacks: &mut Attacks) {
    for bit in 0..forge.signature.len() * 8 {
        let mut signature = forge.signature.clone();
        signature[bit / 8] ^= 1 << (bit % 8);
        attacks.invalid(format!("bit {bit} of the signature"), with(forge, &signature));
    }
}

fn with(forge: &Forge<'_>, signature: &[u8]) -> String {
    forge.unsigned(&forge.header, &forge.payload, signature)
}

/// ECDSA-Sig-Value (RFC 3279 2.2.3).
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let start = number.iter().position(|&byte| byte != 0).unwrap_or(number.len() - 1);
        let number = &number[start..];
        let sign: &[u8] = if number[0] & 0x80 == 0 { &[] } else { &[0] };
        // At most 33 bytes, so that the length is one byte.
        [&[2, (sign.len() + number.len()) as u8], sign, number].concat()
    };
    let numbers = [integer(r), integer(s)].concat();
    [&[0x30, numbers.len() as u8], numbers.as_slice()].concat()
}

fn digest(forge: &Forge<'_>) -> Vec<u8> {
    let (message, _) = forge.token.rsplit_once('.').unwrap_or_default();
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message.as_bytes()).as_ref().to_vec()
}
