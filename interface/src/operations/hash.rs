//! Hashes. No key is involved.

use crate::algorithm::Hash;
use crate::encoding::message;

message! {
    /// Compute a hash (psa_hash_compute).
    PsaHashCompute {
        /// The hash function.
        alg: Hash,
        /// It may be empty.
        input: Vec<u8>,
    }
}
message! {
    /// The hash.
    PsaHashComputeResult {
        /// As long as the function says.
        hash: Vec<u8>,
    }
}
message! {
    /// Compute a hash and compare it (psa_hash_compare).
    PsaHashCompare {
        /// The hash function.
        alg: Hash,
        /// It may be empty.
        input: Vec<u8>,
        /// What is expected.
        hash: Vec<u8>,
    }
}
message! {
    /// They are equal.
    PsaHashCompareResult {}
}
