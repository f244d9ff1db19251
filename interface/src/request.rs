//! A frame whose numbers all have a meaning for this client: steps 7 to 11 of the reading order.

use crate::codes::{AuthKind, ContentType, ProviderNumber};
use crate::frame::{Frame, RawAuth, RawBody};
use crate::header::Header;
use crate::operations::Opcode;
use crate::status::Status;

/// A request before anybody asked who sent it.
pub struct Request<'a> {
    /// The operation.
    pub opcode: Opcode,
    /// The provider that it addresses; it need not be configured.
    pub provider: ProviderNumber,
    /// How it authenticates itself; that authenticator need not be configured.
    pub auth_kind: AuthKind,
    /// Whether the client understands Keystead's extensions.
    pub extended: bool,
    /// Proof of who sent it.
    pub auth: RawAuth<'a>,
    /// What is asked, not yet decoded.
    pub body: RawBody<'a>,
}

impl<'a> Request<'a> {
    /// Checks the numbers of a frame in the contract's order. The first that has no meaning decides.
    pub fn parse(frame: &Frame<'a>) -> Result<Request<'a>, Status> {
        let Header { flags, provider, content_type, accept_type, auth_type, opcode, .. } = frame.header;
        let extended = flags.extended();
        if content_type != ContentType::PROTOBUF {
            return Err(Status::ContentTypeNotSupported);
        }
        if accept_type != ContentType::PROTOBUF {
            return Err(Status::AcceptTypeNotSupported);
        }
        if !auth_type.is_defined() {
            return Err(Status::AuthenticatorDoesNotExist);
        }
        let opcode = Opcode::for_client(opcode, extended).ok_or(Status::OpcodeDoesNotExist)?;
        if !provider.is_defined(extended) {
            return Err(Status::ProviderDoesNotExist);
        }
        Ok(Request { opcode, provider, auth_kind: auth_type, extended, auth: frame.auth, body: frame.body })
    }
}
