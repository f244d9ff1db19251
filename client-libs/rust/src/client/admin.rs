//! What an administrator may ask.

use keystead_interface::attributes::KeyAttributes;
use keystead_interface::codes::AuthKind;
use keystead_interface::names::KeyName;
use keystead_interface::operations::admin::{
    AcceptToken, AcceptTokenResult, AdoptKey, DeleteClient, Health, HealthResult, ListClients, MoveClient,
    MoveClientResult, RekeyStore, RekeyStoreResult, ReleaseClient,
};

use crate::error::Result;
use crate::methods::methods;

methods! { impl Client(Caller) {
    /// The names of the clients of the administrator's own authentication type that own keys.
    pub async fn list_clients(&self) -> Result<Vec<String>> {
        Ok(self.call(ListClients {}).await?.clients)
    }

    /// Destroys all keys of a client of the administrator's own authentication type. One that owns nothing is no
    /// error. If the answer is lost, the request is not sent again by itself: the client may have made new keys since.
    pub async fn delete_client(&self, client: &str) -> Result<()> {
        let request = DeleteClient { client: client.to_owned() };
        self.call(request).await.map(|_| ())
    }

    /// Serves a client again whose uid was recycled, with the keys that its former owner left; false if it was not
    /// quarantined. Parsec does not have this operation.
    pub async fn release_client(&self, client: &str) -> Result<bool> {
        let request = ReleaseClient { client: client.to_owned() };
        Ok(self.call(request).await?.released)
    }

    /// Accepts that another token stands under the name that a provider has in the configuration; gives the identities
    /// of the former token and of the accepted one. Refused as `PsaErrorDoesNotExist` if no other token was found there.
    /// Parsec does not have this operation.
    pub async fn accept_token(&self, provider: &str) -> Result<AcceptTokenResult> {
        self.call(AcceptToken { provider: provider.to_owned() }).await
    }

    /// Takes over the key that a provider's token knows by `object_id` (PKCS#11: its CKA_ID): from now on it is the key
    /// `name` of `client`, a client of the administrator's own authentication type. `provider` is the provider's name in
    /// the configuration; 0 bits in the attributes stand for the size that the key has. Gives the attributes with that
    /// size. If the answer is lost, the request is not sent again by itself. Parsec does not have this operation.
    pub async fn adopt_key(
        &self,
        provider: &str,
        object_id: &[u8],
        client: &str,
        name: &str,
        attributes: &KeyAttributes,
    ) -> Result<KeyAttributes> {
        let request = AdoptKey {
            provider: provider.to_owned(),
            client: client.to_owned(),
            key_name: KeyName::new(name)?,
            attributes: *attributes,
            object_id: object_id.to_vec(),
        };
        Ok(self.call(request).await?.attributes)
    }

    /// Makes a new storage root key where the service's configuration wants it, and seals the whole store under it.
    /// Parsec does not have this operation.
    pub async fn rekey_store(&self) -> Result<RekeyStoreResult> {
        self.call(RekeyStore {}).await
    }

    /// Makes every key of `old` the key of `new`, in one step or not at all; each is an authentication type and a name
    /// under it. A `dry_run` only says what would be moved, and which names both have: then nothing can be. If the answer
    /// is lost, the request is not sent again by itself. Parsec does not have this operation.
    pub async fn move_client(
        &self,
        old: (AuthKind, &str),
        new: (AuthKind, &str),
        dry_run: bool,
    ) -> Result<MoveClientResult> {
        self.call(MoveClient {
            old_auth_type: old.0,
            old_client: old.1.to_owned(),
            new_auth_type: new.0,
            new_client: new.1.to_owned(),
            dry_run,
        }).await
    }

    /// How the service is doing. Parsec does not have this operation.
    pub async fn health(&self) -> Result<HealthResult> {
        self.call(Health {}).await
    }
}}
