//! Key agreement.

use crate::algorithm::RawKeyAgreement;
use crate::encoding::message;
use crate::names::KeyName;
use crate::secret::SecretBytes;

message! {
    /// Agree on a secret with the owner of a public key (psa_raw_key_agreement).
    PsaRawKeyAgreement {
        /// Allowed by the key's policy, without a derivation.
        alg: RawKeyAgreement,
        /// A pair whose usage flags allow derive.
        private_key_name: KeyName,
        /// The other's public key in the format of wire contract 4.2.
        peer_key: Vec<u8>,
    }
}
message! {
    /// The shared secret. It is not uniformly random: derive keys from it.
    PsaRawKeyAgreementResult {
        /// In the format of wire contract 4.2.
        shared_secret: SecretBytes,
    }
}
