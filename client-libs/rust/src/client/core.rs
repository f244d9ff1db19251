//! What the service says of itself, and of the caller's keys.

use keystead_interface::attributes::KeyAttributes;
use keystead_interface::codes::ProviderNumber;
use keystead_interface::names::KeyName;
use keystead_interface::operations::core::{
    AuthenticatorInfo, CanDoCrypto, CheckType, KeyInfo, ListAuthenticators, ListKeys, ListOpcodes, ListProviders, Ping,
    ProviderInfo,
};
use keystead_interface::status::Status;

use crate::caller::Caller;
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::methods::methods;
use crate::runtime::Runtime;

methods! { impl Client(Caller) {
    /// Asks whether anybody is there; the answer is the version of the protocol, major and minor.
    pub async fn ping(&self) -> Result<(u32, u32)> {
        let answer = self.call(Ping {}).await?;
        Ok((answer.wire_protocol_version_maj, answer.wire_protocol_version_min))
    }

    /// The providers in the order in which they are configured, the service itself last. The first is the default.
    pub async fn list_providers(&self) -> Result<Vec<ProviderInfo>> {
        Ok(self.call(ListProviders {}).await?.providers)
    }

    /// The numbers of the operations that a provider has; `Opcode::from_number` names those that are known here.
    pub async fn list_opcodes(&self, provider: ProviderNumber) -> Result<Vec<u32>> {
        Ok(self.call(ListOpcodes { provider_id: provider }).await?.opcodes)
    }

    /// The authenticators in the order in which they are configured.
    pub async fn list_authenticators(&self) -> Result<Vec<AuthenticatorInfo>> {
        Ok(self.call(ListAuthenticators {}).await?.authenticators)
    }

    /// The caller's keys on all providers.
    pub async fn list_keys(&self) -> Result<Vec<KeyInfo>> {
        Ok(self.call(ListKeys::default()).await?.keys)
    }

    /// The caller's keys on all providers, and beside them the records that client libraries keep under
    /// [reserved names](keystead_interface::names::RESERVED_PREFIX).
    pub async fn list_keys_and_records(&self) -> Result<Vec<KeyInfo>> {
        Ok(self.call(ListKeys { include_reserved: true }).await?.keys)
    }

    /// The attributes of the caller's key of this name on this client's provider. A key of that name on another
    /// provider is another key.
    pub async fn key_attributes(&self, name: &str) -> Result<KeyAttributes> {
        self.attributes_of(name).await
    }

    /// Whether this client's provider could do that with a key of these attributes; 0 bits stand for any size.
    pub async fn can_do(&self, check: CheckType, attributes: &KeyAttributes) -> Result<bool> {
        match self.call(CanDoCrypto { check_type: check, attributes: *attributes }).await {
            Ok(_) => Ok(true),
            Err(Error::Refused { status: Status::PsaErrorNotSupported, .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}}

impl<R: Runtime> Caller<R> {
    pub(crate) async fn attributes_of(&self, name: &str) -> Result<KeyAttributes> {
        let deadline = self.deadline();
        let provider = self.provider_by(deadline).await?;
        match self.find_key(provider, name, deadline).await? {
            Some(attributes) => Ok(attributes),
            None => Err(Error::NoSuchKey(KeyName::new(name)?)),
        }
    }

    pub(super) async fn find_key(
        &self,
        provider: ProviderNumber,
        name: &str,
        deadline: Deadline,
    ) -> Result<Option<KeyAttributes>> {
        let keys = self.call_by(ListKeys { include_reserved: true }, deadline).await?.keys;
        let found = keys.iter().find(|key| key.provider_id == provider && key.name.as_str() == name);
        Ok(found.map(|key| key.attributes))
    }
}
