//! Keys that end with their process: made, found and destroyed as those of the store are, and found before them.
//!
//! A name is one key to a process: it gets no volatile key under a name that the store has, and no stored one under a
//! volatile one's. What another process of the tenant stores afterwards under such a name is hidden from this one until its
//! own key ends: it could not be refused without telling that other what this one has.

use std::sync::Arc;

use keystead_interface::attributes::KeyAttributes;
use keystead_keystore::{KeyAddress, KeyRecord};
use keystead_provider::{Created, KeyHandle, NewKey, Provider, ProviderError, Work};

use super::{FoundKey, Keyring, OpenKey, label, new_tag, record};
use crate::authenticate::Caller;
use crate::error::Failure;
use crate::providers::ConfiguredProvider;

impl Keyring {
    /// Makes a key that ends with the caller's process: `make` asks the provider for it, whose keys must be their handles
    /// alone. Gives what it is, with its real size. Errors if the process cannot be pinned, or has ended.
    pub async fn create_volatile(
        &self,
        caller: Caller<'_>,
        provider: &ConfiguredProvider,
        address: KeyAddress,
        attributes: KeyAttributes,
        work: Work<'_>,
        make: impl FnOnce(&dyn Provider, NewKey<'_>) -> Result<Created, ProviderError> + Send + 'static,
    ) -> Result<KeyAttributes, Failure> {
        let process = caller.living()?;
        self.volatile.refuse_taken_name(caller, &address)?;
        self.refuse_taken_name(&address)?;
        let (tag, label) = (new_tag()?, label::of(&address));
        let make = move |backend: &dyn Provider| make(backend, NewKey { tag, label: &label, attributes: &attributes });
        let created = provider.run(Some(&address.tenant), work, make).await?;
        let record = record(tag, attributes, created);
        let made = record.attributes;
        let key = OpenKey::new(address.tenant.clone(), record, &provider.backend);
        self.volatile.keep(process, address, key)?;
        Ok(made)
    }

    /// Ends the volatile key of this address that the caller's process has. False if there is none.
    pub fn destroy_volatile(&self, caller: Caller<'_>, address: &KeyAddress) -> Result<bool, Failure> {
        self.volatile.end(caller, address)
    }

    /// The volatile key of this address that the caller's process has, for use by this backend of its provider.
    pub(super) fn open_volatile(
        &self,
        caller: Caller<'_>,
        address: &KeyAddress,
        backend: &Arc<dyn Provider>,
    ) -> Result<Option<FoundKey>, Failure> {
        let Some(mut key) = self.volatile.find(caller, address)? else { return Ok(None) };
        if !key.is_prepared_by(backend) {
            // A reload brought another backend. The handle is good for it as those in the store are.
            let KeyRecord { tag, attributes, handle } = &key.record;
            let record = KeyRecord { tag: *tag, attributes: *attributes, handle: KeyHandle::duplicate(handle) };
            key = OpenKey::new(address.tenant.clone(), record, backend);
            self.volatile.replace(caller, address, &key);
        }
        Ok(Some(FoundKey(key)))
    }
}
