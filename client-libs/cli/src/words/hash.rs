//! Hash functions.

use keystead_client::interface::algorithm::Hash;

/// Every hash with its word.
pub(super) const HASHES: &[(&str, Hash)] = &[
    ("md2", Hash::Md2),
    ("md4", Hash::Md4),
    ("md5", Hash::Md5),
    ("ripemd160", Hash::Ripemd160),
    ("sha1", Hash::Sha1),
    ("sha224", Hash::Sha224),
    ("sha256", Hash::Sha256),
    ("sha384", Hash::Sha384),
    ("sha512", Hash::Sha512),
    ("sha512-224", Hash::Sha512_224),
    ("sha512-256", Hash::Sha512_256),
    ("sha3-224", Hash::Sha3_224),
    ("sha3-256", Hash::Sha3_256),
    ("sha3-384", Hash::Sha3_384),
    ("sha3-512", Hash::Sha3_512),
];

/// The hash that a word names.
pub(crate) fn parse_hash(word: &str) -> Result<Hash, String> {
    let found = HASHES.iter().find(|(name, _)| *name == word);
    found.map(|(_, hash)| *hash).ok_or_else(|| format!("unknown hash; known are {}", words().join(", ")))
}

/// The word for a hash.
pub(crate) fn hash_word(hash: Hash) -> &'static str {
    HASHES.iter().find(|(_, known)| *known == hash).map_or("unknown", |(word, _)| word)
}

fn words() -> Vec<&'static str> {
    HASHES.iter().map(|(word, _)| *word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_has_a_word_of_its_own() {
        for hash in Hash::ALL {
            assert_eq!(parse_hash(hash_word(*hash)), Ok(*hash));
        }
        assert!(parse_hash("sha257").unwrap_err().contains("sha3-256"));
    }
}
