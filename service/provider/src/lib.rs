//! The one joint for backends: what a place where keys live must be able to say and do.
//!
//! A provider knows nothing of tenants, names or policy. The service has checked all of that, and the lengths of
//! arguments, before it calls one. In reading order: [`Provider`] and [`Capabilities`], [`key`], [`capability`], [`error`];
//! [`rsa`] and [`hashing`] are what hardware leaves to its callers, the same for every token.

pub mod capability;
pub mod error;
pub mod hashing;
pub mod key;
pub mod rsa;

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::KeyAttributes;
use keystead_interface::codes::ProviderNumber;

pub use capability::{
    Adopting, AeadCipher, AsymmetricEncrypting, Attesting, Hashing, KeyAgreeing, KeyVault, Mac, Random, Sealing,
    Signing, Statement, UnauthenticatedCipher, Vouching,
};
pub use error::{ErrorKind, ProviderError};
pub use key::{Created, Key, KeyHandle, KeyTag, MAX_LABEL_BYTES, NewKey, Prepared};

/// A place where keys live.
pub trait Provider: Send + Sync {
    /// What kind of place it is.
    fn info(&self) -> &ProviderInfo;

    /// Where keys are made, kept and destroyed.
    fn vault(&self) -> &dyn KeyVault;

    /// What it can do with them. `None` is the only way to say "not at all".
    fn capabilities(&self) -> Capabilities<'_>;

    /// Whether the work takes so little time (about 100 µs) that it is done where the request was read. Everything
    /// else goes to the provider's own workers.
    fn is_quick(&self, work: Work<'_>) -> bool;

    /// Makes the provider ready, if it is not: finds the token, logs in. Gives the token's identity, or none if keys live
    /// in no token. It may block; it waits between attempts that fail, so that it can be called for every request. While it
    /// has never succeeded, what the provider can do is unknown, and it says that it can do nothing.
    fn connect(&self) -> Result<Option<TokenIdentity>, ProviderError> {
        Ok(None)
    }

    /// Whether the provider is connected and works, as far as is known; if not, why. It never blocks.
    fn health(&self) -> Result<(), ProviderError> {
        Ok(())
    }
}

/// What kind of place a provider is. Clients see all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderInfo {
    /// The number of the first provider of this kind.
    pub well_known: ProviderNumber,
    /// The UUID of the kind, in lower case.
    pub uuid: &'static str,
    /// For people.
    pub description: String,
    /// For people.
    pub vendor: String,
    /// Major, minor and revision.
    pub version: (u32, u32, u32),
    /// Where a key is when it is not in use.
    pub residence: Residence,
}

/// What tells a token from every other one: the serial number of a PKCS#11 token with its manufacturer and model, the Name
/// of a TPM's primary key. Printable ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenIdentity(pub String);

/// Where a key is when it is not in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Residence {
    /// In its handle alone: the provider remembers nothing, so a key is made by one commit of the store.
    Handle,
    /// In the provider too: making and destroying a key takes two steps, which a crash can part.
    Provider,
}

/// A piece of work, as far as its duration depends on it.
#[derive(Clone, Copy, Debug)]
pub enum Work<'a> {
    /// Making a key.
    Generate(&'a KeyAttributes),
    /// Taking a key over.
    Import(&'a KeyAttributes),
    /// Giving a key or its public half away.
    Export(&'a KeyAttributes),
    /// Destroying a key.
    Destroy,
    /// Using a key. `bytes` is the length of the input.
    Use {
        /// The key.
        key: &'a KeyAttributes,
        /// What is done with it.
        algorithm: Algorithm,
        /// Which half of the key does it.
        half: Half,
        /// Length of the input.
        bytes: usize,
    },
    /// Hashing or random bytes, so many of them.
    Keyless {
        /// Length of the input or the output.
        bytes: usize,
    },
}

/// Which half of a key does the work: with RSA the private one takes fifty times as long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Verifies and encrypts.
    Public,
    /// Signs, decrypts and agrees; also every use of a symmetric key.
    Private,
}

/// What a provider can do. The operations that clients see listed are made from this.
#[derive(Clone, Copy, Default)]
pub struct Capabilities<'a> {
    /// Sign and verify.
    pub signing: Option<&'a (dyn Signing + 'static)>,
    /// Encrypt to a public key, decrypt with a private one.
    pub asymmetric_encryption: Option<&'a (dyn AsymmetricEncrypting + 'static)>,
    /// Authenticated encryption.
    pub aead: Option<&'a (dyn AeadCipher + 'static)>,
    /// Unauthenticated encryption.
    pub cipher: Option<&'a (dyn UnauthenticatedCipher + 'static)>,
    /// Message authentication codes.
    pub mac: Option<&'a (dyn Mac + 'static)>,
    /// Hashes.
    pub hash: Option<&'a (dyn Hashing + 'static)>,
    /// Key agreement.
    pub key_agreement: Option<&'a (dyn KeyAgreeing + 'static)>,
    /// Random bytes.
    pub random: Option<&'a (dyn Random + 'static)>,
    /// Attestation of keys.
    pub attestation: Option<&'a (dyn Attesting + 'static)>,
    /// Taking over keys that others made.
    pub adoption: Option<&'a (dyn Adopting + 'static)>,
    /// Keeping the storage root key.
    pub sealing: Option<&'a (dyn Sealing + 'static)>,
    /// Signed statements of a TPM.
    pub vouching: Option<&'a (dyn Vouching + 'static)>,
}
