//! Keeping a small secret: a sealed data object under the primary, which only this TPM can open.

use keystead_interface::secret::SecretBytes;
use keystead_provider::{ProviderError, Sealing};
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::constants::response_code::Tss2ResponseCode;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::structures::{
    KeyedHashScheme, Private, Public, PublicBuilder, PublicKeyedHashParameters, SensitiveData,
};
use tss_esapi::traits::{Marshall, UnMarshall};
use tss_esapi::{Error, Result as TssResult};

use crate::tpm::Tpm;

/// The longest secret in bytes (TPM 2.0 part 2, 11.1.14: MAX_SYM_DATA).
const LONGEST: usize = 128;

/// The only format so far: `version ‖ length ‖ public area ‖ private area`, the length as two bytes, big-endian.
const VERSION: u8 = 1;

impl Sealing for Tpm {
    fn seal(&self, secret: &SecretBytes) -> Result<Vec<u8>, ProviderError> {
        let secret = secret.expose();
        if secret.is_empty() || secret.len() > LONGEST {
            return Err(ProviderError::invalid_argument("a TPM seals 1 to 128 bytes"));
        }
        let made = self.with_primary("TPM2_Create", |context, primary| {
            let secret = SensitiveData::try_from(secret.as_slice())?;
            context.create(primary, template()?, None, Some(secret), None, None)
        })?;
        let unwritable = |_| ProviderError::corruption("a sealed object cannot be written");
        let public = made.out_public.marshall().map_err(unwritable)?;
        let length = u16::try_from(public.len())
            .map_err(|_| ProviderError::corruption("the public area of a sealed object is too long"))?;
        Ok([&[VERSION], &length.to_be_bytes()[..], &public, &made.out_private].concat())
    }

    fn unseal(&self, sealed: &[u8]) -> Result<SecretBytes, ProviderError> {
        let not_ours = || ProviderError::invalid_argument("this TPM did not seal it");
        let (public, private) = parts(sealed).ok_or_else(not_ours)?;
        let secret = self.with_primary("TPM2_Unseal", |context, primary| {
            let object = match context.load(primary, private.clone(), public.clone()) {
                Ok(object) => object,
                Err(fault) if is_about_parameters(fault) => return Ok(None),
                Err(fault) => return Err(fault),
            };
            let secret = context.unseal(object.into());
            let flushed = context.flush_context(object.into());
            let secret = secret?;
            flushed.map(|()| Some(secret))
        })?;
        secret.map(|secret| SecretBytes::new(secret.to_vec())).ok_or_else(not_ours)
    }
}

/// Whether the TPM finds something wrong with what it was given, and not with itself: the integrity of another TPM's object,
/// or an attribute that was changed (TPM 2.0 part 2, 6.6.2: a format-one code).
const fn is_about_parameters(fault: Error) -> bool {
    matches!(fault, Error::Tss2Error(Tss2ResponseCode::FormatOne(_)))
}

/// What is sealed belongs to this TPM and to the primary, and needs no authorisation of its own: whoever may use the TPM's
/// owner hierarchy may open it.
fn template() -> TssResult<Public> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_user_with_auth(true)
        .with_no_da(true)
        .build()?;
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::KeyedHash)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_keyed_hash_parameters(PublicKeyedHashParameters::new(KeyedHashScheme::Null))
        .with_keyed_hash_unique_identifier(Default::default())
        .build()
}

/// The two areas of what [`Sealing::seal`] wrote.
fn parts(sealed: &[u8]) -> Option<(Public, Private)> {
    let (&VERSION, rest) = sealed.split_first()? else { return None };
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (public, private) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((Public::unmarshall(public).ok()?, Private::try_from(private).ok()?))
}
