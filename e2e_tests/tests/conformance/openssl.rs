//! OpenSSL's command as another party of a story: the same operations in the same words, with keys that are given to it in
//! the contract's formats (`key`, with its `type`) instead of names.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};

use keystead_client::interface::algorithm::{Algorithm, AsymmetricEncryption, AsymmetricSignature, Hash, SignHash};
use keystead_e2e_tests::folder::Folder;

use crate::{der, openssl_der, words};

/// What a step is given, by name.
pub type Given = BTreeMap<String, Vec<u8>>;
/// What comes of it; nothing if OpenSSL says no.
pub type Gives = Option<BTreeMap<String, Vec<u8>>>;

/// A folder for the files of one command after the other.
pub struct OpenSsl {
    folder: Folder,
}

/// The arguments of a step.
struct Step<'a> {
    openssl: &'a OpenSsl,
    given: &'a Given,
    key_type: &'a str,
    algorithm: &'a str,
}

/// The content of the object identifiers of our curves, by the length of a scalar.
fn curve(scalar: usize) -> &'static [u8] {
    match scalar {
        32 => &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07],
        48 => &[0x2B, 0x81, 0x04, 0x00, 0x22],
        _ => panic!("no story has a curve of {scalar} bytes"),
    }
}

/// The last byte of X25519's object identifier.
const X25519: u8 = 110;

impl OpenSsl {
    pub fn new() -> OpenSsl {
        OpenSsl { folder: Folder::new() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Does a step. Panics where the story, or OpenSSL's version, is wrong.
    pub fn run(&self, operation: &str, key_type: &str, algorithm: &str, given: &Given) -> Gives {
        let step = Step { openssl: self, given, key_type, algorithm };
        for (name, bytes) in given {
            std::fs::write(self.path().join(name), bytes).expect("the directory is ours");
        }
        match operation {
            "new-key" => Some(new_key(key_type, &String::from_utf8_lossy(&given["bits"]))),
            "verify-message" | "verify-hash" => step.verify(operation == "verify-hash").then(BTreeMap::new),
            "sign-message" => one("signature", step.sign()?),
            "asymmetric-encrypt" => one("ciphertext", step.crypt("-encrypt -pubin", "plaintext")?),
            "asymmetric-decrypt" => one("plaintext", step.crypt("-decrypt", "ciphertext")?),
            "cipher-encrypt" => step.encipher(),
            "cipher-decrypt" => step.decipher(),
            "mac-compute" => one("mac", step.mac()?),
            "hash-compute" => one("hash", step.hash()?),
            "agree" => one("secret", step.agree()?),
            _ => panic!("OpenSSL is not asked to {operation}"),
        }
    }

    /// Runs a command; what it wrote, or nothing if it failed.
    fn command(&self, arguments: &str) -> Option<Vec<u8>> {
        let mut command = Command::new("openssl");
        command.current_dir(self.path()).args(arguments.split_whitespace());
        let output = command.stdin(Stdio::null()).output().expect("`cargo xtask packages` has installed openssl");
        output.status.success().then_some(output.stdout)
    }
}

fn one(name: &str, bytes: Vec<u8>) -> Gives {
    Some(BTreeMap::from([(name.to_owned(), bytes)]))
}

/// A key of OpenSSL's making, made once for all stories: RSA takes its time.
fn new_key(key_type: &str, bits: &str) -> BTreeMap<String, Vec<u8>> {
    type Made = HashMap<(String, String), BTreeMap<String, Vec<u8>>>;
    static MADE: OnceLock<Mutex<Made>> = OnceLock::new();
    let mut made = MADE.get_or_init(Mutex::default).lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    made.entry((key_type.to_owned(), bits.to_owned())).or_insert_with(|| make_key(key_type, bits)).clone()
}

fn make_key(key_type: &str, bits: &str) -> BTreeMap<String, Vec<u8>> {
    let openssl = OpenSsl::new();
    let run = |arguments: &str| openssl.command(arguments).unwrap_or_else(|| panic!("openssl {arguments} fails"));
    let (key, public) = match key_type {
        "rsa-key-pair" => {
            run(&format!("genrsa -traditional -out key.pem {bits}"));
            let public = run("rsa -in key.pem -RSAPublicKey_out -outform DER");
            (run("rsa -in key.pem -traditional -outform DER"), public)
        }
        "ecc-key-pair:montgomery" => {
            run("genpkey -algorithm X25519 -outform DER -out key.der");
            let whole = std::fs::read(openssl.path().join("key.der")).expect("it was just written");
            let public = run("pkey -inform DER -in key.der -pubout -outform DER");
            (whole[whole.len() - 32..].to_vec(), public[public.len() - 32..].to_vec())
        }
        "ecc-key-pair:secp-r1" => {
            let (name, length) = if bits == "256" { ("prime256v1", 32) } else { ("secp384r1", 48) };
            let whole = run(&format!("ecparam -name {name} -genkey -noout -outform DER"));
            // SEC 1 C.4: version 1, then the scalar; the point is the end.
            let before = [2, 1, 1, 4, length];
            let at = whole.windows(5).position(|bytes| bytes == before).expect("a private key of SEC 1") + 5;
            let length = usize::from(length);
            (whole[at..at + length].to_vec(), whole[whole.len() - 2 * length - 1..].to_vec())
        }
        _ => panic!("no story has OpenSSL make a key of type {key_type}"),
    };
    BTreeMap::from([("key".to_owned(), key), ("public".to_owned(), public)])
}

impl Step<'_> {
    fn command(&self, arguments: &str) -> Option<Vec<u8>> {
        self.openssl.command(arguments)
    }

    fn file(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.openssl.path().join(name), bytes).expect("the directory is ours");
    }

