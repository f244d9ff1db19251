//! From settings to a service. The only place that names a concrete provider, authenticator or store.

mod authenticators;
mod backends;
mod isolation;
mod root_key;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use keystead_interface::codes::ProviderNumber;
use keystead_keystore::error::OpenError;
use keystead_keystore::sqlite::SqliteStore;
use keystead_keystore::state_directory::{StateDirectory, StateDirectoryError};
use keystead_keystore::{KeyStore, StoreError};
use keystead_provider_pkcs11::Libraries;

pub use self::isolation::run_module;

use self::backends::Backend;
use crate::authenticate::Authenticators;
use crate::clock;
use crate::keyring::Keyring;
use crate::metrics::Counters;
use crate::providers::{ConfiguredProvider, Providers};
use crate::quarantine::Quarantine;
use crate::readiness::Readiness;
use crate::recovery::HalfMade;
use crate::schedule::{Room, Workers};
use crate::service::Service;
use crate::settings::{
    AuthenticatorSettings, LimitSettings, ProviderSettings, SecretError, Settings, StorageRootKeySettings,
};
use crate::trust::Trust;

/// Why no service could be made of good settings.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// The state directory cannot be used.
    #[error(transparent)]
    StateDirectory(#[from] StateDirectoryError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// A provider's name cannot have a number.
    #[error("provider {0:?}: {1}")]
    Provider(String, StoreError),
    /// A provider's engine does not start.
    #[cfg(feature = "mbed-tls")]
    #[error("provider {0:?}: {1}")]
    Engine(String, keystead_provider::ProviderError),
    /// A provider's PIN cannot be had.
    #[error("provider {0:?}: {1}")]
    Secret(String, SecretError),
    /// A TPM's library cannot make anything of the way to it.
    #[cfg(feature = "tpm")]
    #[error("provider {0:?}: {1}")]
    Tcti(String, keystead_provider_tpm::UnknownTcti),
    /// The provider that seals the storage root key is not configured.
    #[error("the provider that seals the storage root key is not configured")]
    NoSealingProvider,
    /// The operator wants a number for a provider that has another since it was first seen.
    #[error("provider {name:?} has the number {bound} since it was first used; {wanted} cannot be given to it")]
    NumberBound {
        /// The provider.
        name: String,
        /// Its number.
        bound: u8,
        /// The number in the configuration.
        wanted: u8,
    },
    /// Recycled uids shall be refused, and the accounts cannot be read.
    #[error("the accounts in {path} cannot be read: {error}", path = path.display())]
    Accounts {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The kernel gives no random bytes.
    #[error("no random bytes: {0}")]
    Random(std::io::Error),
    /// The user as which the identity provider runs has no account.
    #[error("the identity provider's user: {0}")]
    IdentityProvider(std::io::Error),
    /// The keys of a trust domain cannot be read.
    #[error("the bundle {path}: {error}", path = path.display())]
    Bundle {
        /// The file.
        path: PathBuf,
        /// Why.
        error: String,
    },
    /// Threads cannot be started.
    #[error("cannot start threads: {0}")]
    Threads(std::io::Error),
}

/// A service with the settings that it was made of.
pub struct Assembled {
    /// What it was made of.
    pub settings: Settings,
    /// The service.
    pub service: Arc<Service>,
    /// The PKCS#11 modules of the process, which are loaded once.
    libraries: Arc<Libraries>,
}

/// Opens the store and makes the first service.
pub fn assemble(settings: Settings, counters: Arc<Counters>) -> Result<Assembled, AssemblyError> {
    let directory = StateDirectory::open(&settings.service.state_directory)?;
    let libraries = Arc::new(Libraries::new());
    // The token that seals the root key is needed before the store, which all providers need.
    let sealing = match &settings.storage_root_key {
        StorageRootKeySettings::Provider(name) => settings.providers.iter().find(|provider| provider.name == *name),
        _ => None,
    };
    let mut sealing = sealing.map(|provider| backends::backend(provider, &libraries)).transpose()?;
    let backend = |_: &str| sealing.as_ref().map(|backend| Arc::clone(&backend.provider));
    let root_key = root_key::source(&settings.storage_root_key, backend).ok_or(AssemblyError::NoSealingProvider)?;
    let store = SqliteStore::open(directory, &root_key)?;
    let capacity = NonZeroUsize::new(settings.limits.max_cached_keys).unwrap_or(NonZeroUsize::MIN);
    let keyring = Arc::new(Keyring::new(Arc::new(store), capacity, Arc::clone(&counters)));
    let trust = Arc::new(Trust::new(clock::now()).map_err(AssemblyError::Random)?);
    let lasting = Lasting { keyring, counters, trust };
    let service = service(&settings, lasting, &libraries, sealing.take(), None)?;
    Ok(Assembled { settings, service, libraries })
}

/// Makes a service of new settings that goes on where the old one stands: keys, counters, and whatever providers did
/// not change are carried over.
pub fn reassemble(old: &Assembled, settings: Settings) -> Result<Assembled, AssemblyError> {
    let lasting = Lasting {
        keyring: Arc::clone(&old.service.keyring),
        counters: Arc::clone(&old.service.counters),
        trust: Arc::clone(&old.service.trust),
    };
    let libraries = Arc::clone(&old.libraries);
    let service = service(&settings, lasting, &libraries, None, Some(old))?;
    Ok(Assembled { settings, service, libraries })
}

/// What outlives reloads.
struct Lasting {
    keyring: Arc<Keyring>,
    counters: Arc<Counters>,
    trust: Arc<Trust>,
}

fn service(
    settings: &Settings,
    lasting: Lasting,
    libraries: &Libraries,
    mut sealing: Option<Backend>,
    old: Option<&Assembled>,
) -> Result<Arc<Service>, AssemblyError> {
    let Lasting { keyring, counters, trust } = lasting;
    bind_wanted_numbers(&settings.providers, keyring.store())?;
    let mut providers = Vec::with_capacity(settings.providers.len());
    for wanted in &settings.providers {
        let unchanged = old.and_then(|old| carried_over(old, wanted, &settings.limits));
        providers.push(match unchanged {
            Some(provider) => provider,
            None => {
                let serving = old.and_then(|old| serving_as(old, &wanted.name));
                let backend = match &settings.storage_root_key {
                    StorageRootKeySettings::Provider(name) if *name == wanted.name => sealing.take(),
                    _ => None,
                };
                let backend = backend.map_or_else(|| backends::backend(wanted, libraries), Ok)?;
                Arc::new(provider(wanted, &settings.limits, keyring.shared_store(), backend, serving)?)
            }
        });
    }
    let quarantine = quarantine(&settings.authenticators, &keyring)?;
    let identity_provider = authenticators::identity_provider(&settings.authenticators)?;
    let refused = settings.service.refuse_shared_uid.then(|| authenticators::daemon_uids(identity_provider.as_ref()));
    let refused = refused.unwrap_or_default();
    let serving = old.and_then(|old| old.service.bundle_stream.as_ref());
    let bundle_stream = authenticators::bundle_stream(&settings.authenticators, serving)?;
    let authenticator = |settings| {
        let stream = bundle_stream.as_ref();
        authenticators::authenticator(settings, quarantine.as_ref(), &trust, &refused, stream)
    };
    let authenticators = settings.authenticators.iter().map(authenticator).collect::<Result<_, _>>()?;
    let backend = |name: &str| {
        let found = providers.iter().find(|provider| provider.name == name);
        found.map(|provider| Arc::clone(&provider.backend))
    };
    let root_key = root_key::source(&settings.storage_root_key, backend).ok_or(AssemblyError::NoSealingProvider)?;
    // Nothing can fail any more: a reload that does changes nothing.
    keyring.store().limit_keys_of_tenants(settings.limits.max_keys_per_application as u64);
    Ok(Arc::new(Service {
        root_key,
        authenticators: Authenticators::new(authenticators),
        providers: Providers::new(providers),
        keyring,
        trust,
        identity_provider,
        bundle_stream,
        quarantine,
        counters,
        limits: settings.limits.clone(),
        allow_deprecated: settings.service.allow_deprecated,
    }))
}

fn carried_over(old: &Assembled, wanted: &ProviderSettings, limits: &LimitSettings) -> Option<Arc<ConfiguredProvider>> {
    // The workers' queue has the limits of its time.
    if !old.settings.providers.contains(wanted) || old.settings.limits != *limits {
        return None;
    }
    // One that does not work may do so with what is read now, such as a PIN that was corrected in its file.
    serving_as(old, &wanted.name).filter(|provider| provider.readiness.is_ready(&*provider.backend)).cloned()
}

fn serving_as<'a>(old: &'a Assembled, name: &str) -> Option<&'a Arc<ConfiguredProvider>> {
    old.service.providers.visible(true).find(|provider| provider.name == name)
}

