//! RSA without a padding (TPM_ALG_NULL), for paddings that are made and checked here.

use keystead_interface::secret::SecretBytes;
use keystead_provider::{Key, ProviderError};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as Code;
use tss_esapi::structures::{Data, PublicKeyRsa, RsaDecryptionScheme};

use crate::error;
use crate::tpm::Tpm;

/// What the private key makes of a block as long as the modulus; `None` if the block's number is not below the modulus.
/// The key must be one that may decrypt.
pub(crate) fn private(tpm: &Tpm, key: Key<'_>, block: &[u8]) -> Result<Option<SecretBytes>, ProviderError> {
    let result = tpm.with_key("TPM2_RSA_Decrypt", &key, |context, handle| {
        let block = PublicKeyRsa::try_from(block)?;
        below_modulus(context.rsa_decrypt(handle, block, RsaDecryptionScheme::Null, Data::default()))
    })?;
    Ok(result.map(|result| filled(&result, block.len())))
}

/// What the public key makes of a block as long as the modulus; `None` if the block's number is not below the modulus.
/// The key must be one that may decrypt.
pub(crate) fn public(tpm: &Tpm, key: Key<'_>, block: &[u8]) -> Result<Option<SecretBytes>, ProviderError> {
    let result = tpm.with_key("TPM2_RSA_Encrypt", &key, |context, handle| {
        let block = PublicKeyRsa::try_from(block)?;
        below_modulus(context.execute_without_session(|context| {
            context.rsa_encrypt(handle, block, RsaDecryptionScheme::Null, Data::default())
        }))
    })?;
    Ok(result.map(|result| filled(&result, block.len())))
}

/// The number is the only thing that the TPM can find wrong with a block of the right length.
fn below_modulus(result: tss_esapi::Result<PublicKeyRsa>) -> tss_esapi::Result<Option<PublicKeyRsa>> {
    match result {
        Ok(result) => Ok(Some(result)),
        Err(fault) if matches!(error::kind(fault), Some(Code::Value | Code::Size | Code::Range)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The number as long as the modulus: a TPM may leave out leading zeros.
fn filled(number: &[u8], length: usize) -> SecretBytes {
    let mut filled = SecretBytes::new(vec![0; length]);
    // The TPM answers with no more than the modulus has.
    let start = length.saturating_sub(number.len());
    filled.expose_mut()[start..].copy_from_slice(&number[..length - start]);
    filled
}