    fn parsed(&self) -> Algorithm {
        words::algorithm(self.algorithm).expect("an algorithm of the language")
    }

    /// Writes the public key as OpenSSL takes it. It reads PKCS#1 as it is.
    fn public_key(&self, name: &str) {
        let key = &self.given[name];
        let written = match self.key_type {
            "rsa-public-key" => key.clone(),
            "ecc-public-key:montgomery" => openssl_der::montgomery_public_key(X25519, key),
            _ => openssl_der::public_key(curve(key.len() / 2), key),
        };
        self.file("public.der", &written);
    }

    fn private_key(&self) {
        let key = &self.given["key"];
        let written = match self.key_type {
            "rsa-key-pair" => key.clone(),
            "ecc-key-pair:montgomery" => openssl_der::montgomery_private_key(X25519, key),
            _ => openssl_der::private_key(curve(key.len()), key),
        };
        self.file("private.der", &written);
    }

    /// The hash of a signature, as an option of OpenSSL's, and options for its padding, each after `option`.
    fn signature_options(&self, option: &str) -> (&'static str, String) {
        let Algorithm::AsymmetricSignature(alg) = self.parsed() else { panic!("{} signs nothing", self.algorithm) };
        let Some(SignHash::Specific(hash)) = alg.hash() else { panic!("{} names no hash", self.algorithm) };
        let padding = match alg {
            AsymmetricSignature::RsaPss(_) => {
                format!("{option} rsa_padding_mode:pss {option} rsa_pss_saltlen:digest")
            }
            _ => String::new(),
        };
        (digest(hash), padding)
    }

    fn verify(&self, is_hash: bool) -> bool {
        self.public_key("key");
        let signature = &self.given["signature"];
        let is_ecc = self.key_type.starts_with("ecc");
        self.file("signature.der", &if is_ecc { openssl_der::signature(signature) } else { signature.clone() });
        let arguments = if is_hash {
            let (hash, padding) = self.signature_options("-pkeyopt");
            let input = "-pubin -inkey public.der -keyform DER -sigfile signature.der -in hash";
            format!("pkeyutl -verify {input} -pkeyopt digest:{hash} {padding}")
        } else {
            let (hash, padding) = self.signature_options("-sigopt");
            format!("dgst -{hash} {padding} -verify public.der -keyform DER -signature signature.der message")
        };
        self.command(&arguments).is_some()
    }

