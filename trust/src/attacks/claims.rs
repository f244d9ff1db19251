//! Forged tokens whose claims are wrong, under a good signature of the trusted key.

use super::{Attacks, Forge, extended, members, replaced};
use crate::token::MAX_LIFETIME_SECONDS;

pub(super) fn forge(forge: &Forge<'_>, attacks: &mut Attacks) {
    of_wrong_types(forge, attacks);
    twice(forge, attacks);
    of_other_times(forge, attacks);
    for_other_audiences(forge, attacks);
    of_confusable_subjects(forge, attacks);
    with_other_names(forge, attacks);
    bound_otherwise(forge, attacks);
    of_other_json(forge, attacks);
}

/// What is not a whole number of seconds, wherever one must be.
fn of_wrong_types(forge: &Forge<'_>, attacks: &mut Attacks) {
    let (good, exp) = (forge.good.issued_at, forge.good.expires_at);
    for name in ["exp", "iat", "nbf"] {
        for json in [
            format!("\"{good}\""),
            format!("\"{exp}\""),
            format!("{good}.0"),
            format!("{exp}.5"),
            format!("{good}e0"),
            "1e400".into(),
            "-1e400".into(),
            "1e9".into(),
            "1E+10".into(),
            "1e-1".into(),
            "-1".into(),
            "-0".into(),
            format!("-{good}"),
            format!("0{good}"),
            format!("+{good}"),
            "0x7fffffff".into(),
            "9223372036854775808".into(),
            "18446744073709551615".into(),
            "18446744073709551616".into(),
            "9".repeat(400),
            "Infinity".into(),
            "NaN".into(),
            "null".into(),
            "true".into(),
            "false".into(),
            "\"\"".into(),
            "[]".into(),
            format!("[{good}]"),
            "{}".into(),
            "\"2027-01-15T08:00:00Z\"".into(),
        ] {
            let shown = &json[..json.len().min(24)];
            attacks.invalid(format!("{name} {shown}"), forge.claiming(name, &json));
        }
    }
    for name in ["sub", "aud", "jti", "uds"] {
        for json in
            ["null", "true", "0", "-1", "1.5", "\"\"", "[]", "{}", "[null]", "\"\\u0000\"", "\"\\ud800\"", "[[]]"]
        {
            attacks.invalid(format!("{name} {json}"), forge.claiming(name, json));
        }
    }
    for name in ["sub", "aud", "exp", "iat", "jti", "uds"] {
        attacks.invalid(format!("no {name}"), forge.signed(&forge.header, replaced(&forge.payload, name, None)));
        let value = members(&forge.payload).into_iter().find(|(of, _)| of == name).unwrap_or_default().1;
        let without = replaced(&forge.payload, name, None);
        let misspelt = extended(&without, &format!("\"{}\":{value}", name.to_uppercase()));
        attacks.invalid(format!("{name} in capitals"), forge.signed(&forge.header, misspelt));
    }
}

/// A claim that occurs twice means one thing to one reader and another to the next.
fn twice(forge: &Forge<'_>, attacks: &mut Attacks) {
    for (name, value) in members(&forge.payload) {
        let escaped = format!("\\u{:04x}{}", u32::from(name.as_bytes()[0]), &name[1..]);
        for more in [
            format!("\"{name}\":{value}"),
            format!("\"{name}\":null"),
            format!("\"{name}\":\"spiffe://example.org/root\""),
            format!("\"{name}\":9999999999"),
            format!("\"{escaped}\":{value}"),
        ] {
            let last = extended(&forge.payload, &more);
            attacks.invalid(format!("claims and {more}"), forge.signed(&forge.header, last));
            let first = format!("{{{more},{}", &forge.payload[1..]);
            attacks.invalid(format!("{more} and claims"), forge.signed(&forge.header, first));
        }
    }
    for more in [
        r#""x":1,"x":1"#,
        r#""x":{"y":1,"y":1}"#,
        r#""x":[{"y":1,"y":2}]"#,
        r#""x":[[{"a":[{"y":1,"\u0079":2}]}]]"#,
        r#""":1,"":2"#,
    ] {
        attacks.invalid(format!("claims and {more}"), forge.signed(&forge.header, extended(&forge.payload, more)));
    }
}

