//! Short ways to write the requests of these tests, and tables of requests with the status that each must get.

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::wire::Draft;
use keystead_interface::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, FullLengthMac, Hash, KeyAgreement,
    Mac, RawKeyAgreement, SignHash,
};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::names::KeyName;
use keystead_interface::operations::aead::{PsaAeadDecrypt, PsaAeadEncrypt};
use keystead_interface::operations::asymmetric_encryption::{PsaAsymmetricDecrypt, PsaAsymmetricEncrypt};
use keystead_interface::operations::cipher::{PsaCipherDecrypt, PsaCipherEncrypt};
use keystead_interface::operations::core::ListKeys;
use keystead_interface::operations::key_agreement::PsaRawKeyAgreement;
use keystead_interface::operations::keys::{
    PsaDestroyKey, PsaExportKey, PsaExportPublicKey, PsaGenerateKey, PsaImportKey,
};
use keystead_interface::operations::mac::{PsaMacCompute, PsaMacVerify};
use keystead_interface::operations::sign::{PsaSignHash, PsaSignMessage, PsaVerifyHash, PsaVerifyMessage};
use keystead_interface::secret::SecretBytes;
use keystead_interface::status::Status;

/// Every flag that stands for a use.
pub const ALL_USES: Usage = Usage::ENCRYPT
    .and(Usage::DECRYPT)
    .and(Usage::SIGN_HASH)
    .and(Usage::VERIFY_HASH)
    .and(Usage::SIGN_MESSAGE)
    .and(Usage::VERIFY_MESSAGE)
    .and(Usage::DERIVE);
pub const SHA256: SignHash = SignHash::Specific(Hash::Sha256);
pub const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa(SHA256);
pub const GCM: Aead = Aead::DefaultLengthTag(AeadAlg::Gcm);
pub const HMAC: Mac = Mac::FullLength(FullLengthMac::Hmac(Hash::Sha256));
pub const OAEP: AsymmetricEncryption = AsymmetricEncryption::RsaOaep(Hash::Sha256);
pub const PKCS1: AsymmetricEncryption = AsymmetricEncryption::RsaPkcs1v15Crypt;
pub const P_PAIR: KeyType = KeyType::EccKeyPair(EccFamily::SecpR1);

/// The policy's algorithm.
pub trait Policy {
    fn policy(self) -> Algorithm;
}

macro_rules! policies {
    ($($kind:ident)+) => { $(
        impl Policy for $kind {
            fn policy(self) -> Algorithm {
                Algorithm::$kind(self)
            }
        }
    )+ };
}

policies!(Mac Cipher Aead AsymmetricSignature AsymmetricEncryption);

impl Policy for RawKeyAgreement {
    fn policy(self) -> Algorithm {
        Algorithm::KeyAgreement(KeyAgreement::Raw(self))
    }
}

impl Policy for Algorithm {
    fn policy(self) -> Algorithm {
        self
    }
}

/// A key for every use of an algorithm, which can be exported.
pub fn key(key_type: KeyType, bits: u32, alg: impl Policy) -> KeyAttributes {
    with_usage(key_type, bits, ALL_USES.and(Usage::EXPORT), alg)
}

/// A key for some uses of an algorithm.
pub fn with_usage(key_type: KeyType, bits: u32, usage: Usage, alg: impl Policy) -> KeyAttributes {
    KeyAttributes::new(key_type, bits, usage, alg.policy())
}

/// A name.
pub fn name(name: &str) -> KeyName {
    KeyName::new(name).expect("the tests' names are short enough")
}

pub fn generate(key: &str, attributes: KeyAttributes) -> PsaGenerateKey {
    PsaGenerateKey { key_name: name(key), attributes }
}

pub fn import(key: &str, attributes: KeyAttributes, data: &[u8]) -> PsaImportKey {
    PsaImportKey { key_name: name(key), attributes, data: SecretBytes::new(data.to_vec()) }
}

pub fn destroy(key: &str) -> PsaDestroyKey {
    PsaDestroyKey { key_name: name(key) }
}

pub fn export(key: &str) -> PsaExportKey {
    PsaExportKey { key_name: name(key) }
}

pub fn export_public(key: &str) -> PsaExportPublicKey {
    PsaExportPublicKey { key_name: name(key) }
}

pub fn sign_hash(key: &str, alg: AsymmetricSignature, hash: &[u8]) -> PsaSignHash {
    PsaSignHash { key_name: name(key), alg, hash: hash.to_vec() }
}

pub fn verify_hash(key: &str, alg: AsymmetricSignature, hash: &[u8], signature: &[u8]) -> PsaVerifyHash {
    PsaVerifyHash { key_name: name(key), alg, hash: hash.to_vec(), signature: signature.to_vec() }
}

