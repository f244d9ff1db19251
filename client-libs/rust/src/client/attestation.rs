//! Proof to others: that a key lives in a TPM, and what else a TPM states.

use keystead_interface::algorithm::Hash;
use keystead_interface::names::KeyName;
use keystead_interface::operations::attestation::{
    ActivateCredentialChallenge, ActivateCredentialKeys, AttestKey, PrepareActivateCredential, PrepareKeyAttestation,
    TpmCertify, TpmCertifyResult, TpmEndorsementCertificates, TpmQuote, TpmQuoteResult,
};
use keystead_interface::secret::SecretBytes;

use crate::error::Result;
use crate::methods::methods;

methods! { impl Client(Caller) {
    /// What a verifier needs to make a challenge for a key in a TPM. An empty `attesting` is the TPM's default
    /// endorsement key.
    pub async fn prepare_key_attestation(&self, attested: &str, attesting: &str) -> Result<ActivateCredentialKeys> {
        let parameters = PrepareActivateCredential {
            attested_key_name: KeyName::new(attested)?,
            attesting_key_name: KeyName::new(attesting)?,
        };
        Ok(self.call(PrepareKeyAttestation { parameters }).await?.output)
    }

    /// Answers a verifier's challenge.
    pub async fn attest_key(
        &self,
        attested: &str,
        attesting: &str,
        challenge: ActivateCredentialChallenge,
    ) -> Result<SecretBytes> {
        let request = AttestKey {
            attested_key_name: KeyName::new(attested)?,
            parameters: challenge,
            attesting_key_name: KeyName::new(attesting)?,
        };
        Ok(self.call(request).await?.output.credential)
    }

    /// Has a TPM state that the key `name` is in it, signed by the caller's key `signing`, whose usage must allow it to
    /// sign messages (TPM2_Certify). `nonce` is the verifier's, up to 64 bytes. Parsec does not have this operation.
    pub async fn tpm_certify(&self, name: &str, signing: &str, nonce: &[u8]) -> Result<TpmCertifyResult> {
        let (key_name, signing_key_name) = (KeyName::new(name)?, KeyName::new(signing)?);
        self.call(TpmCertify { key_name, signing_key_name, qualifying_data: nonce.to_vec() }).await
    }

    /// Has a TPM state what was measured into registers of one bank, signed as by [`Client::tpm_certify`] (TPM2_Quote).
    /// Registers that the TPM does not keep are missing in the statement. Parsec does not have this operation.
    pub async fn tpm_quote(&self, signing: &str, pcr_bank: Hash, pcrs: &[u32], nonce: &[u8]) -> Result<TpmQuoteResult> {
        let (signing_key_name, pcrs) = (KeyName::new(signing)?, pcrs.to_vec());
        self.call(TpmQuote { signing_key_name, pcr_bank, pcrs, qualifying_data: nonce.to_vec() }).await
    }

    /// The certificates that a TPM's maker put into it, in DER: those of endorsement keys first, then their issuers'.
    /// There may be none. Parsec does not have this operation.
    pub async fn tpm_endorsement_certificates(&self) -> Result<Vec<Vec<u8>>> {
        Ok(self.call(TpmEndorsementCertificates {}).await?.certificates)
    }
}}
