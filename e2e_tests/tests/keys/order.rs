//! The order of an operation's checks (wire contract 4.1): requests in which everything is wrong, then one thing less.

use keystead_e2e_tests::home::PLAIN;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, FullLengthMac, Hash, Mac,
    RawKeyAgreement, SignHash,
};
use keystead_interface::attributes::{EccFamily, KeyType, Usage};
use keystead_interface::operations::core::{CanDoCrypto, CheckType};
use keystead_interface::status::Status;

use crate::requests::*;

const OK: Status = Status::Success;
const UNKNOWN: Status = Status::PsaErrorDoesNotExist;
const NOT_PERMITTED: Status = Status::PsaErrorNotPermitted;
const INVALID: Status = Status::PsaErrorInvalidArgument;
const NOT_SUPPORTED: Status = Status::PsaErrorNotSupported;
const DEPRECATED: Status = Status::DeprecatedPrimitive;
const TAKEN: Status = Status::PsaErrorAlreadyExists;

#[test]
fn uses_of_a_key_are_checked_name_flag_algorithm_type_arguments_ability() {
    let service = Service::plain();
    let caller = service.caller();
    let short = Aead::ShortenedTag { alg: AeadAlg::Gcm, tag_length: 12 };
    let any = AsymmetricSignature::Ecdsa(SignHash::Any);
    let md2 = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Md2));
    let cbc = Cipher::CbcNoPadding;
    for (name, attributes) in [
        ("aes no flag", with_usage(KeyType::Aes, 128, Usage::EXPORT, GCM)),
        ("aes short", key(KeyType::Aes, 128, short)),
        ("hmac type", key(KeyType::Hmac, 128, GCM)),
        ("camellia", key(KeyType::Camellia, 128, GCM)),
        ("aes", key(KeyType::Aes, 128, GCM)),
        ("ec no flag", with_usage(P_PAIR, 256, Usage::VERIFY_HASH.and(Usage::VERIFY_MESSAGE), any)),
        ("ec ecdh", key(P_PAIR, 256, RawKeyAgreement::Ecdh)),
        ("aes type", key(KeyType::Aes, 128, any)),
        ("ec", key(P_PAIR, 256, any)),
        ("xts sized", key(KeyType::Aes, 512, cbc)),
        ("mac long", key(KeyType::Aes, 512, Mac::FullLength(FullLengthMac::Cmac))),
        ("x25519", key(KeyType::EccKeyPair(EccFamily::Montgomery), 255, AsymmetricSignature::Ecdsa(SHA256))),
        ("ffdh", key(P_PAIR, 256, RawKeyAgreement::Ffdh)),
        ("ecdh no flag", with_usage(P_PAIR, 256, Usage::SIGN_HASH, RawKeyAgreement::Ecdh)),
        ("no algorithm", key(P_PAIR, 256, Algorithm::None)),
    ] {
        caller.ask(generate(name, attributes)).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    let mut table = Table::new(&caller);
    table.row("aead: name first", seal("nobody", GCM, b"", b""), UNKNOWN);
    table.row("aead: then the flag", seal("aes no flag", short, b"", b""), NOT_PERMITTED);
    table.row("aead: then the algorithm", seal("aes short", GCM, b"", b""), NOT_PERMITTED);
    table.row("aead: then the type", seal("hmac type", GCM, b"", b""), NOT_PERMITTED);
    table.row("aead: then arguments", seal("camellia", GCM, b"", b"text"), INVALID);
    table.row("aead: then ability", seal("camellia", GCM, &[1; 12], b"text"), NOT_SUPPORTED);
    table.row("aead: then it is done", seal("aes", GCM, &[1; 12], b"text"), OK);
    table.row("open: the flag", open("aes no flag", short, b"", b""), NOT_PERMITTED);
    table.row("open: arguments", open("camellia", GCM, b"", &[0; 20]), INVALID);
    table.row("open: ability", open("camellia", GCM, &[1; 12], &[0; 20]), NOT_SUPPORTED);
    table.row("sign: name first", sign_hash("nobody", md2, b""), UNKNOWN);
    table.row("sign: then the flag", sign_hash("ec no flag", AsymmetricSignature::EcdsaAny, b""), NOT_PERMITTED);
    table.row("sign: then the algorithm", sign_hash("ec ecdh", md2, b""), NOT_PERMITTED);
    table.row("sign: another scheme", sign_hash("ec", AsymmetricSignature::EcdsaAny, b""), NOT_PERMITTED);
    table.row("sign: no algorithm permits nothing", sign_hash("no algorithm", ECDSA, &[0; 32]), NOT_PERMITTED);
    table.row("sign: then the type", sign_hash("aes type", md2, b""), NOT_PERMITTED);
    table.row("sign: then the hash's length", sign_hash("ec", md2, &[0; 15]), INVALID);
    table.row("sign: then ability, the hash", sign_hash("ec", md2, &[0; 16]), NOT_SUPPORTED);
    table.row("sign: then ability, the curve", sign_hash("x25519", ECDSA, &[0; 32]), NOT_SUPPORTED);
    table.row("sign: then it is done", sign_hash("ec", ECDSA, &[0; 32]), OK);
    table.row("sign: any is no hash of an operation", sign_hash("ec", any, &[0; 32]), NOT_PERMITTED);
    table.row("sign a message: flag", sign_message("ec no flag", ECDSA, b""), NOT_PERMITTED);
    table.row("verify: flag", verify_hash("ecdh no flag", ECDSA, b"", b""), NOT_PERMITTED);
    table.row("verify: the hash's length before the signature", verify_hash("ec", ECDSA, &[0; 31], b""), INVALID);
    table.row("cipher: name", encipher("nobody", cbc, b""), UNKNOWN);
    table.row("cipher: algorithm", encipher("xts sized", Cipher::Ctr, b""), NOT_PERMITTED);
    table.row("cipher: arguments", encipher("xts sized", cbc, &[0; 15]), INVALID);
    table.row("cipher: ability", encipher("xts sized", cbc, &[0; 16]), NOT_SUPPORTED);
    let long = Mac::Truncated { mac: FullLengthMac::Cmac, length: 17 };
    table.row("mac: name", mac("nobody", long, b""), UNKNOWN);
    table.row("mac: algorithm", mac("mac long", long, b""), NOT_PERMITTED);
    table.row("mac: ability", mac("mac long", Mac::FullLength(FullLengthMac::Cmac), b""), NOT_SUPPORTED);
    table.row("agree: name", agree("nobody", b""), UNKNOWN);
    table.row("agree: flag", agree("ecdh no flag", b""), NOT_PERMITTED);
    table.row("agree: algorithm", agree("ffdh", b""), NOT_PERMITTED);
    table.row("agree: arguments", agree("ec ecdh", b""), INVALID);
    table.check();
}

