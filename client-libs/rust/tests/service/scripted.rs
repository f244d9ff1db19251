//! A service of one thread that answers what a script says, and remembers what it was asked.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use keystead_client::interface::codes::{AuthKind, ProviderNumber};
use keystead_client::interface::header::{Flags, HEADER_LEN, Header};
use keystead_client::interface::operations::{Message, Opcode};
use keystead_client::interface::status::Status;
use keystead_client::{Credential, Endpoint};

use crate::Client;

/// What the service does once a whole request has arrived.
pub(crate) enum Step {
    /// Answers with these bytes; if they are an answer, with the session of the request.
    Bytes(Vec<u8>),
    /// Closes the connection without an answer.
    Hangup,
    /// Answers without an end, a byte at a time, until the client goes.
    Drip(Duration),
    /// Says that the request has arrived, and waits until the client goes.
    Silence(Sender<()>),
}

impl Step {
    pub(crate) fn answer(opcode: Opcode, flags: Flags, body: Vec<u8>) -> Step {
        let header = Header {
            body_len: body.len() as u32,
            ..Header::request(opcode, ProviderNumber::CORE, AuthKind::NONE, flags)
        };
        Step::Bytes([&header.encode()[..], &body].concat())
    }

    pub(crate) fn message(opcode: Opcode, flags: Flags, message: impl Message) -> Step {
        let mut body = Vec::new();
        message.encode(&mut body);
        Step::answer(opcode, flags, body)
    }

    pub(crate) fn refusal(opcode: Opcode, flags: Flags, status: Status) -> Step {
        let header = Header {
            status: status.number() as u16,
            ..Header::request(opcode, ProviderNumber::CORE, AuthKind::NONE, flags)
        };
        Step::Bytes(header.encode().to_vec())
    }
}

/// Every request of every connection, as its bytes.
pub(crate) type Seen = Vec<Vec<Vec<u8>>>;

pub(crate) struct Scripted {
    directory: PathBuf,
    thread: JoinHandle<Seen>,
}

impl Scripted {
    /// Serves the connections of the script one after the other, and closes each when its steps are done.
    pub(crate) fn start(script: Vec<Vec<Step>>) -> Scripted {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("keystead-client-{}-{number}", std::process::id()));
        Scripted::start_in(directory, script)
    }

    /// The same in a directory that is made for it.
    pub(crate) fn start_in(directory: PathBuf, script: Vec<Vec<Step>>) -> Scripted {
        std::fs::create_dir(&directory).unwrap();
        let listener = UnixListener::bind(directory.join("s")).unwrap();
        let serve = move || script.into_iter().map(|steps| serve(&listener, steps)).collect();
        Scripted { directory, thread: thread::spawn(serve) }
    }

    pub(crate) fn client(&self) -> Client {
        self.client_with(Credential::default())
    }

    pub(crate) fn client_with(&self, credential: Credential) -> Client {
        Client::at(self.endpoint(), credential).with_timeout(Duration::from_secs(10))
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::at(self.directory.join("s"))
    }

    /// Ends the client and gives what the service saw. Panics if the script was not done to its end.
    pub(crate) fn finish(self, client: Client) -> Seen {
        drop(client);
        self.finished()
    }

    /// Gives what the service saw. Panics if the script was not done to its end.
    pub(crate) fn finished(self) -> Seen {
        let seen = self.thread.join().unwrap();
        std::fs::remove_dir_all(&self.directory).unwrap();
        seen
    }

    /// The operations that were asked for, in order.
    pub(crate) fn opcodes(self, client: Client) -> Vec<Opcode> {
        let number = |request: &Vec<u8>| u32::from_le_bytes(request[28..32].try_into().unwrap());
        self.finish(client).iter().flatten().map(|request| Opcode::from_number(number(request)).unwrap()).collect()
    }
}

fn serve(listener: &UnixListener, steps: Vec<Step>) -> Vec<Vec<u8>> {
    let (mut stream, _) = listener.accept().unwrap();
    let mut seen = Vec::new();
    for step in steps {
        let hangs_up_at_once = matches!(step, Step::Hangup) && !seen.is_empty();
        if hangs_up_at_once {
            break;
        }
        seen.push(read_request(&mut stream));
        match step {
            Step::Bytes(bytes) => stream.write_all(&with_session_of(seen.last().unwrap(), bytes)).unwrap(),
            Step::Hangup => break,
            Step::Silence(arrived) => {
                arrived.send(()).unwrap();
                assert_eq!(stream.read(&mut [0]).unwrap(), 0, "the connection is used on");
            }
            Step::Drip(pause) => {
                while stream.write_all(&[0x10]).is_ok() {
                    thread::sleep(pause);
                }
            }
        }
    }
    seen
}

fn with_session_of(request: &[u8], mut answer: Vec<u8>) -> Vec<u8> {
    if answer.len() >= HEADER_LEN && answer.starts_with(&[0x10, 0xa7]) {
        answer[11..19].copy_from_slice(&request[11..19]);
    }
    answer
}

fn read_request(stream: &mut UnixStream) -> Vec<u8> {
    let mut request = vec![0; HEADER_LEN];
    stream.read_exact(&mut request).unwrap();
    let body = u32::from_le_bytes(request[22..26].try_into().unwrap()) as usize;
    let auth = u16::from_le_bytes(request[26..28].try_into().unwrap()) as usize;
    if request.starts_with(&[0x10, 0xa7]) {
        request.resize(HEADER_LEN + body + auth, 0);
        stream.read_exact(&mut request[HEADER_LEN..]).unwrap();
    }
    request
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
