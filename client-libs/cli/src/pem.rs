//! PEM, the textual encoding of keys (RFC 7468).

use base64ct::{Base64, Encoding};
use keystead_client::interface::secret::SecretBytes;
use zeroize::Zeroizing;

/// Characters of a line.
const LINE: usize = 64;

/// The text for some bytes under a label such as `PUBLIC KEY`.
pub(crate) fn encode(label: &str, bytes: &[u8]) -> String {
    let text = Base64::encode_string(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    for at in (0..text.len()).step_by(LINE) {
        // Base64 is ASCII: every index is between two characters.
        out.push_str(&text[at..text.len().min(at + LINE)]);
        out.push('\n');
    }
    out + &format!("-----END {label}-----\n")
}

/// How a block begins.
const BEGIN: &str = "-----BEGIN ";

/// Whether bytes hold the beginning of a block. No other format of a key has it.
pub(crate) fn is_pem(bytes: &[u8]) -> bool {
    bytes.windows(BEGIN.len()).any(|window| window == BEGIN.as_bytes())
}

/// The label and the bytes of the first block in a text; `None` if there is none that is whole.
pub(crate) fn decode(text: &[u8]) -> Option<(String, SecretBytes)> {
    let text = std::str::from_utf8(text).ok()?;
    let (_, after) = text.split_once(BEGIN)?;
    let (label, after) = after.split_once("-----")?;
    let (base64, _) = after.split_once(&format!("-----END {label}-----"))?;
    // As long as it can get, so that no copy is left behind while it grows.
    let mut digits = Zeroizing::new(String::with_capacity(base64.len()));
    digits.extend(base64.chars().filter(|character| !character.is_ascii_whitespace()));
    let bytes = Base64::decode_vec(&digits).ok()?;
    Some((label.to_owned(), SecretBytes::new(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_found_among_other_text_and_lines_are_short() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = encode("PUBLIC KEY", &bytes);
        assert!(text.lines().all(|line| line.len() <= LINE));
        let (label, decoded) = decode(format!("a comment\n{text}more").as_bytes()).unwrap();
        assert_eq!((label.as_str(), decoded.expose()), ("PUBLIC KEY", &bytes));
    }

    #[test]
    fn what_is_cut_short_is_no_block() {
        let text = encode("PUBLIC KEY", &[1, 2, 3]);
        assert!(decode(&text.as_bytes()[..text.len() - 10]).is_none());
        assert!(decode(b"-----BEGIN X-----\n****\n-----END X-----\n").is_none());
    }
}
