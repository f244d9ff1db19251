//! Really doing what CanDoCrypto speaks of: a key is made, used with its own algorithm, and destroyed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use keystead_client::{Client, Error};
use keystead_e2e_tests::effort::Chance;
use keystead_interface::algorithm::{
    Algorithm, AsymmetricEncryption, AsymmetricSignature, Hash, KeyAgreement, SignHash,
};
use keystead_interface::attributes::{KeyAttributes, KeyShape, KeyType, Usage};
use keystead_interface::operations::core::CheckType;
use keystead_interface::status::Status;

/// Keys to import, by type and size.
pub struct Materials(HashMap<KeyShape, Vec<u8>>);

impl Materials {
    /// Has the provider generate a key of each of these types and sizes, and takes it out.
    pub fn generate(client: &Client, shapes: impl IntoIterator<Item = KeyShape>) -> Materials {
        let mut materials = HashMap::new();
        for shape in shapes {
            let name = new_name();
            let attributes = KeyAttributes::new(shape.key_type, shape.bits, Usage::EXPORT, Algorithm::None);
            let key = client.generate(&name, &attributes);
            let key = key.unwrap_or_else(|e| panic!("{shape:?} should be generated: {e}"));
            let material = key.export().unwrap_or_else(|e| panic!("{shape:?} should be exported: {e}"));
            if let Some(key_type) = public_half(shape.key_type) {
                let public = key.public_key().unwrap_or_else(|e| panic!("{shape:?} should have a public half: {e}"));
                materials.insert(KeyShape { key_type, ..shape }, public);
            }
            materials.insert(shape, material.into_exposed());
            key.destroy().expect("the key was just made");
        }
        Materials(materials)
    }

    /// Adds public keys of these types and sizes, of pairs that the provider makes and does not give away.
    pub fn add_public_halves(&mut self, client: &Client, shapes: impl IntoIterator<Item = KeyShape>) {
        for shape in shapes {
            let attributes = KeyAttributes::new(pair(shape.key_type), shape.bits, Usage::NONE, Algorithm::None);
            let key = client.generate(&new_name(), &attributes);
            let key = key.unwrap_or_else(|e| panic!("a pair for {shape:?} should be generated: {e}"));
            let public = key.public_key().unwrap_or_else(|e| panic!("{shape:?} should be exported: {e}"));
            self.0.insert(shape, public);
            key.destroy().expect("the key was just made");
        }
    }

    /// A key of this type and size; bytes that are none where the provider has none.
    pub fn of(&self, shape: KeyShape) -> Vec<u8> {
        let random = || Chance::new(1).bytes((shape.bits as usize).div_ceil(8).max(1));
        self.0.get(&shape).cloned().unwrap_or_else(random)
    }

    /// The pair of which this is the public half.
    fn pair_of(&self, shape: KeyShape) -> Vec<u8> {
        self.of(KeyShape { key_type: pair(shape.key_type), ..shape })
    }
}

/// Imports a key and uses it.
pub fn import_and_use(client: &Client, key: &KeyAttributes, materials: &Materials) -> Result<(), Error> {
    let name = new_name();
    let is_alone = |check| !client.can_do(check, &pair_without_use(key)).expect("yes or no");
    if key.key_type().is_public() && is_alone(CheckType::Import) && !is_alone(CheckType::Generate) {
        return import_own_half_and_use(client, key);
    }
    let imported = client.import(&name, key, &materials.of(key.shape()))?;
    let used = use_key(client, &name, key, materials);
    imported.destroy()?;
    used
}

/// Generates a key and uses it.
pub fn generate_and_use(client: &Client, key: &KeyAttributes, materials: &Materials) -> Result<(), Error> {
    let name = new_name();
    let generated = client.generate(&name, key)?;
    let used = use_key(client, &name, key, materials);
    generated.destroy()?;
    used
}

/// The same with the public half of a pair that the provider makes itself, of a kind that cannot be brought.
fn import_own_half_and_use(client: &Client, key: &KeyAttributes) -> Result<(), Error> {
    let (name, own) = (new_name(), new_name());
    let attributes = KeyAttributes::new(pair(key.key_type()), key.bits(), key.usage(), of_pair(key.algorithm()));
    let made = client.generate(&own, &attributes)?;
    let materials = Materials(HashMap::from([(key.shape(), made.public_key()?)]));
    let used = client.import(&name, key, &materials.of(key.shape())).and_then(|imported| {
        let used = match key.algorithm() {
            Algorithm::AsymmetricSignature(alg) => {
                let (alg, hash) = with_some_hash(alg);
                let signature = client.sign_hash(&own, of_pair_sign(alg), &hash)?;
                client.verify_hash(&name, alg, &hash, &signature)
            }
            _ => use_key(client, &name, key, &materials),
        };
        imported.destroy()?;
        used
    });
    made.destroy()?;
    used
}

