//! Formats of keys, signatures and ciphertexts (wire contract 4.2), as OpenSSL understands them.

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{AsymmetricSignature, Cipher, FullLengthMac, Hash, Mac, RawKeyAgreement, SignHash};
use keystead_interface::attributes::{EccFamily, KeyType};

use crate::openssl::{self, OpenSsl};
use crate::requests::*;

/// Family, size in bits, and the content of the object identifier (SEC 2, RFC 5639).
const CURVES: &[(EccFamily, u32, &[u8])] = &[
    (EccFamily::SecpR1, 224, &[0x2B, 0x81, 0x04, 0x00, 0x21]),
    (EccFamily::SecpR1, 256, &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]),
    (EccFamily::SecpR1, 384, &[0x2B, 0x81, 0x04, 0x00, 0x22]),
    (EccFamily::SecpR1, 521, &[0x2B, 0x81, 0x04, 0x00, 0x23]),
    (EccFamily::SecpK1, 256, &[0x2B, 0x81, 0x04, 0x00, 0x0A]),
    (EccFamily::BrainpoolPR1, 256, &[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07]),
    (EccFamily::BrainpoolPR1, 384, &[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0B]),
    (EccFamily::BrainpoolPR1, 512, &[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0D]),
];
const MESSAGE: &[u8] = b"what is signed";

/// The message's hash, by the service.
fn hash(caller: &Caller, alg: Hash, input: &[u8]) -> Vec<u8> {
    let request = keystead_interface::operations::hash::PsaHashCompute { alg, input: input.to_vec() };
    caller.ask(request).expect("anybody may ask").hash
}

#[test]
fn points_scalars_and_ecdsa_signatures() {
    let service = Service::plain();
    let caller = service.caller();
    let Some(ssl) = OpenSsl::find("formats of elliptic curves", service.home().path()) else { return };
    ssl.file("message", MESSAGE);
    for deterministic in [false, true] {
        let alg = if deterministic { AsymmetricSignature::DeterministicEcdsa } else { AsymmetricSignature::Ecdsa };
        let alg = alg(SHA256);
        for &(family, bits, curve) in CURVES {
            let name = format!("{family:?} {bits} {deterministic}");
            let length = bits.div_ceil(8) as usize;
            caller.ask(generate(&name, key(KeyType::EccKeyPair(family), bits, alg))).expect("made");
            let point = caller.ask(export_public(&name)).expect("exported").data;
            assert_eq!((point.len(), point[0]), (1 + 2 * length, 4), "{name}");
            let scalar = caller.ask(export(&name)).expect("exported").data;
            assert_eq!(scalar.expose().len(), length, "{name}");

            ssl.file("public", &openssl::public_key(curve, &point));
            for signature in [
                caller.ask(sign_message(&name, alg, MESSAGE)).expect("signed").signature,
                caller.ask(sign_hash(&name, alg, &hash(&caller, Hash::Sha256, MESSAGE))).expect("signed").signature,
            ] {
                assert_eq!(signature.len(), 2 * length, "{name}");
                ssl.file("signature", &openssl::signature(&signature));
                ssl.run("dgst -sha256 -verify public -keyform DER -signature signature message");
            }
            // The scalar belongs to the point: OpenSSL computes the one from the other.
            ssl.file("private", &openssl::private_key(curve, scalar.expose()));
            let computed = ssl.run("ec -inform DER -in private -pubout -conv_form uncompressed -outform DER");
            assert_eq!(computed, openssl::public_key(curve, &point), "{name}");
            caller.ask(destroy(&name)).expect("gone");
        }
    }
}

#[test]
fn shared_secrets() {
    let service = Service::plain();
    let caller = service.caller();
    let Some(ssl) = OpenSsl::find("formats of shared secrets", service.home().path()) else { return };
    let ecdh = RawKeyAgreement::Ecdh;
    for &(family, bits, curve) in CURVES {
        let length = bits.div_ceil(8) as usize;
        let key_type = KeyType::EccKeyPair(family);
        for name in ["ours", "theirs"] {
            caller.ask(generate(name, key(key_type, bits, ecdh))).expect("made");
        }
        let theirs = caller.ask(export("theirs")).expect("exported").data;
        let peer = caller.ask(export_public("theirs")).expect("exported").data;
        let ours = caller.ask(export_public("ours")).expect("exported").data;
        let secret = caller.ask(agree("ours", &peer)).expect("agreed").shared_secret;
        assert_eq!(secret.expose().len(), length, "{family:?} {bits}");
        ssl.file("private", &openssl::private_key(curve, theirs.expose()));
        ssl.file("public", &openssl::public_key(curve, &ours));
        assert_eq!(ssl.run(DERIVE), *secret.expose(), "{family:?} {bits}");
        for name in ["ours", "theirs"] {
            caller.ask(destroy(name)).expect("gone");
        }
    }
    for (bits, length, curve) in [(255, 32, 0x6E), (448, 56, 0x6F)] {
        let key_type = KeyType::EccKeyPair(EccFamily::Montgomery);
        for name in ["ours", "theirs"] {
            caller.ask(generate(name, key(key_type, bits, ecdh))).expect("made");
        }
        let theirs = caller.ask(export("theirs")).expect("exported").data;
        let peer = caller.ask(export_public("theirs")).expect("exported").data;
        let ours = caller.ask(export_public("ours")).expect("exported").data;
        let secret = caller.ask(agree("ours", &peer)).expect("agreed").shared_secret;
        assert_eq!([theirs.expose().len(), peer.len(), secret.expose().len()], [length; 3], "{bits}");
        ssl.file("private", &openssl::montgomery_private_key(curve, theirs.expose()));
        ssl.file("public", &openssl::montgomery_public_key(curve, &ours));
        assert_eq!(ssl.run(DERIVE), *secret.expose(), "{bits}");
        for name in ["ours", "theirs"] {
            caller.ask(destroy(name)).expect("gone");
        }
    }
}

