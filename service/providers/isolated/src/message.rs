//! What goes over the socket: a code, the number of a request, and a few fields of bytes. Several messages may come in one
//! read.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;

use keystead_interface::secret::{SecretBytes, Wipe, reserve, wipe};

use crate::limits::{BUFFER_BYTES, MAX_MESSAGE_BYTES};

/// Fields of a message; those that mean nothing are empty.
pub(crate) const FIELDS: usize = 6;

/// The code in a byte, then the number and the lengths of the fields in four bytes each, little-endian.
const HEADER: usize = 1 + 4 + 4 * FIELDS;

/// The number of a request, which its answer has too. Those that are under way at the same time differ.
pub(crate) type Number = u32;

/// What a message says.
pub(crate) struct Message<'a> {
    /// What it is.
    pub(crate) code: u8,
    /// What belongs to it.
    pub(crate) fields: [&'a [u8]; FIELDS],
}

/// A message as it arrived. It is cleared when it is dropped.
pub(crate) struct Arrived(SecretBytes);

/// The end of a socket at which messages arrive.
pub(crate) struct Incoming {
    stream: UnixStream,
    /// All of it is initialised. What was taken out of it is cleared.
    buffer: Vec<u8>,
    taken: usize,
    filled: usize,
}

/// The end of a socket from which messages leave.
pub(crate) struct Outgoing {
    stream: UnixStream,
    buffer: Vec<u8>,
}

impl Arrived {
    /// Which request it is or answers.
    pub(crate) fn number(&self) -> Number {
        word(self.0.expose(), 1)
    }

    /// What it says.
    pub(crate) fn message(&self) -> Message<'_> {
        let (header, mut rest) = self.0.expose().split_at(HEADER);
        let fields = lengths(header).map(|length| {
            let (field, after) = rest.split_at(length);
            rest = after;
            field
        });
        Message { code: header[0], fields }
    }
}

impl Incoming {
    /// Nothing has arrived there yet.
    pub(crate) fn new(stream: UnixStream) -> Incoming {
        Incoming { stream, buffer: vec![0; BUFFER_BYTES], taken: 0, filled: 0 }
    }

    /// Waits for the next message. An end before it is whole is `UnexpectedEof`; one that is too long, `InvalidData`.
    pub(crate) fn receive(&mut self) -> io::Result<Arrived> {
        let mut message = SecretBytes::default();
        self.append(message.expose_mut(), HEADER)?;
        let length = lengths(message.expose()).iter().sum::<usize>();
        if HEADER + length > MAX_MESSAGE_BYTES {
            return Err(io::Error::new(ErrorKind::InvalidData, "a message is too long"));
        }
        self.append(message.expose_mut(), length)?;
        Ok(Arrived(message))
    }

    /// Takes so many bytes. Memory grows with what arrived, never with what is announced.
    fn append(&mut self, message: &mut Vec<u8>, mut count: usize) -> io::Result<()> {
        while count > 0 {
            if self.taken == self.filled {
                self.read()?;
            }
            let piece = count.min(self.filled - self.taken);
            let arrived = &mut self.buffer[self.taken..][..piece];
            reserve(message, piece);
            message.extend_from_slice(arrived);
            wipe(arrived);
            self.taken += piece;
            count -= piece;
        }
        Ok(())
    }

