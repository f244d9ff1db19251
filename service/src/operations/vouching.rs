//! Signed statements of a TPM about itself and its keys.

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{KeyAttributes, Usage};
use keystead_interface::names::KeyName;
use keystead_interface::operations::attestation::{
    TpmCertify, TpmCertifyResult, TpmEndorsementCertificatesResult, TpmQuote, TpmQuoteResult,
};
use keystead_interface::policy;
use keystead_provider::{Half, Statement, Vouching, Work};

use super::{Call, Select};
use crate::error::Failure;
use crate::keyring::UsableKey;

const VOUCHING: Select<dyn Vouching> = |capabilities| capabilities.vouching;

/// The longest nonce in bytes: a TPM2B_DATA of a TPM whose longest hash is SHA-512.
const MAX_QUALIFYING_DATA: usize = 64;
/// Registers of a bank (TCG PC Client Platform TPM Profile 2.0, 4.6.2).
const REGISTERS: u32 = 24;

pub(super) async fn certify(call: &Call<'_>, asked: TpmCertify) -> Result<TpmCertifyResult, Failure> {
    call.capability(VOUCHING)?;
    let key = call.open(asked.key_name)?.permit_public_export()?;
    let (by, algorithm) = signer(call, asked.signing_key_name)?;
    let nonce = asked.qualifying_data;
    check_nonce(&nonce)?;
    let attributes = *by.attributes();
    let work = work(&attributes, algorithm);
    let Statement { attest, signature, algorithm: alg } =
        call.run(VOUCHING, work, move |tpm| tpm.certify(key.key(), by.key(), &nonce)).await?;
    Ok(TpmCertifyResult { attest, signature, alg })
}

pub(super) async fn quote(call: &Call<'_>, asked: TpmQuote) -> Result<TpmQuoteResult, Failure> {
    call.capability(VOUCHING)?;
    let (by, algorithm) = signer(call, asked.signing_key_name)?;
    let (bank, registers, nonce) = (asked.pcr_bank, asked.pcrs, asked.qualifying_data);
    check_nonce(&nonce)?;
    if registers.is_empty() || registers.iter().any(|number| *number >= REGISTERS) {
        return Err(Failure::invalid_argument("no register is named, or one that TPMs do not have"));
    }
    let attributes = *by.attributes();
    let work = work(&attributes, algorithm);
    let Statement { attest, signature, algorithm: alg } =
        call.run(VOUCHING, work, move |tpm| tpm.quote(by.key(), bank, &registers, &nonce)).await?;
    Ok(TpmQuoteResult { attest, signature, alg })
}

pub(super) async fn endorsement_certificates(call: &Call<'_>) -> Result<TpmEndorsementCertificatesResult, Failure> {
    call.capability(VOUCHING)?;
    let read = call.run(VOUCHING, Work::Keyless { bytes: 0 }, |tpm| tpm.endorsement_certificates());
    Ok(TpmEndorsementCertificatesResult { certificates: read.await? })
}

/// A key that may sign a message that the TPM makes, with the one algorithm of its policy.
fn signer(call: &Call<'_>, name: KeyName) -> Result<(UsableKey, Algorithm), Failure> {
    let key = call.open(name)?;
    let alg = statement_algorithm(key.attributes())
        .ok_or(Failure::not_supported("the signing key's algorithm is no signature that hashes"))?;
    let algorithm = Algorithm::AsymmetricSignature(alg);
    let key = key.permit(Usage::SIGN_MESSAGE, algorithm)?;
    if key.attributes().key_type().is_public() {
        return Err(Failure::invalid_argument("a public key cannot sign"));
    }
    Ok((key, algorithm))
}

/// As [`Vouching`] has it: the policy's, with SHA-256 where that takes any hash.
fn statement_algorithm(key: &KeyAttributes) -> Option<AsymmetricSignature> {
    let Algorithm::AsymmetricSignature(alg) = key.algorithm() else { return None };
    let alg = match alg.hash() {
        Some(SignHash::Any) => alg.with_hash(SignHash::Specific(Hash::Sha256)),
        _ => alg,
    };
    policy::hashes_the_message(alg).then_some(alg)
}

fn check_nonce(nonce: &[u8]) -> Result<(), Failure> {
    if nonce.len() > MAX_QUALIFYING_DATA {
        return Err(Failure::invalid_argument("the qualifying data is longer than 64 bytes"));
    }
    Ok(())
}

fn work(key: &KeyAttributes, algorithm: Algorithm) -> Work<'_> {
    Work::Use { key, algorithm, half: Half::Private, bytes: MAX_QUALIFYING_DATA }
}
