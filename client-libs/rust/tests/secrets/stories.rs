//! No memory that either client gives back holds a secret: whatever it allocates is looked at before it is freed.

// The test is an allocator, and those are unsafe by their trait.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use keystead_client::interface::algorithm::{Aead, AeadAlg, AsymmetricEncryption, Cipher, RawKeyAgreement};
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::header::Flags;
use keystead_client::interface::operations::aead::PsaAeadDecryptResult;
use keystead_client::interface::operations::asymmetric_encryption::PsaAsymmetricDecryptResult;
use keystead_client::interface::operations::cipher::PsaCipherDecryptResult;
use keystead_client::interface::operations::key_agreement::PsaRawKeyAgreementResult;
use keystead_client::interface::operations::keys::PsaExportKeyResult;
use keystead_client::interface::operations::random::PsaGenerateRandomResult;
use keystead_client::interface::operations::{Message, Opcode};
use keystead_client::presets;

use crate::scripted::{Scripted, Step};
use crate::{Client, done};

/// What every secret here is made of; it occurs nowhere else.
const MARK: &[u8; 8] = b"\xF1hushed!";

struct Watching;

thread_local! {
    /// Whether this thread's frees are looked at.
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    /// How many of them held a secret.
    static LEAKS: Cell<u32> = const { Cell::new(0) };
}

fn look(block: &[u8]) {
    if WATCHED.get() && block.windows(MARK.len()).any(|window| window == MARK) {
        LEAKS.set(LEAKS.get() + 1);
    }
}

// SAFETY: every call goes to the system's allocator with the arguments that it was made with.
unsafe impl GlobalAlloc for Watching {
    // All memory is cleared at first, so that all of it may be read before it is freed.
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the rules of this method, which are the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    // `realloc` is left to the trait, which allocates, copies and calls this.
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block has `layout.size()` bytes, all of them written when it was allocated.
        look(unsafe { std::slice::from_raw_parts(block, layout.size()) });
        // SAFETY: the caller keeps the rules of this method, which are the same.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

pub(crate) fn secret(length: usize) -> Vec<u8> {
    MARK.iter().copied().cycle().take(length).collect()
}

/// How many blocks with a secret in them are freed while `call` runs; what it gives is dropped within.
pub(crate) fn leaks<T>(call: impl FnOnce() -> T) -> u32 {
    LEAKS.set(0);
    WATCHED.set(true);
    drop(call());
    WATCHED.set(false);
    LEAKS.get()
}

/// A client whose service gives this answer to its one call, on a connection that ends.
fn answered(opcode: Opcode, answer: impl Message) -> (Scripted, Client) {
    let service = Scripted::start(vec![vec![Step::message(opcode, Flags(0), answer)]]);
    let client = service.client().with_provider(ProviderNumber(1));
    (service, client)
}

#[test]
fn the_watch_sees_a_secret_that_is_not_cleared() {
    assert_eq!(leaks(|| secret(100)), 1);
}

#[test]
fn secrets_that_come_back_leave_no_copy() {
    // The lengths lie on both sides of what is read from the socket at once.
    for length in [32, 4096, 100_000] {
        let (gcm, oaep) = (Aead::DefaultLengthTag(AeadAlg::Gcm), AsymmetricEncryption::RsaPkcs1v15Crypt);
        let plaintext = || secret(length).into();
        let (service, client) = answered(Opcode::PsaAeadDecrypt, PsaAeadDecryptResult { plaintext: plaintext() });
        assert_eq!(leaks(|| done(client.aead_decrypt("k", gcm, &[0; 12], b"", b"")).unwrap()), 0, "AEAD");
        service.finish(client);
        let (service, client) = answered(Opcode::PsaCipherDecrypt, PsaCipherDecryptResult { plaintext: plaintext() });
        assert_eq!(leaks(|| done(client.cipher_decrypt("k", Cipher::Ctr, b"")).unwrap()), 0, "cipher");
        service.finish(client);
        let answer = PsaAsymmetricDecryptResult { plaintext: plaintext() };
        let (service, client) = answered(Opcode::PsaAsymmetricDecrypt, answer);
        assert_eq!(leaks(|| done(client.asymmetric_decrypt("k", oaep, b"", b"")).unwrap()), 0, "RSA");
        service.finish(client);
        let (service, client) = answered(Opcode::PsaExportKey, PsaExportKeyResult { data: plaintext() });
        assert_eq!(leaks(|| done(client.export("k")).unwrap()), 0, "export");
        service.finish(client);
        let answer = PsaRawKeyAgreementResult { shared_secret: plaintext() };
        let (service, client) = answered(Opcode::PsaRawKeyAgreement, answer);
        assert_eq!(leaks(|| done(client.raw_key_agreement("k", RawKeyAgreement::Ecdh, b"")).unwrap()), 0, "ECDH");
        service.finish(client);
        let (service, client) =
            answered(Opcode::PsaGenerateRandom, PsaGenerateRandomResult { random_bytes: plaintext() });
        assert_eq!(leaks(|| done(client.random(length)).unwrap()), 0, "random");
        service.finish(client);
    }
}

#[test]
fn secrets_that_are_sent_leave_no_copy() {
    for length in [32, 100_000] {
        let given = secret(length);
        let gcm = Aead::DefaultLengthTag(AeadAlg::Gcm);
        let service = Scripted::start(vec![vec![
            Step::answer(Opcode::PsaImportKey, Flags::KEEP_ALIVE, vec![]),
            Step::answer(Opcode::PsaAeadEncrypt, Flags::KEEP_ALIVE, vec![]),
            Step::answer(Opcode::PsaCipherEncrypt, Flags::KEEP_ALIVE, vec![]),
            Step::answer(Opcode::PsaAsymmetricEncrypt, Flags(0), vec![]),
        ]]);
        let client = service.client().with_provider(ProviderNumber(1));
        assert_eq!(leaks(|| done(client.import("k", &presets::hmac_sha256(), &given)).unwrap()), 0, "import");
        assert_eq!(leaks(|| done(client.aead_encrypt("k", gcm, &[0; 12], b"", &given)).unwrap()), 0, "AEAD");
        assert_eq!(leaks(|| done(client.cipher_encrypt("k", Cipher::Ctr, &given)).unwrap()), 0, "cipher");
        let alg = AsymmetricEncryption::RsaPkcs1v15Crypt;
        assert_eq!(leaks(|| done(client.asymmetric_encrypt("k", alg, &given, b"")).unwrap()), 0, "RSA");
        service.finish(client);
    }
}