/// Does what a key is for. Of a public key's other half, the pair does what is needed.
fn use_key(client: &Client, name: &str, key: &KeyAttributes, materials: &Materials) -> Result<(), Error> {
    let text = [0x5A; 32];
    match key.algorithm() {
        Algorithm::AsymmetricSignature(alg) => sign(client, name, key, alg, materials),
        Algorithm::AsymmetricEncryption(alg) => encrypt(client, name, key, alg, materials),
        Algorithm::Aead(alg) => {
            let sealed = client.aead_encrypt(name, alg, &[7; 12], b"data", &text)?;
            assert_eq!(sealed.len(), text.len() + alg.tag_length() as usize, "ciphertext and tag of {key:?}");
            assert_eq!(client.aead_decrypt(name, alg, &[7; 12], b"data", &sealed)?.expose(), &text, "{key:?}");
            Ok(())
        }
        Algorithm::Cipher(alg) => {
            let sealed = client.cipher_encrypt(name, alg, &text)?;
            assert_eq!(client.cipher_decrypt(name, alg, &sealed)?.expose(), &text, "{key:?}");
            Ok(())
        }
        Algorithm::Mac(alg) => {
            let mac = client.mac_compute(name, alg, &text)?;
            client.mac_verify(name, alg, &text, &mac)
        }
        Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => {
            let peer = client.public_key(name).unwrap_or_else(|_| vec![4; 65]);
            client.raw_key_agreement(name, alg, &peer).map(|_| ())
        }
        // Nothing in the contract uses such keys.
        Algorithm::None
        | Algorithm::Hash(_)
        | Algorithm::KeyDerivation(_)
        | Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { .. }) => unused(),
    }
}

fn sign(
    client: &Client,
    name: &str,
    key: &KeyAttributes,
    alg: AsymmetricSignature,
    materials: &Materials,
) -> Result<(), Error> {
    let (alg, hash) = with_some_hash(alg);
    if !key.key_type().is_public() {
        let signature = client.sign_hash(name, alg, &hash)?;
        return client.verify_hash(name, alg, &hash, &signature);
    }
    // Asked first, so that the public key's own answer is the one that counts.
    match client.verify_hash(name, alg, &hash, b"no signature") {
        Err(error) if error.status() == Some(Status::PsaErrorInvalidSignature) => {}
        other => return other,
    }
    let signature = with_pair(client, key, materials, |pair| client.sign_hash(pair, of_pair_sign(alg), &hash))?;
    client.verify_hash(name, alg, &hash, &signature)
}

fn encrypt(
    client: &Client,
    name: &str,
    key: &KeyAttributes,
    alg: AsymmetricEncryption,
    materials: &Materials,
) -> Result<(), Error> {
    // Short, because little fits into RSA-1024 with OAEP.
    let text = b"8 bytes!";
    let sealed = client.asymmetric_encrypt(name, alg, text, b"")?;
    let opened = match key.key_type().is_public() {
        true => with_pair(client, key, materials, |pair| client.asymmetric_decrypt(pair, alg, &sealed, b""))?,
        false => client.asymmetric_decrypt(name, alg, &sealed, b"")?,
    };
    assert_eq!(opened.expose(), text, "{key:?}");
    Ok(())
}

/// The algorithm where the policy allows any hash, and a hash that goes with it.
fn with_some_hash(alg: AsymmetricSignature) -> (AsymmetricSignature, Vec<u8>) {
    let (alg, hash) = match alg.hash() {
        Some(SignHash::Any) => (alg.with_hash(SignHash::Specific(Hash::Sha256)), Hash::Sha256),
        Some(SignHash::Specific(hash)) => (alg, hash),
        None => (alg, Hash::Sha256),
    };
    (alg, vec![0xA5; hash.len()])
}

/// The pair's type and size.
fn pair_without_use(key: &KeyAttributes) -> KeyAttributes {
    KeyAttributes::new(pair(key.key_type()), key.bits(), Usage::NONE, Algorithm::None)
}

/// What the pair is to do whose public half verifies: a provider may verify deterministic signatures, which are like all
/// others, without making them.
fn of_pair(alg: Algorithm) -> Algorithm {
    match alg {
        Algorithm::AsymmetricSignature(alg) => Algorithm::AsymmetricSignature(of_pair_sign(alg)),
        other => other,
    }
}

fn of_pair_sign(alg: AsymmetricSignature) -> AsymmetricSignature {
    match alg {
        AsymmetricSignature::DeterministicEcdsa(hash) => AsymmetricSignature::Ecdsa(hash),
        other => other,
    }
}

/// Does something with the pair of which `key` is the public half.
fn with_pair<T>(
    client: &Client,
    key: &KeyAttributes,
    materials: &Materials,
    job: impl FnOnce(&str) -> Result<T, Error>,
) -> Result<T, Error> {
    let name = new_name();
    let attributes = KeyAttributes::new(pair(key.key_type()), key.bits(), key.usage(), of_pair(key.algorithm()));
    let imported = client.import(&name, &attributes, &materials.pair_of(key.shape()))?;
    let done = job(&name);
    imported.destroy()?;
    done
}

/// What a use is answered that the contract has no operation for.
fn unused() -> Result<(), Error> {
    let opcode = keystead_interface::operations::Opcode::CanDoCrypto;
    Err(Error::Refused { opcode, status: Status::PsaErrorNotSupported })
}

fn public_half(key_type: KeyType) -> Option<KeyType> {
    match key_type {
        KeyType::RsaKeyPair => Some(KeyType::RsaPublicKey),
        KeyType::EccKeyPair(family) => Some(KeyType::EccPublicKey(family)),
        KeyType::DhKeyPair(family) => Some(KeyType::DhPublicKey(family)),
        _ => None,
    }
}

fn pair(public: KeyType) -> KeyType {
    match public {
        KeyType::RsaPublicKey => KeyType::RsaKeyPair,
        KeyType::EccPublicKey(family) => KeyType::EccKeyPair(family),
        KeyType::DhPublicKey(family) => KeyType::DhKeyPair(family),
        other => other,
    }
}

fn new_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("contract-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