    fn read(&mut self) -> io::Result<()> {
        (self.taken, self.filled) = (0, 0);
        while self.filled == 0 {
            match self.stream.read(&mut self.buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => self.filled = read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        self.buffer.wipe();
    }
}

impl Outgoing {
    /// Nothing has left yet.
    pub(crate) fn new(stream: UnixStream) -> Outgoing {
        Outgoing { stream, buffer: Vec::new() }
    }

    /// Sends a message. `InvalidInput` if it is too long: nothing was sent then.
    pub(crate) fn send(&mut self, code: u8, number: Number, fields: [&[u8]; FIELDS]) -> io::Result<()> {
        let length = HEADER + fields.iter().map(|field| field.len()).sum::<usize>();
        if length > MAX_MESSAGE_BYTES {
            return Err(io::Error::new(ErrorKind::InvalidInput, "a message is too long"));
        }
        reserve(&mut self.buffer, length);
        self.buffer.push(code);
        self.buffer.extend_from_slice(&number.to_le_bytes());
        for field in fields {
            // No field is longer than a message.
            self.buffer.extend_from_slice(&(field.len() as u32).to_le_bytes());
        }
        fields.iter().for_each(|field| self.buffer.extend_from_slice(field));
        let sent = self.stream.write_all(&self.buffer);
        wipe(&mut self.buffer);
        self.buffer.clear();
        if self.buffer.capacity() > BUFFER_BYTES {
            self.buffer = Vec::new();
        }
        sent
    }
}

fn lengths(header: &[u8]) -> [usize; FIELDS] {
    std::array::from_fn(|field| word(header, 5 + 4 * field) as usize)
}

fn word(header: &[u8], at: usize) -> u32 {
    let bytes = header[at..].first_chunk().copied().unwrap_or_default();
    u32::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends() -> (Incoming, Outgoing) {
        let (one, other) = UnixStream::pair().expect("sockets");
        (Incoming::new(one), Outgoing::new(other))
    }

    #[test]
    fn messages_arrive_as_they_were_sent_whatever_their_length() {
        let (mut incoming, mut outgoing) = ends();
        let large = vec![7; 3 * 1024 * 1024];
        let texts = [&b""[..], b"text", &large, b"after it"];
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for (number, text) in (1_000_000..).zip(texts) {
                    outgoing.send(9, number, [b"", text, b"", b"more", b"", b"!"]).expect("sent");
                }
            });
            for (number, text) in (1_000_000..).zip(texts) {
                let arrived = incoming.receive().expect("received");
                let message = arrived.message();
                assert_eq!((arrived.number(), message.code), (number, 9));
                assert!(message.fields == [b"", text, b"", b"more", b"", b"!"]);
            }
        });
        assert!(incoming.buffer.iter().all(|byte| *byte == 0), "it was cleared");
        assert!(outgoing.buffer.capacity() <= BUFFER_BYTES, "a large message's memory was given back");
    }

    #[test]
    fn messages_that_came_together_are_taken_one_after_another() {
        let (mut incoming, mut outgoing) = ends();
        for number in 0..100_u32 {
            outgoing.send(1, number, [&number.to_le_bytes(), b"", b"", b"", b"", b""]).expect("sent");
        }
        drop(outgoing);
        for number in 0..100_u32 {
            let arrived = incoming.receive().expect("received");
            assert_eq!((arrived.number(), arrived.message().fields[0]), (number, &number.to_le_bytes()[..]));
        }
        assert_eq!(incoming.receive().err().map(|error| error.kind()), Some(ErrorKind::UnexpectedEof));
    }

    #[test]
    fn a_message_that_is_cut_off_or_announces_too_much_is_an_error() {
        for (bytes, kind) in
            [(&[0xFF; HEADER][..], ErrorKind::InvalidData), (&[1; HEADER - 1], ErrorKind::UnexpectedEof)]
        {
            let (mut incoming, outgoing) = ends();
            (&outgoing.stream).write_all(bytes).expect("sent");
            drop(outgoing);
            assert_eq!(incoming.receive().err().map(|error| error.kind()), Some(kind));
        }
    }

    #[test]
    fn a_message_that_is_too_long_is_not_sent() {
        let (mut incoming, mut outgoing) = ends();
        let (half, rest) = (vec![0; MAX_MESSAGE_BYTES / 2], vec![0; MAX_MESSAGE_BYTES / 2 - HEADER + 1]);
        let refused = outgoing.send(1, 1, [&half, &rest, b"", b"", b"", b""]);
        assert_eq!(refused.err().map(|error| error.kind()), Some(ErrorKind::InvalidInput));
        outgoing.send(2, 2, [b""; FIELDS]).expect("sent");
        assert_eq!(incoming.receive().expect("received").number(), 2);
    }
}
