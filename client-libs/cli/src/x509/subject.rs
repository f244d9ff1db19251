//! A subject's name as people write it (RFC 4514) and as certificates hold it (RFC 5280 4.1.2.4).

use keystead_der::{element, sequence, tag};

/// A kind of attribute: its word, its OID, the tag of its value, and how many characters it may have (RFC 5280 A.1).
type Kind = (&'static str, &'static [u8], u8, usize);

const KINDS: &[Kind] = &[
    ("CN", &[0x55, 0x04, 0x03], tag::UTF8_STRING, 64),
    ("serialNumber", &[0x55, 0x04, 0x05], tag::PRINTABLE_STRING, 64),
    ("C", &[0x55, 0x04, 0x06], tag::PRINTABLE_STRING, 2),
    ("L", &[0x55, 0x04, 0x07], tag::UTF8_STRING, 128),
    ("ST", &[0x55, 0x04, 0x08], tag::UTF8_STRING, 128),
    ("STREET", &[0x55, 0x04, 0x09], tag::UTF8_STRING, 128),
    ("O", &[0x55, 0x04, 0x0a], tag::UTF8_STRING, 64),
    ("OU", &[0x55, 0x04, 0x0b], tag::UTF8_STRING, 64),
    ("DC", &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19], tag::IA5_STRING, 63),
    ("UID", &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01], tag::UTF8_STRING, 256),
    ("emailAddress", &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01], tag::IA5_STRING, 255),
];

/// Characters of PrintableString beside letters and digits (X.680 41.4).
const PRINTABLE: &str = " '()+,-./:=?";

/// A name: its attributes in the order in which they were written.
#[derive(Clone, Debug)]
pub(crate) struct Subject(Vec<(&'static Kind, String)>);

impl Subject {
    /// Reads a name such as `CN=example.org,O=Example\, Inc.,C=NL`. Spaces around the parts do not count; a backslash
    /// takes the meaning from the character behind it, or stands before two hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Result<Subject, String> {
        parts(text).into_iter().map(attribute).collect::<Result<_, _>>().map(Subject)
    }

    /// The name as RDNSequence. It begins with what is written last: the country, not the person (RFC 4514 2.1).
    pub(super) fn to_der(&self) -> Vec<u8> {
        let attribute = |((_, oid, value_tag, _), value): &(&Kind, String)| {
            let pair = sequence(&[&element(tag::OID, oid), &element(*value_tag, value.as_bytes())]);
            element(tag::SET, &pair)
        };
        sequence(&[&self.0.iter().rev().flat_map(attribute).collect::<Vec<u8>>()])
    }
}

/// The parts between commas that have their meaning.
fn parts(text: &str) -> Vec<&str> {
    let mut escaped = false;
    text.split(|character| {
        let ends = character == ',' && !escaped;
        escaped = character == '\\' && !escaped;
        ends
    })
    .collect()
}

fn attribute(part: &str) -> Result<(&'static Kind, String), String> {
    let (word, value) = part.split_once('=').ok_or_else(|| format!("{part:?} is not like CN=example.org"))?;
    let word = word.trim();
    let kind = KINDS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(word)).ok_or_else(|| {
        let words: Vec<&str> = KINDS.iter().map(|(known, ..)| *known).collect();
        format!("{word:?} is no attribute that is known; those are {}", words.join(", "))
    })?;
    let value = unescaped(value)?;
    let (_, _, value_tag, most) = kind;
    let is_printable = |c: char| c.is_ascii_alphanumeric() || PRINTABLE.contains(c);
    let fits = match *value_tag {
        tag::PRINTABLE_STRING => value.chars().all(is_printable),
        tag::IA5_STRING => value.is_ascii(),
        _ => true,
    };
    if value.is_empty() || value.chars().count() > *most || value.contains('\0') || !fits {
        return Err(format!("{word} takes 1 to {most} characters, and not all of them everywhere: {value:?}"));
    }
    Ok((kind, value))
}

/// A value without its backslashes, and without the spaces around it that have none.
fn unescaped(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?} is not written as RFC 4514 says; take \\ before any of , + \" \\ < > ;");
    let mut out = Vec::new();
    let mut kept = 0;
    let mut rest = text.trim_start().chars();
    while let Some(character) = rest.next() {
        let mut buffer = [0; 4];
        match character {
            '\\' => {
                let first = rest.next().ok_or_else(wrong)?;
                match first.to_digit(16) {
                    Some(high) => {
                        let low = rest.next().and_then(|digit| digit.to_digit(16)).ok_or_else(wrong)?;
                        // Two digits of 16 are a byte.
                        out.push((high << 4 | low) as u8);
                    }
                    None => out.extend_from_slice(first.encode_utf8(&mut buffer).as_bytes()),
                }
                kept = out.len();
            }
            '+' | '"' | '<' | '>' | ';' => return Err(wrong()),
            other => {
                out.extend_from_slice(other.encode_utf8(&mut buffer).as_bytes());
                kept = if other == ' ' { kept } else { out.len() };
            }
        }
    }
    out.truncate(kept);
    String::from_utf8(out).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(&'static str, String)> {
        Subject::parse(text).unwrap().0.into_iter().map(|((word, ..), value)| (*word, value)).collect()
    }

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let pair = |word, value: &str| (word, value.to_owned());
        assert_eq!(values("CN=example.org"), [pair("CN", "example.org")]);
        assert_eq!(
            values(r"cn = A\, B ,O=C=D\ , C=NL"),
            [pair("CN", "A, B"), pair("O", "C=D "), pair("C", "NL")],
            "the examples of RFC 4514 4 are like these"
        );
        assert_eq!(values(r"CN=Lu\C4\8Di\C4\87\\,O=x"), [pair("CN", "Lučić\\"), pair("O", "x")]);
    }

    #[test]
    fn the_country_comes_first_in_a_certificate() {
        let der = Subject::parse("CN=x,C=NL").unwrap().to_der();
        let country = [0x31, 11, 0x30, 9, 6, 3, 0x55, 4, 6, 0x13, 2, b'N', b'L'];
        let person = [0x31, 10, 0x30, 8, 6, 3, 0x55, 4, 3, 0x0c, 1, b'x'];
        assert_eq!(der, [&[0x30, 25][..], &country, &person].concat());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = format!("CN={}", "x".repeat(65));
        for text in
            ["", "example.org", "CN=", "CN=x,", "X=y", "C=NLD", "C=ü", "CN=a+O=b", r"CN=a\", r"CN=\c3", r"CN=\4", &long]
        {
            assert!(Subject::parse(text).is_err(), "{text}");
        }
    }
}
