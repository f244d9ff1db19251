//! Lengths, empty values and results of verification (wire contract 4.3), and what flags permit (4.5).

use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{
    Aead, AeadAlg, AsymmetricSignature, Cipher, FullLengthMac, Hash, Mac, RawKeyAgreement, SignHash,
};
use keystead_interface::attributes::{EccFamily, KeyType, Usage};
use keystead_interface::operations::hash::{PsaHashCompare, PsaHashCompute};
use keystead_interface::operations::random::PsaGenerateRandom;
use keystead_interface::status::Status;

use crate::requests::*;

const OK: Status = Status::Success;
const INVALID: Status = Status::PsaErrorInvalidArgument;
const WRONG: Status = Status::PsaErrorInvalidSignature;
const PADDING: Status = Status::PsaErrorInvalidPadding;
const NOT_PERMITTED: Status = Status::PsaErrorNotPermitted;

#[test]
fn authenticated_encryption() {
    let service = Service::plain();
    let extended = service.caller();
    let legacy = service.caller().legacy();
    let chacha = Aead::DefaultLengthTag(AeadAlg::Chacha20Poly1305);
    let ccm = Aead::DefaultLengthTag(AeadAlg::Ccm);
    let twelve = Aead::ShortenedTag { alg: AeadAlg::Gcm, tag_length: 12 };
    for (name, alg) in [("gcm", GCM), ("ccm", ccm), ("twelve", twelve)] {
        extended.ask(generate(name, key(KeyType::Aes, 256, alg))).expect("made");
    }
    extended.ask(generate("chacha", key(KeyType::Chacha20, 256, chacha))).expect("made");
    let sealed = extended.ask(seal("gcm", GCM, &[1; 12], b"text")).expect("sealed").ciphertext;
    assert_eq!(sealed.len(), 4 + 16);
    let short = extended.ask(seal("twelve", twelve, &[1; 12], b"text")).expect("sealed").ciphertext;
    assert_eq!(short.len(), 4 + 12);
    let nothing = extended.ask(seal("gcm", GCM, &[1; 12], b"")).expect("sealed").ciphertext;
    assert_eq!(nothing.len(), 16);
    let mut bent = sealed.clone();
    bent[0] ^= 1;
    for (who, is_legacy) in [(&extended, false), (&legacy, true)] {
        let empty = if is_legacy { INVALID } else { OK };
        let mut table = Table::new(who);
        table.row("empty plaintext", seal("gcm", GCM, &[1; 12], b""), empty);
        table.row("ciphertext of the tag alone", open("gcm", GCM, &[1; 12], &nothing), empty);
        table.row("empty ciphertext", open("gcm", GCM, &[1; 12], b""), INVALID);
        table.row("ciphertext shorter than the tag", open("gcm", GCM, &[1; 12], &[0; 15]), INVALID);
        table.row("no nonce", seal("gcm", GCM, b"", b"text"), INVALID);
        table.row("no nonce to open", open("gcm", GCM, b"", &sealed), INVALID);
        table.row("CCM, nonce of 6", seal("ccm", ccm, &[1; 6], b"text"), INVALID);
        table.row("CCM, nonce of 7", seal("ccm", ccm, &[1; 7], b"text"), OK);
        table.row("CCM, nonce of 13", seal("ccm", ccm, &[1; 13], b"text"), OK);
        table.row("CCM, nonce of 14", seal("ccm", ccm, &[1; 14], b"text"), INVALID);
        table.row("ChaCha20, nonce of 8", seal("chacha", chacha, &[1; 8], b"text"), INVALID);
        table.row("GCM, nonce of 1", seal("gcm", GCM, &[1], b"text"), OK);
        table.row("another tag length than the policy's", seal("gcm", twelve, &[1; 12], b"text"), NOT_PERMITTED);
        table.row("the right ciphertext", open("gcm", GCM, &[1; 12], &sealed), OK);
        table.row("a wrong ciphertext", open("gcm", GCM, &[1; 12], &bent), WRONG);
        table.row("a wrong nonce", open("gcm", GCM, &[2; 12], &sealed), WRONG);
        table.row("no additional data", open("twelve", twelve, &[1; 12], &short), OK);
        table.check();
    }
}

