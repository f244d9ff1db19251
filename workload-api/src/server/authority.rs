//! What clients call the server: gRPC's C core (Python, C++, Ruby, …), and others, name the path of its socket as the
//! request's `:authority`, percent-encoded or as it is. It means nothing on a Unix socket, but the HTTP/2 library takes it
//! for a protocol error. So the bytes that it minds are replaced on their way to it, one by one, which changes no length.
//!
//! For that, frames (RFC 9113, 4.1) and fields (RFC 7541, 6) are only told apart, and whatever is not right is left for the
//! library to refuse. Values in Huffman's code, in which those clients do not write this one, are left alone too.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UnixStream;

/// A connection whose requests name an authority that nobody minds.
pub(super) struct Named {
    socket: UnixStream,
    frames: Frames,
}

impl Named {
    /// A connection of which nothing was read yet.
    pub(super) fn new(socket: UnixStream) -> Named {
        Named { socket, frames: Frames::default() }
    }
}

impl AsyncRead for Named {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.socket).poll_read(cx, buffer);
        self.frames.pass(&mut buffer.filled_mut()[before..]);
        polled
    }
}

impl AsyncWrite for Named {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// Bytes with which a connection begins (RFC 9113, 3.4).
const PREFACE_BYTES: usize = 24;
const FRAME_HEADER_BYTES: usize = 9;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const PADDED: u8 = 0x08;
const PRIORITY: u8 = 0x20;
const PRIORITY_BYTES: usize = 5;
/// The name of the field, as clients write it that do not say by a number which it is.
const AUTHORITY: &[u8] = b":authority";

/// Where in the stream of frames we are: what comes next is counted down, in this order.
struct Frames {
    /// Of no interest: the preface, a priority.
    before: usize,
    /// Of fields.
    fields: usize,
    /// Of no interest: padding, and frames without fields.
    after: usize,
    /// The first byte says how many there are of padding.
    is_padded: bool,
    /// The next frame's header, as far as it has come.
    header: Vec<u8>,
    field: Field,
}

impl Default for Frames {
    fn default() -> Self {
        let header = Vec::with_capacity(FRAME_HEADER_BYTES);
        Frames { before: PREFACE_BYTES, fields: 0, after: 0, is_padded: false, header, field: Field::Begins }
    }
}

impl Frames {
    fn pass(&mut self, mut bytes: &mut [u8]) {
        while let Some(&first) = bytes.first() {
            let left = bytes.len();
            let taken = if self.is_padded {
                self.is_padded = false;
                self.after = usize::from(first);
                self.fields = self.fields.saturating_sub(1 + self.after);
                1
            } else if self.before > 0 {
                take(&mut self.before, left)
            } else if self.fields > 0 {
                let taken = take(&mut self.fields, left);
                bytes[..taken].iter_mut().for_each(|byte| self.field.pass(byte));
                taken
            } else if self.after > 0 {
                take(&mut self.after, left)
            } else {
                self.header.push(first);
                if self.header.len() == FRAME_HEADER_BYTES {
                    self.begin();
                }
                1
            };
            bytes = &mut bytes[taken..];
        }
    }

    /// A frame whose header has come.
    fn begin(&mut self) {
        let [a, b, c, kind, flags] = [0, 1, 2, 3, 4].map(|at| self.header[at]);
        self.header.clear();
        let length = u32::from_be_bytes([0, a, b, c]) as usize;
        match kind {
            HEADERS => {
                self.field = Field::Begins;
                self.is_padded = flags & PADDED != 0 && length > 0;
                self.before = if flags & PRIORITY != 0 { PRIORITY_BYTES.min(length) } else { 0 };
                self.fields = length - self.before;
            }
            CONTINUATION => self.fields = length,
            _ => self.after = length,
        }
    }
}

/// Counts down by as many as there are.
fn take(count: &mut usize, there_are: usize) -> usize {
    let taken = there_are.min(*count);
    *count -= taken;
    taken
}

/// Where in a list of fields we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// At the first byte of one.
    Begins,
    /// In a number that goes on; so many strings follow.
    Number { strings: u8 },
    /// At the first byte of a string, after which others may follow.
    String { strings: u8, is_authority: bool },
    /// In a name that is [`AUTHORITY`] so far.
    Name { matched: usize },
    /// In the string's length, which goes on; `shift` bits of it are known.
    Length { strings: u8, amend: bool, length: usize, shift: u32 },
    /// In the string itself, which has so many bytes left.
    Text { strings: u8, amend: bool, left: usize },
}

