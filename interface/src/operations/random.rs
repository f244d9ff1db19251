//! Random bytes.

use crate::encoding::message;
use crate::secret::SecretBytes;

message! {
    /// Give random bytes (psa_generate_random).
    PsaGenerateRandom {
        /// How many.
        size: u64,
    }
}
message! {
    /// Random bytes.
    PsaGenerateRandomResult {
        /// Exactly as many as were asked for.
        random_bytes: SecretBytes,
    }
}
