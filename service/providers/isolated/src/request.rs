//! What is asked: an operation and its fields.

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_provider::{KeyTag, ProviderError};

use crate::message::FIELDS;

/// The operations, by the code of their message. What each finds in the fields, if not what [`Fields`] says:
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Op {
    /// Nothing.
    Connect = 1,
    /// `key` and a label in the place of the handle.
    Generate,
    /// The same, and the material as the first input.
    Import,
    Export,
    /// `key` is a tag alone; there is a handle if `algorithm` is not empty.
    Destroy,
    SignHash,
    VerifyHash,
    SignMessage,
    VerifyMessage,
    AsymmetricEncrypt,
    AsymmetricDecrypt,
    AeadEncrypt,
    AeadDecrypt,
    /// The plaintext, and an IV unless it shall be random.
    CipherEncrypt,
    CipherDecrypt,
    MacCompute,
    MacVerify,
    Agree,
    /// The number of bytes in eight bytes, little-endian, as the first input.
    Random,
    /// `key`, a label in the place of the handle, and the CKA_ID or its like as the first input.
    Adopt,
    /// The secret as the first input.
    Seal,
    /// What it was sealed into as the first input.
    Unseal,
}

impl Op {
    const ALL: [Op; 22] = [
        Op::Connect,
        Op::Generate,
        Op::Import,
        Op::Export,
        Op::Destroy,
        Op::SignHash,
        Op::VerifyHash,
        Op::SignMessage,
        Op::VerifyMessage,
        Op::AsymmetricEncrypt,
        Op::AsymmetricDecrypt,
        Op::AeadEncrypt,
        Op::AeadDecrypt,
        Op::CipherEncrypt,
        Op::CipherDecrypt,
        Op::MacCompute,
        Op::MacVerify,
        Op::Agree,
        Op::Random,
        Op::Adopt,
        Op::Seal,
        Op::Unseal,
    ];

    /// The operation with this code.
    pub(crate) fn from_code(code: u8) -> Option<Op> {
        Op::ALL.into_iter().find(|op| *op as u8 == code)
    }
}

/// The fields of a request.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fields<'a> {
    /// [`name`] of the key.
    pub(crate) key: &'a [u8],
    /// Its handle.
    pub(crate) handle: &'a [u8],
    /// [`written`].
    pub(crate) algorithm: &'a [u8],
    /// The arguments of the operation, in the order in which the provider takes them.
    pub(crate) inputs: [&'a [u8]; 3],
}

impl<'a> Fields<'a> {
    /// As they are sent.
    pub(crate) fn to_array(self) -> [&'a [u8]; FIELDS] {
        let [a, b, c] = self.inputs;
        [self.key, self.handle, self.algorithm, a, b, c]
    }

    /// As they arrived.
    pub(crate) fn from_array([key, handle, algorithm, a, b, c]: [&'a [u8]; FIELDS]) -> Self {
        Fields { key, handle, algorithm, inputs: [a, b, c] }
    }
}

/// A key's tag, then its attributes as the contract writes them.
pub(crate) fn name(tag: KeyTag, attributes: &KeyAttributes) -> Vec<u8> {
    let mut name = tag.0.to_vec();
    name.extend(attributes.to_bytes());
    name
}

/// Reads what [`name`] wrote.
pub(crate) fn read_name(name: &[u8]) -> Result<(KeyTag, KeyAttributes), ProviderError> {
    let (tag, attributes) = name.split_first_chunk().ok_or_else(garbled)?;
    Ok((KeyTag(*tag), KeyAttributes::from_bytes(attributes).map_err(|_| garbled())?))
}

/// An algorithm as the contract writes it, as that of a key without anything else.
pub(crate) fn written(algorithm: Algorithm) -> Vec<u8> {
    KeyAttributes::new(KeyType::RawData, 0, Usage::NONE, algorithm).to_bytes()
}

/// Reads what [`written`] wrote.
pub(crate) fn read(algorithm: &[u8]) -> Result<Algorithm, ProviderError> {
    Ok(KeyAttributes::from_bytes(algorithm).map_err(|_| garbled())?.algorithm())
}

/// Never seen, unless a module has overwritten its process's memory.
pub(crate) fn garbled() -> ProviderError {
    ProviderError::corruption("a message between the service and a module's process is garbled")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_code_of_its_own() {
        for (place, op) in Op::ALL.into_iter().enumerate() {
            assert_eq!((op as usize, Op::from_code(op as u8)), (place + 1, Some(op)));
        }
        assert!(Op::from_code(0).is_none() && Op::from_code(Op::ALL.len() as u8 + 1).is_none());
        assert_eq!(Op::Unseal as usize, Op::ALL.len(), "the last one is in the list");
    }
}
