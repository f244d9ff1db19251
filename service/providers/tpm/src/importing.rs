//! Taking keys over. What comes of it is a blob under the primary like any other, so that it outlives a reset of the TPM.

use aws_lc_rs::agreement;
use keystead_interface::algorithm::{Algorithm, Hash};
use keystead_interface::attributes::{KeyAttributes, KeyShape, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::hashing::hash;
use keystead_provider::rsa::RsaPrivateKey;
use keystead_provider::{Created, ErrorKind, ProviderError};
use tss_esapi::Result;
use tss_esapi::constants::CommandCode;
use tss_esapi::handles::ObjectHandle;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::structures::{
    Auth, Data, Digest, EccParameter, EncryptedSecret, Private, PrivateKeyRsa, Public, RsaExponent, Sensitive,
    SymmetricDefinitionObject,
};

use crate::blob::Blob;
use crate::generating::{create, created, fill_random, random_auth};
use crate::properties::{AES_SIZES, Properties};
use crate::public;
use crate::templates::{self, Origin, Uses};
use crate::tpm::Tpm;
use crate::{error, names, wrapping};

type Outcome<T> = std::result::Result<T, ProviderError>;

/// Whether keys of this type and size can be taken over. 0 bits ask for any size.
pub(crate) fn takes(properties: &Properties, key: KeyShape) -> bool {
    if !properties.holds(key) {
        return false;
    }
    match key.key_type {
        KeyType::RsaKeyPair => properties.has_command(CommandCode::Import),
        // The TPM wants to be told the public half too.
        KeyType::EccKeyPair(_) => {
            properties.has_command(CommandCode::Import) && (key.bits == 0 || agreement_on(key.bits).is_some())
        }
        _ => true,
    }
}

/// A public key, which the TPM only looks at.
pub(crate) fn public(tpm: &Tpm, key: &KeyAttributes, material: &[u8]) -> Outcome<Created> {
    let (public, bits) = public::read(key, material)?;
    check_size(tpm, key, bits)?;
    tpm.with_context("TPM2_LoadExternal", |context| {
        let handle = context.load_external_public(public.clone(), Hierarchy::Null)?;
        context.flush_context(handle.into())
    })
    .map_err(|error| refused(error, &public))?;
    created(bits, Blob { public, private: None })
}

/// An RSA pair: the TPM is told a prime, and finds the rest.
pub(crate) fn rsa(tpm: &Tpm, key: &KeyAttributes, material: &[u8]) -> Outcome<Created> {
    let pair = RsaPrivateKey::from_der(material)?;
    let bits = pair.public.bits();
    if key.bits() != 0 && key.bits() != bits {
        return Err(ProviderError::invalid_argument("the key is of another size"));
    }
    let properties = check_size(tpm, key, bits)?;
    let public = public::rsa(key, &pair.public, uses(&properties, key))?;
    let [prime, other] = &pair.primes;
    if prime.expose().len() + other.expose().len() != bits as usize / 8 {
        return Err(ProviderError::invalid_argument("the primes do not make the modulus"));
    }
    if prime.expose().len() != other.expose().len() {
        return Err(ProviderError::not_supported("a TPM has no keys with primes of different lengths"));
    }
    import(tpm, bits, public, |auth_value| {
        let sensitive = PrivateKeyRsa::try_from(prime.expose().as_slice())?;
        Ok(Sensitive::Rsa { auth_value, seed_value: Digest::default(), sensitive })
    })
}

/// A pair on a curve. Its public half, which the TPM wants to be told, is computed here.
pub(crate) fn ecc(tpm: &Tpm, key: &KeyAttributes, scalar: &[u8]) -> Outcome<Created> {
    let family = key.key_type().ecc_family().ok_or_else(|| ProviderError::corruption("a pair on no curve"))?;
    let bits = family.sizes().iter().copied().find(|bits| bits.div_ceil(8) as usize == scalar.len());
    let bits = bits.filter(|bits| key.bits() == 0 || key.bits() == *bits);
    let bits = bits.ok_or_else(|| ProviderError::invalid_argument("the key is of another size"))?;
    check_size(tpm, key, bits)?;
    let unsupported = || ProviderError::not_supported("there are no keys of this size here");
    let curve = names::curve(family, bits).ok_or_else(unsupported)?;
    let pair = agreement::PrivateKey::from_private_key(agreement_on(bits).ok_or_else(unsupported)?, scalar)
        .map_err(|_| ProviderError::invalid_argument("not a private key of the curve"))?;
    let half = pair.compute_public_key().map_err(|_| ProviderError::corruption("a pair without a public half"))?;
    let [4, coordinates @ ..] = half.as_ref() else {
        return Err(ProviderError::corruption("a public half that is no point"));
    };
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    let public = public::point(x, y)
        .and_then(|point| templates::ecc_public(Uses::of(key), Origin::Elsewhere, curve, point))
        .map_err(|fault| error::provider_error("making a template", fault))?;
    import(tpm, bits, public, |auth_value| {
        Ok(Sensitive::Ecc { auth_value, seed_value: Digest::default(), sensitive: EccParameter::try_from(scalar)? })
    })
}

/// A symmetric key, which the TPM makes an object of.
pub(crate) fn symmetric(tpm: &Tpm, key: &KeyAttributes, material: &SecretBytes) -> Outcome<Created> {
    let bits = material.expose().len().checked_mul(8).and_then(|bits| u32::try_from(bits).ok()).unwrap_or(u32::MAX);
    if !key.key_type().has_size(bits) || (key.bits() != 0 && key.bits() != bits) {
        return Err(ProviderError::invalid_argument("the key is of another size"));
    }
    check_size(tpm, key, bits)?;
    if key.key_type() == KeyType::Hmac {
        return hmac(tpm, key, bits, material);
    }
    let (_, size) = AES_SIZES
        .iter()
        .find(|(known, _)| *known == bits)
        .ok_or_else(|| ProviderError::not_supported("there are no keys of this size here"))?;
    let public = templates::aes_public(Uses::of(key), Origin::Data, *size)
        .map_err(|fault| error::provider_error("making a template", fault))?;
    create(tpm, bits, public, Some(material))
}

/// An HMAC key of random bytes.
pub(crate) fn random_hmac(tpm: &Tpm, key: &KeyAttributes) -> Outcome<Created> {
    let mut material = SecretBytes::new(vec![0; key.bits() as usize / 8]);
    fill_random(material.expose_mut())?;
    hmac(tpm, key, key.bits(), &material)
}

/// What an RSA pair must be allowed to do in the TPM.
pub(crate) fn uses(properties: &Properties, key: &KeyAttributes) -> Uses {
    let mut uses = Uses::of(key);
    if let Algorithm::AsymmetricSignature(alg) = key.algorithm() {
        uses.decrypt |= uses.sign && crate::signing::decrypts_to_sign(properties, alg);
    }
    uses
}

fn hmac(tpm: &Tpm, key: &KeyAttributes, bits: u32, material: &SecretBytes) -> Outcome<Created> {
    // A key whose hash the TPM lacks is one without any: it is refused when it is used, as elsewhere.
    let has = |hash: &Hash| tpm.properties().is_some_and(|properties| properties.has_hash(*hash));
    let own_hash = templates::hmac_hash(key).filter(has);
    let public = templates::hmac_public(own_hash, Origin::Data)
        .map_err(|fault| error::provider_error("making a template", fault))?;
    match own_hash {
        // HMAC hashes such keys first (RFC 2104, 3), and the TPM leaves that to us.
        Some(alg) if material.expose().len() > block_bytes(alg) => {
            let hashed = hash(alg, material.expose())
                .map(SecretBytes::new)
                .ok_or_else(|| ProviderError::not_supported("no such hash"))?;
            create(tpm, bits, public, Some(&hashed))
        }
        _ => create(tpm, bits, public, Some(material)),
    }
}

/// Gives the TPM an object with its private half (TPM2_Import), and gets a blob for it.
fn import(tpm: &Tpm, bits: u32, public: Public, sensitive: impl FnOnce(Auth) -> Result<Sensitive>) -> Outcome<Created> {
    let auth = random_auth()?;
    let sensitive = Auth::try_from(auth.expose().as_slice())
        .and_then(sensitive)
        .map_err(|fault| error::provider_error("making a template", fault))?;
    let wrapped = wrapping::wrap(&public, sensitive)?;
    let private = tpm.with_primary("TPM2_Import", |context, primary| {
        context.import(
            ObjectHandle::from(primary),
            Some(Data::try_from(wrapped.key.expose().as_slice())?),
            public.clone(),
            Private::try_from(wrapped.object.as_slice())?,
            EncryptedSecret::default(),
            SymmetricDefinitionObject::AES_128_CFB,
        )
    });
    let private = private.map_err(|error| refused(error, &public))?;
    let blob = Blob { public, private: Some((private, auth)) };
    // Some TPMs look at the numbers only now.
    tpm.with_primary("TPM2_Load", |context, primary| {
        let handle = blob.load(context, primary)?;
        context.execute_without_session(|context| context.flush_context(handle.into()))
    })?;
    created(bits, blob)
}

/// A TPM calls another exponent than 65537 a wrong value; but the key is a proper one.
fn refused(error: ProviderError, public: &Public) -> ProviderError {
    match public {
        Public::Rsa { parameters, .. }
            if error.kind == ErrorKind::InvalidArgument && parameters.exponent() != RsaExponent::default() =>
        {
            ProviderError { kind: ErrorKind::NotSupported, ..error }
        }
        _ => error,
    }
}

/// What the TPM can do, if that includes keys of this size.
fn check_size(tpm: &Tpm, key: &KeyAttributes, bits: u32) -> Outcome<std::sync::Arc<Properties>> {
    let properties = tpm.properties().filter(|properties| takes(properties, key.with_bits(bits).shape()));
    properties.ok_or_else(|| ProviderError::not_supported("there are no keys of this size here"))
}

/// The curves on which a public half can be computed here.
const fn agreement_on(bits: u32) -> Option<&'static agreement::Algorithm> {
    match bits {
        256 => Some(&agreement::ECDH_P256),
        384 => Some(&agreement::ECDH_P384),
        521 => Some(&agreement::ECDH_P521),
        _ => None,
    }
}

/// Block size of a hash in bytes (FIPS 180-4 1, FIPS 202 7).
const fn block_bytes(hash: Hash) -> usize {
    match hash {
        Hash::Sha384 | Hash::Sha512 | Hash::Sha512_224 | Hash::Sha512_256 => 128,
        Hash::Sha3_224 => 144,
        Hash::Sha3_256 => 136,
        Hash::Sha3_384 => 104,
        Hash::Sha3_512 => 72,
        _ => 64,
    }
}
