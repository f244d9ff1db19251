//! What a process has after psa_crypto_init: a client of the service, and what is remembered of keys and operations.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;
use keystead_client::interface::algorithm::Hash;
use keystead_client::interface::attributes::KeyAttributes;
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::secret::SecretBytes;
use keystead_client::{Client, Credential, Endpoint, Error};
use parking_lot::Mutex;

use crate::aead::AeadOperation;
use crate::attributes::KeyId;
use crate::authentication::MacOperation;
use crate::ciphering::CipherOperation;
use crate::hashing::HashOperation;
use crate::limits::MAX_RANDOM_BYTES;
use crate::operations::Operations;
use crate::status::{BAD_STATE, COMMUNICATION_FAILURE, NOT_SUPPORTED, Refusal, Result, refuse};
use crate::volatile_keys::VolatileKeys;

/// Everything that the library has in one process.
pub(crate) struct Library {
    /// Whom all is asked of.
    pub(crate) client: Client,
    /// The keys that end with this process.
    pub(crate) volatile: VolatileKeys,
    /// Persistent keys that were made or found.
    pub(crate) places: Mutex<HashMap<KeyId, Place>>,
    pub(crate) hash_operations: Operations<HashOperation>,
    pub(crate) mac_operations: Operations<MacOperation>,
    pub(crate) cipher_operations: Operations<CipherOperation>,
    pub(crate) aead_operations: Operations<AeadOperation>,
    /// Which provider has a hash.
    hashes: Mutex<HashMap<Hash, ProviderNumber>>,
    /// Asked once.
    providers: OnceLock<Vec<ProviderNumber>>,
    process: u32,
}

/// Where a persistent key was, and what, if that was told. Another program may have put another key there since.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) provider: ProviderNumber,
    pub(crate) attributes: Option<KeyAttributes>,
}

/// The library of this process. It is swapped, not locked: a process that is forked while another thread holds a lock
/// would find it locked for ever.
static LIBRARY: ArcSwapOption<Library> = ArcSwapOption::const_empty();

/// The library, if it was initialised. A child that was forked gets one of its own: its parent's connections, keys and
/// operations are not its.
pub(crate) fn library() -> Result<Arc<Library>> {
    match LIBRARY.load_full() {
        Some(library) if library.process == std::process::id() => Ok(library),
        Some(inherited) => replaced(Some(inherited)),
        None => refuse(BAD_STATE),
    }
}

/// Initialises the library, unless that was done.
pub(crate) fn initialize() -> Result<()> {
    match library() {
        Err(Refusal(BAD_STATE)) => replaced(None).map(drop),
        done => done.map(drop),
    }
}

/// Puts a new library in the place of this one. Another thread may have been faster.
fn replaced(former: Option<Arc<Library>>) -> Result<Arc<Library>> {
    let new = Arc::new(Library::new()?);
    let previous = LIBRARY.compare_and_swap(&former, Some(Arc::clone(&new)));
    let is_ours = match (&*previous, &former) {
        (None, None) => true,
        (Some(previous), Some(former)) => Arc::ptr_eq(previous, former),
        _ => false,
    };
    // What was inherited is never dropped: its locks may be held by threads that do not exist here.
    std::mem::forget(former);
    if is_ours { Ok(new) } else { library() }
}

impl Library {
    fn new() -> Result<Library> {
        let endpoint = Endpoint::from_environment().map_err(Error::from)?;
        Ok(Library {
            client: Client::at(endpoint, Credential::from_environment()?),
            volatile: VolatileKeys::default(),
            places: Mutex::default(),
            hash_operations: Operations::default(),
            mac_operations: Operations::default(),
            cipher_operations: Operations::default(),
            aead_operations: Operations::default(),
            hashes: Mutex::default(),
            providers: OnceLock::new(),
            process: std::process::id(),
        })
    }

    /// The service's providers of cryptography in its order: the first is the default.
    pub(crate) fn providers(&self) -> Result<&[ProviderNumber]> {
        if let Some(providers) = self.providers.get() {
            return Ok(providers);
        }
        let listed = self.client.list_providers()?;
        let providers: Vec<_> = listed.iter().map(|info| info.id).filter(|id| !id.is_core()).collect();
        if providers.is_empty() {
            return Err(Error::NoProvider.into());
        }
        Ok(self.providers.get_or_init(|| providers))
    }

    /// Does what is the same with every provider with the first that can: one may not have it, or its token may be away.
    pub(crate) fn with_any<T>(&self, mut what: impl FnMut(ProviderNumber, &Client) -> Result<T>) -> Result<T> {
        let mut reason = Refusal(NOT_SUPPORTED);
        for provider in self.providers()? {
            match what(*provider, &self.client.with_provider(*provider)) {
                Err(Refusal(NOT_SUPPORTED)) => {}
                Err(refusal @ Refusal(COMMUNICATION_FAILURE)) => reason = refusal,
                result => return result,
            }
        }
        Err(reason)
    }

    /// A client of the first provider that has this hash. Which one that is is found out once, by its hash of nothing.
    pub(crate) fn hasher(&self, hash: Hash) -> Result<Client> {
        let known = self.hashes.lock().get(&hash).copied();
        if let Some(provider) = known {
            return Ok(self.client.with_provider(provider));
        }
        self.with_any(|provider, client| {
            client.hash_compute(hash, &[])?;
            self.hashes.lock().insert(hash, provider);
            Ok(client.clone())
        })
    }

    /// Random bytes that are no secret, as IVs and nonces are.
    pub(crate) fn random_bytes(&self, length: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(length);
        self.random(length, |_, piece| bytes.extend_from_slice(piece.expose()))?;
        Ok(bytes)
    }

    /// Random bytes, given in pieces.
    pub(crate) fn random(&self, length: usize, mut piece: impl FnMut(usize, &SecretBytes)) -> Result<()> {
        let mut done = 0;
        while done < length {
            let bytes = self.with_any(|_, client| Ok(client.random((length - done).min(MAX_RANDOM_BYTES))?))?;
            piece(done, &bytes);
            done += bytes.expose().len();
        }
        Ok(())
    }
}
