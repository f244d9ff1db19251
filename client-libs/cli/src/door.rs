//! What the command's own servers share: a thread for each connection, so many at a time, and a time limit for what a
//! connection does.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::limits::{ACCEPT_PAUSE, MAX_CONNECTIONS};

/// Serves each connection in a thread of its own, as long as there are any. One that comes while all places are taken is
/// closed at once.
pub(crate) fn serve_each<S: Send + 'static>(
    incoming: impl Iterator<Item = io::Result<S>>,
    serve: impl Fn(S) + Clone + Send + 'static,
) {
    // Each thread holds a copy: the count of copies is that of the threads, and this one.
    let places = Arc::new(());
    for socket in incoming {
        match socket {
            Ok(_) if Arc::strong_count(&places) > MAX_CONNECTIONS => {
                eprintln!("keystead: a connection was closed: {MAX_CONNECTIONS} are open");
            }
            Ok(socket) => {
                let (place, serve) = (Arc::clone(&places), serve.clone());
                let run = move || {
                    serve(socket);
                    drop(place);
                };
                if let Err(error) = thread::Builder::new().name("connection".to_owned()).spawn(run) {
                    eprintln!("keystead: a connection was closed: {error}");
                }
            }
            Err(error) => {
                eprintln!("keystead: no connection can be accepted: {error}");
                thread::sleep(ACCEPT_PAUSE);
            }
        }
    }
}

/// A socket whose calls can be given a time limit.
pub(crate) trait Socket: Read + Write {
    /// Limits reading and writing; the time is not zero.
    fn limit(&self, time: Duration) -> io::Result<()>;
}

impl Socket for UnixStream {
    fn limit(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

impl Socket for TcpStream {
    fn limit(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }
}

/// A socket that fails once its time is over, however little the other end sends or takes at a time.
pub(crate) struct Within<S> {
    socket: S,
    end: Instant,
}

impl<S: Socket> Within<S> {
    /// Gives the socket this much time from now on.
    pub(crate) fn new(socket: S, time: Duration) -> Self {
        Within { socket, end: Instant::now() + time }
    }

    /// Gives it this much time from now on, whatever it had.
    pub(crate) fn allow(&mut self, time: Duration) {
        self.end = Instant::now() + time;
    }

    fn limited(&mut self) -> io::Result<&mut S> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.socket.limit(left)?;
        Ok(&mut self.socket)
    }
}

impl<S: Socket> Read for Within<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.limited()?.read(buffer)
    }
}

impl<S: Socket> Write for Within<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.limited()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.limited()?.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_sends_nothing_or_little_by_little_is_not_waited_for() {
        let (mut other, socket) = UnixStream::pair().unwrap();
        let mut within = Within::new(socket, Duration::from_millis(20));
        other.write_all(b"a").unwrap();
        let mut buffer = [0; 2];
        assert!(within.read_exact(&mut buffer).is_err());
        other.write_all(b"bc").unwrap();
        assert!(within.read(&mut buffer).is_err(), "its time is over, although there is something to read");
        within.allow(Duration::from_secs(60));
        assert_eq!(within.read(&mut buffer).unwrap(), 2);
    }

    #[test]
    fn connections_beyond_the_places_are_closed_and_places_are_given_back() {
        let (entered, seen) = std::sync::mpsc::channel();
        let (others, sockets): (Vec<_>, Vec<_>) = (0..=MAX_CONNECTIONS).map(|_| UnixStream::pair().unwrap()).unzip();
        let serve = move |mut socket: UnixStream| {
            entered.send(()).unwrap();
            let _ = socket.read(&mut [0]);
        };
        serve_each(sockets.into_iter().map(Ok), serve);
        assert_eq!((&others[MAX_CONNECTIONS]).read(&mut [0]).unwrap(), 0, "closed");
        drop(others);
        assert_eq!(seen.iter().count(), MAX_CONNECTIONS, "every other one was served to its end");
    }
}
