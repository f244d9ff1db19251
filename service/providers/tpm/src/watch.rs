//! A watch over the time that a command takes. The software stack waits for an answer without end; if it waits on a
//! socket, the watch ends the connection when the time is over, and the wait with it. A device needs none: the kernel ends
//! commands that take too long.

mod sockets;

use std::ffi::CString;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use tss_esapi::TctiNameConf;

/// A watch over one TPM.
pub(crate) struct Watch {
    shared: Option<Arc<Shared>>,
}

/// A command under way. It may take as long as was said, until this is dropped.
pub(crate) struct Watched<'a>(Option<&'a Shared>);

struct Shared {
    host: String,
    port: u16,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// When the command under way has taken too long.
    deadline: Option<Instant>,
    /// When the thread looks again by itself.
    next_look: Option<Instant>,
    ended: bool,
}

impl Watch {
    /// A watch over the TPM at the end of this way, or over nothing if the way is no socket.
    pub(crate) fn over(tcti: &TctiNameConf) -> Watch {
        let shared = address(tcti)
            .map(|(host, port)| Arc::new(Shared { host, port, state: Mutex::default(), changed: Condvar::new() }));
        if let Some(shared) = &shared {
            let watching = Arc::clone(shared);
            let thread = std::thread::Builder::new().name("tpm-watch".to_owned()).spawn(move || watching.watch());
            if let Err(error) = thread {
                log::warn!("nobody watches whether the TPM answers: {error}");
            }
        }
        Watch { shared }
    }

    /// A command begins, and may take as long as `limit`.
    pub(crate) fn begin(&self, limit: Duration) -> Watched<'_> {
        if let Some(shared) = &self.shared {
            let deadline = Instant::now() + limit;
            let mut state = shared.state.lock();
            state.deadline = Some(deadline);
            // The thread is woken only if it would come too late by itself: not for every command.
            if state.next_look.is_none_or(|next| next > deadline) {
                shared.changed.notify_one();
            }
        }
        Watched(self.shared.as_deref())
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if let Some(shared) = self.0 {
            shared.state.lock().deadline = None;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(shared) = &self.shared {
            shared.state.lock().ended = true;
            shared.changed.notify_one();
        }
    }
}

impl Shared {
    /// Ends connections whose time is over, as long as the watch is there.
    fn watch(&self) {
        let mut state = self.state.lock();
        while !state.ended {
            state.next_look = state.deadline;
            match state.deadline {
                None => self.changed.wait(&mut state),
                Some(deadline) if deadline > Instant::now() => {
                    self.changed.wait_until(&mut state, deadline);
                }
                Some(_) => {
                    // It may take another connection before its error comes back: that one gets some time too.
                    state.deadline = Some(Instant::now() + AFTERWARDS);
                    log::warn!("the TPM did not answer in time; its connection is ended");
                    sockets::end_connections(&self.host, self.port);
                }
            }
        }
    }
}

/// How long after a connection was ended it is looked for another one of the same command.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// Where the socket leads, if the way is one.
fn address(tcti: &TctiNameConf) -> Option<(String, u16)> {
    if !matches!(tcti, TctiNameConf::Swtpm(_) | TctiNameConf::Mssim(_)) {
        return None;
    }
    let text = CString::try_from(tcti.clone()).ok()?.into_string().ok()?;
    let (_, parameters) = text.split_once(':')?;
    let (host, port) = parameters.strip_prefix("host=")?.rsplit_once(",port=")?;
    Some((host.to_owned(), port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use std::io::Read;
    use std::net::{Ipv4Addr, TcpListener, TcpStream};

    use super::*;

    #[test]
    fn who_waits_for_an_answer_that_does_not_come_reads_the_end_of_the_stream() {
        let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = |listener: &TcpListener| listener.local_addr().expect("it is bound").port();
        let tcti = format!("swtpm:host=127.0.0.1,port={}", port(&silent));
        let watch = Watch::over(&TctiNameConf::from_str(&tcti).expect("a TCTI"));
        let bystander = TcpStream::connect((Ipv4Addr::LOCALHOST, port(&other))).expect("it connects");
        for _ in 0..2 {
            let mut waiting = TcpStream::connect((Ipv4Addr::LOCALHOST, port(&silent))).expect("it connects");
            let watched = watch.begin(Duration::from_millis(20));
            assert_eq!(waiting.read(&mut [0]).expect("it ends"), 0);
            drop(watched);
        }
        bystander.set_nonblocking(true).expect("it is open");
        let nothing = (&bystander).read(&mut [0]).expect_err("nothing was said, and it has not ended");
        assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
    }

    #[test]
    fn what_leads_through_a_socket_is_watched() {
        let address = |text| address(&TctiNameConf::from_str(text).expect("a TCTI"));
        assert_eq!(address("swtpm:host=127.0.0.1,port=4000"), Some(("127.0.0.1".to_owned(), 4000)));
        assert_eq!(address("mssim"), Some(("localhost".to_owned(), 2321)));
        assert_eq!(address("device:/dev/tpmrm0"), None);
        assert_eq!(address("tabrmd"), None);
    }
}