impl Field {
    fn pass(&mut self, byte: &mut u8) {
        let goes_on = *byte & 0x80 != 0;
        *self = match *self {
            Field::Begins => Field::of(*byte),
            Field::Number { .. } if goes_on => *self,
            Field::Number { strings: 0 } => Field::Begins,
            Field::Number { strings } => Field::String { strings, is_authority: false },
            Field::String { strings, is_authority } => {
                // The same bit says that it is in Huffman's code.
                let (amend, length) = (is_authority && !goes_on, usize::from(*byte & 0x7f));
                match length {
                    _ if strings == 2 && !goes_on && length == AUTHORITY.len() => Field::Name { matched: 0 },
                    0x7f => Field::Length { strings, amend, length, shift: 0 },
                    _ => Field::text(strings, amend, length),
                }
            }
            Field::Name { matched } => match (AUTHORITY.get(matched) == Some(byte), AUTHORITY.len() - matched - 1) {
                (true, 0) => Field::String { strings: 1, is_authority: true },
                (true, _) => Field::Name { matched: matched + 1 },
                (false, left) => Field::text(2, false, left),
            },
            Field::Length { strings, amend, length, shift } => {
                // The library takes no more than this; what is beyond is refused there.
                let length = length.saturating_add(usize::from(*byte & 0x7f) << shift.min(28));
                match goes_on {
                    true => Field::Length { strings, amend, length, shift: shift.saturating_add(7) },
                    false => Field::text(strings, amend, length),
                }
            }
            Field::Text { strings, amend, left } => {
                if amend && matches!(*byte, b'%' | b'/') {
                    *byte = b'-';
                }
                Field::text(strings, amend, left - 1)
            }
        }
    }

    /// After the first byte of a field (RFC 7541, 6.1 to 6.3): how many strings it has, and of what kind.
    fn of(byte: u8) -> Field {
        let (mask, is_literal) = match byte.leading_zeros() {
            0 => (0x7f, false),
            1 => (0x3f, true),
            2 => (0x1f, false),
            _ => (0x0f, true),
        };
        let index = byte & mask;
        match (index == mask, is_literal) {
            (true, _) => Field::Number { strings: u8::from(is_literal) },
            (false, false) => Field::Begins,
            (false, true) if index == 0 => Field::String { strings: 2, is_authority: false },
            // The first name of the static table is `:authority`.
            (false, true) => Field::String { strings: 1, is_authority: index == 1 },
        }
    }

    fn text(strings: u8, amend: bool, left: usize) -> Field {
        match (left, strings) {
            (0, 2) => Field::String { strings: 1, is_authority: false },
            (0, _) => Field::Begins,
            _ => Field::Text { strings, amend, left },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a connection that begins with these bytes after the preface, read in pieces of every size.
    fn passed(frames: &[u8]) -> Vec<u8> {
        let whole = [&[b'P'; PREFACE_BYTES], frames].concat();
        let mut first = None;
        for piece in 1..=whole.len() {
            let (mut bytes, mut passing) = (whole.clone(), Frames::default());
            bytes.chunks_mut(piece).for_each(|piece| passing.pass(piece));
            let bytes = bytes.split_off(PREFACE_BYTES);
            assert_eq!(*first.get_or_insert_with(|| bytes.clone()), bytes, "in pieces of {piece}");
        }
        first.expect("there is at least one size")
    }

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).expect("a short one");
        [&[0, 0, length, kind, flags, 0, 0, 0, 1], payload].concat()
    }

    fn field(first: u8, value: &str) -> Vec<u8> {
        let length = u8::try_from(value.len()).expect("a short one");
        [&[first, length], value.as_bytes()].concat()
    }

    #[test]
    fn only_the_authority_is_another() {
        let fields = |authority: &str| {
            [
                vec![0x83, 0x86, 0x3f, 0xe1, 0x1f],
                field(0x44, "/Service/Method%2F"),
                field(0x41, authority),
                [&[0x40, 2], b"x/".as_slice(), &[2], b"%/"].concat(),
                field(0x01, authority),
                [field(0x40, ":authority"), field(0, authority)[1..].to_vec()].concat(),
                [field(0x00, ":authoritx"), field(0, "%/")[1..].to_vec()].concat(),
                [field(0x40, "/a%thority"), field(0, "%/")[1..].to_vec()].concat(),
                [field(0x7f, "")[..1].to_vec(), field(0x01, "a/b")].concat(),
                vec![0x41, 0x82, b'/', b'%'],
            ]
            .concat()
        };
        let (given, amended) = (fields("%2Frun%2Fapi.sock"), fields("-2Frun-2Fapi.sock"));
        for cut in 0..given.len() {
            let frames = |fields: &[u8]| {
                let padded = [&[3], &fields[..cut], b"/%/"].concat();
                [
                    frame(4, 0, b"/%"),
                    frame(HEADERS, PADDED, &padded),
                    frame(CONTINUATION, 4, &fields[cut..]),
                    frame(0, 1, b"a/%"),
                    frame(HEADERS, PRIORITY, &[b"/%/%/", fields].concat()),
                ]
                .concat()
            };
            assert_eq!(passed(&frames(&given)), frames(&amended), "cut at {cut}");
        }
        let long = |authority: &str| [&[0x41, 0x7f, 0x01], authority.repeat(64).as_bytes(), &[0x83]].concat();
        assert_eq!(passed(&frame(HEADERS, 0, &long("/a"))), frame(HEADERS, 0, &long("-a")));
    }

    #[test]
    fn whatever_comes_is_survived() {
        for seed in 0..200_u32 {
            let mut state = seed;
            let noise: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .take(500)
            .collect();
            let mut bytes = [vec![0; PREFACE_BYTES], frame(HEADERS, 0xff, &noise[..200]), noise].concat();
            Frames::default().pass(&mut bytes);
        }
        let endless = [&[0x41, 0x7f][..], &[0xff; 100]].concat();
        passed(&frame(HEADERS, 0, &endless));
    }
}