#[test]
fn unauthenticated_encryption() {
    let service = Service::plain();
    let caller = service.caller();
    let (cbc, pkcs7, ecb, ctr) = (Cipher::CbcNoPadding, Cipher::CbcPkcs7, Cipher::EcbNoPadding, Cipher::Ctr);
    for (name, alg) in [("cbc", cbc), ("pkcs7", pkcs7), ("ecb", ecb), ("ctr", ctr)] {
        caller.ask(import(name, key(KeyType::Aes, 128, alg), &[3; 16])).expect("imported");
    }
    caller.ask(generate("chacha", key(KeyType::Chacha20, 256, Cipher::StreamCipher))).expect("made");
    caller.ask(generate("xts", key(KeyType::Aes, 256, Cipher::Xts))).expect("made");
    for (name, alg, lengths) in [
        ("ctr", ctr, [(1, 17), (16, 32), (33, 49)]),
        ("cbc", cbc, [(16, 32), (32, 48), (48, 64)]),
        ("pkcs7", pkcs7, [(1, 32), (15, 32), (16, 48)]),
        ("ecb", ecb, [(16, 16), (32, 32), (48, 48)]),
        ("chacha", Cipher::StreamCipher, [(1, 13), (16, 28), (33, 45)]),
        ("xts", Cipher::Xts, [(16, 32), (17, 33), (47, 63)]),
    ] {
        for (plain, long) in lengths {
            let text = vec![9; plain];
            let sealed = caller.ask(encipher(name, alg, &text)).expect("enciphered").ciphertext;
            assert_eq!(sealed.len(), long, "{alg:?} of {plain} bytes");
            let opened = caller.ask(decipher(name, alg, &sealed)).expect("deciphered").plaintext;
            assert_eq!(*opened.expose(), text, "{alg:?} of {plain} bytes");
        }
    }
    // Whole blocks that do not end in a padding, under the same key.
    let unpadded = caller.ask(encipher("cbc", cbc, &[0; 32])).expect("enciphered").ciphertext;
    let mut table = Table::new(&caller);
    for (name, alg) in [("cbc", cbc), ("pkcs7", pkcs7), ("ecb", ecb), ("ctr", ctr)] {
        table.row("empty plaintext", encipher(name, alg, b""), INVALID);
        table.row("empty ciphertext", decipher(name, alg, b""), INVALID);
    }
    table.row("ECB of 15", encipher("ecb", ecb, &[0; 15]), INVALID);
    table.row("CBC of 17", encipher("cbc", cbc, &[0; 17]), INVALID);
    table.row("ECB of 15 to decipher", decipher("ecb", ecb, &[0; 15]), INVALID);
    table.row("CBC of 33 to decipher", decipher("cbc", cbc, &[0; 33]), INVALID);
    table.row("CBC with padding of 33 to decipher", decipher("pkcs7", pkcs7, &[0; 33]), INVALID);
    table.row("an IV and no more, with padding", decipher("pkcs7", pkcs7, &[0; 16]), INVALID);
    table.row("shorter than its IV", decipher("ctr", ctr, &[0; 15]), INVALID);
    table.row("XTS of 15", encipher("xts", Cipher::Xts, &[0; 15]), INVALID);
    table.row("a wrong padding", decipher("pkcs7", pkcs7, &unpadded), PADDING);
    table.check();
}

