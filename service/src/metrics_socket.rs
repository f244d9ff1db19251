//! A socket of its own for metrics: whoever connects gets them as text and is closed. It speaks as much HTTP as a
//! scraper needs (`curl --unix-socket PATH http://localhost/metrics`).

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::metrics::Counters;

/// How long a scraper may take to ask and to read. It is on this host and reads one page.
const DEADLINE: Duration = Duration::from_secs(2);

/// The mode of the socket: its owner's and its group's. Counts tell nothing of keys, but much of who is busy when.
const MODE: u32 = 0o660;

/// Binds the socket, in place of one that a dead service left.
pub fn bind(path: &Path) -> io::Result<UnixListener> {
    crate::listener::remove_stale(path)?;
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(MODE))?;
    Ok(listener)
}

/// Answers scrapers, one after the other.
pub async fn serve(listener: UnixListener, counters: Arc<Counters>) {
    loop {
        match listener.accept().await {
            // A scraper that is slow or gone has no metrics, and nobody else's concern.
            Ok((stream, _)) => drop(tokio::time::timeout(DEADLINE, answer(stream, &counters)).await),
            Err(_) => tokio::time::sleep(crate::limits::ACCEPT_PAUSE).await,
        }
    }
}

async fn answer(mut stream: UnixStream, counters: &Counters) -> io::Result<()> {
    let mut asked = [0; 1024];
    // Whatever is asked, there is one answer.
    let _ = stream.read(&mut asked).await?;
    let body = counters.render();
    let head =
        format!("HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}
