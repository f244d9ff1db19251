//! The rows of the table, and how what a provider is held to becomes a cell.

use std::collections::BTreeSet;

use super::Expected;

/// What stands in a row's cells.
pub(super) enum Cell {
    /// The keys that an algorithm can be used with.
    Algorithm(&'static str),
    /// Whether pairs and symmetric keys can be brought or taken away.
    Keys(&'static str),
    /// Whether an operation is there.
    Operation(&'static str),
    /// The hashes that are computed.
    Hashes,
}

/// The rows, from top to bottom.
pub(super) const ROWS: &[(&str, Cell)] = &[
    ("RSA signatures, PKCS#1 v1.5", Cell::Algorithm("RsaPkcs1v15Sign")),
    ("RSA signatures, PSS", Cell::Algorithm("RsaPss")),
    ("RSA encryption, PKCS#1 v1.5", Cell::Algorithm("RsaPkcs1v15Crypt")),
    ("RSA encryption, OAEP", Cell::Algorithm("RsaOaep")),
    ("ECDSA", Cell::Algorithm("Ecdsa")),
    ("ECDSA, deterministic", Cell::Algorithm("DeterministicEcdsa")),
    ("key agreement, ECDH", Cell::Algorithm("Ecdh")),
    ("GCM", Cell::Algorithm("Gcm")),
    ("CCM", Cell::Algorithm("Ccm")),
    ("ChaCha20-Poly1305", Cell::Algorithm("Chacha20Poly1305")),
    ("CTR", Cell::Algorithm("Ctr")),
    ("CBC, plain", Cell::Algorithm("CbcNoPadding")),
    ("CBC, PKCS#7", Cell::Algorithm("CbcPkcs7")),
    ("CFB", Cell::Algorithm("Cfb")),
    ("OFB", Cell::Algorithm("Ofb")),
    ("ECB", Cell::Algorithm("EcbNoPadding")),
    ("XTS", Cell::Algorithm("Xts")),
    ("stream cipher", Cell::Algorithm("StreamCipher")),
    ("HMAC", Cell::Algorithm("Hmac")),
    ("CMAC", Cell::Algorithm("Cmac")),
    ("CBC-MAC", Cell::Algorithm("CbcMac")),
    ("hashes", Cell::Hashes),
    ("random bytes", Cell::Operation("PsaGenerateRandom")),
    ("keys can be brought", Cell::Keys("import")),
    ("keys can be taken away, if their policy says so", Cell::Keys("export")),
    ("attestation", Cell::Operation("AttestKey")),
];

/// Up to so many hashes are named; more are "all" that anybody would sign with.
const FEW_HASHES: usize = 5;

const ABSENT: &str = "–";

impl Cell {
    pub(super) fn of(&self, provider: &Expected) -> String {
        let text = match self {
            Cell::Algorithm(algorithm) => uses(provider, algorithm),
            Cell::Keys(way) => keys(provider, way),
            Cell::Operation(opcode) if provider.opcodes.iter().any(|one| one == opcode) => "yes".to_owned(),
            Cell::Operation(_) => String::new(),
            Cell::Hashes => provider.hashes.iter().map(|hash| hash_name(hash)).collect::<Vec<_>>().join(", "),
        };
        if text.is_empty() { ABSENT.to_owned() } else { text }
    }
}

/// The keys of an algorithm; of asymmetric ones, those that have their private half.
fn uses(provider: &Expected, algorithm: &str) -> String {
    let mut found: Vec<(&str, BTreeSet<u32>)> = Vec::new();
    let mut hashes = BTreeSet::new();
    for one in provider.uses.iter().filter(|one| one.algorithms.iter().any(|name| name == algorithm)) {
        for key_type in one.types.iter().filter(|key_type| !key_type.contains("Public")) {
            let all = || sizes_of(provider, key_type);
            let sizes = one.sizes.as_ref().map_or_else(all, |sizes| sizes.iter().copied().collect());
            match found.iter_mut().find(|(name, _)| name == key_type) {
                Some((_, known)) => known.extend(sizes),
                None => found.push((key_type, sizes)),
            }
            hashes.extend(one.hashes.iter().filter(|hash| *hash != "Any").map(|hash| hash_name(hash)));
        }
    }
    let keys: Vec<_> = found.iter().map(|(key_type, sizes)| key_names(key_type, sizes)).collect();
    let keys = keys.join(", ");
    let hashes: Vec<_> = hashes.into_iter().collect();
    if keys.is_empty() || hashes.is_empty() || hashes.len() > FEW_HASHES {
        return keys;
    }
    let with = format!("with {}", hashes.join(", "));
    if algorithm == "Hmac" { with } else { format!("{keys}; {with}") }
}

/// Kinds of keys that can be moved in this way.
fn keys(provider: &Expected, way: &str) -> String {
    let mut kinds = BTreeSet::new();
    for keys in provider.keys.iter().filter(|keys| keys.can.iter().any(|one| one == way)) {
        for key_type in &keys.types {
            kinds.insert(match key_type {
                public if public.contains("Public") => "public keys",
                pair if pair.contains("KeyPair") => "pairs",
                _ => "symmetric keys",
            });
        }
    }
    kinds.into_iter().rev().collect::<Vec<_>>().join(", ")
}

fn sizes_of(provider: &Expected, key_type: &str) -> BTreeSet<u32> {
    let of_type = provider.keys.iter().filter(|keys| keys.types.iter().any(|one| one == key_type));
    of_type.flat_map(|keys| keys.sizes.iter().copied()).collect()
}

/// Names of keys, as people call them.
fn key_names(key_type: &str, sizes: &BTreeSet<u32>) -> String {
    let list = |prefix: &str| sizes.iter().map(|bits| format!("{prefix}{bits}")).collect::<Vec<_>>().join(", ");
    match key_type {
        "RsaKeyPair" => list(""),
        "EccKeyPair(SecpR1)" => list("P-"),
        "EccKeyPair(SecpK1)" => "secp256k1".to_owned(),
        "EccKeyPair(BrainpoolPR1)" => format!("Brainpool {}", list("")),
        "EccKeyPair(Montgomery)" => {
            sizes.iter().map(|bits| if *bits == 255 { "X25519" } else { "X448" }).collect::<Vec<_>>().join(", ")
        }
        "Hmac" => "yes".to_owned(),
        "Chacha20" => "yes".to_owned(),
        "Aes" => format!("AES-{}", list("").replace(", ", "/")),
        "Camellia" => format!("Camellia-{}", list("").replace(", ", "/")),
        other => other.to_owned(),
    }
}

/// A hash as its standard calls it.
fn hash_name(name: &str) -> String {
    match name.strip_prefix("Sha3_") {
        Some(bits) => format!("SHA3-{bits}"),
        None => match name.strip_prefix("Sha") {
            Some(bits) => format!("SHA-{}", bits.replace('_', "/")),
            None => name.replace("Ripemd160", "RIPEMD-160").replace("Md", "MD"),
        },
    }
}