/// Recycled uids, if any authenticator knows uids.
fn quarantine(
    authenticators: &[AuthenticatorSettings],
    keyring: &Arc<Keyring>,
) -> Result<Option<Arc<Quarantine>>, AssemblyError> {
    let peer = authenticators.iter().find_map(|settings| match settings {
        AuthenticatorSettings::UnixPeerCredentials(peer) => Some(peer),
        _ => None,
    });
    let Some(peer) = peer else { return Ok(None) };
    let path = peer.accounts_file.clone();
    let quarantine = Quarantine::new(path.clone(), peer.quarantine_recycled_uids, Arc::clone(keyring))
        .map_err(|error| AssemblyError::Accounts { path, error })?;
    Ok(Some(Arc::new(quarantine)))
}

fn provider(
    settings: &ProviderSettings,
    limits: &LimitSettings,
    store: &Arc<dyn KeyStore>,
    backend: Backend,
    serving: Option<&Arc<ConfiguredProvider>>,
) -> Result<ConfiguredProvider, AssemblyError> {
    let Backend { provider: backend, crew } = backend;
    let number = number(settings, backend.info().well_known, &**store)?;
    // What is half-made on a provider that serves already is its own to undo: it may be a request under way.
    let half_made = match serving {
        Some(old) => Arc::clone(old.readiness.half_made()),
        None => Arc::new(HalfMade::left_in(&**store, number)),
    };
    let room = Room { jobs: limits.max_queued_requests, jobs_per_tenant: limits.max_queued_requests_per_application };
    let workers = Workers::start(&settings.name, crew, room).map_err(AssemblyError::Threads)?;
    Ok(ConfiguredProvider {
        name: settings.name.clone(),
        number,
        allow_export: settings.allow_export,
        backend,
        public_key_software: backends::public_key_software(settings),
        workers,
        readiness: Readiness::new(settings.name.clone(), Arc::clone(store), half_made),
    })
}

/// Numbers that were asked for are bound before those that are not get what is left.
fn bind_wanted_numbers(providers: &[ProviderSettings], store: &dyn KeyStore) -> Result<(), AssemblyError> {
    let mut wanting = providers.iter().filter(|settings| settings.number.is_some());
    wanting.try_for_each(|settings| number(settings, settings.backend.well_known_number(), store).map(drop))
}

fn number(
    settings: &ProviderSettings,
    well_known: ProviderNumber,
    store: &dyn KeyStore,
) -> Result<ProviderNumber, AssemblyError> {
    let bound = store
        .bind_provider(&settings.name, well_known, settings.number)
        .map_err(|error| AssemblyError::Provider(settings.name.clone(), error))?;
    match settings.number {
        Some(wanted) if wanted != bound => {
            Err(AssemblyError::NumberBound { name: settings.name.clone(), bound: bound.0, wanted: wanted.0 })
        }
        _ => Ok(bound),
    }
}
