//! The application names itself and nothing is proved: for trying out, where every local process is trusted
//! (wire contract 2.1, type 1). The configuration must say `allow_insecure = true`.

use keystead_interface::codes::AuthKind;
use keystead_interface::frame::RawAuth;
use keystead_interface::names::Tenant;
use keystead_interface::operations::core::AuthenticatorInfo;
use keystead_interface::status::Status;

use super::{Authenticator, Caller};
use crate::error::Failure;

/// Tenants are whatever clients call themselves.
pub struct Direct {
    admins: Vec<String>,
}

impl Direct {
    /// `admins` are the names of administrators: anybody can call itself so.
    pub fn new(admins: Vec<String>) -> Self {
        Direct { admins }
    }
}

impl Authenticator for Direct {
    fn kind(&self) -> AuthKind {
        AuthKind::DIRECT
    }

    fn describe(&self) -> AuthenticatorInfo {
        AuthenticatorInfo {
            description: "The application names itself; nothing is proved".to_owned(),
            version: (0, 1, 0),
            id: self.kind(),
        }
    }

    fn authenticate(&self, auth: RawAuth<'_>, _: Caller<'_>) -> Result<Tenant, Failure> {
        let refused = |reason: &'static str| Failure::new(Status::AuthenticationError, reason);
        let name = std::str::from_utf8(auth.bytes()).map_err(|_| refused("the application's name is not UTF-8"))?;
        if name.is_empty() {
            return Err(refused("the application's name is empty"));
        }
        Tenant::new(AuthKind::DIRECT, name).map_err(|_| refused("the application's name is too long"))
    }

    fn names_admin(&self, tenant: &Tenant) -> bool {
        self.admins.iter().any(|admin| admin == tenant.name())
    }
}
