//! Proof that a key lives in a TPM (TPM 2.0 Library part 3, TPM2_ActivateCredential), and a TPM's signed statements.

use crate::algorithm::{AsymmetricSignature, Hash};
use crate::encoding::{Field, message};
use crate::error::DecodeError;
use crate::names::KeyName;
use crate::proto;
use crate::secret::SecretBytes;

message! {
    /// Give what a verifier needs to make a challenge.
    PrepareKeyAttestation {
        /// The mechanism and its keys.
        parameters: PrepareActivateCredential,
    }
}

/// The keys of a challenge that is to be prepared.
pub struct PrepareActivateCredential {
    /// The key that is to be attested.
    pub attested_key_name: KeyName,
    /// The key that attests; an empty name is the TPM's default endorsement key.
    pub attesting_key_name: KeyName,
}

message! {
    /// What a verifier needs.
    PrepareKeyAttestationResult {
        /// For TPM2_MakeCredential.
        output: ActivateCredentialKeys,
    }
}

/// The inputs of TPM2_MakeCredential.
pub struct ActivateCredentialKeys {
    /// Contents of the attested key's TPM2B_NAME.
    pub name: Vec<u8>,
    /// Contents of the attested key's TPM2B_PUBLIC.
    pub public: Vec<u8>,
    /// The attesting key's public half, in the format of wire contract 4.2.
    pub attesting_key_pub: Vec<u8>,
}

message! {
    /// Answer a verifier's challenge.
    AttestKey {
        /// The key that is to be attested.
        attested_key_name: KeyName,
        /// The challenge.
        parameters: ActivateCredentialChallenge,
        /// The key that attests; an empty name is the TPM's default endorsement key.
        attesting_key_name: KeyName,
    }
}

/// The outputs of TPM2_MakeCredential.
pub struct ActivateCredentialChallenge {
    /// Contents of TPM2B_ID_OBJECT.
    pub credential_blob: Vec<u8>,
    /// Contents of TPM2B_ENCRYPTED_SECRET.
    pub secret: Vec<u8>,
}

message! {
    /// The challenge's answer.
    AttestKeyResult {
        /// What the verifier hid in the challenge.
        output: ActivatedCredential,
    }
}

/// The output of TPM2_ActivateCredential.
pub struct ActivatedCredential {
    /// Contents of TPM2B_DIGEST.
    pub credential: SecretBytes,
}

message! {
    /// State that a key is in this TPM, and what it is (TPM 2.0 Library part 3, TPM2_Certify).
    TpmCertify {
        /// The key that is stated.
        key_name: KeyName,
        /// The key that signs the statement.
        signing_key_name: KeyName,
        /// The verifier's nonce, up to 64 bytes, which comes again in the statement.
        qualifying_data: Vec<u8>,
    }
}
message! {
    /// The statement.
    TpmCertifyResult {
        /// TPMS_ATTEST.
        attest: Vec<u8>,
        /// The signature over it, in the format of wire contract 4.2.
        signature: Vec<u8>,
        /// How it was signed.
        alg: AsymmetricSignature,
    }
}

message! {
    /// State what was measured into the platform's registers (TPM 2.0 Library part 3, TPM2_Quote).
    TpmQuote {
        /// The key that signs the statement.
        signing_key_name: KeyName,
        /// The hash of the bank.
        pcr_bank: Hash,
        /// Numbers of registers, 0 to 23.
        pcrs: Vec<u32>,
        /// The verifier's nonce, up to 64 bytes, which comes again in the statement.
        qualifying_data: Vec<u8>,
    }
}
message! {
    /// The statement. Registers that the TPM does not keep are missing in it.
    TpmQuoteResult {
        /// TPMS_ATTEST.
        attest: Vec<u8>,
        /// The signature over it, in the format of wire contract 4.2.
        signature: Vec<u8>,
        /// How it was signed.
        alg: AsymmetricSignature,
    }
}

message! {
    /// Give the certificates that the TPM's maker put into it.
    TpmEndorsementCertificates {}
}
message! {
    /// The certificates.
    TpmEndorsementCertificatesResult {
        /// X.509 in DER: those of endorsement keys first, then those of the authorities that issued them. There may be none.
        certificates: Vec<Vec<u8>>,
    }
}

/// A sub-message with one mechanism in its oneof.
macro_rules! mechanism {
    ($type:ident, $outer:ident, $module:ident, $field:literal, $proto:ident { $($part:ident),+ }) => {
        impl Field<Option<proto::$outer>> for $type {
            fn from_proto(value: Option<proto::$outer>, name: &'static str) -> Result<Self, DecodeError> {
                let variant = value.ok_or(DecodeError::Missing(name))?.variant;
                let Some(proto::$module::Variant::ActivateCredential(inner)) = variant else {
                    return Err(DecodeError::Missing($field));
                };
                Ok($type { $($part: Field::from_proto(inner.$part, stringify!($part))?,)+ })
            }

            fn into_proto(self) -> Option<proto::$outer> {
                let inner = proto::$proto { $($part: self.$part.into_proto(),)+ };
                Some(proto::$outer { variant: Some(proto::$module::Variant::ActivateCredential(inner)) })
            }
        }
    };
}

mechanism!(
    PrepareActivateCredential,
    PrepareKeyAttestationParameters,
    prepare_key_attestation_parameters,
    "activate_credential",
    PrepareActivateCredential { attested_key_name, attesting_key_name }
);
mechanism!(
    ActivateCredentialKeys,
    PrepareKeyAttestationOutput,
    prepare_key_attestation_output,
    "activate_credential",
    ActivateCredentialKeys { name, public, attesting_key_pub }
);
mechanism!(
    ActivateCredentialChallenge,
    AttestKeyParameters,
    attest_key_parameters,
    "activate_credential",
    ActivateCredentialChallenge { credential_blob, secret }
);
mechanism!(
    ActivatedCredential,
    AttestKeyOutput,
    attest_key_output,
    "activate_credential",
    ActivatedCredential { credential }
);
