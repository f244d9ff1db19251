//! Keys by their identifiers: finding, making, copying and destroying them.
//!
//! An identifier says nothing of the provider, while the service's names are each provider's own. So a persistent key is
//! looked for in the list of all keys, once; where there is only one provider, nobody is asked.

use keystead_client::interface::algorithm::Algorithm;
use keystead_client::interface::attributes::{KeyAttributes, Usage};
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::operations::core::{CheckType, KeyInfo};
use keystead_client::interface::policy;
use keystead_client::interface::secret::SecretBytes;
use keystead_client::interface::status::Status;
use keystead_client::{Client, Error};

use crate::algorithm::permitted_by_both;
use crate::attributes::{Attributes, KeyId, Life, Residence, USER_IDS, VENDOR_IDS};
use crate::library::{Library, Place};
use crate::limits::{IDENTIFIER_ATTEMPTS, MAX_REMEMBERED_PLACES};
use crate::material;
use crate::status::{
    ALREADY_EXISTS, INVALID_ARGUMENT, INVALID_HANDLE, NOT_PERMITTED, NOT_SUPPORTED, Refusal, Result, refuse,
};
use crate::volatile_keys::{self, VolatileKey};

/// What the client of the service gives.
type Asked<T> = std::result::Result<T, Error>;

impl Library {
    /// Does something with a key: `what` is given a client of its provider, and its name. It may be done twice, the second
    /// time where the key is now, if it is no longer where it was.
    pub(crate) fn with_key<T>(&self, id: KeyId, what: impl Fn(&Client, &str) -> Asked<T>) -> Result<T> {
        if VENDOR_IDS.contains(&id) {
            let key = self.volatile.get(id).ok_or(Refusal(INVALID_HANDLE))?;
            let answer = what(&self.client.with_provider(key.provider), &volatile_keys::name(id));
            if answer.as_ref().is_err_and(is_missing) {
                // The service was started anew.
                self.volatile.remove(id);
            }
            return Ok(answer?);
        }
        let name = name(id)?;
        if let Some(place) = self.remembered(id) {
            match what(&self.client.with_provider(place.provider), &name) {
                Err(error) if is_missing(&error) => self.forget(id),
                answer => return Ok(answer?),
            }
        }
        let provider = self.find(id, &name)?;
        Ok(what(&self.client.with_provider(provider), &name)?)
    }

    /// The attributes of a key, as its caller is told them.
    pub(crate) fn attributes(&self, id: KeyId) -> Result<Attributes> {
        let (provider, key) = self.look_up(id)?;
        Ok(Attributes::told(id, &key, provider))
    }

    /// What a key is: its provider, unless that is the library's choice, and its attributes.
    fn look_up(&self, id: KeyId) -> Result<(Option<ProviderNumber>, KeyAttributes)> {
        if VENDOR_IDS.contains(&id) {
            let key = self.volatile.get(id).ok_or(Refusal(INVALID_HANDLE))?;
            return Ok((key.is_chosen.then_some(key.provider), key.attributes));
        }
        let found = self.found(id, &name(id)?)?;
        let is_first = self.providers()?.first() == Some(&found.provider_id);
        Ok(((!is_first).then_some(found.provider_id), found.attributes))
    }

    /// Checks that a key may be used so, and that its provider can do it, before an operation begins that asks the service only
    /// at its end. Gives the key's attributes: those that are remembered, if they permit that. Looking takes a list of all keys.
    pub(crate) fn permit(&self, id: KeyId, usage: Usage, algorithm: Algorithm) -> Result<KeyAttributes> {
        let remembered = self.remembered(id).and_then(|place| place.attributes);
        let key = match remembered.filter(|key| policy::permit(key, usage, algorithm).is_ok()) {
            Some(key) => key,
            None => self.look_up(id)?.1,
        };
        policy::permit(&key, usage, algorithm)?;
        if self.with_key(id, |client, _| client.can_do(CheckType::Use, &key.persistent()))? {
            Ok(key)
        } else {
            refuse(NOT_SUPPORTED)
        }
    }

