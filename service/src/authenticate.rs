//! Who sent a request: from a frame's authentication part and the peer's credentials to an identity.

mod direct;
mod jwt;
mod jwt_svid;
mod peer_credentials;
mod process;
mod tokens;

use std::os::fd::BorrowedFd;
use std::sync::Arc;

use keystead_interface::codes::AuthKind;
use keystead_interface::frame::RawAuth;
use keystead_interface::names::Tenant;
use keystead_interface::operations::core::AuthenticatorInfo;
use keystead_interface::request::Request;
use keystead_interface::status::Status;
use keystead_trust::peer::{NotOurs, Peer, Pinned, Unattested};

pub use direct::Direct;
pub use jwt::Jwt;
pub use jwt_svid::{BundleStream, Bundles, JwtSvid};
pub use peer_credentials::PeerCredentials;
pub use process::PeerProcess;

use crate::door::Door;
use crate::error::Failure;
use crate::settings::Pinning;

/// One way to prove who one is.
pub trait Authenticator: Send + Sync {
    /// The number that stands in headers for it.
    fn kind(&self) -> AuthKind;

    /// What clients may know of it.
    fn describe(&self) -> AuthenticatorInfo;

    /// Who the request is from, or why that is not believed.
    fn authenticate(&self, auth: RawAuth<'_>, caller: Caller<'_>) -> Result<Tenant, Failure>;

    /// Whether this tenant administers the service, if its peer is a process of the host (see [`Caller`]).
    fn names_admin(&self, tenant: &Tenant) -> bool;
}

/// The peer of a connection, and the socket by which more can be asked about it.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    /// On which kind of socket it connected.
    pub door: Door,
    /// Credentials at connect.
    pub peer: &'a Peer,
    /// Its process, as far as it was looked at.
    pub process: &'a PeerProcess,
    /// The connection.
    pub socket: BorrowedFd<'a>,
}

impl<'a> Caller<'a> {
    /// Its process: as the authenticator that believed a token has pinned it, else as the kernel does. Errors if it cannot be
    /// pinned, or has no pid here.
    pub fn pinned(&self) -> Result<&'a Arc<Pinned>, Failure> {
        if self.peer.pid() <= 0 {
            return Err(process::refused(Unattested::NoPid));
        }
        self.process.pinned(self.peer, self.socket, Pinning::ByKernel)
    }

    /// Its process, if that lives still. Errors also if it has ended.
    pub fn living(&self) -> Result<&'a Arc<Pinned>, Failure> {
        let pinned = self.pinned()?;
        if self.process.is_alive(pinned) { Ok(pinned) } else { Err(process::refused(NotOurs::Ended.into())) }
    }

    /// Whether its process is this one, and lives still.
    pub fn is(&self, process: &Pinned) -> Result<bool, Failure> {
        let pinned = self.pinned()?;
        Ok(pinned.is_same_as(process) && self.process.is_alive(pinned))
    }
}

/// The configured authenticators, in the order in which clients see them.
pub struct Authenticators(Vec<Box<dyn Authenticator>>);

/// A request whose sender is known. Only [`Authenticators::authenticate`] makes one.
pub struct Authenticated<'a> {
    request: Request<'a>,
    identity: Option<Identity<'a>>,
    caller: Caller<'a>,
}

/// Who sent a request, and by whose word.
pub struct Identity<'a> {
    /// The owner of its keys.
    pub tenant: Tenant,
    authenticator: &'a dyn Authenticator,
    caller: Caller<'a>,
}

impl Authenticators {
    /// Takes the configured ones.
    pub fn new(in_order: Vec<Box<dyn Authenticator>>) -> Self {
        Authenticators(in_order)
    }

    /// What clients may know of them.
    pub fn describe(&self) -> Vec<AuthenticatorInfo> {
        self.0.iter().map(|authenticator| authenticator.describe()).collect()
    }

    /// Steps 12 and 13 of the reading order.
    pub fn authenticate<'a>(&'a self, request: Request<'a>, caller: Caller<'a>) -> Result<Authenticated<'a>, Failure> {
        if request.auth_kind == AuthKind::NONE {
            return Ok(Authenticated { request, identity: None, caller });
        }
        let authenticator = self
            .0
            .iter()
            .find(|authenticator| authenticator.kind() == request.auth_kind)
            .ok_or(Failure::new(Status::AuthenticatorNotRegistered, "this authenticator is not configured"))?;
        let tenant = authenticator.authenticate(request.auth, caller)?;
        let identity = Some(Identity { tenant, authenticator: &**authenticator, caller });
        Ok(Authenticated { request, identity, caller })
    }
}

impl<'a> Authenticated<'a> {
    /// The request, who sent it and whence, for the next stage.
    pub fn into_parts(self) -> (Request<'a>, Option<Identity<'a>>, Caller<'a>) {
        (self.request, self.identity, self.caller)
    }
}

impl Identity<'_> {
    /// Whether the request comes from an administrator: named in the configuration, and a process of the host itself,
    /// since root of a container would otherwise pass for the host's (identity.md, "Attesting").
    pub fn is_admin(&self) -> bool {
        if !self.authenticator.names_admin(&self.tenant) {
            return false;
        }
        match self.caller.peer.shares_our_namespaces(self.caller.socket) {
            Ok(()) => true,
            Err(reason) => {
                log::warn!(pid = self.caller.peer.pid(); "administrator's right refused: {reason}");
                false
            }
        }
    }
}
