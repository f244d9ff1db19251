//! Secrets do not stay behind: after an operation its plaintext, exported key or shared secret is nowhere in the
//! service's memory, and no key is in clear on its disk (Parsec's lessons, rows 24 and 27).

#[path = "keys/process.rs"]
mod process;

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::{Chance, may_be_others};
use keystead_e2e_tests::service::{PATIENCE, Service};
use keystead_e2e_tests::wire::{Draft, Wire};
use keystead_interface::algorithm::{
    Aead, AeadAlg, Algorithm, Cipher, FullLengthMac, Hash, KeyAgreement, Mac, RawKeyAgreement,
};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::header::Flags;
use keystead_interface::names::KeyName;
use keystead_interface::operations::Request;
use keystead_interface::operations::aead::{PsaAeadDecrypt, PsaAeadEncrypt};
use keystead_interface::operations::cipher::{PsaCipherDecrypt, PsaCipherEncrypt};
use keystead_interface::operations::key_agreement::PsaRawKeyAgreement;
use keystead_interface::operations::keys::{
    PsaDestroyKey, PsaExportKey, PsaExportPublicKey, PsaGenerateKey, PsaImportKey,
};
use keystead_interface::operations::mac::PsaMacCompute;
use keystead_interface::secret::SecretBytes;
use keystead_interface::status::Status;

use crate::process::Process;

const GCM: Aead = Aead::DefaultLengthTag(AeadAlg::Gcm);
const BOTH_WAYS: Usage = Usage::ENCRYPT.and(Usage::DECRYPT);

fn name(name: &str) -> KeyName {
    KeyName::new(name).expect("a short name")
}

/// Sends a request and waits until the service has closed the connection: it clears what it held before that, but
/// after the answer has left.
fn ask<R: Request>(caller: &Caller, request: R) -> Result<R::Result, Status> {
    let mut wire = caller.connect();
    let answer = caller.ask_on(&mut wire, request);
    finish(wire);
    answer
}

fn finish(mut wire: Wire) {
    wire.exchange(&Draft::ping().flags(Flags(0)).bytes());
    assert!(wire.is_at_end());
}

/// How often the bytes stand in the memory of a process. Only root may look.
fn copies_in_memory(pid: u32, needle: &[u8]) -> usize {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).expect("the process lives");
    let memory = File::open(format!("/proc/{pid}/mem")).expect("root may read it");
    let mut copies = 0;
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw"))) {
        let range = line.split(' ').next().and_then(|range| range.split_once('-')).expect("a range");
        let [start, end] = [range.0, range.1].map(|end| u64::from_str_radix(end, 16).expect("a number"));
        let mut bytes = vec![0; (end - start) as usize];
        // Some areas belong to the kernel and cannot be read.
        if memory.read_exact_at(&mut bytes, start).is_ok() {
            copies += memchr::memmem::find_iter(&bytes, needle).count();
        }
    }
    copies
}

fn is_in_a_file(folder: &Path, needle: &[u8]) -> bool {
    fs::read_dir(folder).expect("the folder is there").any(|entry| {
        let path = entry.expect("an entry").path();
        let bytes = fs::read(path).expect("root may read it");
        memchr::memmem::find(&bytes, needle).is_some()
    })
}

fn import(caller: &Caller, called: &str, key_type: KeyType, usage: Usage, algorithm: Algorithm, data: &[u8]) {
    let attributes = KeyAttributes::new(key_type, 0, usage, algorithm);
    let data = SecretBytes::new(data.to_vec());
    ask(caller, PsaImportKey { key_name: name(called), attributes, data }).expect("the name is free");
}

#[test]
fn a_key_is_in_memory_while_it_is_in_use_and_nowhere_after_it_was_exported_and_destroyed() {
    if !may_be_others("memory: looking into the service's memory") {
        return;
    }
    let service = Service::plain();
    let caller = service.caller();
    let secret = Chance::new(1).bytes(32);
    import(&caller, "k", KeyType::Aes, BOTH_WAYS.and(Usage::EXPORT), Algorithm::Cipher(Cipher::CbcPkcs7), &secret);
    let exported = ask(&caller, PsaExportKey { key_name: name("k") }).expect("its flags allow that");
    assert_eq!(*exported.data.expose(), secret);
    assert!(copies_in_memory(service.pid(), &secret) > 0, "an open key is in memory, or the search finds nothing");
    assert!(!is_in_a_file(&service.home().state(), &secret), "a key lies in clear on the disk");
    ask(&caller, PsaDestroyKey { key_name: name("k") }).expect("it is there");
    assert_eq!(copies_in_memory(service.pid(), &secret), 0);
}

