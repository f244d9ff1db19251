//! RSA without a padding (TPM_ALG_NULL), for paddings that are made and checked here.

use keystead_interface::secret::SecretBytes;
use keystead_provider::rsa::left_padded;
use keystead_provider::{Key, ProviderError};
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::structures::{Data, Public, PublicKeyRsa, RsaDecryptionScheme};

use crate::blob::Blob;
use crate::templates::{Origin, Uses, rsa_public};
use crate::tpm::Tpm;

/// What the private key makes of a block as long as the modulus; `None` if the block's number is not below the modulus.
/// The key must be one that may decrypt.
pub(crate) fn private(tpm: &Tpm, key: Key<'_>, block: &[u8]) -> Result<Option<SecretBytes>, ProviderError> {
    if !is_below_modulus(&key, block)? {
        return Ok(None);
    }
    let result = tpm.with_key("TPM2_RSA_Decrypt", &key, |context, handle| {
        context.rsa_decrypt(handle, PublicKeyRsa::try_from(block)?, RsaDecryptionScheme::Null, Data::default())
    })?;
    Ok(Some(filled(&result, block.len())))
}

/// What the public key makes of a block as long as the modulus; `None` if the block's number is not below the modulus.
/// The key must be one that may decrypt.
pub(crate) fn public(tpm: &Tpm, key: Key<'_>, block: &[u8]) -> Result<Option<SecretBytes>, ProviderError> {
    if !is_below_modulus(&key, block)? {
        return Ok(None);
    }
    let result = tpm.with_key("TPM2_RSA_Encrypt", &key, |context, handle| {
        let block = PublicKeyRsa::try_from(block)?;
        context.execute_without_session(|context| {
            context.rsa_encrypt(handle, block, RsaDecryptionScheme::Null, Data::default())
        })
    })?;
    Ok(Some(filled(&result, block.len())))
}

/// The same with a key that may not decrypt: its public half is loaded once more, as one that may.
pub(crate) fn public_of_signer(tpm: &Tpm, key: Key<'_>, block: &[u8]) -> Result<Option<SecretBytes>, ProviderError> {
    if !is_below_modulus(&key, block)? {
        return Ok(None);
    }
    let Public::Rsa { parameters, unique, .. } = &Blob::of(&key)?.public else {
        return Err(ProviderError::corruption("the key is not of RSA"));
    };
    let uses = Uses { sign: false, decrypt: true };
    let result = tpm.with_context("TPM2_RSA_Encrypt", |context| {
        let public = rsa_public(uses, Origin::Elsewhere, *parameters, unique.clone())?;
        let loaded = context.load_external_public(public, Hierarchy::Null)?;
        let block = PublicKeyRsa::try_from(block)?;
        let result = context.rsa_encrypt(loaded, block, RsaDecryptionScheme::Null, Data::default());
        let flushed = context.flush_context(loaded.into());
        let result = result?;
        flushed.map(|()| result)
    })?;
    Ok(Some(filled(&result, block.len())))
}

/// Whether a number that is as long as the modulus is below it. TPMs are not asked: their answers differ, down to
/// TPM_RC_FAILURE.
fn is_below_modulus(key: &Key<'_>, number: &[u8]) -> Result<bool, ProviderError> {
    match &Blob::of(key)?.public {
        Public::Rsa { unique, .. } => Ok(number < unique.value()),
        _ => Err(ProviderError::corruption("the key is not of RSA")),
    }
}

/// The number as long as the modulus: a TPM may leave out leading zeros.
fn filled(number: &[u8], length: usize) -> SecretBytes {
    // The TPM answers with no more than the modulus has.
    left_padded(&number[..number.len().min(length)], length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tpm_leaves_out_is_filled_with_zeros() {
        assert_eq!(*filled(&[1, 2], 4).expose(), [0, 0, 1, 2]);
        assert_eq!(*filled(&[1, 2], 2).expose(), [1, 2]);
        assert_eq!(*filled(&[], 2).expose(), [0, 0]);
    }
}