fn of_other_times(forge: &Forge<'_>, attacks: &mut Attacks) {
    let now = forge.good.issued_at;
    let times = |iat: u64, exp: u64| {
        let claims = replaced(&replaced(&forge.payload, "nbf", None), "iat", Some(&iat.to_string()));
        replaced(&claims, "exp", Some(&exp.to_string()))
    };
    for (ago, lifetime) in [(1, 1), (60, 30), (300, 299), (3600, 3600), (86_400, 300), (now, 1)] {
        let token = forge.signed(&forge.header, times(now - ago, now - ago + lifetime));
        attacks.stale(format!("expired, issued {ago} s ago for {lifetime} s"), token);
    }
    let expired = times(now - 300, now - 10);
    for (what, claims) in [
        ("another audience", replaced(&expired, "aud", Some("\"other\""))),
        ("no binding", replaced(&expired, "uds", None)),
        ("another trust domain", replaced(&expired, "sub", Some("\"spiffe://example.com/web\""))),
    ] {
        attacks.invalid(format!("expired, and {what}"), forge.signed(&forge.header, claims));
    }
    for (what, iat, exp) in [
        ("for no time", now, now),
        ("for less than no time", now, now - 1),
        ("backwards", now, 0),
        ("for too long", now, now + MAX_LIFETIME_SECONDS + 1),
        ("for a day", now, now + 86_400),
        ("for ever", now, 9_223_372_036_854_775_807),
        ("from the beginning", 0, now + 300),
        ("too long ago", now - MAX_LIFETIME_SECONDS, now + 300),
        ("in an hour", now + 3600, now + 3900),
        ("in a thousand seconds", now + 1000, now + 1300),
        ("at the end of time", 9_223_372_036_854_775_806, 9_223_372_036_854_775_807),
    ] {
        attacks.invalid(format!("issued {what}"), forge.signed(&forge.header, times(iat, exp)));
    }
    for nbf in [now + 1000, forge.good.expires_at + 1000, 9_223_372_036_854_775_807] {
        attacks.invalid(format!("not before {nbf}"), forge.claiming("nbf", &nbf.to_string()));
    }
}

fn for_other_audiences(forge: &Forge<'_>, attacks: &mut Attacks) {
    let ours = forge.good.audience[0].as_str();
    for json in [
        format!("[\"{ours}\"]"),
        format!("[\"{ours}\",\"{ours}\"]"),
        format!("[\"{ours}\",\"other\"]"),
        format!("[\"other\",\"{ours}\"]"),
        format!("{{\"{ours}\":1}}"),
        format!("\"{}\"", ours.to_uppercase()),
        format!("\"{ours}/\""),
        format!("\"{ours} \""),
        format!("\" {ours}\""),
        format!("\"{ours}\\u0000\""),
        format!("\"{ours}\\n\""),
        format!("\"{ours}x\""),
        format!("\"{}\"", &ours[..ours.len() - 1]),
        format!("\"{ours},other\""),
        format!("\"{ours} other\""),
        format!("\"{ours}#\""),
        format!("\"{ours}?\""),
        "\"*\"".into(),
        "\"other\"".into(),
        "\"parsec\"".into(),
        "\"spiffe://\"".into(),
    ] {
        attacks.invalid(format!("aud {json}"), forge.claiming("aud", &json));
    }
}

/// Other spellings of an identity, and what looks like one.
fn of_confusable_subjects(forge: &Forge<'_>, attacks: &mut Attacks) {
    let (domain, path) = (forge.good.subject.trust_domain(), forge.good.subject.path());
    for subject in other_spellings(domain, path).into_iter().chain(lookalikes(domain, path)) {
        let shown = &subject.chars().take(64).collect::<String>();
        attacks.invalid(format!("sub {shown}"), forge.claiming("sub", &format!("\"{subject}\"")));
    }
}