/// The shared secret of the file `private` and the file `public`.
const DERIVE: &str = "pkeyutl -derive -keyform DER -inkey private -peerform DER -peerkey public";

#[test]
fn rsa_keys_signatures_and_ciphertexts() {
    let service = Service::plain();
    let caller = service.caller();
    let Some(ssl) = OpenSsl::find("formats of RSA", service.home().path()) else { return };
    ssl.file("message", MESSAGE);
    let pkcs1 = AsymmetricSignature::RsaPkcs1v15Sign(SHA256);
    let pss = AsymmetricSignature::RsaPss(SHA256);
    let raw = AsymmetricSignature::RsaPkcs1v15SignRaw;
    caller.ask(generate("pkcs1", key(KeyType::RsaKeyPair, 2048, pkcs1))).expect("made");
    let pair = caller.ask(export("pkcs1")).expect("exported").data;
    let public = caller.ask(export_public("pkcs1")).expect("exported").data;
    for (name, alg) in [("pss", pss), ("raw", raw)] {
        caller.ask(import(name, key(KeyType::RsaKeyPair, 0, alg), pair.expose())).expect("imported");
    }
    for (name, alg) in [("crypt", PKCS1), ("oaep", OAEP)] {
        caller.ask(import(name, key(KeyType::RsaKeyPair, 0, alg), pair.expose())).expect("imported");
    }
    // PKCS#1 and nothing around it: OpenSSL writes the very same bytes.
    ssl.file("private", pair.expose());
    ssl.file("public", &public);
    ssl.run("rsa -check -noout -inform DER -in private");
    assert_eq!(ssl.run("rsa -inform DER -in private -outform DER -traditional"), *pair.expose());
    assert_eq!(ssl.run("rsa -inform DER -in private -RSAPublicKey_out -outform DER"), public);
    let modulus = ssl.run("rsa -RSAPublicKey_in -inform DER -in public -text -noout");
    assert!(String::from_utf8_lossy(&modulus).contains("Exponent: 65537"), "the usual exponent");
    ssl.file("spki", &ssl.run("rsa -RSAPublicKey_in -inform DER -in public -pubout -outform DER"));

    ssl.file("signature", &caller.ask(sign_message("pkcs1", pkcs1, MESSAGE)).expect("signed").signature);
    ssl.run("dgst -sha256 -verify spki -keyform DER -signature signature message");
    ssl.file("signature", &caller.ask(sign_message("pss", pss, MESSAGE)).expect("signed").signature);
    let options = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest -sigopt rsa_mgf1_md:sha256";
    ssl.run(&format!("dgst -sha256 {options} -verify spki -keyform DER -signature signature message"));
    let signature = ssl.run(&format!("dgst -sha256 {options} -sign private -keyform DER message"));
    caller.ask(verify_message("pss", pss, MESSAGE, &signature)).expect("OpenSSL's signature is one");
    // For raw signing the caller brings the DigestInfo (RFC 8017 9.2).
    let info = [&b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"[..]].concat();
    let info = [info, hash(&caller, Hash::Sha256, MESSAGE)].concat();
    ssl.file("signature", &caller.ask(sign_hash("raw", raw, &info)).expect("signed").signature);
    ssl.run("dgst -sha256 -verify spki -keyform DER -signature signature message");

    let keyform = "-keyform DER -inkey";
    let oaep = "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256";
    let oaep = format!("{oaep} -pkeyopt rsa_oaep_label:6c6162656c");
    for (name, alg, label, options) in
        [("oaep", OAEP, &b"label"[..], oaep.as_str()), ("crypt", PKCS1, b"", "-pkeyopt rsa_padding_mode:pkcs1")]
    {
        ssl.file("sealed", &caller.ask(encrypt(name, alg, MESSAGE, label)).expect("encrypted").ciphertext);
        assert_eq!(ssl.run(&format!("pkeyutl -decrypt -in sealed {keyform} private {options}")), MESSAGE, "{name}");
        let sealed = ssl.run(&format!("pkeyutl -encrypt -in message -pubin {keyform} spki {options}"));
        let opened = caller.ask(decrypt(name, alg, &sealed, label)).expect("decrypted").plaintext;
        assert_eq!(opened.expose(), MESSAGE, "{name}");
    }
}

#[test]
fn ciphertexts_begin_with_their_iv_and_macs_are_those_of_others() {
    let service = Service::plain();
    let caller = service.caller();
    let Some(ssl) = OpenSsl::find("formats of ciphertexts and MACs", service.home().path()) else { return };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let secret: Vec<u8> = (0..32).collect();
    for (alg, mode, options) in [
        (Cipher::Ctr, "aes-256-ctr", ""),
        (Cipher::Cfb, "aes-256-cfb", ""),
        (Cipher::Ofb, "aes-256-ofb", ""),
        (Cipher::CbcPkcs7, "aes-256-cbc", ""),
        (Cipher::CbcNoPadding, "aes-256-cbc", " -nopad"),
        (Cipher::EcbNoPadding, "aes-256-ecb", " -nopad"),
        (Cipher::Ctr, "camellia-256-ctr", ""),
        (Cipher::CbcPkcs7, "camellia-256-cbc", ""),
        (Cipher::Cfb, "camellia-256-cfb", ""),
        (Cipher::StreamCipher, "chacha20", ""),
    ] {
        let (key_type, iv_length) = match (alg, mode) {
            (Cipher::StreamCipher, _) => (KeyType::Chacha20, 12),
            (Cipher::EcbNoPadding, _) => (KeyType::Aes, 0),
            (_, mode) if mode.starts_with("camellia") => (KeyType::Camellia, 16),
            _ => (KeyType::Aes, 16),
        };
        caller.ask(import("k", key(key_type, 256, alg), &secret)).expect("imported");
        let text = [0xC3; 48];
        let sealed = caller.ask(encipher("k", alg, &text)).expect("enciphered").ciphertext;
        let again = caller.ask(encipher("k", alg, &text)).expect("enciphered").ciphertext;
        assert!(iv_length == 0 || sealed[..iv_length] != again[..iv_length], "{mode}: an IV is used once");
        let (iv, body) = sealed.split_at(iv_length);
        ssl.file("sealed", body);
        let iv = match alg {
            Cipher::EcbNoPadding => String::new(),
            // OpenSSL has the block's number, little-endian, before the nonce (RFC 8439 2.3), and counts from it.
            Cipher::StreamCipher => format!(" -iv {}{}", CHACHA20_FIRST_BLOCK, hex(iv)),
            _ => format!(" -iv {}", hex(iv)),
        };
        let opened = ssl.run(&format!("enc -d -{mode} -in sealed -K {}{iv}{options}", hex(&secret)));
        assert_eq!(opened, text, "{mode}");
        caller.ask(destroy("k")).expect("gone");
    }
    ssl.file("message", MESSAGE);
    let hmac = Mac::FullLength(FullLengthMac::Hmac(Hash::Sha3_384));
    caller.ask(import("hmac", key(KeyType::Hmac, 0, hmac), &secret)).expect("imported");
    let ours = caller.ask(mac("hmac", hmac, MESSAGE)).expect("computed").mac;
    let theirs = ssl.run(&format!("mac -digest SHA3-384 -macopt hexkey:{} -binary -in message HMAC", hex(&secret)));
    assert_eq!(ours, theirs);
    let cmac = Mac::FullLength(FullLengthMac::Cmac);
    caller.ask(import("cmac", key(KeyType::Camellia, 0, cmac), &secret)).expect("imported");
    let ours = caller.ask(mac("cmac", cmac, MESSAGE)).expect("computed").mac;
    let options = format!("-cipher CAMELLIA-256-CBC -macopt hexkey:{} -binary -in message CMAC", hex(&secret));
    assert_eq!(ours, ssl.run(&format!("mac {options}")));
}

/// The number of the first block in hexadecimal, little-endian.
const CHACHA20_FIRST_BLOCK: &str = "00000000";

/// Two signatures over one hash: random ones differ, and those of RFC 6979 do not.
#[test]
fn deterministic_signatures_are_the_same_again_and_others_are_not() {
    let service = Service::plain();
    let caller = service.caller();
    let fixed = AsymmetricSignature::DeterministicEcdsa(SignHash::Specific(Hash::Sha256));
    for (name, alg) in [("random", ECDSA), ("fixed", fixed)] {
        caller.ask(generate(name, key(P_PAIR, 256, alg))).expect("made");
        let sign = || caller.ask(sign_hash(name, alg, &[7; 32])).expect("signed").signature;
        assert_eq!(sign() == sign(), alg == fixed, "{name}");
    }
}
