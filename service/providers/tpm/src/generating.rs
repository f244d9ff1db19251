//! Making keys: the TPM chooses them, and gives them away as blobs that only it can load.

use keystead_interface::attributes::{KeyAttributes, KeyType};
use keystead_interface::secret::{Secret, SecretBytes};
use keystead_provider::{Created, ErrorKind, KeyHandle, ProviderError};
use tss_esapi::structures::{Auth, EccPoint, Public, PublicKeyRsa, RsaExponent, SensitiveData};

use crate::blob::Blob;
use crate::limits::AUTH_BYTES;
use crate::properties::{AES_SIZES, RSA_SIZES};
use crate::templates::{self, Origin, Uses};
use crate::tpm::Tpm;
use crate::{error, importing, names};

/// Makes a key.
pub(crate) fn generate(tpm: &Tpm, key: &KeyAttributes) -> Result<Created, ProviderError> {
    let properties = tpm.properties().ok_or_else(impossible)?;
    if key.bits() == 0 || !properties.holds(key.shape()) {
        return Err(impossible());
    }
    let public = match key.key_type() {
        KeyType::RsaKeyPair => {
            let (_, size) = RSA_SIZES.iter().find(|(bits, _)| *bits == key.bits()).ok_or_else(impossible)?;
            let parameters = templates::rsa(*size, RsaExponent::default());
            let uses = importing::uses(&properties, key);
            templates::rsa_public(uses, Origin::Tpm, parameters, PublicKeyRsa::default())
        }
        KeyType::EccKeyPair(_) => {
            let curve = names::curve_of(key.shape()).ok_or_else(impossible)?;
            templates::ecc_public(Uses::of(key), Origin::Tpm, curve, EccPoint::default())
        }
        KeyType::Aes => {
            let (_, size) = AES_SIZES.iter().find(|(bits, _)| *bits == key.bits()).ok_or_else(impossible)?;
            templates::aes_public(Uses::of(key), Origin::Tpm, *size)
        }
        // The TPM would choose one of the length of the hash, whatever was asked for.
        KeyType::Hmac => return importing::random_hmac(tpm, key),
        _ => return Err(impossible()),
    };
    let public = public.map_err(|fault| error::provider_error("making a template", fault))?;
    create(tpm, key.bits(), public, None)
}

/// Lets the TPM make an object under the primary, with the data that is to be in it, if that is not the TPM's choice.
pub(crate) fn create(
    tpm: &Tpm,
    bits: u32,
    public: Public,
    data: Option<&SecretBytes>,
) -> Result<Created, ProviderError> {
    let auth = random_auth()?;
    let made = tpm.with_primary("TPM2_Create", |context, primary| {
        let data = data.map(|data| SensitiveData::try_from(data.expose().as_slice())).transpose()?;
        let auth = Auth::try_from(auth.expose().as_slice())?;
        context.create(primary, public.clone(), Some(auth), data, None, None)
    })?;
    created(bits, Blob { public: made.out_public, private: Some((made.out_private, auth)) })
}

/// A blob as what came of making a key.
pub(crate) fn created(bits: u32, blob: Blob) -> Result<Created, ProviderError> {
    Ok(Created { handle: KeyHandle(blob.write()?), bits })
}

/// An authorisation value that nobody can guess. It does not come from the TPM, whose answers could be read on the way.
pub(crate) fn random_auth() -> Result<Secret<[u8; AUTH_BYTES]>, ProviderError> {
    let mut auth = Secret::new([0; AUTH_BYTES]);
    fill_random(auth.expose_mut())?;
    Ok(auth)
}

/// Random bytes of the operating system.
pub(crate) fn fill_random(out: &mut [u8]) -> Result<(), ProviderError> {
    let mut filled = 0;
    while filled < out.len() {
        match rustix::rand::getrandom(&mut out[filled..], rustix::rand::GetRandomFlags::empty()) {
            Ok(more) => filled += more,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Err(ProviderError::new(ErrorKind::InsufficientEntropy, "getrandom failed")),
        }
    }
    Ok(())
}

fn impossible() -> ProviderError {
    ProviderError::not_supported("no such key can be generated")
}
