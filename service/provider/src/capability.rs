//! What a provider may be able to do, a trait for each family of operations.
//!
//! Each `supports` is asked before every operation of its family and by CanDoCrypto, so that both always agree. The
//! service has checked before a call: the key's policy, the fit of algorithm and key type, and the lengths of
//! wire contract 4.3. Formats are those of wire contract 4.2.

use keystead_interface::algorithm::{
    Aead, AsymmetricEncryption, AsymmetricSignature, Cipher, Hash, Mac as MacAlgorithm, RawKeyAgreement,
};
use keystead_interface::attributes::KeyShape;
use keystead_interface::operations::attestation::{ActivateCredentialChallenge, ActivateCredentialKeys};
use keystead_interface::secret::SecretBytes;

use crate::error::ProviderError;
use crate::key::{Created, Key, KeyHandle, KeyTag, NewKey};

/// Making, keeping and destroying keys.
pub trait KeyVault: Send + Sync {
    /// Whether a key of this type and size can be generated here. 0 bits ask for any size.
    fn generates(&self, key: KeyShape) -> bool;

    /// Whether a key of this type and size can be imported here. 0 bits ask for any size.
    fn imports(&self, key: KeyShape) -> bool;

    /// Whether keys of this type can be exported here, if their policy allows it.
    fn exports(&self, key: KeyShape) -> bool;

