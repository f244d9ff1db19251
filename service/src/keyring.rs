//! Create, open and destroy: the only place where store, policy and provider meet.
//!
//! A key is found as a [`FoundKey`], of which nothing can be done but to ask its policy; what the policy permits is a
//! [`UsableKey`], which alone can be given to a provider.

mod label;
mod open_keys;
mod public_half;
mod volatile;
mod volatile_keys;

use std::sync::{Arc, OnceLock, Weak};

use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{KeyAttributes, KeyShape, Usage};
use keystead_interface::names::Tenant;
use keystead_interface::policy;
use keystead_interface::status::Status;
use keystead_keystore::{KeyAddress, KeyRecord, KeyStore, Leftover, Moved, Stage, StoreError};
use keystead_provider::{Created, Key, KeyHandle, KeyTag, NewKey, Prepared, Provider, ProviderError, Residence, Work};

use self::open_keys::OpenKeys;
pub use self::public_half::PublicHalf;
use self::volatile_keys::VolatileKeys;
use crate::authenticate::Caller;
use crate::error::Failure;
use crate::metrics::Counters;
use crate::providers::ConfiguredProvider;

/// The keys of all tenants.
pub struct Keyring {
    store: Arc<dyn KeyStore>,
    open: OpenKeys,
    volatile: Arc<VolatileKeys>,
}

/// A key as it is kept while it is in use.
struct OpenKey {
    tenant: Tenant,
    record: KeyRecord,
    /// Who prepared it: what one backend made of a handle means nothing to the next, which a reload may bring.
    backend: Weak<dyn Provider>,
    prepared: Prepared,
    public_half: OnceLock<Arc<PublicHalf>>,
}

impl OpenKey {
    fn new(tenant: Tenant, record: KeyRecord, backend: &Arc<dyn Provider>) -> Arc<OpenKey> {
        let (prepared, public_half) = (Prepared::default(), OnceLock::new());
        Arc::new(OpenKey { tenant, record, backend: Arc::downgrade(backend), prepared, public_half })
    }

    fn is_prepared_by(&self, backend: &Arc<dyn Provider>) -> bool {
        // The address of a backend is its own for as long as a key refers to it.
        std::ptr::addr_eq(self.backend.as_ptr(), Arc::as_ptr(backend))
    }
}

/// A key of the caller's. Its policy was not asked yet.
pub struct FoundKey(Arc<OpenKey>);

/// A key that may be used as the policy was asked.
pub struct UsableKey(Arc<OpenKey>);

impl FoundKey {
    /// What it is.
    pub fn attributes(&self) -> &KeyAttributes {
        &self.0.record.attributes
    }

    /// Checks 2 to 4 of wire contract 4.1: a usage flag of `any_of`, the policy's algorithm, the key's type.
    pub fn permit(self, any_of: Usage, algorithm: Algorithm) -> Result<UsableKey, Failure> {
        policy::permit(self.attributes(), any_of, algorithm)?;
        Ok(UsableKey(self.0))
    }

    /// The key for its export, if its flags allow that.
    pub fn permit_export(self) -> Result<UsableKey, Failure> {
        if !self.attributes().usage().contains(Usage::EXPORT) {
            return Err(policy::Denied::Usage.into());
        }
        Ok(UsableKey(self.0))
    }

    /// The key for the export of its public half, which needs no flag.
    pub fn permit_public_export(self) -> Result<UsableKey, Failure> {
        if !self.attributes().key_type().is_asymmetric() {
            return Err(Failure::invalid_argument("the key has no public half"));
        }
        Ok(UsableKey(self.0))
    }
}

impl UsableKey {
    /// The key as its provider wants it.
    pub fn key(&self) -> Key<'_> {
        let OpenKey { record, prepared, .. } = &*self.0;
        Key { tag: record.tag, attributes: &record.attributes, handle: &record.handle, prepared }
    }

    /// What it is.
    pub fn attributes(&self) -> &KeyAttributes {
        &self.0.record.attributes
    }

    /// Type and size.
    pub fn shape(&self) -> KeyShape {
        self.attributes().shape()
    }
}

impl Keyring {
    /// Keys are remembered by `store`; `capacity` of them are kept open. Volatile keys are counted by `counters`.
    pub fn new(store: Arc<dyn KeyStore>, capacity: std::num::NonZeroUsize, counters: Arc<Counters>) -> Self {
        Keyring { store, open: OpenKeys::new(capacity), volatile: VolatileKeys::new(counters) }
    }

    /// The store, for what concerns no single key.
    pub fn store(&self) -> &dyn KeyStore {
        &*self.store
    }

    /// The store, for whoever shares it.
    pub fn shared_store(&self) -> &Arc<dyn KeyStore> {
        &self.store
    }