#[test]
fn rsa_uses_are_checked_in_the_same_order() {
    let service = Service::plain();
    let caller = service.caller();
    let md2 = AsymmetricEncryption::RsaOaep(Hash::Md2);
    caller.ask(generate("rsa", key(KeyType::RsaKeyPair, 2048, OAEP))).expect("made");
    let pair = caller.ask(export("rsa")).expect("exported").data;
    caller.ask(import("md2", key(KeyType::RsaKeyPair, 2048, md2), pair.expose())).expect("imported");
    caller.ask(import("pkcs1", key(KeyType::RsaKeyPair, 2048, PKCS1), pair.expose())).expect("imported");
    let public = caller.ask(export_public("rsa")).expect("exported").data;
    caller.ask(import("public", key(KeyType::RsaPublicKey, 2048, OAEP), &public)).expect("imported");
    let mut table = Table::new(&caller);
    table.row("encrypt: name", encrypt("nobody", PKCS1, b"", b""), UNKNOWN);
    table.row("encrypt: algorithm", encrypt("rsa", PKCS1, b"", b""), NOT_PERMITTED);
    table.row("encrypt: arguments", encrypt("md2", md2, &[1; 223], b""), INVALID);
    table.row("encrypt: PKCS#1 v1.5 takes no salt", encrypt("pkcs1", PKCS1, b"text", b"salt"), INVALID);
    table.row("encrypt: ability", encrypt("md2", md2, b"text", b""), NOT_SUPPORTED);
    table.row("encrypt with a public key", encrypt("public", OAEP, b"text", b"label"), OK);
    table.row("decrypt: arguments", decrypt("md2", md2, &[0; 255], b""), INVALID);
    table.row("decrypt: ability", decrypt("md2", md2, &[0; 256], b""), NOT_SUPPORTED);
    table.row("decrypt with a public key", decrypt("public", OAEP, &[0; 256], b""), INVALID);
    table.check();
}

