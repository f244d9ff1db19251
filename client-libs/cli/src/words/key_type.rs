//! Types and sizes of keys: `rsa-2048`, `ecc-p256`, `secp256k1`, `x25519`, `aes-256`, `hmac-256`, `raw` and so on;
//! with `-public` at the end the public half of a pair.

use keystead_client::interface::attributes::{DhFamily, EccFamily, KeyShape, KeyType};

/// Every curve with its word. The sizes are those of the PSA Crypto API.
const CURVES: &[(&str, EccFamily, u32)] = &[
    ("ecc-p192", EccFamily::SecpR1, 192),
    ("ecc-p224", EccFamily::SecpR1, 224),
    ("ecc-p256", EccFamily::SecpR1, 256),
    ("ecc-p384", EccFamily::SecpR1, 384),
    ("ecc-p521", EccFamily::SecpR1, 521),
    ("secp192k1", EccFamily::SecpK1, 192),
    ("secp224k1", EccFamily::SecpK1, 225),
    ("secp256k1", EccFamily::SecpK1, 256),
    ("secp160r2", EccFamily::SecpR2, 160),
    ("sect163k1", EccFamily::SectK1, 163),
    ("sect233k1", EccFamily::SectK1, 233),
    ("sect239k1", EccFamily::SectK1, 239),
    ("sect283k1", EccFamily::SectK1, 283),
    ("sect409k1", EccFamily::SectK1, 409),
    ("sect571k1", EccFamily::SectK1, 571),
    ("sect163r1", EccFamily::SectR1, 163),
    ("sect233r1", EccFamily::SectR1, 233),
    ("sect283r1", EccFamily::SectR1, 283),
    ("sect409r1", EccFamily::SectR1, 409),
    ("sect571r1", EccFamily::SectR1, 571),
    ("sect163r2", EccFamily::SectR2, 163),
    ("brainpool-p160r1", EccFamily::BrainpoolPR1, 160),
    ("brainpool-p192r1", EccFamily::BrainpoolPR1, 192),
    ("brainpool-p224r1", EccFamily::BrainpoolPR1, 224),
    ("brainpool-p256r1", EccFamily::BrainpoolPR1, 256),
    ("brainpool-p320r1", EccFamily::BrainpoolPR1, 320),
    ("brainpool-p384r1", EccFamily::BrainpoolPR1, 384),
    ("brainpool-p512r1", EccFamily::BrainpoolPR1, 512),
    ("frp256v1", EccFamily::Frp, 256),
    ("x25519", EccFamily::Montgomery, 255),
    ("x448", EccFamily::Montgomery, 448),
];

/// Types whose word is followed by a size in bits. Without one, an import takes the size that the data has.
const SIZED: &[(&str, KeyType)] = &[
    ("rsa", KeyType::RsaKeyPair),
    ("aes", KeyType::Aes),
    ("camellia", KeyType::Camellia),
    ("des", KeyType::Des),
    ("arc4", KeyType::Arc4),
    ("hmac", KeyType::Hmac),
    ("derive", KeyType::Derive),
    ("raw", KeyType::RawData),
    ("ffdh", KeyType::DhKeyPair(DhFamily::Rfc7919)),
];

const CHACHA20: (&str, KeyShape) = ("chacha20", KeyShape { key_type: KeyType::Chacha20, bits: 256 });

/// The type and size that a word names; 0 bits if it names no size.
pub(crate) fn parse_key_type(word: &str) -> Result<KeyShape, String> {
    let (pair, is_public) = word.strip_suffix("-public").map_or((word, false), |pair| (pair, true));
    let shape = parse_pair(pair).ok_or_else(unknown)?;
    if !is_public {
        return Ok(shape);
    }
    let key_type = match shape.key_type {
        KeyType::RsaKeyPair => KeyType::RsaPublicKey,
        KeyType::EccKeyPair(family) => KeyType::EccPublicKey(family),
        KeyType::DhKeyPair(family) => KeyType::DhPublicKey(family),
        _ => return Err(format!("{pair} is no pair and has no public half")),
    };
    Ok(KeyShape { key_type, ..shape })
}

fn parse_pair(word: &str) -> Option<KeyShape> {
    if let Some((_, family, bits)) = CURVES.iter().find(|(known, ..)| *known == word) {
        return Some(KeyShape { key_type: KeyType::EccKeyPair(*family), bits: *bits });
    }
    if word == CHACHA20.0 {
        return Some(CHACHA20.1);
    }
    let (name, bits) = match word.split_once('-') {
        Some((name, bits)) => (name, bits.parse().ok()?),
        None => (word, 0),
    };
    let (_, key_type) = SIZED.iter().find(|(known, _)| *known == name)?;
    Some(KeyShape { key_type: *key_type, bits })
}

/// The word for a type and size.
pub(crate) fn key_type_word(shape: KeyShape) -> String {
    let (pair, suffix) = match shape.key_type {
        KeyType::RsaPublicKey => (KeyType::RsaKeyPair, "-public"),
        KeyType::EccPublicKey(family) => (KeyType::EccKeyPair(family), "-public"),
        KeyType::DhPublicKey(family) => (KeyType::DhKeyPair(family), "-public"),
        other => (other, ""),
    };
    let word = match pair {
        KeyType::Chacha20 => CHACHA20.0.to_owned(),
        KeyType::EccKeyPair(family) => CURVES
            .iter()
            .find(|(_, known, bits)| (*known, *bits) == (family, shape.bits))
            .map_or_else(|| format!("{family:?}-{}", shape.bits).to_lowercase(), |(word, ..)| (*word).to_owned()),
        pair => {
            let name = SIZED.iter().find(|(_, known)| *known == pair).map_or("unknown", |(name, _)| name);
            if shape.bits == 0 { name.to_owned() } else { format!("{name}-{}", shape.bits) }
        }
    };
    word + suffix
}

fn unknown() -> String {
    let curves: Vec<&str> = CURVES.iter().map(|(word, ..)| *word).filter(|word| !word.starts_with("sect")).collect();
    format!(
        "unknown type of key; known are rsa-2048, aes-256, chacha20, camellia-128, hmac-256, raw-128, derive-256, {}; \
         add -public for the public half of a pair",
        curves.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_printed_as_the_word_that_names_it() {
        let words = ["rsa-2048", "aes-128", "camellia-256", "des-192", "arc4-128", "hmac-256", "derive-256", "raw-8"];
        let others = ["rsa", "chacha20", "ffdh-2048", "rsa-4096-public", "ecc-p256-public", "ffdh-2048-public"];
        for word in words.iter().chain(&others).copied().chain(CURVES.iter().map(|(word, ..)| *word)) {
            assert_eq!(key_type_word(parse_key_type(word).unwrap()), word);
        }
    }

    #[test]
    fn every_curve_of_the_contract_has_a_word() {
        for family in EccFamily::ALL {
            for bits in family.sizes() {
                assert!(CURVES.iter().any(|(_, known, size)| (known, size) == (family, bits)), "{family:?} {bits}");
            }
        }
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for word in ["p256", "rsa-", "rsa-many", "aes-128-public", "chacha20-128", ""] {
            assert!(parse_key_type(word).is_err(), "{word}");
        }
    }
}