    fn sign(&self) -> Option<Vec<u8>> {
        self.private_key();
        let (hash, padding) = self.signature_options("-sigopt");
        let signature = self.command(&format!("dgst -{hash} {padding} -sign private.der -keyform DER message"))?;
        if self.key_type.starts_with("ecc") {
            der::signature(&signature, self.given["key"].len())
        } else {
            Some(signature)
        }
    }

    fn crypt(&self, direction: &str, input: &str) -> Option<Vec<u8>> {
        let key = if direction.starts_with("-encrypt") {
            self.public_key("key");
            "public.der"
        } else {
            self.private_key();
            "private.der"
        };
        let Algorithm::AsymmetricEncryption(alg) = self.parsed() else { panic!("{} encrypts nothing", self.algorithm) };
        let padding = match alg {
            AsymmetricEncryption::RsaPkcs1v15Crypt => "-pkeyopt rsa_padding_mode:pkcs1".to_owned(),
            AsymmetricEncryption::RsaOaep(hash) => {
                let hash = digest(hash);
                let oaep = "-pkeyopt rsa_padding_mode:oaep";
                let mut options = format!("{oaep} -pkeyopt rsa_oaep_md:{hash} -pkeyopt rsa_mgf1_md:{hash}");
                if let Some(label) = self.given.get("salt").filter(|label| !label.is_empty()) {
                    options += &format!(" -pkeyopt rsa_oaep_label:{}", crate::values::hex(label));
                }
                options
            }
        };
        self.command(&format!("pkeyutl {direction} -inkey {key} -keyform DER -in {input} {padding}"))
    }

    /// `enc`'s name of the cipher, and the key.
    fn cipher(&self) -> String {
        let key = &self.given["key"];
        let mode = self.algorithm.trim_end_matches("-pkcs7");
        format!("-{}-{}-{mode} -K {}", self.key_type, 8 * key.len(), crate::values::hex(key))
    }

    fn encipher(&self) -> Gives {
        let iv = &self.given["iv"];
        let body = self.command(&format!("enc -e {} -iv {} -in plaintext", self.cipher(), crate::values::hex(iv)))?;
        one("ciphertext", [iv.clone(), body].concat())
    }

    fn decipher(&self) -> Gives {
        let (iv, body) = self.given["ciphertext"].split_at(16);
        self.file("body", body);
        one("plaintext", self.command(&format!("enc -d {} -iv {} -in body", self.cipher(), crate::values::hex(iv)))?)
    }

    fn hash(&self) -> Option<Vec<u8>> {
        let Algorithm::Hash(hash) = self.parsed() else { panic!("{} is no hash", self.algorithm) };
        self.command(&format!("dgst -binary -{} data", digest(hash)))
    }

    fn mac(&self) -> Option<Vec<u8>> {
        let key = &self.given["key"];
        let parts: Vec<&str> = self.algorithm.split(':').collect();
        let (how, name, length) = match parts[..] {
            ["hmac", hash] => (format!("-digest {hash}"), "HMAC", None),
            ["hmac", hash, length] => (format!("-digest {hash}"), "HMAC", Some(length)),
            ["cmac"] => (format!("-cipher AES-{}-CBC", 8 * key.len()), "CMAC", None),
            ["cmac", length] => (format!("-cipher AES-{}-CBC", 8 * key.len()), "CMAC", Some(length)),
            _ => panic!("OpenSSL is not asked for {}", self.algorithm),
        };
        let key = crate::values::hex(key);
        let mut mac = self.command(&format!("mac {how} -macopt hexkey:{key} -binary -in data {name}"))?;
        mac.truncate(length.map_or(mac.len(), |length| length.parse().expect("a number")));
        Some(mac)
    }

    fn agree(&self) -> Option<Vec<u8>> {
        self.private_key();
        let public = Step { key_type: &self.key_type.replace("key-pair", "public-key"), ..*self };
        public.public_key("peer");
        self.command("pkeyutl -derive -inkey private.der -keyform DER -peerkey public.der -peerform DER")
    }
}

/// OpenSSL's name of a hash.
fn digest(hash: Hash) -> &'static str {
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
        other => panic!("no story asks OpenSSL for {other:?}"),
    }
}
