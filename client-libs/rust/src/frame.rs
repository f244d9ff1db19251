//! Requests as bytes to send, and answers as they came.

use keystead_interface::codes::{AuthKind, ContentType, ProviderNumber};
use keystead_interface::header::{Flags, HEADER_LEN, Header};
use keystead_interface::operations::{Access, Message, Opcode, Request};
use keystead_interface::secret::SecretBytes;
use keystead_interface::status::Status;

use crate::blocking::{Blocking, now};
use crate::credential::{Credential, Proof};
use crate::deadline::Deadline;
use crate::error::{Error, ProtocolError, Result};
use crate::limits::DEFAULT_TIMEOUT;
use crate::runtime::Runtime;

/// One encoded request. Its body is cleared when it is dropped; it can be sent more than once.
pub struct RequestFrame {
    opcode: Opcode,
    header: [u8; HEADER_LEN],
    body: SecretBytes,
    auth: Proof,
}

impl RequestFrame {
    /// Encodes a request. It asks for the connection to stay and for Keystead's extensions; Parsec ignores both.
    ///
    /// Operations that anybody may use are sent without the credential: the service refuses even a Ping whose
    /// authenticator is not configured.
    ///
    /// A token that has to be fetched for it may take [`DEFAULT_TIMEOUT`], which blocks. It may be stale when the
    /// frame is sent: [`Client`](crate::Client) renews it then, a [`Connection`](crate::connection::Connection) does
    /// not.
    pub fn new<R: Request>(request: R, provider: ProviderNumber, credential: &Credential) -> Result<RequestFrame> {
        now(RequestFrame::by::<R, Blocking>(request, provider, credential, Deadline::after(DEFAULT_TIMEOUT)))
    }

    /// The same in any way of waiting, with a deadline of the caller's.
    pub(crate) async fn by<Q: Request, R: Runtime>(
        request: Q,
        provider: ProviderNumber,
        credential: &Credential,
        deadline: Deadline,
    ) -> Result<RequestFrame> {
        let (kind, auth) = match Q::OPCODE.access() {
            Access::Anyone => (AuthKind::NONE, Proof::Open(Vec::new())),
            Access::Tenant | Access::Admin => (credential.kind(), credential.proof::<R>(deadline).await?),
        };
        RequestFrame::encode(request, provider, kind, auth)
    }

    /// A request to a daemon itself that shows no credential.
    pub(crate) fn anonymous<Q: Request>(request: Q) -> Result<RequestFrame> {
        RequestFrame::encode(request, ProviderNumber::CORE, AuthKind::NONE, Proof::Open(Vec::new()))
    }

    fn encode<Q: Request>(request: Q, provider: ProviderNumber, kind: AuthKind, auth: Proof) -> Result<RequestFrame> {
        let opcode = Q::OPCODE;
        // The message reserves exactly what it needs, so that no copy of a secret is left in memory that was outgrown.
        let mut body = SecretBytes::default();
        request.encode(body.expose_mut());
        let header = Header {
            body_len: u32::try_from(body.expose().len()).map_err(|_| Error::TooLong)?,
            auth_len: length_of(&auth)?,
            ..Header::request(opcode, provider, kind, Flags::BOTH)
        };
        Ok(RequestFrame { opcode, header: header.encode(), body, auth })
    }

    /// Puts another token in the place of the one that it carries, which the service no longer takes. False if it
    /// carries none.
    pub(crate) async fn renew<R: Runtime>(&mut self, credential: &Credential, deadline: Deadline) -> Result<bool> {
        let (Proof::Token(stale), Credential::Token(source)) = (&self.auth, credential) else { return Ok(false) };
        self.auth = Proof::Token(source.other_than::<R>(Some(stale), deadline).await?);
        // The length of the authentication part, at offset 26 (wire contract 1.1).
        self.header[26..28].copy_from_slice(&length_of(&self.auth)?.to_le_bytes());
        Ok(true)
    }

    /// What it asks.
    pub fn opcode(&self) -> Opcode {
        self.opcode
    }

    /// The header with its number on the connection, which the answer repeats.
    pub(crate) fn header(&self, number: u64) -> [u8; HEADER_LEN] {
        let mut header = self.header;
        // The session, at offset 11 (wire contract 1.1).
        header[11..19].copy_from_slice(&number.to_le_bytes());
        header
    }

    /// What is sent behind the header.
    pub(crate) fn contents(&self) -> [&[u8]; 2] {
        [self.body.expose(), self.auth.bytes()]
    }

    /// Bytes of the whole request.
    pub(crate) fn len(&self) -> usize {
        HEADER_LEN + self.contents().iter().map(|part| part.len()).sum::<usize>()
    }
}