/// Block ciphers keep a schedule beside the key, which holds the key itself; AEADs and MACs hold what they are made of.
#[test]
fn a_symmetric_key_is_nowhere_after_it_was_used_and_destroyed() {
    if !may_be_others("memory: looking into the service's memory") {
        return;
    }
    let service = Service::plain();
    let caller = service.caller();
    let (ccm, chacha) = [AeadAlg::Ccm, AeadAlg::Chacha20Poly1305].map(Aead::DefaultLengthTag).into();
    let hmac = FullLengthMac::Hmac(Hash::Sha256);
    let rows = [
        (KeyType::Aes, 32, Algorithm::Cipher(Cipher::CbcPkcs7)),
        (KeyType::Aes, 16, Algorithm::Cipher(Cipher::CbcNoPadding)),
        (KeyType::Aes, 32, Algorithm::Cipher(Cipher::Ctr)),
        (KeyType::Aes, 32, Algorithm::Cipher(Cipher::Cfb)),
        (KeyType::Aes, 32, Algorithm::Cipher(Cipher::Ofb)),
        (KeyType::Aes, 32, Algorithm::Cipher(Cipher::EcbNoPadding)),
        (KeyType::Aes, 64, Algorithm::Cipher(Cipher::Xts)),
        (KeyType::Aes, 32, Algorithm::Mac(Mac::FullLength(FullLengthMac::Cmac))),
        (KeyType::Aes, 32, Algorithm::Aead(GCM)),
        (KeyType::Aes, 32, Algorithm::Aead(ccm)),
        (KeyType::Camellia, 32, Algorithm::Cipher(Cipher::CbcPkcs7)),
        (KeyType::Chacha20, 32, Algorithm::Cipher(Cipher::StreamCipher)),
        (KeyType::Chacha20, 32, Algorithm::Aead(chacha)),
        (KeyType::Hmac, 32, Algorithm::Mac(Mac::FullLength(hmac))),
    ];
    let mut left = Vec::new();
    for (seed, (key_type, length, algorithm)) in (10..).zip(rows) {
        let secret = Chance::new(seed).bytes(length);
        let usage = BOTH_WAYS.and(Usage::SIGN_MESSAGE);
        let usage = if matches!(algorithm, Algorithm::Mac(_)) { Usage::SIGN_MESSAGE } else { usage };
        import(&caller, "k", key_type, usage, algorithm, &secret);
        for _ in 0..3 {
            use_once(&caller, algorithm);
        }
        ask(&caller, PsaDestroyKey { key_name: name("k") }).expect("it is there");
        let copies = [&secret[..16], &secret[length - 16..]].map(|half| copies_in_memory(service.pid(), half));
        if copies != [0; 2] {
            left.push((key_type, algorithm, copies));
        }
    }
    assert!(left.is_empty(), "of both halves of the key there are still: {left:#?}");
}

fn use_once(caller: &Caller, algorithm: Algorithm) {
    let (key_name, text) = (name("k"), vec![3; 64]);
    match algorithm {
        Algorithm::Cipher(alg) => {
            let plaintext = SecretBytes::new(text);
            let encrypt = PsaCipherEncrypt { key_name: key_name.clone(), alg, plaintext, iv: Vec::new() };
            let ciphertext = ask(caller, encrypt).expect("it encrypts").ciphertext;
            ask(caller, PsaCipherDecrypt { key_name, alg, ciphertext }).expect("it decrypts");
        }
        Algorithm::Aead(alg) => {
            let (nonce, additional_data, plaintext) = (vec![1; 12], Vec::new(), SecretBytes::new(text));
            ask(caller, PsaAeadEncrypt { key_name, alg, nonce, additional_data, plaintext }).expect("it encrypts");
        }
        Algorithm::Mac(alg) => {
            ask(caller, PsaMacCompute { key_name, alg, input: text }).expect("it makes MACs");
        }
        other => panic!("{other:?} is none of the rows"),
    }
}

