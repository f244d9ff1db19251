//! What the provider does with keys, on a real TPM in software (swtpm), checked with OpenSSL, AWS-LC and tpm2-tools.
#![cfg(feature = "tss")]

#[path = "operations/agreement.rs"]
mod agreement;
#[path = "operations/attestation.rs"]
mod attestation;
#[path = "operations/encrypted.rs"]
mod encrypted;
#[path = "operations/encryption.rs"]
mod encryption;
#[path = "operations/openssl.rs"]
mod openssl;
// Only other tests end the process and start it again.
#[allow(dead_code)]
#[path = "swtpm/process.rs"]
mod process;
#[path = "operations/random.rs"]
mod random;
#[path = "operations/sealing.rs"]
mod sealing;
#[path = "operations/signing.rs"]
mod signing;
#[path = "operations/swtpm.rs"]
mod swtpm;
#[path = "operations/symmetric.rs"]
mod symmetric;
#[path = "operations/vouching.rs"]
mod vouching;
