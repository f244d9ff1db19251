//! OpenSSL's command line, the other side of every operation with asymmetric keys.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use keystead_interface::algorithm::Hash;
use tempfile::TempDir;

/// A folder for OpenSSL's files.
pub struct Openssl(TempDir);

impl Openssl {
    pub fn new() -> Self {
        Openssl(tempfile::tempdir().unwrap())
    }

    /// Writes a file.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs a command; gives what it wrote to its standard output, or nothing if it failed.
    pub fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Option<Vec<u8>> {
        let output = Command::new("openssl").args(arguments).current_dir(self.0.path()).output().unwrap();
        output.status.success().then_some(output.stdout)
    }

    /// Makes a pair, and gives its public half as SubjectPublicKeyInfo. Its file is `pair.pem`.
    pub fn generate(&self, options: &[&str]) -> Vec<u8> {
        let make = [&["genpkey", "-out", "pair.pem"], options].concat();
        self.run(&make).expect("a pair");
        self.run(&["pkey", "-in", "pair.pem", "-pubout", "-outform", "DER"]).expect("its public half")
    }

    /// Whether OpenSSL verifies a signature of a hash under a public key (SubjectPublicKeyInfo).
    pub fn verifies(&self, spki: &[u8], options: &[&str], hash: &[u8], signature: &[u8]) -> bool {
        self.file("public.der", spki);
        self.file("hash", hash);
        self.file("signature", signature);
        let fixed = ["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "public.der"];
        let files = ["-in", "hash", "-sigfile", "signature"];
        self.run(&[&fixed, &files[..], &pkeyopts(options)].concat()).is_some()
    }

    /// OpenSSL's signature of a hash with `pair.pem`.
    pub fn signs(&self, options: &[&str], hash: &[u8]) -> Vec<u8> {
        self.file("hash", hash);
        let fixed = ["pkeyutl", "-sign", "-inkey", "pair.pem", "-in", "hash"];
        self.run(&[&fixed[..], &pkeyopts(options)].concat()).expect("a signature")
    }
}

/// Each as an argument after `-pkeyopt`.
pub fn pkeyopts<'a>(options: &[&'a str]) -> Vec<&'a str> {
    options.iter().flat_map(|option| ["-pkeyopt", option]).collect()
}

/// OpenSSL's name of a hash.
pub fn name(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "sha1",
        Hash::Sha224 => "sha224",
        Hash::Sha256 => "sha256",
        Hash::Sha384 => "sha384",
        Hash::Sha512 => "sha512",
        Hash::Sha512_224 => "sha512-224",
        Hash::Sha512_256 => "sha512-256",
        Hash::Sha3_224 => "sha3-224",
        Hash::Sha3_256 => "sha3-256",
        Hash::Sha3_384 => "sha3-384",
        Hash::Sha3_512 => "sha3-512",
        _ => panic!("no test uses it"),
    }
}

/// One DER value.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..128 => vec![tag, length as u8],
        128..256 => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}

/// A bit string without unused bits.
fn bits(content: &[u8]) -> Vec<u8> {
    der(3, &[&[0], content].concat())
}

/// The SubjectPublicKeyInfo of an RSAPublicKey.
pub fn rsa_spki(public: &[u8]) -> Vec<u8> {
    let oid = der(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1]);
    der(0x30, &[der(0x30, &[oid, vec![5, 0]].concat()), bits(public)].concat())
}

/// The RSAPublicKey in a SubjectPublicKeyInfo, which begins after the same 24 bytes for every key of 2,048 or more bits.
pub fn rsa_public(spki: &[u8]) -> &[u8] {
    &spki[24..]
}

/// The SubjectPublicKeyInfo of a point.
pub fn ecc_spki(curve_bits: u32, point: &[u8]) -> Vec<u8> {
    let curve: &[u8] = match curve_bits {
        224 => &[0x2b, 0x81, 4, 0, 33],
        256 => &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
        384 => &[0x2b, 0x81, 4, 0, 34],
        521 => &[0x2b, 0x81, 4, 0, 35],
        _ => panic!("no test uses it"),
    };
    let oid = der(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]);
    der(0x30, &[der(0x30, &[oid, der(6, curve)].concat()), bits(point)].concat())
}

/// r ‖ s as the SEQUENCE that OpenSSL wants.
pub fn ecdsa_der(signature: &[u8]) -> Vec<u8> {
    let number = |half: &[u8]| {
        let start = half.iter().position(|byte| *byte != 0).unwrap_or(half.len() - 1);
        let sign = if half[start] & 0x80 != 0 { &[0][..] } else { &[] };
        der(2, &[sign, &half[start..]].concat())
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    der(0x30, &[number(r), number(s)].concat())
}

/// r ‖ s of such a SEQUENCE, each as long as the order.
pub fn ecdsa_halves(signature: &[u8], length: usize) -> Vec<u8> {
    // SEQUENCE and its length (one byte, or two beyond 127), then two INTEGERs.
    let mut rest = if signature[1] == 0x81 { &signature[3..] } else { &signature[2..] };
    let mut halves = Vec::new();
    for _ in 0..2 {
        let (number, after) = rest[2..].split_at(usize::from(rest[1]));
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        halves.extend(vec![0; length - number.len()]);
        halves.extend_from_slice(number);
        rest = after;
    }
    halves
}