pub fn sign_message(key: &str, alg: AsymmetricSignature, message: &[u8]) -> PsaSignMessage {
    PsaSignMessage { key_name: name(key), alg, message: message.to_vec() }
}

pub fn verify_message(key: &str, alg: AsymmetricSignature, message: &[u8], signature: &[u8]) -> PsaVerifyMessage {
    PsaVerifyMessage { key_name: name(key), alg, message: message.to_vec(), signature: signature.to_vec() }
}

pub fn seal(key: &str, alg: Aead, nonce: &[u8], plaintext: &[u8]) -> PsaAeadEncrypt {
    let plaintext = SecretBytes::new(plaintext.to_vec());
    PsaAeadEncrypt { key_name: name(key), alg, nonce: nonce.to_vec(), additional_data: Vec::new(), plaintext }
}

pub fn open(key: &str, alg: Aead, nonce: &[u8], ciphertext: &[u8]) -> PsaAeadDecrypt {
    let ciphertext = ciphertext.to_vec();
    PsaAeadDecrypt { key_name: name(key), alg, nonce: nonce.to_vec(), additional_data: Vec::new(), ciphertext }
}

pub fn encipher(key: &str, alg: Cipher, plaintext: &[u8]) -> PsaCipherEncrypt {
    encipher_under(key, alg, &[], plaintext)
}

pub fn encipher_under(key: &str, alg: Cipher, iv: &[u8], plaintext: &[u8]) -> PsaCipherEncrypt {
    let plaintext = SecretBytes::new(plaintext.to_vec());
    PsaCipherEncrypt { key_name: name(key), alg, plaintext, iv: iv.to_vec() }
}

pub fn decipher(key: &str, alg: Cipher, ciphertext: &[u8]) -> PsaCipherDecrypt {
    PsaCipherDecrypt { key_name: name(key), alg, ciphertext: ciphertext.to_vec() }
}

pub fn mac(key: &str, alg: Mac, input: &[u8]) -> PsaMacCompute {
    PsaMacCompute { key_name: name(key), alg, input: input.to_vec() }
}

pub fn verify_mac(key: &str, alg: Mac, input: &[u8], mac: &[u8]) -> PsaMacVerify {
    PsaMacVerify { key_name: name(key), alg, input: input.to_vec(), mac: mac.to_vec() }
}

pub fn encrypt(key: &str, alg: AsymmetricEncryption, plaintext: &[u8], salt: &[u8]) -> PsaAsymmetricEncrypt {
    let plaintext = SecretBytes::new(plaintext.to_vec());
    PsaAsymmetricEncrypt { key_name: name(key), alg, plaintext, salt: salt.to_vec() }
}

pub fn decrypt(key: &str, alg: AsymmetricEncryption, ciphertext: &[u8], salt: &[u8]) -> PsaAsymmetricDecrypt {
    PsaAsymmetricDecrypt { key_name: name(key), alg, ciphertext: ciphertext.to_vec(), salt: salt.to_vec() }
}

pub fn agree(key: &str, peer: &[u8]) -> PsaRawKeyAgreement {
    PsaRawKeyAgreement { alg: RawKeyAgreement::Ecdh, private_key_name: name(key), peer_key: peer.to_vec() }
}

/// Requests, what each is about, and the status that it must get.
pub struct Table {
    caller: Caller,
    rows: Vec<(String, Draft, Status)>,
}

impl Table {
    /// A table of this caller's requests.
    pub fn new(caller: &Caller) -> Table {
        Table { caller: caller.clone(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<R: keystead_interface::operations::Request>(&mut self, what: &str, request: R, status: Status) {
        self.rows.push((what.to_owned(), self.caller.draft(request), status));
    }

    /// Sends one request after the other, and panics with all that were answered wrongly.
    pub fn check(self) {
        let mut wrong = Vec::new();
        for (what, draft, expected) in self.rows {
            let status = self.caller.connect().exchange(&draft.bytes()).status();
            if status != expected {
                wrong.push(format!("{what}: {status} and not {expected}"));
            }
        }
        assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// The attributes of the caller's key on provider 1, as ListKeys has them.
pub fn listed(caller: &Caller, key: &str) -> KeyAttributes {
    let keys = caller.ask(ListKeys::default()).expect("everybody may list").keys;
    let found = keys.iter().find(|info| info.provider_id.0 == 1 && info.name.as_str() == key);
    found.unwrap_or_else(|| panic!("no key {key:?} among {keys:?}")).attributes
}
