//! Forged tokens that are not three parts of canonical base64url, or far too long.

use super::{Attacks, Forge, encode, extended};
use crate::token::MAX_TOKEN_BYTES;

pub(super) fn forge(forge: &Forge<'_>, attacks: &mut Attacks) {
    truncated(forge, attacks);
    with_strange_characters(forge, attacks);
    spelt_otherwise(forge, attacks);
    of_other_formats(forge, attacks);
    oversized(forge, attacks);
}

fn truncated(forge: &Forge<'_>, attacks: &mut Attacks) {
    for length in (0..forge.token.len()).step_by(5) {
        attacks.invalid(format!("the first {length} bytes"), &forge.token.as_bytes()[..length]);
    }
    for length in [1, 2, 3, 4, 8, 86, 87] {
        attacks.invalid(format!("without the first {length} bytes"), &forge.token.as_bytes()[length..]);
    }
    let parts: Vec<&str> = forge.token.split('.').collect();
    for emptied in 0..parts.len() {
        let mut some = parts.clone();
        some[emptied] = "";
        attacks.invalid(format!("part {emptied} is empty"), some.join("."));
        some.remove(emptied);
        attacks.invalid(format!("part {emptied} is missing"), some.join("."));
        some.insert(emptied, parts[(emptied + 1) % 3]);
        attacks.invalid(format!("part {emptied} is another"), some.join("."));
    }
}

fn with_strange_characters(forge: &Forge<'_>, attacks: &mut Attacks) {
    let strange: [&[u8]; 22] = [
        b" ",
        b"\n",
        b"\r\n",
        b"\t",
        b"\0",
        b"=",
        b"==",
        b".",
        b"..",
        b"+",
        b"/",
        b"%",
        b"%2E",
        b"\"",
        b"'",
        b",",
        b"~",
        b"\xff",
        b"\xc0\xae",
        b"\xef\xbb\xbf",
        b"\xe2\x80\x8b",
        b"\xef\xbc\x8e",
    ];
    let dots: Vec<usize> = forge.token.match_indices('.').map(|(at, _)| at).collect();
    for bytes in strange {
        for at in [0, 7, dots[0], dots[0] + 1, dots[1], dots[1] + 1, forge.token.len()] {
            let (before, after) = forge.token.as_bytes().split_at(at);
            attacks.invalid(format!("{} at {at}", bytes.escape_ascii()), [before, bytes, after].concat());
        }
    }
    for around in ["Bearer ", "bearer:", "JWT ", "\"", "(", "{"] {
        attacks.invalid(format!("after {around}"), format!("{around}{}", forge.token));
    }
}

/// The same bits in other letters: another alphabet, left-over bits, a whole other encoding.
fn spelt_otherwise(forge: &Forge<'_>, attacks: &mut Attacks) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let parts: Vec<&str> = forge.token.split('.').collect();
    for (at, part) in parts.iter().enumerate() {
        let left_over = match part.len() % 4 {
            2 => 16,
            3 => 4,
            _ => 1,
        };
        let last = part.bytes().last().and_then(|last| ALPHABET.iter().position(|&letter| letter == last));
        let Some(last) = last else { continue };
        for more in 1..left_over {
            let letter = char::from(ALPHABET[(last & !(left_over - 1)) | ((last + more) % left_over)]);
            let respelt = format!("{}{letter}", &part[..part.len() - 1]);
            let mut parts: Vec<&str> = parts.clone();
            parts[at] = &respelt;
            attacks.invalid(format!("part {at} with left-over bits {more}"), parts.join("."));
        }
        let hex: String = part.bytes().map(|byte| format!("{byte:02x}")).collect();
        let mut parts = parts.clone();
        parts[at] = &hex;
        attacks.invalid(format!("part {at} in hexadecimal"), parts.join("."));
    }
    attacks.invalid("encoded twice", encode(&forge.token));
    attacks.invalid("in capitals", forge.token.to_uppercase());
    attacks.invalid("in small letters", forge.token.to_lowercase());
    attacks.invalid("backwards", forge.token.chars().rev().collect::<String>());
    let wide: Vec<u8> = forge.token.encode_utf16().flat_map(u16::to_le_bytes).collect();
    attacks.invalid("in UTF-16", wide);
}

fn of_other_formats(forge: &Forge<'_>, attacks: &mut Attacks) {
    let parts: Vec<&str> = forge.token.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    attacks.invalid("two tokens", format!("{0}.{0}", forge.token));
    attacks.invalid("two tokens with a comma", format!("{0},{0}", forge.token));
    attacks.invalid("five parts, as in JWE", format!("{}.{payload}.{signature}", forge.token));
    attacks.invalid("disclosures, as in SD-JWT", format!("{}~{payload}~", forge.token));
    let flattened = format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#);
    attacks.invalid("the flattened JSON form", flattened.as_str());
    let general =
        format!(r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#);
    attacks.invalid("the general JSON form", general);
    attacks.invalid("the JSON form as the header", format!("{}.{payload}.{signature}", encode(flattened)));
    attacks.invalid("a token as the payload", forge.signed(&forge.header, &forge.token));
    attacks.invalid("claims without encoding", format!("{header}.{}.{signature}", forge.payload));
    attacks.invalid("JSON without encoding", format!("{}.{}.{signature}", forge.header, forge.payload));
    attacks.invalid("a uid in four bytes", 0u32.to_le_bytes());
    attacks.invalid("an ID alone", forge.good.subject.as_str());
}

fn oversized(forge: &Forge<'_>, attacks: &mut Attacks) {
    for length in [MAX_TOKEN_BYTES, 8 * 1024, 48_000] {
        let padding = format!(r#""x":"{}""#, "a".repeat(length));
        attacks.invalid(
            format!("signed, with {length} bytes too many"),
            forge.signed(&forge.header, extended(&forge.payload, &padding)),
        );
        attacks.invalid(
            format!("signed, with {length} bytes too many in the header"),
            forge.signed(extended(&forge.header, &padding), &forge.payload),
        );
    }
    for (letter, length) in [("A", MAX_TOKEN_BYTES), ("A", 65_000), (".", MAX_TOKEN_BYTES), (".", 65_000), ("\0", 4096)]
    {
        attacks.invalid(format!("{} {length} times", letter.escape_default()), letter.repeat(length));
    }
    let thousands_of_parts = "AA.".repeat(MAX_TOKEN_BYTES / 3);
    attacks.invalid("a thousand parts", thousands_of_parts);
    // What costs most within the limit: as much JSON as fits.
    let room = (MAX_TOKEN_BYTES - forge.token.len()) * 3 / 4 - 16;
    let deep = format!(r#""x":{}{}"#, "[".repeat(room / 2), "]".repeat(room / 2));
    attacks.invalid("nested as deep as fits", forge.signed(&forge.header, extended(&forge.payload, &deep)));
    let objects = format!(r#""x":{}0{}"#, r#"{"a":"#.repeat(room / 6), "}".repeat(room / 6));
    attacks.invalid("objects as deep as fits", forge.signed(&forge.header, extended(&forge.payload, &objects)));
    let many: Vec<String> = (0..room / 9).map(|at| format!("\"{at:04}\":0")).collect();
    attacks.invalid(
        "as many members as fit, and one twice",
        forge.signed(&forge.header, extended(&forge.payload, &format!("{},{}", many[1..].join(","), many[1]))),
    );
    let list = format!(r#""x":[{}1.5]"#, "0,".repeat(room / 2 - 8));
    attacks.invalid(
        "as long a list as fits, and a fraction",
        forge.signed(&forge.header, extended(&forge.payload, &list)),
    );
}