fn length_of(auth: &Proof) -> Result<u16> {
    u16::try_from(auth.bytes().len()).map_err(|_| Error::TooLong)
}

/// An answer as it came: nothing in it was checked but the length of its body.
pub struct RawAnswer {
    /// The header's bytes.
    pub header: [u8; HEADER_LEN],
    /// The body, as long as the header says.
    pub body: SecretBytes,
}

/// An answer whose header is one of this protocol. The body is cleared when it is dropped.
pub struct AnswerFrame {
    header: Header,
    body: SecretBytes,
}

impl AnswerFrame {
    /// Checks an answer's header.
    pub fn parse(raw: RawAnswer) -> std::result::Result<AnswerFrame, ProtocolError> {
        let (header, reserved_is_zero) = Header::decode(&raw.header)?;
        if !reserved_is_zero || header.content_type != ContentType::PROTOBUF {
            return Err(ProtocolError::HeaderValue);
        }
        Ok(AnswerFrame { header, body: raw.body })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The body, not decoded.
    pub fn body(&self) -> &SecretBytes {
        &self.body
    }

    /// Whether the service keeps the connection open.
    pub fn keeps_connection(&self) -> bool {
        self.header.flags.keep_alive()
    }

    /// Whether the service no longer takes, or does not yet take, the token that the request carried. Nothing was done
    /// then.
    pub(crate) fn is_auth_stale(&self) -> bool {
        Status::from_number(self.header.status.into()) == Some(Status::AuthStale)
    }

    /// Takes it as the answer to a request of this operation. The status is looked at first: a refusal of a request
    /// that could not be read names another operation.
    pub fn expect(self, opcode: Opcode) -> Result<SecretBytes> {
        let number = self.header.status;
        match Status::from_number(number.into()) {
            Some(Status::Success) if self.header.opcode == opcode.number() => Ok(self.body),
            Some(Status::Success) => Err(ProtocolError::Opcode(self.header.opcode).into()),
            Some(status) => Err(Error::Refused { opcode, status }),
            None => Err(Error::RefusedUnknown { opcode, number }),
        }
    }

    /// Takes it as the answer to a request `R` and decodes it.
    pub fn decode<R: Request>(self) -> Result<R::Result> {
        let body = self.expect(R::OPCODE)?;
        R::Result::decode(body.expose()).map_err(|error| ProtocolError::Body(error).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keystead_interface::operations::core::{ListOpcodes, Ping};

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(pair).collect()
    }

    fn answer(text: &str) -> AnswerFrame {
        let bytes = hex(text);
        let (header, body) = bytes.split_first_chunk::<HEADER_LEN>().unwrap();
        AnswerFrame::parse(RawAnswer { header: *header, body: body.to_vec().into() }).unwrap()
    }

    #[test]
    fn a_request_is_vector_v2_of_the_contract_but_for_its_flags_and_credential() {
        let credential = Credential::Direct("jimbob".into());
        let frame =
            RequestFrame::new(ListOpcodes { provider_id: ProviderNumber(1) }, ProviderNumber(0), &credential).unwrap();
        let mut expected = hex("10a7c05e1e00010000000000000000000000000000010200000006000900000000000000 0801");
        // Both flags are set, and there is no credential: anybody may list opcodes.
        (expected[8], expected[21], expected[26]) = (3, 0, 0);
        let parts = [&frame.header(0)[..], &frame.contents().concat()].concat();
        assert_eq!((parts.len(), parts), (frame.len(), expected));
    }

    #[test]
    fn answers_are_vectors_v1r_v3e_and_v8r_of_the_contract() {
        let v1r = answer("10a7c05e1e00010000000000000000000000000000000200000000000100000000000000 0801");
        assert!(!v1r.keeps_connection());
        assert_eq!(v1r.decode::<Ping>().unwrap().wire_protocol_version_maj, 1);
        let v8r = answer("10a7c05e1e00010001000088776655443322110000000200000000000100000000000000 0801");
        assert!(v8r.keeps_connection());
        let v3e = answer("10a7c05e1e00010000000000000000000000000000000000000000001c00000015000000");
        assert_eq!(v3e.expect(Opcode::DeleteClient).err().unwrap().status(), Some(Status::AdminOperation));
    }

    #[test]
    fn the_answer_to_something_else_is_not_taken() {
        let v1r = answer("10a7c05e1e00010000000000000000000000000000000200000000000100000000000000 0801");
        assert!(matches!(v1r.expect(Opcode::ListKeys), Err(Error::Protocol(ProtocolError::Opcode(1)))));
    }
}