    /// Makes a key. The service has asked [`KeyVault::generates`].
    fn generate(&self, key: NewKey<'_>) -> Result<Created, ProviderError>;

    /// Takes a key over. `InvalidArgument` if the material is malformed, or if the attributes name a size (not 0)
    /// that is not the material's; `NotSupported` if the size that the material turns out to have is not one of ours.
    fn import(&self, key: NewKey<'_>, material: &SecretBytes) -> Result<Created, ProviderError>;

    /// The public half of a pair, or a public key itself.
    fn public_key(&self, key: Key<'_>) -> Result<Vec<u8>, ProviderError>;

    /// The key itself.
    fn export(&self, key: Key<'_>) -> Result<SecretBytes, ProviderError>;

    /// Destroys a key, and whatever a crash may have left of it: there may be no handle. To destroy what is not
    /// there is no error.
    fn destroy(&self, tag: KeyTag, handle: Option<&KeyHandle>) -> Result<(), ProviderError>;
}

/// Signatures. For a public-key type `supports` speaks of verification alone.
pub trait Signing: Send + Sync {
    /// Whether keys of this type and size can be used with this algorithm. `SignHash::Any` asks whether any hash will do.
    fn supports(&self, key: KeyShape, alg: AsymmetricSignature) -> bool;

    /// Signs a hash.
    fn sign_hash(&self, key: Key<'_>, alg: AsymmetricSignature, hash: &[u8]) -> Result<Vec<u8>, ProviderError>;

    /// Verifies a signature over a hash; `InvalidSignature` also for one of a wrong length.
    fn verify_hash(
        &self,
        key: Key<'_>,
        alg: AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError>;

    /// Hashes a message and signs the hash.
    fn sign_message(&self, key: Key<'_>, alg: AsymmetricSignature, message: &[u8]) -> Result<Vec<u8>, ProviderError>;

    /// Hashes a message and verifies a signature over the hash.
    fn verify_message(
        &self,
        key: Key<'_>,
        alg: AsymmetricSignature,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError>;
}

/// RSA encryption. `InvalidArgument` for a text of a wrong length, `InvalidPadding` for whatever is wrong inside.
pub trait AsymmetricEncrypting: Send + Sync {
    /// Whether keys of this type and size can be used with this algorithm.
    fn supports(&self, key: KeyShape, alg: AsymmetricEncryption) -> bool;

    /// Encrypts. `label` is OAEP's: it is used as given, or the operation is not supported.
    fn encrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        plaintext: &SecretBytes,
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts.
    fn decrypt(
        &self,
        key: Key<'_>,
        alg: AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<SecretBytes, ProviderError>;
}

/// Authenticated encryption.
pub trait AeadCipher: Send + Sync {
    /// Whether keys of this type and size can be used with this algorithm and tag length.
    fn supports(&self, key: KeyShape, alg: Aead) -> bool;

    /// Encrypts; the result is ciphertext ‖ tag.
    fn encrypt(
        &self,
        key: Key<'_>,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts ciphertext ‖ tag; `InvalidSignature` if the tag is wrong.
    fn decrypt(
        &self,
        key: Key<'_>,
        alg: Aead,
        nonce: &[u8],
        additional_data: &[u8],
        ciphertext: &[u8],
    ) -> Result<SecretBytes, ProviderError>;
}

/// Unauthenticated encryption.
pub trait UnauthenticatedCipher: Send + Sync {
    /// Whether keys of this type and size can be used in this mode.
    fn supports(&self, key: KeyShape, alg: Cipher) -> bool;

    /// Encrypts under a random IV; the result is IV ‖ ciphertext.
    fn encrypt(&self, key: Key<'_>, alg: Cipher, plaintext: &SecretBytes) -> Result<Vec<u8>, ProviderError>;

    /// Encrypts under this IV, as long as the mode wants it; the result is IV ‖ ciphertext.
    fn encrypt_under(
        &self,
        key: Key<'_>,
        alg: Cipher,
        iv: &[u8],
        plaintext: &SecretBytes,
    ) -> Result<Vec<u8>, ProviderError>;

    /// Decrypts IV ‖ ciphertext; `InvalidPadding` if a padding is wrong.
    fn decrypt(&self, key: Key<'_>, alg: Cipher, ciphertext: &[u8]) -> Result<SecretBytes, ProviderError>;
}

/// Message authentication codes.
pub trait Mac: Send + Sync {
    /// Whether keys of this type and size can be used with this algorithm.
    fn supports(&self, key: KeyShape, alg: MacAlgorithm) -> bool;

    /// Computes a MAC, as long as `alg` says.
    fn compute(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8]) -> Result<Vec<u8>, ProviderError>;

    /// Compares a MAC in constant time; `InvalidSignature` if it is another, also of another length.
    fn verify(&self, key: Key<'_>, alg: MacAlgorithm, input: &[u8], mac: &[u8]) -> Result<(), ProviderError>;
}

/// Hashes.
pub trait Hashing: Send + Sync {
    /// Whether this hash can be computed.
    fn supports(&self, alg: Hash) -> bool;

    /// Computes it.
    fn compute(&self, alg: Hash, input: &[u8]) -> Result<Vec<u8>, ProviderError>;
}

/// Key agreement.
pub trait KeyAgreeing: Send + Sync {
    /// Whether pairs of this type and size can agree.
    fn supports(&self, key: KeyShape, alg: RawKeyAgreement) -> bool;

    /// Agrees; `InvalidArgument` if the peer's key is malformed or not on the curve.
    fn agree(&self, key: Key<'_>, alg: RawKeyAgreement, peer_key: &[u8]) -> Result<SecretBytes, ProviderError>;
}

/// Random bytes.
pub trait Random: Send + Sync {
    /// Fills all of `out`, or fails.
    fn fill(&self, out: &mut [u8]) -> Result<(), ProviderError>;
}

/// Attestation of keys in a TPM. `attesting` is `None` for the default endorsement key.
pub trait Attesting: Send + Sync {
    /// What a verifier needs to make a challenge.
    fn prepare(&self, attested: Key<'_>, attesting: Option<Key<'_>>) -> Result<ActivateCredentialKeys, ProviderError>;

    /// Answers a challenge.
    fn attest(
        &self,
        attested: Key<'_>,
        attesting: Option<Key<'_>>,
        challenge: &ActivateCredentialChallenge,
    ) -> Result<SecretBytes, ProviderError>;
}

/// Taking over keys that others made in the token.
pub trait Adopting: Send + Sync {
    /// Finds the one key of the token that is known by `id` (PKCS#11: the CKA_ID of a secret key, or of both halves of a
    /// pair) and gives the handle by which it is used from now on. The object itself is left as it is. Errors: `KeyMissing`
    /// if there is none; `InvalidArgument` if there are several, or if it is not of the type and size in `attributes` (0
    /// bits: any) or cannot be used as they say.
    fn adopt(&self, key: NewKey<'_>, id: &[u8]) -> Result<Created, ProviderError>;
}

/// Keeping a small secret, the storage root key, so that only this token can give it back.
pub trait Sealing: Send + Sync {
    /// Seals up to 128 bytes. What comes of it is not secret.
    fn seal(&self, secret: &SecretBytes) -> Result<Vec<u8>, ProviderError>;

    /// The secret again. `InvalidArgument` if this token did not seal it.
    fn unseal(&self, sealed: &[u8]) -> Result<SecretBytes, ProviderError>;
}

/// Signed statements of a TPM about itself and its keys (TPM 2.0 part 3, 18), for a verifier elsewhere.
///
/// The key that signs is one that also signs what clients hash, so a statement says no more than its owner could say; a
/// verifier that must not trust the owner asks for [`Attesting`].
pub trait Vouching: Send + Sync {
    /// States that `key` is in this TPM, and which it is (TPM2_Certify). `by` signs with the algorithm of its policy, with
    /// SHA-256 if that names no hash. `nonce` is the verifier's: up to 64 bytes that come again in the statement.
    fn certify(&self, key: Key<'_>, by: Key<'_>, nonce: &[u8]) -> Result<Statement, ProviderError>;

    /// States what was measured into the platform's registers of one bank (TPM2_Quote). `registers` are their numbers.
    fn quote(&self, by: Key<'_>, bank: Hash, registers: &[u32], nonce: &[u8]) -> Result<Statement, ProviderError>;

    /// The certificates that the TPM's maker put into it: those of its endorsement keys, then those of the authorities that
    /// issued them, each in DER (X.509). There may be none.
    fn endorsement_certificates(&self) -> Result<Vec<Vec<u8>>, ProviderError>;
}

/// A signed statement of a TPM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What is stated: a TPMS_ATTEST (TPM 2.0 part 2, 10.12.12).
    pub attest: Vec<u8>,
    /// The signature over it, in the format of wire contract 4.2.
    pub signature: Vec<u8>,
    /// How it was signed.
    pub algorithm: AsymmetricSignature,
}