    /// Makes a key.
    pub(crate) fn generate(&self, attributes: &Attributes) -> Result<KeyId> {
        let key = attributes.of_key()?;
        if key.bits() == 0 {
            return refuse(INVALID_ARGUMENT);
        }
        self.create(attributes.residence()?, key, |client, name, key| client.generate(name, key).map(drop))
    }

    /// Takes a key over.
    pub(crate) fn import(&self, attributes: &Attributes, data: &[u8]) -> Result<KeyId> {
        let key = attributes.of_key()?;
        let residence = attributes.residence()?;
        // The service lists no volatile key, so that its size must be known from the beginning.
        let is_unknown = key.bits() == 0 && residence.life == Life::Volatile;
        let key = if is_unknown { key.with_bits(material::bits(key.key_type(), data)) } else { key };
        self.create(residence, key, |client, name, key| client.import(name, key, data).map(drop))
    }

    /// Copies a key, through this process: the service has no operation for it.
    pub(crate) fn copy(&self, source: KeyId, attributes: &Attributes) -> Result<KeyId> {
        let (_, original) = self.look_up(source)?;
        if !original.usage().contains(Usage::COPY) {
            return refuse(NOT_PERMITTED);
        }
        let told = Attributes::told(source, &original, None);
        let differs = attributes.key_type != 0 && attributes.key_type != told.key_type
            || attributes.bits != 0 && attributes.bits != told.bits;
        if differs {
            return refuse(INVALID_ARGUMENT);
        }
        let wanted = Attributes { key_type: told.key_type, bits: told.bits, ..*attributes };
        let key = wanted.of_key()?;
        let algorithm = permitted_by_both(original.algorithm(), key.algorithm()).ok_or(Refusal(INVALID_ARGUMENT))?;
        let usage = Attributes { usage: attributes.usage & told.usage, ..wanted }.usage()?;
        let key = KeyAttributes::new(key.key_type(), key.bits(), usage, algorithm);
        let residence = attributes.residence()?;
        if !key.key_type().is_public() && !original.usage().contains(Usage::EXPORT) {
            // "The source key storage location does not support copying to the target key's storage location."
            return refuse(NOT_SUPPORTED);
        }
        let data = self.export(source)?;
        self.create(residence, key, |client, name, key| client.import(name, key, data.expose()).map(drop))
    }

    /// A key itself. One that is public is everybody's, whatever its flags.
    pub(crate) fn export(&self, id: KeyId) -> Result<SecretBytes> {
        match self.with_key(id, |client, name| client.export(name)) {
            Err(Refusal(NOT_PERMITTED)) if self.look_up(id)?.1.key_type().is_public() => {
                Ok(SecretBytes::new(self.with_key(id, |client, name| client.public_key(name))?))
            }
            result => result,
        }
    }

    /// Destroys a key.
    pub(crate) fn destroy(&self, id: KeyId) -> Result<()> {
        let done = self.with_key(id, |client, name| client.destroy(name));
        if matches!(done, Ok(()) | Err(Refusal(INVALID_HANDLE))) {
            self.volatile.remove(id);
        }
        self.forget(id);
        done
    }

    fn create(
        &self,
        residence: Residence,
        key: KeyAttributes,
        make: impl Fn(&Client, &str, &KeyAttributes) -> Asked<()>,
    ) -> Result<KeyId> {
        match (residence.life, residence.provider) {
            (Life::Persistent(id), provider) => self.create_persistent(id, provider, &key, make).map(|()| id),
            (Life::Volatile, Some(provider)) => self.create_volatile(provider, true, &key, &make),
            // The first provider that takes it: a token that is reached by PKCS#11 keeps no volatile keys.
            (Life::Volatile, None) => self.with_any(|provider, _| self.create_volatile(provider, false, &key, &make)),
        }
    }

