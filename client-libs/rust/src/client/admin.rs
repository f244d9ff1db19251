//! What an administrator may ask.

use keystead_interface::operations::admin::{DeleteClient, Health, HealthResult, ListClients, ReleaseClient};

use super::Client;
use crate::error::Result;

impl Client {
    /// The names of the clients of the administrator's own authentication type that own keys.
    pub fn list_clients(&self) -> Result<Vec<String>> {
        Ok(self.call(ListClients {})?.clients)
    }

    /// Destroys all keys of a client of the administrator's own authentication type. One that owns nothing is no
    /// error. If the answer is lost, the request is not sent again by itself: the client may have made new keys since.
    pub fn delete_client(&self, client: &str) -> Result<()> {
        let request = DeleteClient { client: client.to_owned() };
        self.call(request).map(|_| ())
    }

    /// Serves a client again whose uid was recycled, with the keys that its former owner left; false if it was not
    /// quarantined. Parsec does not have this operation.
    pub fn release_client(&self, client: &str) -> Result<bool> {
        let request = ReleaseClient { client: client.to_owned() };
        Ok(self.call(request)?.released)
    }

    /// How the service is doing. Parsec does not have this operation.
    pub fn health(&self) -> Result<HealthResult> {
        self.call(Health {})
    }
}
