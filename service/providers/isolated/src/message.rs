//! What goes over a socket: a code and a few fields of bytes, in one write and, as a rule, one read.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use keystead_interface::secret::{Wipe, reserve, wipe};

use crate::limits::{BUFFER_BYTES, MAX_MESSAGE_BYTES};

/// Fields of a message; those that mean nothing are empty.
pub(crate) const FIELDS: usize = 6;

/// The code in a byte, then the lengths of the fields in four bytes each, little-endian.
const HEADER: usize = 1 + 4 * FIELDS;

/// A message as it arrived.
pub(crate) struct Message<'a> {
    /// What it is.
    pub(crate) code: u8,
    /// What belongs to it.
    pub(crate) fields: [&'a [u8]; FIELDS],
}

/// One end of a connection on which each request is answered before the next. Its memory is cleared after each.
pub(crate) struct Line {
    stream: UnixStream,
    patience: Option<Duration>,
    /// All of it is initialised; `filled` bytes have arrived.
    input: Vec<u8>,
    filled: usize,
    output: Vec<u8>,
}

impl Line {
    /// A line that waits for ever.
    pub(crate) fn new(stream: UnixStream) -> Line {
        Line { stream, patience: None, input: vec![0; BUFFER_BYTES], filled: 0, output: Vec::new() }
    }

    /// The same, but a message that is not there, or not taken, after this long is an error.
    pub(crate) fn with_patience(stream: UnixStream, patience: Duration) -> io::Result<Line> {
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        let mut line = Line::new(stream);
        line.patience = Some(patience);
        Ok(line)
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, code: u8, fields: [&[u8]; FIELDS]) -> io::Result<()> {
        let length = HEADER + fields.iter().map(|field| field.len()).sum::<usize>();
        if length > MAX_MESSAGE_BYTES {
            return Err(io::Error::new(ErrorKind::InvalidInput, "a message is too long"));
        }
        reserve(&mut self.output, length);
        self.output.push(code);
        for field in fields {
            // No field is longer than a message.
            self.output.extend_from_slice(&(field.len() as u32).to_le_bytes());
        }
        fields.iter().for_each(|field| self.output.extend_from_slice(field));
        let sent = self.stream.write_all(&self.output);
        wipe(&mut self.output);
        self.output.clear();
        sent
    }

    /// Waits for a message. An end before a message is `UnexpectedEof`; waiting in vain is `WouldBlock` or `TimedOut`.
    pub(crate) fn receive(&mut self) -> io::Result<Message<'_>> {
        self.forget();
        let deadline = self.patience.map(|patience| Instant::now() + patience);
        while self.filled < HEADER {
            self.read(deadline)?;
        }
        let length = length(&self.input[..HEADER])?;
        while self.filled < length {
            if self.filled == self.input.len() {
                // Memory grows with what arrived, never with what is announced.
                let mut larger = vec![0; (2 * self.filled).min(length)];
                larger[..self.filled].copy_from_slice(&self.input);
                self.input.wipe();
                self.input = larger;
            }
            self.read(deadline)?;
        }
        if self.filled > length {
            return Err(io::Error::new(ErrorKind::InvalidData, "something follows a message"));
        }
        Ok(parse(&self.input[..length]))
    }

    /// Clears what was received.
    pub(crate) fn forget(&mut self) {
        wipe(&mut self.input[..self.filled]);
        self.filled = 0;
        if self.input.len() > BUFFER_BYTES {
            self.input = vec![0; BUFFER_BYTES];
        }
        if self.output.capacity() > BUFFER_BYTES {
            // It was cleared when it was sent.
            self.output = Vec::new();
        }
    }

    fn read(&mut self, deadline: Option<Instant>) -> io::Result<()> {
        match self.stream.read(&mut self.input[self.filled..]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => self.filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if deadline.is_some_and(|deadline| Instant::now() > deadline) {
            Err(ErrorKind::TimedOut.into())
        } else {
            Ok(())
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.input.wipe();
        self.output.wipe();
    }
}

/// Lengths of the fields, from a header.
fn lengths(header: &[u8]) -> [usize; FIELDS] {
    let mut lengths = [0; FIELDS];
    let (words, _) = header[1..HEADER].as_chunks::<4>();
    for (length, word) in lengths.iter_mut().zip(words) {
        *length = u32::from_le_bytes(*word) as usize;
    }
    lengths
}

/// Length of a message, from its header.
fn length(header: &[u8]) -> io::Result<usize> {
    let length = HEADER + lengths(header).iter().sum::<usize>();
    if length > MAX_MESSAGE_BYTES {
        return Err(io::Error::new(ErrorKind::InvalidData, "a message is too long"));
    }
    Ok(length)
}

/// A message whose length was found right.
fn parse(bytes: &[u8]) -> Message<'_> {
    let (header, mut rest) = bytes.split_at(HEADER);
    let fields = lengths(header).map(|length| {
        let (field, after) = rest.split_at(length);
        rest = after;
        field
    });
    Message { code: header[0], fields }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(patience: Duration) -> (Line, Line) {
        let (one, other) = UnixStream::pair().expect("sockets");
        let patient = Line::with_patience(one, patience).expect("a timeout can be set");
        (patient, Line::new(other))
    }

    #[test]
    fn a_message_arrives_as_it_was_sent_whatever_its_length() {
        let (mut here, mut there) = lines(Duration::from_secs(60));
        let large = vec![7; 3 * 1024 * 1024];
        for text in [&b""[..], b"text", &large] {
            std::thread::scope(|scope| {
                scope.spawn(|| there.send(9, [b"", text, b"", b"more", b"", b"!"]).expect("sent"));
                let message = here.receive().expect("received");
                assert_eq!(message.code, 9);
                assert!(message.fields == [b"", text, b"", b"more", b"", b"!"]);
            });
            here.forget();
            assert_eq!((here.input.len(), here.filled), (BUFFER_BYTES, 0));
            assert!(here.input.iter().all(|byte| *byte == 0), "it was cleared");
        }
    }

    #[test]
    fn silence_and_a_closed_line_are_different_errors() {
        let (mut here, there) = lines(Duration::from_millis(50));
        let kind = here.receive().err().map(|error| error.kind());
        assert!(matches!(kind, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut)), "{kind:?}");
        drop(there);
        assert_eq!(here.receive().err().map(|error| error.kind()), Some(ErrorKind::UnexpectedEof));
    }

    #[test]
    fn a_message_that_announces_too_much_or_has_something_behind_it_is_refused() {
        for (header, behind) in [([0xFF; HEADER], &b""[..]), ([0; HEADER], b"behind")] {
            let (mut here, there) = lines(Duration::from_secs(60));
            (&there.stream).write_all(&[&header, behind].concat()).expect("sent");
            assert_eq!(here.receive().err().map(|error| error.kind()), Some(ErrorKind::InvalidData));
        }
    }
}
