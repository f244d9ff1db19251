//! Block ciphers in their modes: one code for AES and Camellia of every key size.

use aes::{Aes128, Aes192, Aes256};
use camellia::{Camellia128, Camellia192, Camellia256};
use cipher::common::InnerInit;
use cipher::consts::U16;
use cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, BlockSizeUser, InnerIvInit,
    KeyInit, StreamCipher,
};
use cmac::{Cmac, Mac};
use ctr::{Ctr128BE, CtrCore};
use keystead_interface::attributes::KeyType;
use keystead_provider::{Key, ProviderError};
use ofb::{Ofb, OfbCore};

use crate::symmetric::{corrupt_key, key_bytes};

/// Bytes of a block of either cipher.
pub(super) type Block = [u8; 16];

/// A mode that takes one key (NIST SP 800-38A).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Ctr,
    /// With segments of a whole block.
    Cfb,
    Ofb,
    Ecb,
    Cbc,
}

/// The text is no multiple of the block where the mode wants one, or too long for the mode.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrongLength;

/// What a block cipher with its key can do. Texts are converted in place.
pub(super) trait BlockCipher: Send + Sync {
    /// Encrypts in place; ECB does not look at the IV.
    fn encrypt(&self, mode: Mode, iv: &Block, text: &mut [u8]) -> Result<(), WrongLength>;

    /// Undoes [`BlockCipher::encrypt`].
    fn decrypt(&self, mode: Mode, iv: &Block, text: &mut [u8]) -> Result<(), WrongLength>;

    /// CMAC (NIST SP 800-38B).
    fn cmac(&self, message: &[u8]) -> Block;

    /// CBC-MAC without padding: the last block of CBC under an IV of zeros.
    fn cbc_mac(&self, message: &[u8]) -> Result<Block, WrongLength>;
}

/// A block cipher with its key schedule, which is cleared when it is dropped.
pub(super) struct BlockKey(Box<dyn BlockCipher>);

impl BlockKey {
    /// The cipher of a key, made at the key's first use.
    pub(super) fn of<'a>(key: Key<'a>) -> Result<&'a dyn BlockCipher, ProviderError> {
        let bytes = key_bytes(key)?;
        let key_type = key.attributes.key_type();
        key.prepared(|_| BlockKey::new(key_type, bytes).ok_or_else(corrupt_key)).map(|key| &*key.0)
    }

    fn new(key_type: KeyType, bytes: &[u8]) -> Option<Self> {
        Some(BlockKey(match (key_type, bytes.len()) {
            (KeyType::Aes, 16) => Box::new(Aes128::new_from_slice(bytes).ok()?),
            (KeyType::Aes, 24) => Box::new(Aes192::new_from_slice(bytes).ok()?),
            (KeyType::Aes, 32) => Box::new(Aes256::new_from_slice(bytes).ok()?),
            (KeyType::Camellia, 16) => Box::new(Camellia128::new_from_slice(bytes).ok()?),
            (KeyType::Camellia, 24) => Box::new(Camellia192::new_from_slice(bytes).ok()?),
            (KeyType::Camellia, 32) => Box::new(Camellia256::new_from_slice(bytes).ok()?),
            _ => return None,
        }))
    }
}

impl<C> BlockCipher for C
where
    C: BlockCipherEncrypt + BlockCipherDecrypt + BlockSizeUser<BlockSize = U16> + Send + Sync,
{
    fn encrypt(&self, mode: Mode, iv: &Block, text: &mut [u8]) -> Result<(), WrongLength> {
        match mode {
            Mode::Ctr | Mode::Ofb => return apply_keystream(self, mode, iv, text),
            Mode::Cfb => cfb_mode::Encryptor::inner_iv_init(self, iv.into()).encrypt(text),
            Mode::Ecb => self.encrypt_blocks(blocks(text)?),
            Mode::Cbc => cbc::Encryptor::inner_iv_init(self, iv.into()).encrypt_blocks(blocks(text)?),
        }
        Ok(())
    }

    fn decrypt(&self, mode: Mode, iv: &Block, text: &mut [u8]) -> Result<(), WrongLength> {
        match mode {
            Mode::Ctr | Mode::Ofb => return apply_keystream(self, mode, iv, text),
            Mode::Cfb => cfb_mode::Decryptor::inner_iv_init(self, iv.into()).decrypt(text),
            Mode::Ecb => self.decrypt_blocks(blocks(text)?),
            Mode::Cbc => cbc::Decryptor::inner_iv_init(self, iv.into()).decrypt_blocks(blocks(text)?),
        }
        Ok(())
    }

    fn cmac(&self, message: &[u8]) -> Block {
        let mut cmac = Cmac::inner_init(self);
        cmac.update(message);
        cmac.finalize().into_bytes().into()
    }

    fn cbc_mac(&self, message: &[u8]) -> Result<Block, WrongLength> {
        let (blocks, []) = message.as_chunks() else { return Err(WrongLength) };
        let mut state = Array::default();
        for block in blocks as &[Block] {
            state.iter_mut().zip(block).for_each(|(state, byte)| *state ^= byte);
            self.encrypt_block(&mut state);
        }
        Ok(state.into())
    }
}

/// The two modes that encrypt and decrypt alike.
fn apply_keystream<C>(cipher: &C, mode: Mode, iv: &Block, text: &mut [u8]) -> Result<(), WrongLength>
where
    C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>,
{
    let done = match mode {
        // The counter is the whole block, and begins anywhere.
        Mode::Ctr => Ctr128BE::from_core(CtrCore::inner_iv_init(cipher, iv.into())).try_apply_keystream(text),
        _ => Ofb::from_core(OfbCore::inner_iv_init(cipher, iv.into())).try_apply_keystream(text),
    };
    done.map_err(|_| WrongLength)
}

fn blocks(text: &mut [u8]) -> Result<&mut [Array<u8, U16>], WrongLength> {
    match Array::slice_as_chunks_mut(text) {
        (blocks, []) => Ok(blocks),
        _ => Err(WrongLength),
    }
}
