//! Signatures by a TPM that nobody else uses, with a key that stays loaded.

use std::str::FromStr;
use std::time::Duration;

use tss_esapi::attributes::{ObjectAttributes, ObjectAttributesBuilder};
use tss_esapi::constants::tss::{TPM2_RH_NULL, TPM2_ST_HASHCHECK};
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::interface_types::session_handles::AuthSession;
use tss_esapi::structures::{
    Auth, Digest, EccPoint, EccScheme, HashScheme, HashcheckTicket, KeyDerivationFunctionScheme, Public, PublicBuilder,
    PublicEccParameters, SignatureScheme, SymmetricDefinitionObject,
};
use tss_esapi::tss2_esys::{TPM2B_DIGEST, TPMT_TK_HASHCHECK};
use tss_esapi::{Context, Result, TctiNameConf};

use crate::figures::{Run, closed_loop};

/// As long as those of the service's keys.
const AUTH: [u8; 32] = [9; 32];

/// Signs with a new key in the TPM at the end of this way.
pub(super) fn sign(tcti: &str, time: Duration) -> Run {
    closed_loop(1, time, |_| {
        let (mut context, key) = begin(tcti).expect("the TPM is new and ours");
        move || {
            sign_once(&mut context, key).expect("the TPM signs");
            1
        }
    })
}

/// A key of its own, for each run anew: what a context has loaded, it flushes when it ends.
fn begin(tcti: &str) -> Result<(Context, KeyHandle)> {
    let mut context = Context::new(TctiNameConf::from_str(tcti)?)?;
    let storage = attributes().with_restricted(true).with_decrypt(true).build()?;
    let storage = public(storage, SymmetricDefinitionObject::AES_128_CFB)?;
    let signing = public(attributes().with_sign_encrypt(true).build()?, SymmetricDefinitionObject::Null)?;
    let auth = Auth::try_from(AUTH.as_slice())?;
    let key = context.execute_with_session(Some(AuthSession::Password), |context| {
        let primary = context.create_primary(Hierarchy::Owner, storage, None, None, None, None)?.key_handle;
        let made = context.create(primary, signing, Some(auth.clone()), None, None, None)?;
        context.load(primary, made.out_private, made.out_public)
    })?;
    context.tr_set_auth(key.into(), auth)?;
    Ok((context, key))
}

fn sign_once(context: &mut Context, key: KeyHandle) -> Result<()> {
    let ticket = TPMT_TK_HASHCHECK { tag: TPM2_ST_HASHCHECK, hierarchy: TPM2_RH_NULL, digest: TPM2B_DIGEST::default() };
    let scheme = SignatureScheme::EcDsa { hash_scheme: HashScheme::new(HashingAlgorithm::Sha256) };
    let digest = Digest::try_from([7; 32].as_slice())?;
    let ticket = HashcheckTicket::try_from(ticket)?;
    let signature = context
        .execute_with_session(Some(AuthSession::Password), |context| context.sign(key, digest, scheme, ticket))?;
    std::hint::black_box(signature);
    Ok(())
}

fn attributes() -> ObjectAttributesBuilder {
    let attributes = ObjectAttributesBuilder::new().with_fixed_tpm(true).with_fixed_parent(true);
    attributes.with_sensitive_data_origin(true).with_user_with_auth(true).with_no_da(true)
}

fn public(attributes: ObjectAttributes, symmetric: SymmetricDefinitionObject) -> Result<Public> {
    let (scheme, derivation) = (EccScheme::Null, KeyDerivationFunctionScheme::Null);
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_ecc_parameters(PublicEccParameters::new(symmetric, scheme, EccCurve::NistP256, derivation))
        .with_ecc_unique_identifier(EccPoint::default())
        .build()
}
