//! What a TPM implements, asked once when it is connected.

use std::collections::HashSet;

use keystead_interface::algorithm::Hash;
use keystead_interface::attributes::{EccFamily, KeyShape, KeyType};
use tss_esapi::constants::{AlgorithmIdentifier, CapabilityType, CommandCode, PropertyTag};
use tss_esapi::interface_types::key_bits::{AesKeyBits, RsaKeyBits};
use tss_esapi::structures::{CapabilityData, PublicParameters, RsaExponent};
use tss_esapi::{Context, Error, Result};

use crate::limits::HMAC_BITS;
use crate::signing::salt;
use crate::{error, names, templates};

/// The algorithms that something here depends on.
const ALGORITHMS: &[AlgorithmIdentifier] = &[
    AlgorithmIdentifier::Rsa,
    AlgorithmIdentifier::RsaSsa,
    AlgorithmIdentifier::RsaPss,
    AlgorithmIdentifier::RsaEs,
    AlgorithmIdentifier::Oaep,
    AlgorithmIdentifier::Ecc,
    AlgorithmIdentifier::EcDsa,
    AlgorithmIdentifier::EcDh,
    AlgorithmIdentifier::KeyedHash,
    AlgorithmIdentifier::Hmac,
    AlgorithmIdentifier::SymCipher,
    AlgorithmIdentifier::Aes,
    AlgorithmIdentifier::Ctr,
    AlgorithmIdentifier::Cfb,
    AlgorithmIdentifier::Ofb,
    AlgorithmIdentifier::Cbc,
    AlgorithmIdentifier::Ecb,
    AlgorithmIdentifier::Cmac,
    AlgorithmIdentifier::Sha1,
    AlgorithmIdentifier::Sha256,
    AlgorithmIdentifier::Sha384,
    AlgorithmIdentifier::Sha512,
    AlgorithmIdentifier::Sha3_256,
    AlgorithmIdentifier::Sha3_384,
    AlgorithmIdentifier::Sha3_512,
];

/// The commands that something here depends on and that a TPM may lack.
const COMMANDS: &[CommandCode] = &[
    CommandCode::RsaDecrypt,
    CommandCode::RsaEncrypt,
    CommandCode::EcdhZGen,
    CommandCode::Hmac,
    CommandCode::EncryptDecrypt,
    CommandCode::EncryptDecrypt2,
    CommandCode::Import,
    CommandCode::ActivateCredential,
    CommandCode::Certify,
    CommandCode::Quote,
    CommandCode::Unseal,
    CommandCode::GetRandom,
];

/// Every size of RSA keys that the software stack knows.
pub(crate) const RSA_SIZES: &[(u32, RsaKeyBits)] = &[
    (1024, RsaKeyBits::Rsa1024),
    (2048, RsaKeyBits::Rsa2048),
    (3072, RsaKeyBits::Rsa3072),
    (4096, RsaKeyBits::Rsa4096),
];

/// Every size of AES keys.
pub(crate) const AES_SIZES: &[(u32, AesKeyBits)] =
    &[(128, AesKeyBits::Aes128), (192, AesKeyBits::Aes192), (256, AesKeyBits::Aes256)];

/// What a TPM implements. Pure data: to ask it costs nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Properties {
    /// The algorithms (TPM_CAP_ALGS).
    pub(crate) algorithms: HashSet<AlgorithmIdentifier>,
    /// The commands (TPM_CAP_COMMANDS).
    pub(crate) commands: HashSet<CommandCode>,
    /// The curves of NIST that keys can be on, as sizes in bits.
    pub(crate) curves: Vec<u32>,
    /// Sizes of RSA keys in bits.
    pub(crate) rsa_bits: Vec<u32>,
    /// Sizes of AES keys in bits.
    pub(crate) aes_bits: Vec<u32>,
    /// The longest input of one command in bytes (TPM_PT_INPUT_BUFFER).
    pub(crate) input_bytes: usize,
    /// Whether its RSASSA-PSS has salts as long as the hash.
    pub(crate) salts_like_hashes: bool,
}

