//! Signatures.

use crate::algorithm::AsymmetricSignature;
use crate::encoding::message;
use crate::names::KeyName;

message! {
    /// Sign a hash (psa_sign_hash).
    PsaSignHash {
        /// A pair whose usage flags allow sign_hash.
        key_name: KeyName,
        /// Allowed by the key's policy.
        alg: AsymmetricSignature,
        /// As long as the algorithm's hash.
        hash: Vec<u8>,
    }
}
message! {
    /// The signature.
    PsaSignHashResult {
        /// In the format of wire contract 4.2.
        signature: Vec<u8>,
    }
}
message! {
    /// Verify a signature over a hash (psa_verify_hash).
    PsaVerifyHash {
        /// A pair or public key whose usage flags allow verify_hash.
        key_name: KeyName,
        /// Allowed by the key's policy.
        alg: AsymmetricSignature,
        /// As long as the algorithm's hash.
        hash: Vec<u8>,
        /// In the format of wire contract 4.2.
        signature: Vec<u8>,
    }
}
message! {
    /// It is right.
    PsaVerifyHashResult {}
}
message! {
    /// Hash a message and sign the hash (psa_sign_message).
    PsaSignMessage {
        /// A pair whose usage flags allow sign_message.
        key_name: KeyName,
        /// Allowed by the key's policy; one that names a hash.
        alg: AsymmetricSignature,
        /// It may be empty.
        message: Vec<u8>,
    }
}
message! {
    /// The signature.
    PsaSignMessageResult {
        /// In the format of wire contract 4.2.
        signature: Vec<u8>,
    }
}
message! {
    /// Verify a signature over a message (psa_verify_message).
    PsaVerifyMessage {
        /// A pair or public key whose usage flags allow verify_message.
        key_name: KeyName,
        /// Allowed by the key's policy; one that names a hash.
        alg: AsymmetricSignature,
        /// It may be empty.
        message: Vec<u8>,
        /// In the format of wire contract 4.2.
        signature: Vec<u8>,
    }
}
message! {
    /// It is right.
    PsaVerifyMessageResult {}
}
