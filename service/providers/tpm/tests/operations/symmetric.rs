//! Ciphers and message authentication codes.

use aws_lc_rs::hmac;
use keystead_interface::algorithm::{Algorithm, Cipher, FullLengthMac, Hash, Mac as MacAlgorithm};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{ErrorKind, Mac, Provider, ProviderError, UnauthenticatedCipher};
use keystead_provider_tpm::TpmProvider;

use crate::openssl::Openssl;
use crate::swtpm::{KeptKey, Swtpm};

const MODES: [(Cipher, &str); 6] = [
    (Cipher::Ctr, "ctr"),
    (Cipher::Cfb, "cfb"),
    (Cipher::Ofb, "ofb"),
    (Cipher::EcbNoPadding, "ecb"),
    (Cipher::CbcNoPadding, "cbc"),
    (Cipher::CbcPkcs7, "cbc"),
];

fn ciphers(provider: &TpmProvider) -> &dyn UnauthenticatedCipher {
    provider.capabilities().cipher.unwrap()
}

fn macs(provider: &TpmProvider) -> &dyn Mac {
    provider.capabilities().mac.unwrap()
}

const fn hmac_of(hash: Hash) -> MacAlgorithm {
    MacAlgorithm::FullLength(FullLengthMac::Hmac(hash))
}

fn kind<T>(result: Result<T, ProviderError>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn openssl_reads_what_every_mode_writes() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let openssl = Openssl::new();
    for (alg, name) in MODES {
        for bits in [128, 256] {
            let material: Vec<u8> = (1..=bits / 8).collect::<Vec<u32>>().iter().map(|byte| *byte as u8).collect();
            let key = KeptKey::imported(&provider, KeyType::Aes, Algorithm::Cipher(alg), &material);
            let whole_blocks = matches!(alg, Cipher::EcbNoPadding | Cipher::CbcNoPadding);
            let lengths: &[usize] = if whole_blocks { &[16, 1024, 2064] } else { &[1, 15, 16, 17, 1024, 1025, 2500] };
            for length in lengths {
                let text: Vec<u8> = (0..*length).map(|place| (place % 251) as u8).collect();
                let encrypted = ciphers(&provider).encrypt(key.key(), alg, &SecretBytes::new(text.clone())).unwrap();
                let iv_length = if alg == Cipher::EcbNoPadding { 0 } else { 16 };
                let (iv, ciphertext) = encrypted.split_at(iv_length);
                openssl.file("ciphertext", ciphertext);
                let cipher = format!("-aes-{bits}-{name}");
                let (key_hex, iv_hex) = (hex(&material), hex(iv));
                let mut arguments = vec!["enc", "-d", &cipher, "-K", &key_hex, "-in", "ciphertext"];
                if iv_length > 0 {
                    arguments.extend(["-iv", &iv_hex]);
                }
                if alg != Cipher::CbcPkcs7 {
                    arguments.push("-nopad");
                }
                assert!(openssl.run(&arguments).unwrap() == text, "{alg:?}, {bits} bits, {length} bytes");
                let decrypted = ciphers(&provider).decrypt(key.key(), alg, &encrypted).unwrap();
                assert!(*decrypted.expose() == text, "{alg:?}, {bits} bits, {length} bytes");
            }
        }
    }
}

#[test]
fn a_wrong_padding_is_an_invalid_one_and_a_wrong_length_an_invalid_argument() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let alg = Cipher::CbcPkcs7;
    let key = KeptKey::generated(&provider, KeyType::Aes, 128, Algorithm::Cipher(alg));
    let text = SecretBytes::new(b"fifteen bytes..".to_vec());
    let encrypted = ciphers(&provider).encrypt(key.key(), alg, &text).unwrap();
    for change in 1..=0xff {
        let mut spoilt = encrypted.clone();
        // The last byte of the IV changes the last byte of the text, which is 1.
        spoilt[15] ^= change;
        assert_eq!(kind(ciphers(&provider).decrypt(key.key(), alg, &spoilt)), Some(ErrorKind::InvalidPadding));
    }
    for length in [0, 15, 16, 31] {
        let decrypted = ciphers(&provider).decrypt(key.key(), alg, &encrypted[..length]);
        assert_eq!(kind(decrypted), Some(ErrorKind::InvalidArgument), "{length}");
    }
    assert_eq!(ciphers(&provider).decrypt(key.key(), alg, &encrypted).unwrap().expose(), b"fifteen bytes..");
}

