//! Forged tokens whose header chooses the algorithm, the key, or how the rest is read.

use aws_lc_rs::hmac;
use base64ct::{Base64, Encoding};

use super::{Attacks, Forge, encode, extended, members, replaced, sign};
use crate::jws::Algorithm;

pub(super) fn forge(forge: &Forge<'_>, attacks: &mut Attacks) {
    without_algorithm(forge, attacks);
    with_shared_secrets(forge, attacks);
    with_other_algorithms(forge, attacks);
    with_keys_of_their_own(forge, attacks);
    with_other_key_ids(forge, attacks);
    of_other_types(forge, attacks);
    with_bad_json(forge, attacks);
    with_flipped_bits(forge, attacks);
}

/// `none` in all cases, without a signature, with the good one, and with some bytes.
fn without_algorithm(forge: &Forge<'_>, attacks: &mut Attacks) {
    for case in 0..16u32 {
        let cased = |(at, letter): (usize, char)| {
            if case >> at & 1 == 1 { letter.to_ascii_uppercase() } else { letter }
        };
        let none: String = "none".chars().enumerate().map(cased).collect();
        let header = forge.header_with("alg", &format!("\"{none}\""));
        for (what, signature) in [("no", &[][..]), ("the good", &forge.signature), ("any", &[0])] {
            attacks.invalid(
                format!("alg {none} with {what} signature"),
                forge.unsigned(&header, &forge.payload, signature),
            );
        }
    }
    let header = forge.header_with("alg", "\"none\"");
    attacks.invalid("alg none without a last dot", format!("{}.{}", encode(&header), encode(&forge.payload)));
    attacks.invalid("alg none, signed", forge.signed(&header, &forge.payload));
    attacks.invalid("ES256 without a signature", forge.unsigned(&forge.header, &forge.payload, &[]));
}