#[test]
fn rsa_encryption() {
    let service = Service::plain();
    let caller = service.caller();
    caller.ask(generate("oaep", key(KeyType::RsaKeyPair, 2048, OAEP))).expect("made");
    caller.ask(generate("pkcs1", key(KeyType::RsaKeyPair, 2048, PKCS1))).expect("made");
    let sealed = caller.ask(encrypt("oaep", OAEP, b"text", b"label")).expect("encrypted").ciphertext;
    assert_eq!(sealed.len(), 256);
    let mut bent = caller.ask(encrypt("pkcs1", PKCS1, b"text", b"")).expect("encrypted").ciphertext;
    bent[255] ^= 1;
    let mut table = Table::new(&caller);
    for (name, alg, longest) in [("oaep", OAEP, 256 - 66), ("pkcs1", PKCS1, 256 - 11)] {
        table.row("the longest plaintext", encrypt(name, alg, &vec![1; longest], b""), OK);
        table.row("a longer one", encrypt(name, alg, &vec![1; longest + 1], b""), INVALID);
        table.row("empty ciphertext", decrypt(name, alg, b"", b""), INVALID);
        table.row("a byte less", decrypt(name, alg, &[1; 255], b""), INVALID);
        table.row("a byte more", decrypt(name, alg, &[1; 257], b""), INVALID);
        table.row("no proper padding", decrypt(name, alg, &[1; 256], b""), PADDING);
        table.row("a number above the modulus", decrypt(name, alg, &[0xFF; 256], b""), PADDING);
    }
    table.row("a salt with PKCS#1 v1.5", encrypt("pkcs1", PKCS1, b"text", b"salt"), INVALID);
    table.row("a salt with PKCS#1 v1.5 to decrypt", decrypt("pkcs1", PKCS1, &[1; 256], b"salt"), INVALID);
    table.row("a bent ciphertext", decrypt("pkcs1", PKCS1, &bent, b""), PADDING);
    table.row("the right label", decrypt("oaep", OAEP, &sealed, b"label"), OK);
    table.row("another label", decrypt("oaep", OAEP, &sealed, b"Label"), PADDING);
    table.row("no label", decrypt("oaep", OAEP, &sealed, b""), PADDING);
    table.check();
    let mut table = Table::new(&caller.clone().legacy());
    table.row("empty plaintext, as Parsec has it", encrypt("oaep", OAEP, b"", b""), INVALID);
    table.row("the same with PKCS#1 v1.5", encrypt("pkcs1", PKCS1, b"", b""), INVALID);
    table.check();
    for (name, alg) in [("oaep", OAEP), ("pkcs1", PKCS1)] {
        let nothing = caller.ask(encrypt(name, alg, b"", b"")).expect("RFC 8017 has no shortest text").ciphertext;
        // Who encrypted it is not asked.
        let opened = caller.clone().legacy().ask(decrypt(name, alg, &nothing, b"")).expect("it is its own").plaintext;
        assert_eq!(opened.expose(), b"", "{alg:?}");
    }
}

/// Whatever is wrong inside, the caller learns that something is, and not what (wire contract 4.10; Parsec's lessons,
/// row 35).
#[test]
fn a_bent_rsa_ciphertext_is_a_wrong_padding_wherever_it_is_bent() {
    let service = Service::plain();
    let caller = service.caller();
    for (name, alg) in [("pkcs1", PKCS1), ("oaep", OAEP)] {
        caller.ask(generate(name, key(KeyType::RsaKeyPair, 2048, alg))).expect("made");
        let sealed = caller.ask(encrypt(name, alg, b"text", b"")).expect("encrypted").ciphertext;
        // Connected now: an idle connection is closed before a busy machine has found a pair.
        let mut wire = caller.connect();
        let mut by_chance = 0;
        for position in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[position] ^= 1 << (position % 8);
            match caller.ask_on(&mut wire, decrypt(name, alg, &bent, b"")) {
                Err(status) => assert_eq!(status, PADDING, "{alg:?} bent at byte {position}"),
                // About one of 100,000 numbers looks like PKCS#1 v1.5.
                Ok(_) => by_chance += 1,
            }
        }
        assert!(by_chance <= 1, "{by_chance} bent ciphertexts of {alg:?} were taken");
    }
}

