//! May this caller ask this at all? Steps 14 to 19 of the reading order: whom the operation addresses, and who asks.
//! A [`Permitted`] request is the only way to a decoded body.

use std::sync::Arc;

use keystead_interface::codes::ProviderNumber;
use keystead_interface::frame::RawBody;
use keystead_interface::names::Tenant;
use keystead_interface::operations::{Access, Class, Opcode, Operation};
use keystead_interface::status::Status;

use crate::authenticate::{Authenticated, Caller};
use crate::error::Failure;
use crate::providers::ConfiguredProvider;
use crate::service::Service;

/// A request that its sender may make. Only [`permit`] makes one.
pub struct Permitted<'a> {
    opcode: Opcode,
    body: RawBody<'a>,
    /// Whom it addresses and who asks.
    pub target: Target<'a>,
    /// Whether the client understands Keystead's extensions.
    pub extended: bool,
}

/// Whom a permitted request addresses, and who asks.
pub struct Target<'a> {
    /// The provider; `None` is the service itself.
    pub provider: Option<&'a Arc<ConfiguredProvider>>,
    /// Who asks; `None` only where no identity is needed.
    pub tenant: Option<Tenant>,
    /// Whence.
    pub caller: Caller<'a>,
}

impl Permitted<'_> {
    /// Decodes the body: steps 17 and 18.
    pub fn decode(&self) -> Result<Operation, Failure> {
        Ok(Operation::decode(self.opcode, self.body)?)
    }
}

/// Steps 14 to 16 and 19, in their order.
pub fn permit<'a>(authenticated: Authenticated<'a>, service: &'a Service) -> Result<Permitted<'a>, Failure> {
    let (request, identity, caller) = authenticated.into_parts();
    let provider = match request.provider {
        ProviderNumber::CORE => None,
        number => Some(
            service
                .providers
                .get(number)
                .ok_or(Failure::new(Status::ProviderNotRegistered, "this provider is not configured"))?,
        ),
    };
    match (request.opcode.class(), provider) {
        (Class::Core, None) | (Class::Crypto, Some(_)) => {}
        (Class::Core, Some(_)) => return Err(Failure::not_supported("the operation is one of provider 0")),
        (Class::Crypto, None) => return Err(Failure::not_supported("provider 0 does no cryptography")),
    }
    match (request.opcode.access(), &identity) {
        (Access::Anyone, _) => {}
        (_, None) => return Err(Failure::new(Status::NotAuthenticated, "the operation needs an identity")),
        (Access::Tenant, Some(_)) => {}
        (Access::Admin, Some(identity)) if identity.is_admin() => {}
        (Access::Admin, Some(_)) => {
            return Err(Failure::new(Status::AdminOperation, "the operation needs an administrator"));
        }
    }
    if request.opcode == Opcode::ShareTrustBundle {
        admit_identity_provider(caller, service)?;
    }
    let tenant = identity.map(|identity| identity.tenant);
    Ok(Permitted {
        opcode: request.opcode,
        body: request.body,
        target: Target { provider, tenant, caller },
        extended: request.extended,
    })
}

/// Who vouches for applications is known by what the kernel says of it, and by nothing that it sends.
fn admit_identity_provider(caller: Caller<'_>, service: &Service) -> Result<(), Failure> {
    let nobody = Failure::new(Status::AdminOperation, "no authenticator believes an identity provider");
    let recognised = match &service.identity_provider {
        Some(identity_provider) => identity_provider.recognise(caller),
        None => Err(nobody),
    };
    recognised.inspect_err(|failure| {
        log::warn!(pid = caller.peer.pid(), uid = caller.peer.uid(); "trust was not taken: {}", failure.reason);
    })
}