/// HMAC with what everybody knows: our public key in each of its forms.
fn with_shared_secrets(forge: &Forge<'_>, attacks: &mut Attacks) {
    let spki = forge.key.spki();
    let armoured = |newline: &str| {
        let text = Base64::encode_string(spki);
        let (first, second) = text.split_at(64);
        format!("-----BEGIN PUBLIC KEY-----{newline}{first}{newline}{second}{newline}-----END PUBLIC KEY-----")
    };
    let point = forge.key.point();
    let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
    let kid = forge.key.key_id();
    let secrets: [(&str, Vec<u8>); 13] = [
        ("PEM", format!("{}\n", armoured("\n")).into()),
        ("PEM without its last newline", armoured("\n").into()),
        ("PEM with CRLF", format!("{}\r\n", armoured("\r\n")).into()),
        ("base64 of DER", Base64::encode_string(spki).into()),
        ("DER", spki.to_vec()),
        ("point", point.to_vec()),
        ("x", point[1..33].to_vec()),
        ("JWK", format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#).into()),
        ("JWK thumbprint form", format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#).into()),
        ("JWK with kid", format!(r#"{{"kty":"EC","crv":"P-256","kid":"{kid}","x":"{x}","y":"{y}"}}"#).into()),
        ("JWKS", crate::jwks::of_key(forge.key).into()),
        ("kid", kid.as_bytes().to_vec()),
        ("empty", Vec::new()),
    ];
    for (name, algorithm) in [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)]
    {
        let header = forge.header_with("alg", &format!("\"{name}\""));
        let message = format!("{}.{}", encode(&header), encode(&forge.payload));
        for (what, secret) in &secrets {
            let tag = hmac::sign(&hmac::Key::new(algorithm, secret), message.as_bytes());
            attacks.invalid(format!("{name} keyed with our public key: {what}"), format!("{message}.{}", encode(tag)));
        }
    }
    let message = format!("{}.{}", encode(&forge.header), encode(&forge.payload));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA512, spki), message.as_bytes());
    attacks.invalid("an HMAC of 64 bytes called ES256", format!("{message}.{}", encode(tag)));
}

fn with_other_algorithms(forge: &Forge<'_>, attacks: &mut Attacks) {
    let ours = Algorithm::Es256;
    for algorithm in Algorithm::ALL.into_iter().filter(|&algorithm| algorithm != ours) {
        let header = forge.header_with("alg", &format!("\"{}\"", algorithm.name()));
        attacks.invalid(format!("alg {}, signed with ES256", algorithm.name()), forge.signed(header, &forge.payload));
    }
    for json in [
        "\"es256\"",
        "\"Es256\"",
        "\"ES256 \"",
        "\" ES256\"",
        "\"ES256\\u0000\"",
        "\"ES256K\"",
        "\"ES256-R\"",
        "\"ECDSA\"",
        "\"SHA256withECDSA\"",
        "\"dir\"",
        "\"ECDH-ES\"",
        "\"RSA1_5\"",
        "\"A256GCM\"",
        "\"Ed25519\"",
        "\"ESP256\"",
        "\"МЅ256\"",
        "\"ЕS256\"",
        "\"\"",
        "null",
        "true",
        "0",
        "-7",
        "[\"ES256\"]",
        "{\"ES256\":1}",
        "[]",
    ] {
        attacks.invalid(format!("alg {json}"), forge.signed(forge.header_with("alg", json), &forge.payload));
    }
    attacks.invalid("no alg", forge.signed(replaced(&forge.header, "alg", None), &forge.payload));
}

/// Members that bring or fetch a key, or change what is signed: with our signature, and with that of the key they
/// bring.
fn with_keys_of_their_own(forge: &Forge<'_>, attacks: &mut Attacks) {
    let point = forge.other.point();
    let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
    let own_jwk = format!(r#""jwk":{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#);
    let own_chain = format!(r#""x5c":["{}"]"#, Base64::encode_string(forge.other.spki()));
    let own_id = format!("\"{}\"", forge.other.key_id());
    for more in [
        own_jwk.as_str(),
        own_chain.as_str(),
        r#""jwk":null"#,
        r#""jwk":{"kty":"oct","k":""}"#,
        r#""jku":"https://attacker.example/keys""#,
        r#""jku":"file:///dev/null""#,
        r#""jku":"http://127.0.0.1:1/""#,
        r#""jku":"https://example.org@attacker.example/""#,
        r#""jku":"""#,
        r#""x5u":"https://attacker.example/chain""#,
        r#""x5u":"file:///etc/passwd""#,
        r#""x5c":[]"#,
        r#""x5t":"AA""#,
        r#""x5t#S256":"AA""#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""b64":false,"crit":["b64"]"#,
        r#""crit":[]"#,
        r#""crit":["exp"]"#,
        r#""crit":["alg"]"#,
        r#""crit":null"#,
        r#""zip":"DEF""#,
        r#""zip":"GZ""#,
        r#""enc":"A256GCM""#,
        r#""cty":"JWT""#,
        r#""p2c":2147483647"#,
        r#""epk":{}"#,
        r#""iss":"spiffe://example.org/keystead""#,
        r#""sub":"spiffe://example.org/root""#,
        r#""exp":9999999999"#,
        r#""nonce":"""#,
        r#""url":"""#,
        r#""ppt":"shaken""#,
        r#""svt":[]"#,
        r#""":"""#,
        r#""x":1"#,
    ] {
        let name = &more[..more.len().min(48)];
        let header = extended(&forge.header, more);
        attacks.invalid(format!("header with {name}"), forge.signed(&header, &forge.payload));
        attacks.invalid(format!("header with {name}, by its key"), sign(&forge.other, &header, &forge.payload));
        let header = replaced(&header, "kid", Some(&own_id));
        attacks.invalid(format!("header with {name}, by its key and kid"), sign(&forge.other, header, &forge.payload));
    }
    let unencoded = extended(&forge.header, r#""b64":false,"crit":["b64"]"#);
    attacks.invalid("b64 false and the payload as it is", format!("{}.{}.AA", encode(unencoded), forge.payload));
    attacks.invalid("another key under our kid", sign(&forge.other, &forge.header, &forge.payload));
    attacks.stale("another key", sign(&forge.other, forge.header_with("kid", &own_id), &forge.payload));
}

fn with_other_key_ids(forge: &Forge<'_>, attacks: &mut Attacks) {
    let kid = forge.key.key_id();
    for json in [
        "\"\"",
        "\"../../../../../../dev/null\"",
        "\"/dev/null\"",
        "\"/proc/self/environ\"",
        "\"file:///dev/null\"",
        "\"..\\\\..\\\\nul\"",
        "\"%2e%2e%2fkey\"",
        "\"' OR '1'='1\"",
        "\"x' UNION SELECT 'key' --\"",
        "\"; DROP TABLE keys\"",
        "\"$(id)\"",
        "\"`id`\"",
        "\"|id\"",
        "\"\\u0000\"",
        "\"*\"",
        "\"0\"",
        "0",
        "-1",
        "null",
        "true",
        "[]",
        "{}",
        "\"................................/root/key\"",
        "\"../../../../../../../../../../../../../../etc/pw\"",
    ] {
        attacks.invalid(format!("kid {json}"), forge.signed(forge.header_with("kid", json), &forge.payload));
    }
    let wrong_forms = [
        kid[1..].to_owned(),
        format!("{kid}A"),
        format!("{kid}="),
        format!(" {}", &kid[1..]),
        format!("{} ", &kid[1..]),
        format!("{}\\u0000", &kid[..42]),
        format!("{}\\n", &kid[..42]),
        format!("{}é", &kid[..41]),
        format!("./{}", &kid[..41]),
        kid.repeat(2),
    ];
    for text in wrong_forms {
        let header = forge.header_with("kid", &format!("\"{text}\""));
        attacks.invalid(format!("kid {text}"), forge.signed(header, &forge.payload));
    }
    attacks.invalid("no kid", forge.signed(replaced(&forge.header, "kid", None), &forge.payload));
    attacks.invalid("a list of kids", forge.signed(forge.header_with("kid", &format!("[\"{kid}\"]")), &forge.payload));
    // Of the right form, but nobody's.
    for at in 0..kid.len() {
        let letter = if &kid[at..=at] == "A" { "B" } else { "A" };
        let header = forge.header_with("kid", &format!("\"{}{letter}{}\"", &kid[..at], &kid[at + 1..]));
        attacks.stale(format!("kid with letter {at} changed"), forge.signed(header, &forge.payload));
    }
}

fn of_other_types(forge: &Forge<'_>, attacks: &mut Attacks) {
    for json in [
        "\"jwt\"",
        "\"Jwt\"",
        "\"JWT \"",
        "\"JOSE\"",
        "\"JOSE+JSON\"",
        "\"JWS\"",
        "\"JWE\"",
        "\"at+jwt\"",
        "\"application/jwt\"",
        "\"clientdef+jwt\"",
        "\"clientproof+jwt\"",
        "\"JWT\\u0000\"",
        "\"\"",
        "null",
        "0",
        "[\"JWT\"]",
    ] {
        attacks.invalid(format!("typ {json}"), forge.signed(forge.header_with("typ", json), &forge.payload));
    }
    attacks.invalid("no typ", forge.signed(replaced(&forge.header, "typ", None), &forge.payload));
}

fn with_bad_json(forge: &Forge<'_>, attacks: &mut Attacks) {
    for (name, value) in members(&forge.header) {
        let escaped = format!("\\u{:04x}{}", u32::from(name.as_bytes()[0]), &name[1..]);
        for more in [
            format!("\"{name}\":{value}"),
            format!("\"{name}\":\"none\""),
            format!("\"{name}\":null"),
            format!("\"{escaped}\":{value}"),
            format!("\"{}\":{value}", name.to_uppercase()),
        ] {
            attacks.invalid(format!("header and {more}"), forge.signed(extended(&forge.header, &more), &forge.payload));
            let first = format!("{{{more},{}", &forge.header[1..]);
            attacks.invalid(format!("{more} and header"), forge.signed(first, &forge.payload));
        }
    }
    let header = &forge.header;
    let texts = [
        "{}".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "\"\"".to_owned(),
        "1".to_owned(),
        " ".to_owned(),
        format!("[{header}]"),
        format!("{header}{header}"),
        format!("{header},"),
        format!("{header}\0"),
        format!("\u{feff}{header}"),
        format!("{header}//"),
        format!("/**/{header}"),
        header.replace('"', "'"),
        header.replace('"', ""),
        header.replace('}', ",}"),
        header.replace('}', ""),
        header.replace(':', "="),
        extended(header, "\"x\":\"\\ud800\""),
        extended(header, "\"x\":1e400"),
        extended(header, "\"x\":NaN"),
        format!("{{\"header\":{header}}}"),
    ];
    for text in texts {
        attacks.invalid(format!("header {}", text.escape_debug()), forge.signed(text, &forge.payload));
    }
    let wide: Vec<u8> = header.encode_utf16().flat_map(u16::to_le_bytes).collect();
    attacks.invalid("header in UTF-16", forge.signed(wide, &forge.payload));
    let broken = [header.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\"}"].concat();
    attacks.invalid("header that is not UTF-8", forge.signed(broken, &forge.payload));
}

/// One bit of every byte, under the good signature.
fn with_flipped_bits(forge: &Forge<'_>, attacks: &mut Attacks) {
    let kid_at = forge.header.find(forge.key.key_id()).unwrap_or(forge.header.len());
    for at in 0..forge.header.len() {
        let mut header = forge.header.clone().into_bytes();
        header[at] ^= 1 << (at % 7);
        let in_kid = (kid_at..kid_at + forge.key.key_id().len()).contains(&at);
        let still_a_kid = header[at].is_ascii_alphanumeric() || b"-_".contains(&header[at]);
        let token = forge.unsigned(&header, &forge.payload, &forge.signature);
        let name = format!("a bit of byte {at} of the header");
        if in_kid && still_a_kid { attacks.stale(name, token) } else { attacks.invalid(name, token) }
    }
}
