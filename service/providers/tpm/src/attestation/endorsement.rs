//! The endorsement key, with which a TPM's maker vouches for it: RSA of 2048 bits, from the TCG's standard template.

use tss_esapi::abstraction::AsymmetricAlgorithmSelection;
use tss_esapi::abstraction::ek::create_ek_public_from_default_template_2;
use tss_esapi::attributes::SessionAttributesBuilder;
use tss_esapi::constants::{CapabilityType, SessionType};
use tss_esapi::handles::{AuthHandle, KeyHandle, PersistentTpmHandle, SessionHandle, TpmHandle};
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::interface_types::key_bits::RsaKeyBits;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::interface_types::session_handles::{AuthSession, PolicySession};
use tss_esapi::structures::{CapabilityData, Digest, Nonce, Public, SymmetricDefinition};
use tss_esapi::{Context, Error, Result, WrapperErrorKind};

/// Where hosts keep the RSA endorsement key, if they do (TCG TPM v2.0 Provisioning Guidance, 7.8).
const PERSISTENT: u32 = 0x8101_0001;

/// Lets a command use the endorsement key: the one that the host keeps, or else one that is made for the moment. It is always
/// the same key, because it comes of the TPM's endorsement seed.
pub(super) fn with_key<T>(
    context: &mut Context,
    command: impl FnOnce(&mut Context, KeyHandle, &Public) -> Result<T>,
) -> Result<T> {
    let template = template()?;
    if let Some((key, public)) = kept(context, &template)? {
        let result = command(context, key, &public);
        context.tr_close(&mut key.into())?;
        return result;
    }
    let made = context.execute_with_session(Some(AuthSession::Password), |context| {
        context.create_primary(Hierarchy::Endorsement, template, None, None, None, None)
    })?;
    let result = command(context, made.key_handle, &made.out_public);
    let flushed = context.flush_context(made.key_handle.into());
    let result = result?;
    flushed.map(|()| result)
}

/// Lets a command use a session that the endorsement key's policy is satisfied with: PolicySecret of the endorsement
/// hierarchy (TCG EK Credential Profile 2.5, B.6.2).
pub(super) fn with_policy<T>(
    context: &mut Context,
    command: impl FnOnce(&mut Context, AuthSession) -> Result<T>,
) -> Result<T> {
    let session = context.execute_without_session(|context| {
        context.start_auth_session(
            None,
            None,
            None,
            SessionType::Policy,
            SymmetricDefinition::AES_128_CFB,
            HashingAlgorithm::Sha256,
        )
    })?;
    let session = session.ok_or(Error::WrapperError(WrapperErrorKind::WrongValueFromTpm))?;
    let result = satisfied(context, session).and_then(|()| command(context, session));
    let flushed = context.execute_without_session(|context| context.flush_context(SessionHandle::from(session).into()));
    let result = result?;
    flushed.map(|()| result)
}

/// Template L-1 of the TCG EK Credential Profile (B.3.3).
fn template() -> Result<Public> {
    create_ek_public_from_default_template_2(AsymmetricAlgorithmSelection::Rsa(RsaKeyBits::Rsa2048), None)
}

/// The endorsement key that the host keeps, if it keeps one and that is of our template.
fn kept(context: &mut Context, template: &Public) -> Result<Option<(KeyHandle, Public)>> {
    context.execute_without_session(|context| {
        let (CapabilityData::Handles(handles), _) = context.get_capability(CapabilityType::Handles, PERSISTENT, 1)?
        else {
            return Ok(None);
        };
        let handle = TpmHandle::Persistent(PersistentTpmHandle::new(PERSISTENT)?);
        if handles.first() != Some(&handle) {
            return Ok(None);
        }
        let mut object = context.tr_from_tpm_public(handle)?;
        let key = KeyHandle::from(object);
        let (public, _, _) = context.read_public(key)?;
        if is_of(&public, template) {
            return Ok(Some((key, public)));
        }
        context.tr_close(&mut object)?;
        Ok(None)
    })
}

/// Whether a key is of a template: all is equal but the key itself.
fn is_of(public: &Public, template: &Public) -> bool {
    let parameters = |public: &Public| match public {
        Public::Rsa { parameters, .. } => Some(*parameters),
        _ => None,
    };
    public.object_attributes() == template.object_attributes()
        && public.auth_policy() == template.auth_policy()
        && public.name_hashing_algorithm() == template.name_hashing_algorithm()
        && parameters(public).is_some()
        && parameters(public) == parameters(template)
}

fn satisfied(context: &mut Context, session: AuthSession) -> Result<()> {
    // Or the TPM would end the session after its first use, without the software stack's knowledge.
    let (attributes, mask) = SessionAttributesBuilder::new().with_continue_session(true).build();
    context.tr_sess_set_attributes(session, attributes, mask)?;
    let policy = PolicySession::try_from(session)?;
    context.execute_with_session(Some(AuthSession::Password), |context| {
        let (nonce, digest, reference) = (Nonce::default(), Digest::default(), Nonce::default());
        context.policy_secret(policy, AuthHandle::Endorsement, nonce, digest, reference, None).map(drop)
    })
}