#[test]
fn a_generation_is_checked_deprecation_kind_size_name() {
    let service = Service::plain();
    let caller = service.caller();
    caller.ask(generate("taken", key(P_PAIR, 256, ECDSA))).expect("made");
    let none = Algorithm::None;
    let md5 = Mac::FullLength(FullLengthMac::Hmac(Hash::Md5));
    let public = |family| KeyType::EccPublicKey(family);
    let mut table = Table::new(&caller);
    table.row("deprecated first", generate("taken", key(public(EccFamily::SectR2), 163, none)), DEPRECATED);
    table.row("RSA-1024", generate("taken", key(KeyType::RsaKeyPair, 1024, none)), DEPRECATED);
    table.row("public RSA-1024", generate("taken", key(KeyType::RsaPublicKey, 1024, none)), DEPRECATED);
    table.row("DES", generate("taken", key(KeyType::Des, 64, none)), DEPRECATED);
    table.row("ARC4", generate("taken", key(KeyType::Arc4, 128, none)), DEPRECATED);
    table.row("HMAC with MD5", generate("taken", key(KeyType::Hmac, 0, md5)), DEPRECATED);
    let sha1 = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha1));
    table.row("ECDSA with SHA-1", generate("taken", key(P_PAIR, 256, sha1)), DEPRECATED);
    let oaep_sha1 = AsymmetricEncryption::RsaOaep(Hash::Sha1);
    table.row("OAEP with SHA-1", generate("taken", key(KeyType::RsaKeyPair, 2048, oaep_sha1)), DEPRECATED);
    table.row("a public key", generate("taken", key(public(EccFamily::SecpR1), 256, none)), INVALID);
    table.row("a public key that is not here", generate("taken", key(public(EccFamily::Frp), 256, none)), INVALID);
    table.row("a size that AES never has", generate("taken", key(KeyType::Aes, 64, none)), INVALID);
    table.row("a size that the curves never have", generate("taken", key(P_PAIR, 255, none)), INVALID);
    table.row("no size", generate("taken", key(KeyType::Aes, 0, none)), INVALID);
    table.row("no size is no weak one", generate("taken", key(KeyType::RsaKeyPair, 0, none)), INVALID);
    table.row("a weak size that RSA never has", generate("taken", key(KeyType::RsaKeyPair, 1, none)), DEPRECATED);
    table.row("a curve that is not here", generate("taken", key(P_PAIR, 192, none)), NOT_SUPPORTED);
    table.row("RSA-2056", generate("taken", key(KeyType::RsaKeyPair, 2056, none)), NOT_SUPPORTED);
    table.row("the name last", generate("taken", key(KeyType::Aes, 128, GCM)), TAKEN);
    table.row("the same again", generate("taken", key(P_PAIR, 256, ECDSA)), TAKEN);
    table.check();
    assert_eq!(listed(&caller, "taken"), key(P_PAIR, 256, ECDSA), "a taken name keeps its key");
}

