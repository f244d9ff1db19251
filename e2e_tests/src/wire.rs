//! A connection on which any bytes can be sent, and the answers as they come.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use keystead_interface::codes::{AuthKind, ProviderNumber};
use keystead_interface::header::{Flags, HEADER_LEN, Header};
use keystead_interface::operations::Opcode;
use keystead_interface::status::Status;

/// How long an answer may take before the test calls it missing.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// A connection to a service.
pub struct Wire(UnixStream);

/// An answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The first 36 bytes, decoded.
    pub header: Header,
    /// What followed them.
    pub body: Vec<u8>,
}

impl Answer {
    /// How the request ended.
    pub fn status(&self) -> Status {
        Status::from_number(self.header.status.into())
            .unwrap_or_else(|| panic!("no status has the number {}", self.header.status))
    }

    /// The answer as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        [&self.header.encode()[..], &self.body].concat()
    }
}

impl Wire {
    /// Connects as the test's own user.
    pub fn connect(socket: &Path) -> Wire {
        let stream = UnixStream::connect(socket).unwrap_or_else(|e| panic!("no connection to {socket:?}: {e}"));
        Wire::over(stream)
    }

    /// Connects as another user, who stays the owner of the connection. The test must run as root.
    pub fn connect_as(uid: u32, socket: &Path) -> Wire {
        let connect = || {
            // Of this thread alone: the kernel keeps users by thread, and the thread ends with this closure.
            let uid = rustix::process::Uid::from_raw(uid);
            rustix::thread::set_thread_res_uid(uid, uid, uid).expect("root may become anybody");
            UnixStream::connect(socket).unwrap_or_else(|e| panic!("no connection to {socket:?} as {uid:?}: {e}"))
        };
        let stream = std::thread::scope(|scope| scope.spawn(connect).join());
        Wire::over(stream.expect("the thread says why it failed"))
    }

    /// A connection that was made elsewhere.
    pub fn over(stream: UnixStream) -> Wire {
        stream.set_read_timeout(Some(ANSWER_LIMIT)).expect("the limit is not zero");
        stream.set_write_timeout(Some(ANSWER_LIMIT)).expect("the limit is not zero");
        Wire(stream)
    }

    /// Sends these bytes. A service that no longer reads is an error here.
    pub fn send(&mut self, bytes: &[u8]) {
        self.try_send(bytes).expect("the service takes what is sent");
    }

    /// Sends these bytes, or as many as the service takes.
    pub fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    /// Says that nothing more will be sent.
    pub fn finish(&mut self) {
        self.0.shutdown(Shutdown::Write).expect("the connection is open");
    }

    /// Reads one answer. Panics if none comes whole: that is a defect whatever was sent.
    pub fn answer(&mut self) -> Answer {
        self.try_answer().expect("every request is answered")
    }

    /// Reads one answer, or says how the connection ended instead.
    pub fn try_answer(&mut self) -> io::Result<Answer> {
        let mut head = [0; HEADER_LEN];
        self.0.read_exact(&mut head)?;
        let (header, reserved_is_zero) = Header::decode(&head).expect("an answer begins with a header");
        assert!(reserved_is_zero && header.auth_len == 0, "unused fields are 0 in {head:02x?}");
        let mut body = vec![0; header.body_len as usize];
        self.0.read_exact(&mut body)?;
        assert!(header.status == 0 || body.is_empty(), "a failed request has no body");
        Ok(Answer { header, body })
    }

    /// Whether the service has ended the connection in an orderly way: an end of stream, not a reset, and no byte more.
    pub fn is_at_end(&mut self) -> bool {
        matches!(self.0.read(&mut [0]), Ok(0))
    }

    /// Sends these bytes and reads one answer.
    pub fn exchange(&mut self, bytes: &[u8]) -> Answer {
        self.send(bytes);
        self.answer()
    }

    /// The connection itself.
    pub fn stream(&self) -> &UnixStream {
        &self.0
    }
}

/// A request, to be bent before it is sent.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Lengths are filled in by [`Draft::bytes`].
    pub header: Header,
    /// The body.
    pub body: Vec<u8>,
    /// The authentication part.
    pub auth: Vec<u8>,
}

impl Draft {
    /// A request to a provider without authentication, flags, body or anything else.
    pub fn new(opcode: Opcode, provider: u8) -> Draft {
        let header = Header::request(opcode, ProviderNumber(provider), AuthKind::NONE, Flags(0));
        Draft { header, body: Vec::new(), auth: Vec::new() }
    }

    /// A Ping.
    pub fn ping() -> Draft {
        Draft::new(Opcode::Ping, 0)
    }

    /// The same with these flags.
    pub fn flags(mut self, flags: Flags) -> Draft {
        self.header.flags = flags;
        self
    }

    /// The same with this body.
    pub fn body(mut self, body: Vec<u8>) -> Draft {
        self.body = body;
        self
    }

    /// The same from a user, as peer credentials.
    pub fn from_uid(mut self, uid: u32) -> Draft {
        self.header.auth_type = AuthKind::UNIX_PEER_CREDENTIALS;
        self.auth = uid.to_le_bytes().to_vec();
        self
    }

    /// The same from an application that names itself.
    pub fn from_direct(mut self, name: &str) -> Draft {
        self.header.auth_type = AuthKind::DIRECT;
        self.auth = name.as_bytes().to_vec();
        self
    }

    /// The same with one field of the header changed.
    pub fn bent(mut self, change: impl FnOnce(&mut Header)) -> Draft {
        change(&mut self.header);
        self
    }

    /// The request as bytes, its lengths as they are.
    pub fn bytes(&self) -> Vec<u8> {
        let body_len = u32::try_from(self.body.len()).expect("no test sends 4 GiB");
        let auth_len = u16::try_from(self.auth.len()).expect("no test sends more than the field can say");
        let header = Header { body_len, auth_len, ..self.header };
        [&header.encode()[..], &self.body, &self.auth].concat()
    }
}