#[test]
fn signatures() {
    let service = Service::plain();
    let caller = service.caller();
    let (any, raw) = (AsymmetricSignature::EcdsaAny, AsymmetricSignature::RsaPkcs1v15SignRaw);
    caller.ask(generate("ec", key(P_PAIR, 256, ECDSA))).expect("made");
    caller.ask(generate("any", key(P_PAIR, 256, any))).expect("made");
    caller.ask(generate("raw", key(KeyType::RsaKeyPair, 2048, raw))).expect("made");
    let any_pkcs1 = AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any);
    caller.ask(generate("any pkcs1", key(KeyType::RsaKeyPair, 2048, any_pkcs1))).expect("made");
    let of_tls_1_0 = caller.ask(sign_hash("any pkcs1", raw, &[1; 36])).expect("signed").signature;
    let signature = caller.ask(sign_hash("ec", ECDSA, &[1; 32])).expect("signed").signature;
    assert_eq!(signature.len(), 64);
    let of_nothing = caller.ask(sign_message("ec", ECDSA, b"")).expect("signed").signature;
    let mut bent = signature.clone();
    bent[63] ^= 1;
    let longer = [&signature[..], &[0]].concat();
    let mut table = Table::new(&caller);
    for (length, status) in [(0, INVALID), (31, INVALID), (32, OK), (33, INVALID)] {
        table.row("hashes of the algorithm's length alone", sign_hash("ec", ECDSA, &vec![1; length]), status);
    }
    for length in [1, 20, 32, 64] {
        table.row("ecdsa_any takes any length", sign_hash("any", any, &vec![1; length]), OK);
        table.row("raw PKCS#1 v1.5 too", sign_hash("raw", raw, &vec![1; length]), OK);
    }
    table.row("raw, by a key for any hash", verify_hash("any pkcs1", raw, &[1; 36], &of_tls_1_0), OK);
    table.row("raw, longer than fits", sign_hash("raw", raw, &[1; 246]), INVALID);
    table.row("ecdsa_any hashes no message", sign_message("any", any, b"message"), INVALID);
    table.row("right", verify_hash("ec", ECDSA, &[1; 32], &signature), OK);
    table.row("bent", verify_hash("ec", ECDSA, &[1; 32], &bent), WRONG);
    table.row("of another hash", verify_hash("ec", ECDSA, &[2; 32], &signature), WRONG);
    table.row("empty", verify_hash("ec", ECDSA, &[1; 32], b""), WRONG);
    table.row("too short", verify_hash("ec", ECDSA, &[1; 32], &signature[..63]), WRONG);
    table.row("too long", verify_hash("ec", ECDSA, &[1; 32], &longer), WRONG);
    table.row("all zero", verify_hash("ec", ECDSA, &[1; 32], &[0; 64]), WRONG);
    table.row("of the empty message", verify_message("ec", ECDSA, b"", &of_nothing), OK);
    table.row("of another message", verify_message("ec", ECDSA, b"x", &of_nothing), WRONG);
    table.row("raw, no signature", verify_hash("raw", raw, &[1; 32], b""), WRONG);
    table.check();
}

#[test]
fn macs_hashes_and_random_bytes() {
    let service = Service::plain();
    let caller = service.caller();
    let eight = Mac::Truncated { mac: FullLengthMac::Hmac(Hash::Sha256), length: 8 };
    caller.ask(import("hmac", key(KeyType::Hmac, 0, HMAC), b"a key")).expect("imported");
    caller.ask(import("eight", key(KeyType::Hmac, 0, eight), b"a key")).expect("imported");
    let tag = caller.ask(mac("hmac", HMAC, b"")).expect("computed").mac;
    let short = caller.ask(mac("eight", eight, b"")).expect("computed").mac;
    assert_eq!(short, tag[..8]);
    let hash =
        caller.ask(PsaHashCompute { alg: Hash::Sha1, input: Vec::new() }).expect("a weak hash is no weak key").hash;
    let compare = |hash: &[u8]| PsaHashCompare { alg: Hash::Sha1, input: Vec::new(), hash: hash.to_vec() };
    let mut table = Table::new(&caller);
    table.row("right", verify_mac("hmac", HMAC, b"", &tag), OK);
    table.row("of another input", verify_mac("hmac", HMAC, b"x", &tag), WRONG);
    table.row("empty", verify_mac("hmac", HMAC, b"", b""), WRONG);
    table.row("its beginning", verify_mac("hmac", HMAC, b"", &tag[..31]), WRONG);
    table.row("more than it", verify_mac("eight", eight, b"", &tag), WRONG);
    table.row("another length than the policy's", mac("hmac", eight, b""), NOT_PERMITTED);
    table.row("the right hash", compare(&hash), OK);
    table.row("another hash", compare(&[0; 20]), WRONG);
    table.row("a hash too short", compare(&hash[..19]), WRONG);
    table.row("no hash", compare(b""), WRONG);
    table.row("no random bytes", PsaGenerateRandom { size: 0 }, OK);
    table.row("one too many", PsaGenerateRandom { size: 1_048_577 }, Status::ResponseTooLarge);
    table.row("as many as there are numbers", PsaGenerateRandom { size: u64::MAX }, Status::ResponseTooLarge);
    table.check();
    assert_eq!(caller.ask(PsaGenerateRandom { size: 0 }).expect("nothing").random_bytes.expose().len(), 0);
}

