//! Proof to others that a key is in this TPM.

mod certificates;
mod endorsement;
mod vouching;

use keystead_interface::operations::attestation::{ActivateCredentialChallenge, ActivateCredentialKeys};
use keystead_interface::secret::SecretBytes;
use keystead_provider::{Attesting, Key, ProviderError};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as Code;
use tss_esapi::structures::{EncryptedSecret, IdObject};
use tss_esapi::traits::Marshall;

use crate::blob::Blob;
use crate::error;
use crate::public;
use crate::tpm::Tpm;

/// By TPM2_ActivateCredential (TPM 2.0 part 1, 24): only the TPM that has both the endorsement key and the attested key can
/// answer a challenge that was made for both.
impl Attesting for Tpm {
    fn prepare(&self, attested: Key<'_>, attesting: Option<Key<'_>>) -> Result<ActivateCredentialKeys, ProviderError> {
        check(&attested, attesting)?;
        let (name, endorsement) = self.with_key_at_length("TPM2_CreatePrimary", &attested, |context, key| {
            let name = context.tr_get_name(key.into())?;
            endorsement::with_key(context, |_, _, public| Ok((name, public.clone())))
        })?;
        let public = Blob::of(&attested)?.public.marshall();
        Ok(ActivateCredentialKeys {
            name: name.value().to_vec(),
            public: public.map_err(|_| ProviderError::corruption("a public area without bytes"))?,
            attesting_key_pub: public::write(&endorsement)?,
        })
    }

    fn attest(
        &self,
        attested: Key<'_>,
        attesting: Option<Key<'_>>,
        challenge: &ActivateCredentialChallenge,
    ) -> Result<SecretBytes, ProviderError> {
        check(&attested, attesting)?;
        let malformed = |_| ProviderError::invalid_argument("the challenge is too long");
        let blob = IdObject::try_from(challenge.credential_blob.as_slice()).map_err(malformed)?;
        let secret = EncryptedSecret::try_from(challenge.secret.as_slice()).map_err(malformed)?;
        let credential = self.with_key_at_length("TPM2_ActivateCredential", &attested, |context, key| {
            let (authorisation, _, _) = context.sessions();
            endorsement::with_key(context, |context, endorsement, _| {
                endorsement::with_policy(context, |context, policy| {
                    let sessions = (authorisation, Some(policy), None);
                    let (blob, secret) = (blob.clone(), secret.clone());
                    let answer = context.execute_with_sessions(sessions, |context| {
                        context.activate_credential(key, endorsement, blob, secret)
                    });
                    match answer {
                        Ok(credential) => Ok(Some(credential)),
                        Err(fault) if is_about_the_challenge(error::kind(fault)) => Ok(None),
                        Err(fault) => Err(fault),
                    }
                })
            })
        })?;
        credential
            .map(|credential| SecretBytes::new(credential.to_vec()))
            .ok_or_else(|| ProviderError::invalid_argument("the challenge was made for another key or another TPM"))
    }
}

/// Whether the TPM finds the challenge wrong. Some say TPM_RC_FAILURE where they cannot decrypt its secret; it is not the
/// TPM's own failure, because it has used the endorsement key's policy just before.
const fn is_about_the_challenge(code: Option<Code>) -> bool {
    matches!(
        code,
        Some(Code::Integrity | Code::Size | Code::Value | Code::Insufficient | Code::Failure | Code::EccPoint)
    )
}

/// Whether these keys can be used: a key of this TPM, attested by the endorsement key.
fn check(attested: &Key<'_>, attesting: Option<Key<'_>>) -> Result<(), ProviderError> {
    if attesting.is_some() {
        // It would have to be a storage key, and clients have none.
        return Err(ProviderError::not_supported("only the default endorsement key attests"));
    }
    if Blob::of(attested)?.private.is_none() {
        return Err(ProviderError::not_supported("a public key is not in the TPM"));
    }
    Ok(())
}