/// A key for it could not be used by anybody; CanDoCrypto has always said no.
#[test]
fn tags_and_macs_of_lengths_that_there_are_not_are_no_policy() {
    let service = Service::plain();
    let caller = service.caller();
    let hmac = FullLengthMac::Hmac(Hash::Sha256);
    let algorithms = |length| {
        let tag = |alg| Aead::ShortenedTag { alg, tag_length: length }.policy();
        let mac = |mac| Mac::Truncated { mac, length }.policy();
        [
            (KeyType::Aes, tag(AeadAlg::Gcm), matches!(length, 4 | 8 | 12..=16)),
            (KeyType::Aes, tag(AeadAlg::Ccm), matches!(length, 4 | 6 | 8 | 10 | 12 | 14 | 16)),
            (KeyType::Chacha20, tag(AeadAlg::Chacha20Poly1305), length == 16),
            (KeyType::Hmac, mac(hmac), (4..=32).contains(&length)),
            (KeyType::Aes, mac(FullLengthMac::Cmac), (4..=16).contains(&length)),
        ]
    };
    let mut table = Table::new(&caller);
    for length in (0..=17).chain([32, 33, u32::MAX]) {
        for (key_type, alg, there_is) in algorithms(length) {
            let status = if there_is { OK } else { INVALID };
            let attributes = key(key_type, 256, alg);
            for check_type in [CheckType::Generate, CheckType::Import] {
                let status = if there_is { OK } else { NOT_SUPPORTED };
                table.row(&format!("{check_type:?} {alg:?}"), CanDoCrypto { check_type, attributes }, status);
            }
            let name = format!("{alg:?}");
            table.row(&format!("generate {name}"), generate(&name, attributes), status);
            let name = format!("brought {name}");
            table.row(&name, import(&name, attributes, &[1; 32]), status);
        }
    }
    let five = Aead::ShortenedTag { alg: AeadAlg::Gcm, tag_length: 5 };
    let arc4 = key(KeyType::Arc4, 128, five);
    table.row("generate: deprecation first", generate("free", arc4), DEPRECATED);
    table.row("generate: before what is here", generate("free", key(KeyType::RsaKeyPair, 2056, five)), INVALID);
    table.row("import: before what is here", import("free", key(P_PAIR, 192, five), &[1; 5]), INVALID);
    table.row("the name is still free", generate("free", key(KeyType::Aes, 128, GCM)), OK);
    table.check();
}

#[test]
fn an_import_is_checked_data_kind_name_form() {
    let service = Service::plain();
    let caller = service.caller();
    caller.ask(generate("taken", key(P_PAIR, 256, ECDSA))).expect("made");
    let none = Algorithm::None;
    let md5 = Mac::FullLength(FullLengthMac::Hmac(Hash::Md5));
    let frp = KeyType::EccKeyPair(EccFamily::Frp);
    let public = caller.ask(export_public("taken")).expect("exported").data;
    let mut off_curve = public.clone();
    *off_curve.last_mut().expect("a point") ^= 1;
    let compressed = [&[2 + (public[64] & 1)], &public[1..33]].concat();
    let p_public = KeyType::EccPublicKey(EccFamily::SecpR1);
    let mut table = Table::new(&caller);
    table.row("no data first", import("taken", key(frp, 256, none), b""), INVALID);
    table.row("then the type", import("taken", key(frp, 256, none), &[1; 5]), NOT_SUPPORTED);
    table.row("then the size", import("taken", key(P_PAIR, 192, none), &[1; 5]), NOT_SUPPORTED);
    table.row("then the name", import("taken", key(P_PAIR, 256, none), &[1; 5]), TAKEN);
    table.row("then the form", import("free", key(P_PAIR, 256, none), &[1; 5]), INVALID);
    table.row("another size than said", import("free", key(P_PAIR, 256, none), &[1; 48]), INVALID);
    table.row("another size of AES than said", import("free", key(KeyType::Aes, 256, none), &[1; 16]), INVALID);
    table.row("a scalar of 0", import("free", key(P_PAIR, 256, none), &[0; 32]), INVALID);
    table.row("a scalar above the order", import("free", key(P_PAIR, 256, none), &[0xFF; 32]), INVALID);
    table.row("a point that is on no curve", import("free", key(p_public, 256, none), &off_curve), INVALID);
    table.row("a point in its short form", import("free", key(p_public, 256, none), &compressed), INVALID);
    table.row("a pair as a public key", import("free", key(p_public, 256, none), &[1; 32]), INVALID);
    table.row("no RSA key", import("free", key(KeyType::RsaKeyPair, 0, none), &[0x30; 64]), INVALID);
    table.row("no size, and the data has none here", import("free", key(P_PAIR, 0, none), &[1; 24]), NOT_SUPPORTED);
    table.row("AES of 15 bytes", import("free", key(KeyType::Aes, 0, none), &[1; 15]), INVALID);
    table.row("what is deprecated is let in", import("md5", key(KeyType::Hmac, 128, md5), &[1; 16]), OK);
    table.row("a failed import left the name free", import("free", key(KeyType::Aes, 0, none), &[1; 24]), OK);
    table.check();
    assert_eq!(listed(&caller, "free"), key(KeyType::Aes, 192, none), "the real size is kept");
    assert_eq!(listed(&caller, "taken"), key(P_PAIR, 256, ECDSA), "a taken name keeps its key");
}