    /// Asks the store what may take it long, such as a list, on a thread that serves nobody else meanwhile.
    pub async fn ask_store<T: Send + 'static, E: Into<Failure> + Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn KeyStore) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Failure> {
        let store = Arc::clone(&self.store);
        let asked = tokio::task::spawn_blocking(move || ask(&*store)).await;
        let panicked = |_| Failure::new(Status::PsaErrorGenericError, "a question to the store panicked");
        asked.map_err(panicked)?.map_err(E::into)
    }

    /// The caller's key of this name, for use by this backend of its provider, or DoesNotExist: one of its process, else
    /// one in the store.
    pub fn open(
        &self,
        caller: Caller<'_>,
        address: KeyAddress,
        backend: &Arc<dyn Provider>,
    ) -> Result<FoundKey, Failure> {
        match self.open_volatile(caller, &address, backend)? {
            Some(key) => Ok(key),
            None => self.open_stored(address, backend),
        }
    }

    /// The key of this address in the store, for use by this backend of its provider, or DoesNotExist.
    pub fn open_stored(&self, address: KeyAddress, backend: &Arc<dyn Provider>) -> Result<FoundKey, Failure> {
        if let Some(key) = self.open.get(&address)
            && key.is_prepared_by(backend)
        {
            return Ok(FoundKey(key));
        }
        let moment = self.open.moment();
        let record = self.store.find(&address)?.ok_or_else(Failure::no_such_key)?;
        let key = OpenKey::new(address.tenant.clone(), record, backend);
        self.open.keep(address, &key, moment);
        Ok(FoundKey(key))
    }

    /// Makes a key: `make` asks the provider for it. When this succeeds the key is durable, and when it fails nothing
    /// is left of it. Gives what the key is, with its real size. AlreadyExists also if the caller's process has a volatile
    /// key of this name.
    pub async fn create(
        &self,
        caller: Caller<'_>,
        provider: &ConfiguredProvider,
        address: KeyAddress,
        attributes: KeyAttributes,
        work: Work<'_>,
        make: impl FnOnce(&dyn Provider, NewKey<'_>) -> Result<Created, ProviderError> + Send + 'static,
    ) -> Result<KeyAttributes, Failure> {
        self.volatile.refuse_taken_name(caller, &address)?;
        self.create_tagged(new_tag()?, provider, address, attributes, work, make).await
    }

    /// The same with a tag that follows from what the key is; AlreadyExists also if there is such a key.
    pub async fn create_tagged(
        &self,
        tag: KeyTag,
        provider: &ConfiguredProvider,
        address: KeyAddress,
        attributes: KeyAttributes,
        work: Work<'_>,
        make: impl FnOnce(&dyn Provider, NewKey<'_>) -> Result<Created, ProviderError> + Send + 'static,
    ) -> Result<KeyAttributes, Failure> {
        // A key that is made quickly is made in vain, if its name is taken; an import must say first that it is.
        if !(matches!(work, Work::Generate(_)) && provider.backend.is_quick(work)) {
            self.refuse_taken_name(&address)?;
        }
        let tenant = Some(&address.tenant);
        let label = label::of(&address);
        let make = move |backend: &dyn Provider| make(backend, NewKey { tag, label: &label, attributes: &attributes });
        let made = match provider.backend.info().residence {
            Residence::Handle => {
                let record = record(tag, attributes, provider.run(tenant, work, make).await?);
                self.store.insert(&address, &record).await?;
                record.attributes
            }
            Residence::Provider => {
                // Nothing is reserved for a token that is away.
                provider.make_ready().await?;
                self.store.reserve(&address, tag, &attributes).await?;
                let made = provider.run_or(tenant, work, make, self.unmake(provider, tag)).await;
                let committed = match made {
                    Ok(created) => {
                        let record = record(tag, attributes, created);
                        let committed = self.store.commit(&address, &record).await;
                        committed.map(|()| record.attributes).map_err(Failure::from)
                    }
                    Err(failure) => Err(failure),
                };
                match committed {
                    Ok(made) => made,
                    Err(failure) => {
                        self.undo(provider, &address, tag, &failure).await;
                        return Err(failure);
                    }
                }
            }
        };
        // A key of this name that was destroyed a moment ago may still be open.
        self.open.forget(&address);
        Ok(made)
    }

    /// Destroys a key. When this succeeds it is gone for good. A key whose provider failed to destroy it is condemned:
    /// its name is free, calling this again tries again, and so does the provider's next becoming ready. False if there is
    /// none.
    pub async fn destroy(&self, provider: &ConfiguredProvider, address: &KeyAddress) -> Result<bool, Failure> {
        match provider.backend.info().residence {
            Residence::Handle => {
                let removed = self.store.remove(address).await;
                // Whatever came of it: what is open must be what is stored.
                self.open.forget(address);
                Ok(removed?)
            }
            Residence::Provider => {
                // That there is none is known without the token.
                if !self.store.has(address)? {
                    return Ok(false);
                }
                // A key of a token that is away stays as it is.
                provider.make_ready().await?;
                let condemned = self.store.condemn(address).await;
                self.open.forget(address);
                let Some(condemned) = condemned? else { return Ok(false) };
                let tag = condemned.tag;
                let handle = condemned.handle.as_ref().map(KeyHandle::duplicate);
                let destroy =
                    move |backend: &dyn Provider| backend.vault().destroy(condemned.tag, condemned.handle.as_ref());
                let destroyed = provider.run(Some(&address.tenant), Work::Destroy, destroy).await;
                if let Err(failure) = destroyed {
                    let leftover = Leftover { address: address.clone(), tag, stage: Stage::Condemned, handle };
                    provider.readiness.half_made().add(leftover);
                    return Err(failure);
                }
                self.store.forget(tag).await?;
                Ok(true)
            }
        }
    }

    /// Destroys every key of a tenant, the volatile ones of its processes too, and goes on if one of them cannot be destroyed. The first failure is the result.
    pub async fn destroy_all<'a>(
        &self,
        tenant: &Tenant,
        provider_of: impl Fn(&KeyAddress) -> Option<&'a Arc<ConfiguredProvider>>,
    ) -> Result<(), Failure> {
        self.volatile.end_tenant(tenant);
        let mut first = Ok(());
        let asked = tenant.clone();
        for address in self.ask_store(move |store| store.keys_of(&asked)).await? {
            let destroyed = match provider_of(&address) {
                Some(provider) => self.destroy(provider, &address).await.map(|_| ()),
                None => Err(Failure::new(Status::ProviderNotRegistered, "a key's provider is not configured")),
            };
            first = first.and(destroyed);
        }
        first
    }

    /// Makes every stored key of one tenant another's, or only says what that would do. A volatile key stays with its process,
    /// which has it as the tenant that made it for as long as it lives.
    pub async fn move_all(&self, from: &Tenant, to: &Tenant, is_trial: bool) -> Result<Moved, Failure> {
        let moved = self.store.move_tenant(from, to, is_trial).await?;
        if !is_trial {
            moved.keys.iter().for_each(|address| self.open.forget(address));
        }
        Ok(moved)
    }

    /// Nothing is asked of a provider for a name that is taken. The store has the last word when the key is made.
    fn refuse_taken_name(&self, address: &KeyAddress) -> Result<(), Failure> {
        if self.open.get(address).is_some() {
            return Err(StoreError::AlreadyExists.into());
        }
        match self.store.find(address) {
            Ok(None) => Ok(()),
            Ok(Some(_)) | Err(StoreError::Damaged(_)) => Err(StoreError::AlreadyExists.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Destroys a key that was made too late: its name is free already. What fails here is repaired at the next start.
    fn unmake(&self, provider: &ConfiguredProvider, tag: KeyTag) -> impl FnOnce(Created) + Send + 'static {
        let (store, backend) = (Arc::clone(&self.store), Arc::clone(&provider.backend));
        move |_| {
            // By its tag alone: a key that was adopted has another, and stays.
            if backend.vault().destroy(tag, None).is_ok() {
                // It is submitted by the call.
                drop(store.forget(tag));
            }
        }
    }

    /// Takes back a key that could not be made. What fails here is repaired when the provider is ready again, or at the
    /// next start. A key that its provider has not finished in time is taken back by [`Keyring::unmake`].
    async fn undo(&self, provider: &ConfiguredProvider, address: &KeyAddress, tag: KeyTag, reason: &Failure) {
        let later = || {
            let address = address.clone();
            provider.readiness.half_made().add(Leftover { address, tag, stage: Stage::Reserved, handle: None });
        };
        let undone = async {
            self.store.abandon(tag).await?;
            if reason.status == Status::DeadlineExceeded {
                // Whoever still makes it takes it back; should that fail, this is remembered.
                later();
                return Ok(());
            }
            provider
                .run(Some(&address.tenant), Work::Destroy, move |backend| backend.vault().destroy(tag, None))
                .await?;
            self.store.forget(tag).await.map_err(Failure::from)
        };
        if let Err(failure) = undone.await {
            log::warn!(provider = provider.name.as_str(); "a half-made key cannot be undone now: {failure}");
            later();
        }
    }
}

fn record(tag: KeyTag, attributes: KeyAttributes, created: Created) -> KeyRecord {
    KeyRecord { tag, attributes: attributes.with_bits(created.bits), handle: created.handle }
}

/// A tag that no key ever had: 128 random bits.
fn new_tag() -> Result<KeyTag, Failure> {
    let mut tag = [0; 16];
    let filled = rustix::rand::getrandom(&mut tag, rustix::rand::GetRandomFlags::empty());
    match filled {
        Ok(16) => Ok(KeyTag(tag)),
        _ => Err(Failure::new(Status::PsaErrorInsufficientEntropy, "the kernel gives no random bytes")),
    }
}