impl Properties {
    /// Asks the TPM. No session must be set.
    pub(crate) fn ask(context: &mut Context) -> Result<Properties> {
        let mut properties = Properties {
            input_bytes: property(context, PropertyTag::InputBuffer)?.map_or(0, |bytes| bytes as usize),
            ..Properties::default()
        };
        for algorithm in ALGORITHMS {
            if has_algorithm(context, *algorithm)? {
                properties.algorithms.insert(*algorithm);
            }
        }
        for command in COMMANDS {
            if has_command(context, *command)? {
                properties.commands.insert(*command);
            }
        }
        for bits in EccFamily::SecpR1.sizes() {
            if let Some(curve) = names::curve(EccFamily::SecpR1, *bits)
                && is_possible(context, PublicParameters::Ecc(templates::ecc(curve)))?
            {
                properties.curves.push(*bits);
            }
        }
        for (bits, size) in RSA_SIZES {
            if is_possible(context, PublicParameters::Rsa(templates::rsa(*size, RsaExponent::default())))? {
                properties.rsa_bits.push(*bits);
            }
        }
        for (bits, size) in AES_SIZES {
            if is_possible(context, PublicParameters::SymCipher(templates::aes(*size)))? {
                properties.aes_bits.push(*bits);
            }
        }
        if properties.has(AlgorithmIdentifier::RsaPss) && properties.rsa_bits.contains(&2048) {
            properties.salts_like_hashes = salt::is_as_long_as_the_hash(context)?;
        }
        Ok(properties)
    }

    /// Whether the TPM has an algorithm.
    pub(crate) fn has(&self, algorithm: AlgorithmIdentifier) -> bool {
        self.algorithms.contains(&algorithm)
    }

    /// Whether the TPM has a command.
    pub(crate) fn has_command(&self, command: CommandCode) -> bool {
        self.commands.contains(&command)
    }

    /// Whether the TPM has a hash.
    pub(crate) fn has_hash(&self, hash: Hash) -> bool {
        names::hash_identifier(hash).is_some_and(|identifier| self.has(identifier))
    }

    /// Whether the TPM can hold keys of this type and size. 0 bits ask for any size.
    pub(crate) fn holds(&self, key: KeyShape) -> bool {
        let among = |sizes: &[u32]| if key.bits == 0 { !sizes.is_empty() } else { sizes.contains(&key.bits) };
        match key.key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => among(&self.rsa_bits),
            KeyType::EccKeyPair(family) | KeyType::EccPublicKey(family) => {
                // Every curve that we ask a TPM for is one of this family.
                family == EccFamily::SecpR1 && among(&self.curves)
            }
            KeyType::Aes => self.has_command(CommandCode::EncryptDecrypt2) && among(&self.aes_bits),
            KeyType::Hmac => {
                self.has(AlgorithmIdentifier::Hmac)
                    && self.has_command(CommandCode::Hmac)
                    && (key.bits == 0 || key.bits.is_multiple_of(8) && key.bits <= HMAC_BITS)
            }
            _ => false,
        }
    }
}

/// A property of the TPM, if it has it.
pub(crate) fn property(context: &mut Context, tag: PropertyTag) -> Result<Option<u32>> {
    let (data, _) = context.get_capability(CapabilityType::TpmProperties, tag.into(), 1)?;
    let CapabilityData::TpmProperties(properties) = data else { return Ok(None) };
    Ok(properties.into_iter().find(|property| property.property() == tag).map(|property| property.value()))
}

/// Whether the TPM lists an algorithm. One is asked for at a time: a list may hold some that the library does not know, and
/// then it gives none at all.
fn has_algorithm(context: &mut Context, algorithm: AlgorithmIdentifier) -> Result<bool> {
    match context.get_capability(CapabilityType::Algorithms, u16::from(algorithm).into(), 1) {
        Ok((CapabilityData::Algorithms(list), _)) => {
            Ok(list.iter().any(|property| property.algorithm_identifier() == algorithm))
        }
        Ok(_) | Err(Error::WrapperError(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The same for a command.
fn has_command(context: &mut Context, command: CommandCode) -> Result<bool> {
    match context.get_capability(CapabilityType::Command, command.into(), 1) {
        Ok((CapabilityData::Commands(list), _)) => {
            let code: u32 = command.into();
            Ok(list.iter().any(|listed| u32::from(listed.command_index()) == code))
        }
        Ok(_) | Err(Error::WrapperError(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether keys with these parameters are possible (TPM2_TestParms).
fn is_possible(context: &mut Context, parameters: PublicParameters) -> Result<bool> {
    match context.test_parms(parameters) {
        Ok(()) => Ok(true),
        Err(error) if error::remedy(error) == error::Remedy::None => Ok(false),
        Err(error) => Err(error),
    }
}
