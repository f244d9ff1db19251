//! Where one request ends and the next begins: header, body and authentication part (wire contract 1.1).

use crate::header::{HEADER_LEN, Header, HeaderError, judge_prefix};
use crate::status::Status;

/// The bytes of a body. Nothing may decode them before the request was authenticated and permitted.
#[derive(Clone, Copy)]
pub struct RawBody<'a>(&'a [u8]);

impl<'a> RawBody<'a> {
    /// Wraps bytes as a body.
    pub const fn new(bytes: &'a [u8]) -> Self {
        RawBody(bytes)
    }

    /// The bytes themselves.
    pub const fn bytes(self) -> &'a [u8] {
        self.0
    }
}

/// The bytes by which a request authenticates itself.
#[derive(Clone, Copy)]
pub struct RawAuth<'a>(&'a [u8]);

impl<'a> RawAuth<'a> {
    /// Wraps bytes as an authentication part.
    pub const fn new(bytes: &'a [u8]) -> Self {
        RawAuth(bytes)
    }

    /// The bytes themselves.
    pub const fn bytes(self) -> &'a [u8] {
        self.0
    }
}

/// One whole request, borrowed from the buffer into which it was read.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// The header, steps 1 to 5 passed.
    pub header: Header,
    /// The body.
    pub body: RawBody<'a>,
    /// The authentication part.
    pub auth: RawAuth<'a>,
}

impl Frame<'_> {
    /// Bytes of the whole request.
    pub const fn len(&self) -> usize {
        HEADER_LEN + self.body.bytes().len() + self.auth.bytes().len()
    }

    /// Never: a frame has a header at least.
    pub const fn is_empty(&self) -> bool {
        false
    }
}

/// What the bytes at the beginning of a buffer are.
pub enum Progress<'a> {
    /// The beginning of a request: `missing` more bytes are known to belong to it. The header is there once it is whole.
    Partial {
        /// The header, when all of it has arrived.
        header: Option<Header>,
        /// How many bytes are still to come, as far as can be told.
        missing: usize,
    },
    /// A whole request; what follows it belongs to the next.
    Whole(Frame<'a>),
}

/// Why the stream cannot be read on (steps 1 to 5). The connection ends after the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Not a header of ours.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// A reserved byte is not 0.
    #[error("a reserved byte of the header is not 0")]
    Reserved(Header),
    /// The body would be over the limit.
    #[error("a body of {} bytes is over the limit", .0.body_len)]
    BodyTooLarge(Header),
}

impl FrameError {
    /// What the client is told.
    pub const fn status(&self) -> Status {
        match self {
            FrameError::Header(error) => error.status(),
            FrameError::Reserved(_) => Status::InvalidHeader,
            FrameError::BodyTooLarge(_) => Status::BodySizeExceedsLimit,
        }
    }

    /// The header of the answer.
    pub fn answer(&self) -> Header {
        match self {
            FrameError::Header(_) => Header::default_answer(),
            FrameError::Reserved(header) | FrameError::BodyTooLarge(header) => header.answer(),
        }
    }
}

/// Reads the request at the beginning of `bytes`. `max_body` is in bytes; a body of exactly that length is taken.
///
/// Nothing is allocated, and what can be refused is refused with as few bytes as possible.
pub fn read(bytes: &[u8], max_body: usize) -> Result<Progress<'_>, FrameError> {
    let Some((head, rest)) = bytes.split_first_chunk::<HEADER_LEN>() else {
        judge_prefix(bytes)?;
        return Ok(Progress::Partial { header: None, missing: HEADER_LEN - bytes.len() });
    };
    let (header, reserved_is_zero) = Header::decode(head)?;
    if !reserved_is_zero {
        return Err(FrameError::Reserved(header));
    }
    if header.body_len as usize > max_body {
        return Err(FrameError::BodyTooLarge(header));
    }
    let body_len = header.body_len as usize;
    let whole = body_len + usize::from(header.auth_len);
    if rest.len() < whole {
        return Ok(Progress::Partial { header: Some(header), missing: whole - rest.len() });
    }
    let (body, rest) = rest.split_at(body_len);
    let auth = &rest[..usize::from(header.auth_len)];
    Ok(Progress::Whole(Frame { header, body: RawBody(body), auth: RawAuth(auth) }))
}