#[test]
fn key_agreement() {
    let service = Service::plain();
    let caller = service.caller();
    caller.ask(generate("p256", key(P_PAIR, 256, RawKeyAgreement::Ecdh))).expect("made");
    let montgomery = KeyType::EccKeyPair(EccFamily::Montgomery);
    caller.ask(generate("x25519", key(montgomery, 255, RawKeyAgreement::Ecdh))).expect("made");
    let peer = caller.ask(export_public("p256")).expect("exported").data;
    let mut off_curve = peer.clone();
    off_curve[64] ^= 1;
    let mut table = Table::new(&caller);
    table.row("a point", agree("p256", &peer), OK);
    table.row("nothing", agree("p256", b""), INVALID);
    table.row("a byte less", agree("p256", &peer[..64]), INVALID);
    table.row("a point that is on no curve", agree("p256", &off_curve), INVALID);
    table.row("the point at infinity", agree("p256", &[0]), INVALID);
    table.row("X25519: nothing", agree("x25519", b""), INVALID);
    table.row("X25519: a byte less", agree("x25519", &[9; 31]), INVALID);
    table.row("X25519: a byte more", agree("x25519", &[9; 33]), INVALID);
    table.row("X25519: a key", agree("x25519", &[9; 32]), OK);
    table.check();
}

#[test]
fn a_key_without_flags_exists_and_does_nothing() {
    let service = Service::plain();
    let caller = service.caller();
    let usage = Usage::COPY.and(Usage::CACHE);
    caller.ask(generate("aes", with_usage(KeyType::Aes, 128, usage, GCM))).expect("made");
    caller.ask(generate("ec", with_usage(P_PAIR, 256, Usage::NONE, ECDSA))).expect("made");
    assert_eq!(listed(&caller, "aes").usage(), usage);
    let mut table = Table::new(&caller);
    table.row("seal", seal("aes", GCM, &[1; 12], b"text"), NOT_PERMITTED);
    table.row("open", open("aes", GCM, &[1; 12], &[0; 20]), NOT_PERMITTED);
    table.row("export", export("aes"), NOT_PERMITTED);
    table.row("sign", sign_hash("ec", ECDSA, &[1; 32]), NOT_PERMITTED);
    table.row("verify", verify_hash("ec", ECDSA, &[1; 32], &[0; 64]), NOT_PERMITTED);
    table.row("sign a message", sign_message("ec", ECDSA, b""), NOT_PERMITTED);
    table.row("verify a message", verify_message("ec", ECDSA, b"", &[0; 64]), NOT_PERMITTED);
    table.check();
}

#[test]
fn who_may_sign_hashes_may_sign_messages_and_not_the_other_way_round() {
    let service = Service::plain();
    let caller = service.caller();
    for (name, usage) in [
        ("sign hash", Usage::SIGN_HASH),
        ("sign message", Usage::SIGN_MESSAGE),
        ("verify hash", Usage::VERIFY_HASH),
        ("verify message", Usage::VERIFY_MESSAGE),
    ] {
        caller.ask(generate(name, with_usage(P_PAIR, 256, usage, ECDSA))).expect("made");
    }
    assert_eq!(listed(&caller, "sign hash").usage(), Usage::SIGN_HASH.and(Usage::SIGN_MESSAGE));
    assert_eq!(listed(&caller, "sign message").usage(), Usage::SIGN_MESSAGE);
    assert_eq!(listed(&caller, "verify hash").usage(), Usage::VERIFY_HASH.and(Usage::VERIFY_MESSAGE));
    assert_eq!(listed(&caller, "verify message").usage(), Usage::VERIFY_MESSAGE);
    let mut table = Table::new(&caller);
    table.row("hash → message", sign_message("sign hash", ECDSA, b""), OK);
    table.row("message → message", sign_message("sign message", ECDSA, b""), OK);
    table.row("message → hash", sign_hash("sign message", ECDSA, &[1; 32]), NOT_PERMITTED);
    table.row("sign → verify", verify_hash("sign hash", ECDSA, &[1; 32], b""), NOT_PERMITTED);
    table.row("hash → message, verifying", verify_message("verify hash", ECDSA, b"", b""), WRONG);
    table.row("message → hash, verifying", verify_hash("verify message", ECDSA, &[1; 32], b""), NOT_PERMITTED);
    table.check();
}
