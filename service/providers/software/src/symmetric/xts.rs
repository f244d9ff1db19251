//! XTS (IEEE Std 1619, NIST SP 800-38E): a block cipher with two keys, for texts of a block and more.

use aes::{Aes128, Aes192, Aes256};
use camellia::Camellia128;
use cipher::consts::U16;
use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit};
use keystead_interface::attributes::KeyType;
use keystead_provider::{Key, ProviderError};
use xts_mode::Xts128;

use crate::symmetric::block::{Block, WrongLength};
use crate::symmetric::{corrupt_key, key_bytes};

/// What a pair of keys can do. The tweak is what other modes call IV.
pub(super) trait Xts: Send + Sync {
    /// Encrypts in place.
    fn encrypt(&self, tweak: &Block, text: &mut [u8]) -> Result<(), WrongLength>;

    /// Decrypts in place.
    fn decrypt(&self, tweak: &Block, text: &mut [u8]) -> Result<(), WrongLength>;
}

/// A pair of keys with their schedules, which are cleared when they are dropped.
pub(super) struct XtsKey(Box<dyn Xts>);

impl XtsKey {
    /// The pair of keys in a key, made at the key's first use. `InvalidArgument` if its halves are equal, which
    /// breaks XTS under chosen ciphertexts (FIPS 140-3 implementation guidance C.I).
    pub(super) fn of<'a>(key: Key<'a>) -> Result<&'a dyn Xts, ProviderError> {
        let bytes = key_bytes(key)?;
        let (data, tweak) = bytes.split_at(bytes.len() / 2);
        let key_type = key.attributes.key_type();
        let prepare = |_: &[u8]| {
            check_halves(bytes)?;
            XtsKey::new(key_type, data, tweak).ok_or_else(corrupt_key)
        };
        key.prepared(prepare).map(|key| &*key.0)
    }

    fn new(key_type: KeyType, data: &[u8], tweak: &[u8]) -> Option<Self> {
        Some(XtsKey(match (key_type, data.len()) {
            (KeyType::Aes, 16) => pair::<Aes128>(data, tweak)?,
            (KeyType::Aes, 24) => pair::<Aes192>(data, tweak)?,
            (KeyType::Aes, 32) => pair::<Aes256>(data, tweak)?,
            (KeyType::Camellia, 16) => pair::<Camellia128>(data, tweak)?,
            _ => return None,
        }))
    }
}

fn pair<C>(data: &[u8], tweak: &[u8]) -> Option<Box<dyn Xts>>
where
    C: KeyInit + BlockCipherEncrypt + BlockCipherDecrypt + BlockSizeUser<BlockSize = U16> + Send + Sync + 'static,
{
    let (data, tweak) = (C::new_from_slice(data).ok()?, C::new_from_slice(tweak).ok()?);
    Some(Box::new(Xts128::new(data, tweak)))
}

impl<C> Xts for Xts128<C>
where
    C: BlockCipherEncrypt + BlockCipherDecrypt + BlockSizeUser<BlockSize = U16> + Send + Sync,
{
    fn encrypt(&self, tweak: &Block, text: &mut [u8]) -> Result<(), WrongLength> {
        check(text)?;
        self.encrypt_sector(text, (*tweak).into());
        Ok(())
    }

    fn decrypt(&self, tweak: &Block, text: &mut [u8]) -> Result<(), WrongLength> {
        check(text)?;
        self.decrypt_sector(text, (*tweak).into());
        Ok(())
    }
}

/// `InvalidArgument` if the halves of a pair of keys are equal, found in a time that does not depend on the keys.
pub(super) fn check_halves(key: &[u8]) -> Result<(), ProviderError> {
    let (data, tweak) = key.split_at(key.len() / 2);
    match aws_lc_rs::constant_time::verify_slices_are_equal(data, tweak) {
        Ok(()) => Err(ProviderError::invalid_argument("the two halves of the XTS key are equal")),
        Err(_) => Ok(()),
    }
}

/// Ciphertext stealing needs a block to steal from.
fn check(text: &[u8]) -> Result<(), WrongLength> {
    if text.len() < size_of::<Block>() { Err(WrongLength) } else { Ok(()) }
}
