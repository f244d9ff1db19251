//! The second engine: Mbed TLS through `psa-crypto`, which Parsec's software provider used too.
//!
//! Its handles are those of the first engine, so that either can use the other's keys. It knows less, and does one thing
//! at a time in the whole process: the C library corrupts its heap when two threads use it. In reading order:
//! `library` is the one lock and all that is called under it; `names` says our words in the library's; `keys`,
//! `asymmetric` and `symmetric` are what can be done.

mod asymmetric;
mod keys;
mod library;
mod names;
mod symmetric;

use keystead_provider::{Capabilities, KeyVault, Provider, ProviderError, ProviderInfo, Work};

use crate::{Settings, info};

/// Keys in software, used by Mbed TLS. Any number of it may exist; all of them share the library and its lock.
pub struct MbedTlsProvider {
    info: ProviderInfo,
}

/// What implements the capabilities. It holds no state: keys are brought into the library for each operation, and taken
/// out of it afterwards, because it has room for 32.
struct Engine;

impl MbedTlsProvider {
    /// A provider that works at once, or why the library does not start.
    pub fn new(settings: Settings) -> Result<Self, ProviderError> {
        library::lock()?;
        Ok(MbedTlsProvider { info: info(settings) })
    }
}

impl Provider for MbedTlsProvider {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn vault(&self) -> &dyn KeyVault {
        &Engine
    }

    fn capabilities(&self) -> Capabilities<'_> {
        Capabilities {
            signing: Some(&Engine),
            asymmetric_encryption: Some(&Engine),
            aead: Some(&Engine),
            cipher: Some(&Engine),
            mac: Some(&Engine),
            hash: Some(&Engine),
            key_agreement: Some(&Engine),
            random: Some(&Engine),
            ..Capabilities::default()
        }
    }

    /// Nothing but destruction, which does nothing: all else may wait for the lock as long as an RSA key is in the
    /// making.
    fn is_quick(&self, work: Work<'_>) -> bool {
        matches!(work, Work::Destroy)
    }
}
