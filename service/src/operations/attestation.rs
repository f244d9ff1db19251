//! Attestation of keys in a TPM.

use keystead_interface::names::KeyName;
use keystead_interface::operations::attestation::{
    ActivatedCredential, AttestKey, AttestKeyResult, PrepareKeyAttestation, PrepareKeyAttestationResult,
};
use keystead_provider::{Attesting, Work};

use super::{Call, Select};
use crate::error::Failure;
use crate::keyring::UsableKey;

const ATTESTATION: Select<dyn Attesting> = |capabilities| capabilities.attestation;

/// The attesting key; an empty name stands for the token's own.
fn attesting(call: &Call<'_>, name: KeyName) -> Result<Option<UsableKey>, Failure> {
    if name.as_str().is_empty() { Ok(None) } else { call.open(name)?.permit_public_export().map(Some) }
}

pub(super) async fn prepare(
    call: &Call<'_>,
    asked: PrepareKeyAttestation,
) -> Result<PrepareKeyAttestationResult, Failure> {
    call.capability(ATTESTATION)?;
    let attested = call.open(asked.parameters.attested_key_name)?.permit_public_export()?;
    let attesting = attesting(call, asked.parameters.attesting_key_name)?;
    let attributes = *attested.attributes();
    let prepare = call.run(ATTESTATION, Work::Export(&attributes), move |token| {
        token.prepare(attested.key(), attesting.as_ref().map(UsableKey::key))
    });
    Ok(PrepareKeyAttestationResult { output: prepare.await? })
}

pub(super) async fn attest(call: &Call<'_>, asked: AttestKey) -> Result<AttestKeyResult, Failure> {
    call.capability(ATTESTATION)?;
    let attested = call.open(asked.attested_key_name)?.permit_public_export()?;
    let attesting = attesting(call, asked.attesting_key_name)?;
    let attributes = *attested.attributes();
    let challenge = asked.parameters;
    let attest = call.run(ATTESTATION, Work::Export(&attributes), move |token| {
        token.attest(attested.key(), attesting.as_ref().map(UsableKey::key), &challenge)
    });
    let credential = attest.await?;
    Ok(AttestKeyResult { output: ActivatedCredential { credential } })
}
