//! The 36 bytes before every request and every answer (wire contract 1.1).

use crate::codes::{AuthKind, ContentType, ProviderNumber};
use crate::operations::Opcode;
use crate::status::Status;

/// Length of a header in bytes.
pub const HEADER_LEN: usize = 36;
/// The first four bytes, as a little-endian number.
pub const MAGIC: u32 = 0x5EC0_A710;
/// What `hdr_size` must say: the number of header bytes after that field.
pub const HDR_SIZE: u16 = 30;
/// The only version of the protocol, major and minor.
pub const VERSION: (u8, u8) = (1, 0);

mod offset {
    pub(super) const MAGIC: usize = 0;
    pub(super) const HDR_SIZE: usize = 4;
    pub(super) const VERSION_MAJ: usize = 6;
    pub(super) const VERSION_MIN: usize = 7;
    pub(super) const FLAGS: usize = 8;
    pub(super) const PROVIDER: usize = 10;
    pub(super) const SESSION: usize = 11;
    pub(super) const CONTENT_TYPE: usize = 19;
    pub(super) const ACCEPT_TYPE: usize = 20;
    pub(super) const AUTH_TYPE: usize = 21;
    pub(super) const BODY_LEN: usize = 22;
    pub(super) const AUTH_LEN: usize = 26;
    pub(super) const OPCODE: usize = 28;
    pub(super) const STATUS: usize = 32;
    pub(super) const RESERVED: usize = 34;
}

/// The flags of a header (wire contract 6.1). Parsec ignores the whole field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u16);

impl Flags {
    /// Keep the connection open after the answer.
    pub const KEEP_ALIVE: Flags = Flags(0x0001);
    /// The answer may show what Parsec does not have.
    pub const EXTENDED: Flags = Flags(0x0002);
    /// What Keystead's own clients send.
    pub const BOTH: Flags = Flags(0x0003);

    /// Whether the client asks for the connection to stay.
    pub const fn keep_alive(self) -> bool {
        self.0 & Self::KEEP_ALIVE.0 != 0
    }

    /// Whether the client understands Keystead's extensions.
    pub const fn extended(self) -> bool {
        self.0 & Self::EXTENDED.0 != 0
    }
}

/// One layout for both directions. Fields that have a meaning in one direction only are 0 in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// See [`Flags`].
    pub flags: Flags,
    /// Whom a request addresses.
    pub provider: ProviderNumber,
    /// Whatever the client likes; it is given back.
    pub session: u64,
    /// How the body is encoded.
    pub content_type: ContentType,
    /// How the answer shall be encoded.
    pub accept_type: ContentType,
    /// How the request authenticates itself.
    pub auth_type: AuthKind,
    /// Bytes of the body.
    pub body_len: u32,
    /// Bytes of the authentication part.
    pub auth_len: u16,
    /// The operation, as a number: it may be one that does not exist.
    pub opcode: u32,
    /// How it ended, as a number; 0 in requests.
    pub status: u16,
}

/// Why the first bytes are no header. The status is all that the client learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The stream does not begin with [`MAGIC`].
    #[error("the magic number is wrong")]
    Magic,
    /// `hdr_size` is not [`HDR_SIZE`].
    #[error("hdr_size is {0} and must be {HDR_SIZE}")]
    Size(u16),
    /// Not version 1.0.
    #[error("version {0}.{1} is not supported, only 1.0 is")]
    Version(u8, u8),
}

