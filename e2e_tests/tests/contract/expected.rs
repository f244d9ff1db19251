//! What a provider is expected to support, as a file in `expected/` has it.

use keystead_e2e_tests::binary::workspace;
use keystead_interface::algorithm::{
    Algorithm, AsymmetricEncryption, AsymmetricSignature, FullLengthMac, Hash, KeyAgreement, Mac, SignHash,
};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyShape, KeyType};
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Operations by name.
    pub opcodes: Vec<String>,
    hashes: Vec<String>,
    keys: Vec<Keys>,
    uses: Vec<Uses>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    types: Vec<String>,
    sizes: Vec<u32>,
    can: Vec<Origin>,
}

/// How a key comes or goes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// It is made by the provider.
    Generate,
    /// It is brought.
    Import,
    /// It is taken out.
    Export,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Uses {
    algorithms: Vec<String>,
    types: Vec<String>,
    #[serde(default)]
    sizes: Vec<u32>,
    #[serde(default)]
    hashes: Vec<String>,
    #[serde(default)]
    lengths: Vec<u32>,
    shortest: Option<u32>,
}

impl Expected {
    /// Reads a file.
    pub fn read(file: &str) -> Expected {
        let path = workspace().join("e2e_tests/expected").join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// Whether a hash can be computed.
    pub fn hashes(&self, hash: Hash) -> bool {
        self.hashes.contains(&format!("{hash:?}"))
    }

    /// Whether keys of this type and size can come or go so. 0 bits stand for any size.
    pub fn can(&self, how: Origin, key: KeyShape) -> bool {
        self.keys.iter().any(|keys| {
            keys.types.contains(&format!("{:?}", key.key_type))
                && (key.bits == 0 || keys.sizes.contains(&key.bits))
                && keys.can.contains(&how)
        })
    }

    /// Whether a key can be used with its algorithm.
    pub fn can_use(&self, key: &KeyAttributes) -> bool {
        let exists = self.can(Origin::Import, key.shape()) || self.can(Origin::Generate, key.shape());
        let Some(asked) = Asked::of(key.algorithm()) else { return false };
        exists && self.uses.iter().any(|uses| uses.allow(key.shape(), &asked))
    }

    /// Whether a key can be generated, with its algorithm or with none.
    pub fn can_generate(&self, key: &KeyAttributes, allow_deprecated: bool) -> bool {
        self.can(Origin::Generate, key.shape())
            && (key.algorithm() == Algorithm::None || self.can_use(key))
            && (allow_deprecated || !is_deprecated(key))
    }

    /// Whether a key can be imported, with its algorithm or with none.
    pub fn can_import(&self, key: &KeyAttributes) -> bool {
        self.can(Origin::Import, key.shape()) && (key.algorithm() == Algorithm::None || self.can_use(key))
    }
}

/// An algorithm in the words of the file. Lengths are in bytes.
pub struct Asked {
    /// Its name.
    pub name: String,
    /// Its hash, where it has one.
    pub hash: Option<String>,
    /// The length of its tag or MAC, where it has one.
    pub length: Option<u32>,
    /// The full length of its MAC.
    pub longest: u32,
}

impl Uses {
    fn allow(&self, key: KeyShape, asked: &Asked) -> bool {
        let has = |words: &[String], word: &str| words.iter().any(|one| one == word);
        has(&self.algorithms, &asked.name)
            && has(&self.types, &format!("{:?}", key.key_type))
            && (key.bits == 0 || self.sizes.is_empty() || self.sizes.contains(&key.bits))
            && asked.hash.as_ref().is_none_or(|hash| has(&self.hashes, hash))
            && asked.length.is_none_or(|length| match self.shortest {
                Some(shortest) => (shortest..=asked.longest).contains(&length),
                None => self.lengths.contains(&length),
            })
    }
}

impl Asked {
    /// `None` for what no operation of the contract uses.
    pub fn of(alg: Algorithm) -> Option<Asked> {
        let plain = |name: String| Asked { name, hash: None, length: None, longest: 0 };
        Some(match alg {
            Algorithm::Mac(mac) => {
                let (name, hash, longest) = match mac.full_length() {
                    FullLengthMac::Hmac(hash) => ("Hmac", Some(format!("{hash:?}")), hash.len() as u32),
                    FullLengthMac::Cmac => ("Cmac", None, 16),
                    FullLengthMac::CbcMac => ("CbcMac", None, 16),
                };
                let length = match mac {
                    Mac::FullLength(_) => longest,
                    Mac::Truncated { length, .. } => length,
                };
                Asked { name: name.to_owned(), hash, length: Some(length), longest }
            }
            Algorithm::Cipher(alg) => plain(format!("{alg:?}")),
            Algorithm::Aead(alg) => Asked { length: Some(alg.tag_length()), ..plain(format!("{:?}", alg.alg())) },
            Algorithm::AsymmetricSignature(alg) => {
                let name = match alg {
                    AsymmetricSignature::RsaPkcs1v15Sign(_) => "RsaPkcs1v15Sign",
                    AsymmetricSignature::RsaPkcs1v15SignRaw => "RsaPkcs1v15SignRaw",
                    AsymmetricSignature::RsaPss(_) => "RsaPss",
                    AsymmetricSignature::Ecdsa(_) => "Ecdsa",
                    AsymmetricSignature::EcdsaAny => "EcdsaAny",
                    AsymmetricSignature::DeterministicEcdsa(_) => "DeterministicEcdsa",
                };
                let hash = alg.hash().map(|hash| match hash {
                    SignHash::Any => "Any".to_owned(),
                    SignHash::Specific(hash) => format!("{hash:?}"),
                });
                Asked { hash, ..plain(name.to_owned()) }
            }
            Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaPkcs1v15Crypt) => {
                plain("RsaPkcs1v15Crypt".to_owned())
            }
            Algorithm::AsymmetricEncryption(AsymmetricEncryption::RsaOaep(hash)) => {
                Asked { hash: Some(format!("{hash:?}")), ..plain("RsaOaep".to_owned()) }
            }
            Algorithm::KeyAgreement(KeyAgreement::Raw(alg)) => plain(format!("{alg:?}")),
            Algorithm::None
            | Algorithm::Hash(_)
            | Algorithm::KeyAgreement(KeyAgreement::WithKeyDerivation { .. })
            | Algorithm::KeyDerivation(_) => return None,
        })
    }
}

/// Whether wire contract 4.6 calls a new key of this kind too weak. Written down a second time, on purpose.
pub fn is_deprecated(key: &KeyAttributes) -> bool {
    let bits = key.bits();
    let weak = match key.key_type() {
        KeyType::Des | KeyType::Arc4 => true,
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => bits != 0 && bits < 2048,
        KeyType::EccKeyPair(family) | KeyType::EccPublicKey(family) => match family {
            EccFamily::SecpR2 | EccFamily::SectR2 => true,
            EccFamily::SectK1 | EccFamily::SectR1 => bits == 163,
            EccFamily::BrainpoolPR1 => bits == 160,
            _ => false,
        },
        _ => false,
    };
    let hash = key.algorithm().hash();
    weak || hash.is_some_and(|hash| matches!(hash, Hash::Md2 | Hash::Md4 | Hash::Md5 | Hash::Sha1))
}
