//! The primary key: the parent of all keys of this provider. It comes of the TPM's seed and of a fixed template, so that it
//! is made again rather than kept, and its Name tells this TPM from every other one.

use keystead_provider::TokenIdentity;
use tss_esapi::attributes::ObjectAttributesBuilder;
use tss_esapi::handles::KeyHandle;
use tss_esapi::interface_types::algorithm::{HashingAlgorithm, PublicAlgorithm};
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::interface_types::session_handles::AuthSession;
use tss_esapi::structures::{
    EccPoint, EccScheme, KeyDerivationFunctionScheme, Public, PublicBuilder, PublicEccParametersBuilder,
    SymmetricDefinitionObject,
};
use tss_esapi::{Context, Result};

/// Makes the primary. The owner's authorisation value must be set.
pub(crate) fn make(context: &mut Context) -> Result<(KeyHandle, TokenIdentity)> {
    let template = template()?;
    let made = context.execute_with_session(Some(AuthSession::Password), |context| {
        context.create_primary(Hierarchy::Owner, template, None, None, None, None)
    })?;
    let name = context.tr_get_name(made.key_handle.into())?;
    let identity = name.value().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((made.key_handle, TokenIdentity(identity)))
}

/// The ECC storage key of the TCG's provisioning guidance (TCG TPM v2.0 Provisioning Guidance 7.5.1; the template is L-2 of
/// the EK Credential Profile, without its policy). It must never change, or no key can be loaded any more. It is exempt from
/// the lock-out, since its authorisation value is empty.
fn template() -> Result<Public> {
    let attributes = ObjectAttributesBuilder::new()
        .with_fixed_tpm(true)
        .with_fixed_parent(true)
        .with_sensitive_data_origin(true)
        .with_user_with_auth(true)
        .with_no_da(true)
        .with_restricted(true)
        .with_decrypt(true)
        .build()?;
    let parameters = PublicEccParametersBuilder::new()
        .with_symmetric(SymmetricDefinitionObject::AES_128_CFB)
        .with_ecc_scheme(EccScheme::Null)
        .with_curve(EccCurve::NistP256)
        .with_key_derivation_function_scheme(KeyDerivationFunctionScheme::Null)
        .with_is_signing_key(false)
        .with_is_decryption_key(true)
        .with_restricted(true)
        .build()?;
    PublicBuilder::new()
        .with_public_algorithm(PublicAlgorithm::Ecc)
        .with_name_hashing_algorithm(HashingAlgorithm::Sha256)
        .with_object_attributes(attributes)
        .with_ecc_parameters(parameters)
        .with_ecc_unique_identifier(EccPoint::default())
        .build()
}