#[test]
fn a_volatile_key_is_never_on_the_disk_and_nowhere_after_the_end_of_its_process() {
    if !may_be_others("memory: looking into the service's memory") {
        return;
    }
    let service = Service::plain();
    let caller = service.caller();
    let (process, mut wire) = Process::start(&service.home().socket());
    let secret = Chance::new(2).bytes(32);
    let attributes = KeyAttributes::new(KeyType::Aes, 256, BOTH_WAYS, Algorithm::Aead(GCM)).volatile();
    let data = SecretBytes::new(secret.clone());
    caller.ask_on(&mut wire, PsaImportKey { key_name: name("k"), attributes, data }).expect("the name is free");
    let (nonce, additional_data, plaintext) = (vec![1; 12], Vec::new(), SecretBytes::new(b"text".to_vec()));
    let encrypt = PsaAeadEncrypt { key_name: name("k"), alg: GCM, nonce, additional_data, plaintext };
    caller.ask_on(&mut wire, encrypt).expect("it can be encrypted");
    finish(wire);
    assert!(copies_in_memory(service.pid(), &secret) > 0, "it is the process's still, or the search finds nothing");
    assert!(!is_in_a_file(&service.home().state(), &secret), "a key lies in clear on the disk");
    process.kill();
    // Nobody asks for it.
    let killed = Instant::now();
    while copies_in_memory(service.pid(), &secret) > 0 {
        assert!(killed.elapsed() < PATIENCE, "it is in memory still");
    }
}

#[test]
fn a_plaintext_is_nowhere_after_it_was_encrypted_and_decrypted() {
    if !may_be_others("memory: looking into the service's memory") {
        return;
    }
    let service = Service::plain();
    let caller = service.caller();
    import(&caller, "gcm", KeyType::Aes, BOTH_WAYS, Algorithm::Aead(GCM), &[7; 32]);
    import(&caller, "cbc", KeyType::Aes, BOTH_WAYS, Algorithm::Cipher(Cipher::CbcPkcs7), &[8; 32]);
    // A short one, one that fills several of the service's buffers, and both on a connection that stays.
    for length in [48, 300_000] {
        let plaintext = Chance::new(length as u64).bytes(length);
        let mut wire = caller.connect();
        let (key_name, nonce, additional_data) = (name("gcm"), vec![1; 12], Vec::new());
        let secret = SecretBytes::new(plaintext.clone());
        let encrypt = PsaAeadEncrypt { key_name, alg: GCM, nonce, additional_data, plaintext: secret };
        let ciphertext = caller.ask_on(&mut wire, encrypt).expect("it can be encrypted").ciphertext;
        let (key_name, nonce, additional_data) = (name("gcm"), vec![1; 12], Vec::new());
        let decrypt = PsaAeadDecrypt { key_name, alg: GCM, nonce, additional_data, ciphertext };
        let decrypted = caller.ask_on(&mut wire, decrypt).expect("it can be decrypted").plaintext;
        assert_eq!(*decrypted.expose(), plaintext);
        finish(wire);

        let secret = SecretBytes::new(plaintext.clone());
        let encrypt =
            PsaCipherEncrypt { key_name: name("cbc"), alg: Cipher::CbcPkcs7, plaintext: secret, iv: Vec::new() };
        let ciphertext = ask(&caller, encrypt).expect("it can be encrypted").ciphertext;
        let decrypt = PsaCipherDecrypt { key_name: name("cbc"), alg: Cipher::CbcPkcs7, ciphertext };
        let decrypted = ask(&caller, decrypt).expect("it can be decrypted").plaintext;
        assert_eq!(*decrypted.expose(), plaintext);
        for part in [&plaintext[..32], &plaintext[length - 32..]] {
            assert_eq!(copies_in_memory(service.pid(), part), 0, "of a plaintext of {length} bytes");
        }
    }
}

#[test]
fn a_shared_secret_is_nowhere_after_it_was_agreed_on() {
    if !may_be_others("memory: looking into the service's memory") {
        return;
    }
    let service = Service::plain();
    let caller = service.caller();
    let agreement = Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh));
    for (family, bits) in [(EccFamily::SecpR1, 256), (EccFamily::Montgomery, 255)] {
        let called = format!("{family:?}");
        let attributes = KeyAttributes::new(KeyType::EccKeyPair(family), bits, Usage::DERIVE, agreement);
        ask(&caller, PsaGenerateKey { key_name: name(&called), attributes }).expect("the name is free");
        let public = ask(&caller, PsaExportPublicKey { key_name: name(&called) }).expect("it is a pair");
        let agree =
            PsaRawKeyAgreement { alg: RawKeyAgreement::Ecdh, private_key_name: name(&called), peer_key: public.data };
        let shared = ask(&caller, agree).expect("a key agrees with itself").shared_secret;
        assert_eq!(copies_in_memory(service.pid(), shared.expose()), 0, "{called}");
    }
}
