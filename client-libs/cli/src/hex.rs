//! Bytes as hexadecimal digits.

/// Reads digits; white space and colons between bytes are skipped.
pub(crate) fn parse(text: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<char> = text.chars().filter(|digit| !digit.is_ascii_whitespace() && *digit != ':').collect();
    if !digits.len().is_multiple_of(2) {
        return Err("an odd number of hexadecimal digits".to_owned());
    }
    let value = |digit: char| digit.to_digit(16).ok_or_else(|| format!("{digit:?} is no hexadecimal digit"));
    // Two digits are below 256.
    digits.chunks(2).map(|pair| Ok((value(pair[0])? * 16 + value(pair[1])?) as u8)).collect()
}

/// Lower-case digits. They may be a secret's, so the text never grows into other memory, not even by a line's end.
pub(crate) fn print(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len() + 1);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)].into());
        text.push(DIGITS[usize::from(byte & 15)].into());
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_are_read_as_they_are_printed() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(super::parse(&super::print(&bytes)), Ok(bytes));
        assert_eq!(super::parse("0A:0b 0c"), Ok(vec![10, 11, 12]));
        assert!(super::parse("abc").is_err() && super::parse("zz").is_err());
    }
}