#[test]
fn ivs_are_random() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let key = KeptKey::generated(&provider, KeyType::Aes, 256, Algorithm::Cipher(Cipher::Ctr));
    let encrypt = || ciphers(&provider).encrypt(key.key(), Cipher::Ctr, &SecretBytes::new(vec![0; 16])).unwrap();
    assert_ne!(encrypt()[..16], encrypt()[..16]);
}

#[test]
fn hmac_is_the_one_of_rfc_4231_and_of_aws_lc() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    // RFC 4231, 4.2.
    let key = KeptKey::imported(&provider, KeyType::Hmac, Algorithm::Mac(hmac_of(Hash::Sha256)), &[0x0b; 20]);
    let mac = macs(&provider).compute(key.key(), hmac_of(Hash::Sha256), b"Hi There").unwrap();
    assert_eq!(hex(&mac), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");

    let algorithms = [
        (Hash::Sha1, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY),
        (Hash::Sha256, hmac::HMAC_SHA256),
        (Hash::Sha384, hmac::HMAC_SHA384),
        (Hash::Sha512, hmac::HMAC_SHA512),
    ];
    for (hash, theirs) in algorithms {
        let material = [0xa5; 32];
        let key = KeptKey::imported(&provider, KeyType::Hmac, Algorithm::Mac(hmac_of(hash)), &material);
        for length in [0, 1, 64, 1023, 1024] {
            let input = vec![7; length];
            let mac = macs(&provider).compute(key.key(), hmac_of(hash), &input).unwrap();
            let expected = hmac::sign(&hmac::Key::new(theirs, &material), &input);
            assert_eq!(mac, expected.as_ref(), "{hash:?}, {length} bytes");
        }
        let too_long = macs(&provider).compute(key.key(), hmac_of(hash), &[7; 1025]);
        assert_eq!(kind(too_long), Some(ErrorKind::NotSupported));
    }
}

#[test]
fn a_wrong_mac_is_an_invalid_signature() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let short = MacAlgorithm::Truncated { mac: FullLengthMac::Hmac(Hash::Sha256), length: 10 };
    for (alg, length) in [(hmac_of(Hash::Sha256), 32), (short, 10)] {
        let key = KeptKey::generated(&provider, KeyType::Hmac, 256, Algorithm::Mac(alg));
        let mac = macs(&provider).compute(key.key(), alg, b"input").unwrap();
        assert_eq!(mac.len(), length);
        macs(&provider).verify(key.key(), alg, b"input", &mac).unwrap();
        let mut other = mac.clone();
        other[length - 1] ^= 1;
        for bad in [&other[..], &mac[1..], &mac[..length - 1], &[]] {
            let verified = macs(&provider).verify(key.key(), alg, b"input", bad);
            assert_eq!(kind(verified), Some(ErrorKind::InvalidSignature));
        }
        let verified = macs(&provider).verify(key.key(), alg, b"another", &mac);
        assert_eq!(kind(verified), Some(ErrorKind::InvalidSignature));
    }
}

#[test]
fn what_a_tpm_cannot_do_is_not_supported() {
    let swtpm = Swtpm::start();
    let provider = swtpm.provider();
    let aes = |bits| KeyShape { key_type: KeyType::Aes, bits };
    assert!(ciphers(&provider).supports(aes(256), Cipher::Ctr));
    assert!(!ciphers(&provider).supports(aes(256), Cipher::Xts));
    assert!(!ciphers(&provider).supports(aes(512), Cipher::Ctr));
    assert!(!ciphers(&provider).supports(KeyShape { key_type: KeyType::Camellia, bits: 128 }, Cipher::Ctr));
    let hmac = KeyShape { key_type: KeyType::Hmac, bits: 256 };
    assert!(macs(&provider).supports(hmac, hmac_of(Hash::Sha512)));
    assert!(!macs(&provider).supports(hmac, hmac_of(Hash::Sha3_512)));
    assert!(!macs(&provider).supports(aes(128), MacAlgorithm::FullLength(FullLengthMac::Cmac)));
}