/// What a reader of URIs might take for the same.
fn other_spellings(domain: &str, path: &str) -> Vec<String> {
    let percent = |text: &str| format!("%{:02x}{}", text.as_bytes()[0], &text[1..]);
    let (capital_domain, escaped_domain) = (domain.to_uppercase(), percent(domain));
    let escaped_path = format!("/{}", percent(&path[1..]));
    vec![
        format!("SPIFFE://{domain}{path}"),
        format!("Spiffe://{domain}{path}"),
        format!("spiffe:{domain}{path}"),
        format!("spiffe:/{domain}{path}"),
        format!("spiffe:///{domain}{path}"),
        format!("spiffe://{capital_domain}{path}"),
        format!("spiffe://{escaped_domain}{path}"),
        format!("spiffe://{domain}{escaped_path}"),
        format!("spiffe://{domain}{path}/"),
        format!("spiffe://{domain}{path}//"),
        format!("spiffe://{domain}/{path}"),
        format!("spiffe://{domain}/.{path}"),
        format!("spiffe://{domain}{path}/."),
        format!("spiffe://{domain}{path}/.."),
        format!("spiffe://{domain}/x/..{path}"),
        format!("spiffe://{domain}/..{path}"),
        format!("spiffe://{domain}{path}/%2e"),
        format!("spiffe://{domain}/x%2f..{path}"),
        format!("spiffe://{domain}:443{path}"),
        format!("spiffe://{domain}:{path}"),
        format!("spiffe://user@{domain}{path}"),
        format!("spiffe://@{domain}{path}"),
        format!("spiffe://:@{domain}{path}"),
        format!("spiffe://{domain}{path}?"),
        format!("spiffe://{domain}{path}?x=1"),
        format!("spiffe://{domain}{path}#"),
        format!("spiffe://{domain}{path}#x"),
        format!("spiffe://{domain}{path};x"),
        format!("spiffe://{domain}{path}+x"),
        format!("spiffe://{domain}{path}~"),
        format!("spiffe://{domain}{path}*"),
        format!("spiffe://{domain}"),
        format!("spiffe://{domain}/"),
    ]
}

/// What a person might take for the same, or a prefix or suffix of it.
fn lookalikes(domain: &str, path: &str) -> Vec<String> {
    vec![
        format!("spiffe://{domain}."),
        format!("spiffe://{domain}.{path}"),
        format!("spiffe://.{domain}{path}"),
        format!("spiffe://x.{domain}{path}"),
        format!("spiffe://{domain}x{path}"),
        format!("spiffe://{domain}.attacker.example{path}"),
        format!("spiffe://attacker.example/{domain}{path}"),
        format!("spiffe://attacker.example{path}"),
        format!("spiffe://{domain}\\\\{path}"),
        format!("spiffe://{domain}{}", path.replace('/', "\\\\")),
        format!(" spiffe://{domain}{path}"),
        format!("spiffe://{domain}{path} "),
        format!("spiffe://{domain}{path}\\n"),
        format!("spiffe://{domain}{path}\\t"),
        format!("spiffe://{domain}{path}\\u0000"),
        format!("spiffe://{domain}{path}\\u0000x"),
        format!("spiffe://{domain}\\u0000{path}"),
        format!("spiffe://{domain}{path}\\u200b"),
        format!("spiffe://{domain}{path}\\u202e"),
        format!("spiffe://{domain}{path}\\u0301"),
        format!("spiffe://{domain}/\\u0430{path}"),
        format!("spiffe://{domain}\\u2215{path}"),
        format!("spiffe://{}{path}", domain.replace('.', "\\u3002")),
        format!("spiffe\\uff1a//{domain}{path}"),
        format!("\\ufeffspiffe://{domain}{path}"),
        format!("https://{domain}{path}"),
        format!("{domain}{path}"),
        format!("//{domain}{path}"),
        format!("urn:spiffe:{domain}{path}"),
        format!("spiffe://[::1]{path}"),
        format!("spiffe://127.0.0.1{path}"),
        format!("spiffe://{path}"),
        "0".into(),
        "root".into(),
        "*".into(),
        format!("spiffe://{domain}/{}", "a".repeat(2048)),
        format!("spiffe://{}{path}", "a".repeat(256)),
    ]
}

fn with_other_names(forge: &Forge<'_>, attacks: &mut Attacks) {
    for jti in ["a b", "a\\nb", "a\\u0000", "a\\u001b[2J", "é", "a/b", "a=", "a.b", "<a>", "%61", "{}"] {
        attacks.invalid(format!("jti {jti}"), forge.claiming("jti", &format!("\"{jti}\"")));
    }
    attacks.invalid("a long jti", forge.claiming("jti", &format!("\"{}\"", "a".repeat(65))));
}

