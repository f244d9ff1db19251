//! The golden bytes of `interface/vectors`, in the form that its README describes.

use crate::binary::workspace;

/// The message in the file `name.hex`, without the spaces between its parts.
pub fn vector(name: &str) -> Vec<u8> {
    let path = workspace().join("interface/vectors").join(name).with_extension("hex");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let digits: Vec<u8> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.bytes())
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or_else(|| panic!("{name}: {byte} is no digit")) as u8;
    digits.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}