#[test]
fn exports_and_destruction_are_checked_name_flag_kind() {
    let service = Service::plain();
    let caller = service.caller();
    caller.ask(generate("aes", with_usage(KeyType::Aes, 128, ALL_USES, GCM))).expect("made");
    caller.ask(generate("ec", with_usage(P_PAIR, 256, Usage::NONE, ECDSA))).expect("made");
    let mut table = Table::new(&caller);
    table.row("export: name", export("nobody"), UNKNOWN);
    table.row("export: flag", export("aes"), NOT_PERMITTED);
    table.row("public: name", export_public("nobody"), UNKNOWN);
    table.row("public: a key without a public half", export_public("aes"), INVALID);
    table.row("public: no flag is needed", export_public("ec"), OK);
    table.row("destroy: name", destroy("nobody"), UNKNOWN);
    table.row("destroy: no flag is needed", destroy("ec"), OK);
    table.row("destroy: it is gone", destroy("ec"), UNKNOWN);
    table.row("its name is free", generate("ec", key(KeyType::Aes, 128, GCM)), OK);
    table.check();
}

/// By the size that the material has, whether it is named or not.
#[test]
fn what_is_deprecated_is_logged_when_it_is_imported() {
    let service = Service::with(&PLAIN.replace("[service]", "[service]\nallow_deprecated = true"));
    let caller = service.caller();
    let rsa = |bits| key(KeyType::RsaKeyPair, bits, Algorithm::None);
    let material = [1024, 2048].map(|bits| {
        let name = bits.to_string();
        caller.ask(generate(&name, rsa(bits))).expect("made");
        caller.ask(export(&name)).expect("exported").data
    });
    let [weak, strong] = material.each_ref().map(|pair| pair.expose().as_slice());
    let logged = || service.log().matches("imported that is too weak").count();
    for (name, bits, pair, lines) in
        [("strong", 0, strong, 0), ("named", 1024, weak, 1), ("not named", 0, weak, 2), ("strong too", 2048, strong, 2)]
    {
        caller.ask(import(name, rsa(bits), pair)).expect("imported");
        assert_eq!(logged(), lines, "{name}");
    }
}

#[test]
fn what_is_deprecated_can_be_allowed() {
    let service = Service::with(&PLAIN.replace("[service]", "[service]\nallow_deprecated = true"));
    let sha1 = AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(Hash::Sha1));
    let mut table = Table::new(&service.caller());
    table.row("RSA-1024 with SHA-1", generate("rsa", key(KeyType::RsaKeyPair, 1024, sha1)), OK);
    table.row("it signs", sign_hash("rsa", sha1, &[7; 20]), OK);
    table.row(
        "what is not here is still not here",
        generate("des", key(KeyType::Des, 64, Algorithm::None)),
        NOT_SUPPORTED,
    );
    table.check();
}