    fn create_persistent(
        &self,
        id: KeyId,
        provider: Option<ProviderNumber>,
        key: &KeyAttributes,
        make: impl Fn(&Client, &str, &KeyAttributes) -> Asked<()>,
    ) -> Result<()> {
        let (name, providers) = (name(id)?, self.providers()?);
        let provider = provider.unwrap_or(providers[0]);
        // An identifier is one key's, wherever that is. Of its own names the provider knows better.
        if providers.len() > 1 && self.listed(&name)?.is_some_and(|found| found.provider_id != provider) {
            return refuse(ALREADY_EXISTS);
        }
        make(&self.client.with_provider(provider), &name, key)?;
        // Of an imported key only the service knows the size.
        self.remember(id, Place { provider, attributes: (key.bits() != 0).then_some(*key) });
        Ok(())
    }

    fn create_volatile(
        &self,
        provider: ProviderNumber,
        is_chosen: bool,
        key: &KeyAttributes,
        make: &impl Fn(&Client, &str, &KeyAttributes) -> Asked<()>,
    ) -> Result<KeyId> {
        let client = self.client.with_provider(provider);
        for _ in 0..IDENTIFIER_ATTEMPTS {
            let id = self.volatile.free_id();
            match make(&client, &volatile_keys::name(id), &key.volatile()) {
                Ok(()) => {
                    self.volatile.insert(id, VolatileKey { provider, is_chosen, attributes: *key });
                    return self.insist_on_volatile(id).map(|()| id);
                }
                Err(error) if error.status() == Some(Status::PsaErrorAlreadyExists) => {}
                Err(error) => return Err(error.into()),
            }
        }
        refuse(ALREADY_EXISTS)
    }

    /// Sees to it, once, that the service knows volatile keys: another one makes ordinary keys, which stay. It would list them.
    fn insist_on_volatile(&self, id: KeyId) -> Result<()> {
        if self.volatile.are_known() {
            return Ok(());
        }
        let found = self.listed(&volatile_keys::name(id));
        if found != Ok(None) {
            self.destroy(id)?;
            return found.and(refuse(NOT_SUPPORTED));
        }
        self.volatile.set_known();
        Ok(())
    }

    /// The provider that has the key.
    fn find(&self, id: KeyId, name: &str) -> Result<ProviderNumber> {
        if let [only] = self.providers()? {
            return Ok(*only);
        }
        Ok(self.found(id, name)?.provider_id)
    }

    /// The listed key of this name, remembered from now on.
    fn found(&self, id: KeyId, name: &str) -> Result<KeyInfo> {
        let found = self.listed(name)?.ok_or(Refusal(INVALID_HANDLE))?;
        self.remember(id, Place { provider: found.provider_id, attributes: Some(found.attributes) });
        Ok(found)
    }

    /// The key of this name with the first provider that has one. The list has keys of tokens that are away, too.
    fn listed(&self, name: &str) -> Result<Option<KeyInfo>> {
        Ok(self.client.list_keys()?.into_iter().find(|key| key.name.as_str() == name))
    }

    fn remembered(&self, id: KeyId) -> Option<Place> {
        self.places.lock().get(&id).copied()
    }

    fn remember(&self, id: KeyId, place: Place) {
        let mut places = self.places.lock();
        if places.len() >= MAX_REMEMBERED_PLACES {
            places.clear();
        }
        places.insert(id, place);
    }

    fn forget(&self, id: KeyId) {
        self.places.lock().remove(&id);
    }
}

/// The name of a persistent key in the service.
fn name(id: KeyId) -> Result<String> {
    if USER_IDS.contains(&id) { Ok(format!("psa/{id}")) } else { refuse(INVALID_HANDLE) }
}

fn is_missing(error: &Error) -> bool {
    error.status() == Some(Status::PsaErrorDoesNotExist)
}