fn bound_otherwise(forge: &Forge<'_>, attacks: &mut Attacks) {
    let boot = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
    for json in [
        r#""none""#.to_owned(),
        r#"["none"]"#.into(),
        r#"{"kind":null}"#.into(),
        r#"{"kind":""}"#.into(),
        r#"{"kind":"NONE"}"#.into(),
        r#"{"kind":"all"}"#.into(),
        r#"{"kind":["none"]}"#.into(),
        r#"{"kind":"none","uid":0}"#.into(),
        r#"{"kind":"none","kind":"none"}"#.into(),
        r#"{"uid":0}"#.into(),
        r#"{"kind":"uid"}"#.into(),
        r#"{"kind":"uid","uid":0}"#.into(),
        format!(r#"{{"kind":"uid","boot":"{boot}"}}"#),
        format!(r#"{{"kind":"uid","boot":"{boot}","uid":-1}}"#),
        format!(r#"{{"kind":"uid","boot":"{boot}","uid":0.0}}"#),
        format!(r#"{{"kind":"uid","boot":"{boot}","uid":"0"}}"#),
        format!(r#"{{"kind":"uid","boot":"{boot}","uid":4294967296}}"#),
        format!(r#"{{"kind":"uid","boot":"{boot}","uid":null}}"#),
        format!(r#"{{"kind":"uid","boot":"{boot}","uid":0,"uid":1000}}"#),
        format!(r#"{{"kind":"uid","boot":"{boot}","uid":0,"x":1}}"#),
        format!(r#"{{"kind":"uid","boot":"{}","uid":0}}"#, boot.to_uppercase()),
        format!(r#"{{"kind":"uid","boot":"{}","uid":0}}"#, boot.replace('-', "")),
        format!(r#"{{"kind":"uid","boot":"{{{boot}}}","uid":0}}"#),
        r#"{"kind":"uid","boot":"","uid":0}"#.into(),
        format!(r#"{{"kind":"process","boot":"{boot}","uid":0,"pid":1}}"#),
        format!(r#"{{"kind":"process","boot":"{boot}","uid":0,"pid":1,"start":-1}}"#),
        format!(r#"{{"kind":"process","boot":"{boot}","uid":0,"pid":1,"start":1,"pidfd":null}}"#),
        format!(r#"{{"kind":"process","boot":"{boot}","uid":0,"pid":[1],"start":1,"pidfd":1}}"#),
        format!(r#"{{"kind":"cgroup","boot":"{boot}","uid":0,"hierarchy":"v2","path":"/"}}"#),
        format!(r#"{{"kind":"cgroup","boot":"{boot}","uid":0,"hierarchy":"v3","path":"/","id":1}}"#),
        format!(r#"{{"kind":"cgroup","boot":"{boot}","uid":0,"hierarchy":"v2","path":1,"id":1}}"#),
        format!(r#"{{"kind":"cgroup","boot":"{boot}","uid":0,"path":"/","id":1}}"#),
    ] {
        attacks.invalid(format!("uds {json}"), forge.claiming("uds", &json));
    }
}

fn of_other_json(forge: &Forge<'_>, attacks: &mut Attacks) {
    let claims = &forge.payload;
    let texts = [
        "{}".to_owned(),
        "[]".into(),
        "null".into(),
        "\"\"".into(),
        "0".into(),
        " ".into(),
        "{".into(),
        "\0".into(),
        format!("[{claims}]"),
        format!("{claims}{claims}"),
        format!("{claims},"),
        format!("{claims}\0"),
        format!("\u{feff}{claims}"),
        format!("{claims}//"),
        format!("/**/{claims}"),
        claims.replace('"', "'"),
        claims.replace("}}", "},}"),
        claims[..claims.len() - 1].to_owned(),
        claims[1..].to_owned(),
        format!("{{\"claims\":{claims}}}"),
        format!("\"{}\"", claims.replace('"', "\\\"")),
        extended(claims, "\"x\":\"\\ud800\""),
        extended(claims, "\"x\":\"\\udc00\\ud800\""),
        extended(claims, "\"x\":\"\\x41\""),
        extended(claims, "\"x\":\"\u{1}\""),
        extended(claims, "\"x\":1e400"),
        extended(claims, "\"x\":0.1"),
        extended(claims, "\"x\":01"),
        extended(claims, "\"x\":.5"),
        extended(claims, "\"x\":undefined"),
        extended(claims, "x:1"),
        extended(claims, "\"__proto__\":{\"a\":1,\"a\":2}"),
    ];
    for text in texts {
        let shown: String = text.chars().rev().take(32).collect::<Vec<_>>().into_iter().rev().collect();
        attacks.invalid(format!("claims …{}", shown.escape_debug()), forge.signed(&forge.header, text));
    }
    let open = &claims.as_bytes()[..claims.len() - 1];
    for bytes in [&b"\xff"[..], b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x28\xa1"] {
        let payload = [open, b",\"x\":\"", bytes, b"\"}"].concat();
        attacks.invalid(format!("claims with {}", bytes.escape_ascii()), forge.signed(&forge.header, payload));
    }
    let wide: Vec<u8> = claims.encode_utf16().flat_map(u16::to_be_bytes).collect();
    attacks.invalid("claims in UTF-16", forge.signed(&forge.header, wide));
}