impl HeaderError {
    /// What the client is told (wire contract 1.3, steps 1 to 3).
    pub const fn status(self) -> Status {
        match self {
            HeaderError::Magic | HeaderError::Size(_) => Status::InvalidHeader,
            HeaderError::Version(..) => Status::WireProtocolVersionNotSupported,
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Judges as much of a header as has arrived: steps 1 to 3, each as soon as its bytes are there.
pub fn judge_prefix(bytes: &[u8]) -> Result<(), HeaderError> {
    let magic = MAGIC.to_le_bytes();
    let seen = bytes.len().min(magic.len());
    if bytes[..seen] != magic[..seen] {
        return Err(HeaderError::Magic);
    }
    if bytes.len() >= offset::HDR_SIZE + 2 && u16_at(bytes, offset::HDR_SIZE) != HDR_SIZE {
        return Err(HeaderError::Size(u16_at(bytes, offset::HDR_SIZE)));
    }
    if bytes.len() > offset::VERSION_MIN {
        let version = (bytes[offset::VERSION_MAJ], bytes[offset::VERSION_MIN]);
        if version != VERSION {
            return Err(HeaderError::Version(version.0, version.1));
        }
    }
    Ok(())
}

impl Header {
    /// Reads a header. The second value says whether the reserved bytes are 0, as step 4 demands.
    pub fn decode(bytes: &[u8; HEADER_LEN]) -> Result<(Header, bool), HeaderError> {
        judge_prefix(bytes)?;
        let mut session = [0; 8];
        session.copy_from_slice(&bytes[offset::SESSION..offset::SESSION + 8]);
        let header = Header {
            flags: Flags(u16_at(bytes, offset::FLAGS)),
            provider: ProviderNumber(bytes[offset::PROVIDER]),
            session: u64::from_le_bytes(session),
            content_type: ContentType(bytes[offset::CONTENT_TYPE]),
            accept_type: ContentType(bytes[offset::ACCEPT_TYPE]),
            auth_type: AuthKind(bytes[offset::AUTH_TYPE]),
            body_len: u32_at(bytes, offset::BODY_LEN),
            auth_len: u16_at(bytes, offset::AUTH_LEN),
            opcode: u32_at(bytes, offset::OPCODE),
            status: u16_at(bytes, offset::STATUS),
        };
        let reserved = &bytes[offset::RESERVED..offset::RESERVED + 2];
        Ok((header, reserved == [0, 0]))
    }

    /// Writes a header.
    pub fn encode(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
        put(offset::MAGIC, &MAGIC.to_le_bytes());
        put(offset::HDR_SIZE, &HDR_SIZE.to_le_bytes());
        put(offset::VERSION_MAJ, &[VERSION.0, VERSION.1]);
        put(offset::FLAGS, &self.flags.0.to_le_bytes());
        put(offset::PROVIDER, &[self.provider.0]);
        put(offset::SESSION, &self.session.to_le_bytes());
        put(offset::CONTENT_TYPE, &[self.content_type.0]);
        put(offset::ACCEPT_TYPE, &[self.accept_type.0]);
        put(offset::AUTH_TYPE, &[self.auth_type.0]);
        put(offset::BODY_LEN, &self.body_len.to_le_bytes());
        put(offset::AUTH_LEN, &self.auth_len.to_le_bytes());
        put(offset::OPCODE, &self.opcode.to_le_bytes());
        put(offset::STATUS, &self.status.to_le_bytes());
        bytes
    }

    /// A request's header without its lengths.
    pub const fn request(opcode: Opcode, provider: ProviderNumber, auth_type: AuthKind, flags: Flags) -> Header {
        Header {
            flags,
            provider,
            session: 0,
            content_type: ContentType::PROTOBUF,
            accept_type: ContentType::PROTOBUF,
            auth_type,
            body_len: 0,
            auth_len: 0,
            opcode: opcode.number(),
            status: 0,
        }
    }

    /// The header of an answer to a request that could not be read: provider 0, session 0, Ping.
    pub const fn default_answer() -> Header {
        Header::request(Opcode::Ping, ProviderNumber::CORE, AuthKind::NONE, Flags(0))
    }

    /// The header of an answer to this request, without status and length. It repeats what this client can
    /// parse and nothing else (the echo rule, wire contract 1.3).
    pub fn answer(&self) -> Header {
        let extended = self.flags.extended();
        let opcode = Opcode::for_client(self.opcode, extended).unwrap_or(Opcode::Ping);
        let provider = if self.provider.is_defined(extended) { self.provider } else { ProviderNumber::CORE };
        Header { session: self.session, ..Header::request(opcode, provider, AuthKind::NONE, Flags(0)) }
    }
}
