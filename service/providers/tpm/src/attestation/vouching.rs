//! Statements of the TPM that a key in it signs.

use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_provider::{Key, ProviderError, Statement, Vouching};
use tss_esapi::constants::SessionType;
use tss_esapi::handles::SessionHandle;
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::interface_types::session_handles::AuthSession;
use tss_esapi::structures::{Attest, Data, PcrSelectionList, PcrSlot, Signature, SymmetricDefinition};
use tss_esapi::traits::Marshall;
use tss_esapi::{Context, Error, Result as TssResult, WrapperErrorKind};

use super::{certificates, check};
use crate::names;
use crate::signing::{native_scheme, signature_bytes};
use crate::tpm::Tpm;

/// The longest nonce in bytes: what the software stack takes as TPM2B_DATA.
const LONGEST_NONCE: usize = 64;

impl Vouching for Tpm {
    fn certify(&self, key: Key<'_>, by: Key<'_>, nonce: &[u8]) -> Result<Statement, ProviderError> {
        check(&key, None)?;
        let (algorithm, nonce) = (algorithm_of(&by)?, read_nonce(nonce)?);
        let scheme = native_scheme(self, by, algorithm)?;
        let stated = self.with_keys("TPM2_Certify", [&key, &by], |context, [key, by]| {
            with_second_session(context, |context| context.certify(key.into(), by, nonce.clone(), scheme))
        })?;
        statement(&by, algorithm, stated)
    }

    fn quote(&self, by: Key<'_>, bank: Hash, registers: &[u32], nonce: &[u8]) -> Result<Statement, ProviderError> {
        let (algorithm, nonce) = (algorithm_of(&by)?, read_nonce(nonce)?);
        let scheme = native_scheme(self, by, algorithm)?;
        let selection = selection(bank, registers)?;
        let stated = self
            .with_key("TPM2_Quote", &by, |context, by| context.quote(by, nonce.clone(), scheme, selection.clone()))?;
        statement(&by, algorithm, stated)
    }

    fn endorsement_certificates(&self) -> Result<Vec<Vec<u8>>, ProviderError> {
        self.with_context("TPM2_NV_Read", certificates::read)
    }
}

/// How a key signs statements: as its policy says, with SHA-256 if that names no hash.
fn algorithm_of(by: &Key<'_>) -> Result<AsymmetricSignature, ProviderError> {
    let sha256 = SignHash::Specific(Hash::Sha256);
    match by.attributes.algorithm() {
        Algorithm::AsymmetricSignature(AsymmetricSignature::EcdsaAny) => Ok(AsymmetricSignature::Ecdsa(sha256)),
        Algorithm::AsymmetricSignature(alg) => match alg.hash() {
            Some(SignHash::Any) => Ok(alg.with_hash(sha256)),
            Some(SignHash::Specific(_)) => Ok(alg),
            None => Err(ProviderError::not_supported("a statement is hashed before it is signed")),
        },
        _ => Err(ProviderError::not_supported("the key does not sign")),
    }
}

fn read_nonce(nonce: &[u8]) -> Result<Data, ProviderError> {
    let too_long = || ProviderError::invalid_argument("a nonce has at most 64 bytes");
    if nonce.len() > LONGEST_NONCE {
        return Err(too_long());
    }
    Data::try_from(nonce).map_err(|_| too_long())
}

fn selection(bank: Hash, registers: &[u32]) -> Result<PcrSelectionList, ProviderError> {
    let bank = names::hashing_algorithm(bank).ok_or_else(|| ProviderError::not_supported("TPMs have no such bank"))?;
    let slot = |number: &u32| 1_u32.checked_shl(*number).and_then(|bit| PcrSlot::try_from(bit).ok());
    let slots: Option<Vec<PcrSlot>> = registers.iter().map(slot).collect();
    let unknown = || ProviderError::invalid_argument("TPMs have no such registers");
    let list = PcrSelectionList::builder().with_selection(bank, &slots.ok_or_else(unknown)?).build();
    list.map_err(|_| unknown())
}

/// Lets a command authorise the use of two keys. The session for the first is set already. A session that encrypts can be
/// used once in a command; then the second key's authorisation value is not sent either, but proved in a session of its own.
fn with_second_session<T>(context: &mut Context, command: impl FnOnce(&mut Context) -> TssResult<T>) -> TssResult<T> {
    let (first, _, _) = context.sessions();
    if matches!(first, Some(AuthSession::Password)) {
        return context.execute_with_sessions((first, first, None), command);
    }
    let second = context.execute_without_session(|context| {
        let symmetric = SymmetricDefinition::Null;
        context.start_auth_session(None, None, None, SessionType::Hmac, symmetric, HashingAlgorithm::Sha256)
    })?;
    let second = second.ok_or(Error::WrapperError(WrapperErrorKind::WrongValueFromTpm))?;
    let (attributes, mask) = tss_esapi::attributes::SessionAttributesBuilder::new().with_continue_session(true).build();
    let result = context
        .tr_sess_set_attributes(second, attributes, mask)
        .and_then(|()| context.execute_with_sessions((first, Some(second), None), command));
    let flushed = context.execute_without_session(|context| context.flush_context(SessionHandle::from(second).into()));
    let result = result?;
    flushed.map(|()| result)
}

fn statement(
    by: &Key<'_>,
    algorithm: AsymmetricSignature,
    (attest, signature): (Attest, Signature),
) -> Result<Statement, ProviderError> {
    let attest = attest.marshall().map_err(|_| ProviderError::corruption("a statement cannot be written"))?;
    Ok(Statement { attest, signature: signature_bytes(by.attributes.bits(), &signature)?, algorithm })
}
