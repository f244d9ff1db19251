//! Message authentication codes.

use crate::algorithm::Mac;
use crate::encoding::message;
use crate::names::KeyName;

message! {
    /// Compute a MAC (psa_mac_compute).
    PsaMacCompute {
        /// Its usage flags must allow sign_message.
        key_name: KeyName,
        /// Allowed by the key's policy.
        alg: Mac,
        /// It may be empty.
        input: Vec<u8>,
    }
}
message! {
    /// The MAC.
    PsaMacComputeResult {
        /// As long as the algorithm says.
        mac: Vec<u8>,
    }
}
message! {
    /// Verify a MAC (psa_mac_verify).
    PsaMacVerify {
        /// Its usage flags must allow verify_message.
        key_name: KeyName,
        /// Allowed by the key's policy.
        alg: Mac,
        /// It may be empty.
        input: Vec<u8>,
        /// Compared in constant time.
        mac: Vec<u8>,
    }
}
message! {
    /// It is right.
    PsaMacVerifyResult {}
}
