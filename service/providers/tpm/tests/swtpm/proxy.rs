//! A proxy before a TPM: it counts the commands that pass, and answers some in the TPM's place.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// TPM2_CC_Load.
pub(crate) const LOAD: u32 = 0x157;
/// TPM2_CC_Sign.
pub(crate) const SIGN: u32 = 0x15D;

/// What happens to a command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// It does not reach the TPM, and is answered with this code.
    Answer(u32),
    /// It reaches the TPM, but the answer is lost.
    LoseAnswer,
}

/// A proxy before a TPM, for as long as the test runs.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    counts: HashMap<u32, usize>,
    fates: Vec<(u32, Fate)>,
}

impl Proxy {
    /// A proxy before the TPM at this port.
    pub(crate) fn before(tpm: u16) -> Proxy {
        let port = super::process::free_ports();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let data = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port was free");
        let control = TcpListener::bind((Ipv4Addr::LOCALHOST, port + 1)).expect("the port was free");
        let commands = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in data.incoming().flatten() {
                // A command that fails ends its connection, as the TPM would end it.
                let _ = serve(client, tpm, &commands);
            }
        });
        std::thread::spawn(move || {
            for client in control.incoming().flatten() {
                if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, tpm + 1)) {
                    pass(client, server);
                }
            }
        });
        Proxy { port, shared }
    }

    /// How many commands with this code have passed.
    pub(crate) fn count(&self, code: u32) -> usize {
        self.shared.lock().expect("nobody panicked").counts.get(&code).copied().unwrap_or(0)
    }

    /// How many commands have passed.
    pub(crate) fn all(&self) -> usize {
        self.shared.lock().expect("nobody panicked").counts.values().sum()
    }

    /// What happens to the next command with this code.
    pub(crate) fn next(&self, code: u32, fate: Fate) {
        self.shared.lock().expect("nobody panicked").fates.push((code, fate));
    }
}

/// Serves one connection: the client makes one for each command.
fn serve(mut client: TcpStream, tpm: u16, shared: &Mutex<Shared>) -> std::io::Result<()> {
    let command = message(&mut client)?;
    let code = u32::from_be_bytes(command[6..10].try_into().expect("4 bytes"));
    let fate = {
        let mut shared = shared.lock().expect("nobody panicked");
        *shared.counts.entry(code).or_default() += 1;
        let place = shared.fates.iter().position(|(fated, _)| *fated == code);
        place.map(|place| shared.fates.remove(place).1)
    };
    if let Some(Fate::Answer(answer)) = fate {
        let head = [&[0x80, 1][..], &10_u32.to_be_bytes(), &answer.to_be_bytes()].concat();
        return client.write_all(&head);
    }
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, tpm))?;
    server.write_all(&command)?;
    let answer = message(&mut server)?;
    match fate {
        Some(Fate::LoseAnswer) => Ok(()),
        _ => client.write_all(&answer),
    }
}

/// A command or an answer: its length is in bytes 2 to 5 (TPM 2.0 part 1, 18.1).
fn message(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut message = vec![0; 10];
    stream.read_exact(&mut message)?;
    let length = u32::from_be_bytes(message[2..6].try_into().expect("4 bytes")) as usize;
    message.resize(length.max(10), 0);
    stream.read_exact(&mut message[10..])?;
    Ok(message)
}

/// Passes bytes both ways until both sides have ended.
fn pass(client: TcpStream, server: TcpStream) {
    let copy = |mut from: TcpStream, mut to: TcpStream| {
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(std::net::Shutdown::Write);
        })
    };
    if let (Ok(client_too), Ok(server_too)) = (client.try_clone(), server.try_clone()) {
        copy(client, server);
        copy(server_too, client_too);
    }
}
