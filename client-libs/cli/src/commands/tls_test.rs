//! A small TLS server whose key is in the service: it shows that a certificate, its key and the client's trust fit
//! together.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use keystead_client::tls::TlsKey;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;

use crate::door::{Within, serve_each};
use crate::failure::Failure;
use crate::limits::{MAX_CERTIFICATES, MAX_TLS_CONNECTION, MAX_TLS_LINE};
use crate::session::Session;

/// Serves TLS.
#[derive(Args)]
pub(crate) struct TlsTest {
    /// Name of the key
    name: String,
    /// File with the key's certificate as PEM, and behind it those of its authorities, but for the root
    #[arg(long, value_name = "FILE")]
    certificate: PathBuf,
    /// Where to listen; port 0 is a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

impl TlsTest {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let chain = read_chain(&self.certificate)?;
        let key = TlsKey::new(session.client.key(&self.name)?)?;
        let config = Arc::new(config(CertifiedKey::new(chain, Arc::new(key)))?);
        let fail = |error| Failure::file(self.listen, error);
        let listener = TcpListener::bind(self.listen).map_err(fail)?;
        let address = listener.local_addr().map_err(fail)?.to_string();
        session.say(&format!("listening on {address}"), || json!({ "address": address }))?;

        let name = self.name;
        let serve = move |socket: TcpStream| {
            if let Err(error) = answer(socket, &config, &name) {
                eprintln!("keystead: a connection failed: {error}");
            }
        };
        serve_each(listener.incoming(), serve);
        Ok(())
    }
}

/// The certificates in a file.
fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let mut text = Vec::new();
    let file = File::open(path).and_then(|file| file.take(MAX_CERTIFICATES).read_to_end(&mut text));
    file.map_err(|error| Failure::file(path.display(), error))?;
    if text.len() as u64 == MAX_CERTIFICATES {
        return Err(Failure::Usage(format!("{}: longer than any chain of certificates", path.display())));
    }
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    if chain.is_empty() {
        return Err(Failure::Usage(format!("{}: there is no certificate in PEM", path.display())));
    }
    Ok(chain)
}

/// Everything that TLS needs, with the certificate and its key.
fn config(certified: CertifiedKey) -> Result<ServerConfig, Failure> {
    let unfit = |error: rustls::Error| Failure::Usage(format!("the certificate is not one of this key: {error}"));
    certified.keys_match().map_err(unfit)?;
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(unfit)?;
    Ok(builder.with_no_client_auth().with_cert_resolver(Arc::new(SingleCertAndKey::from(certified))))
}

/// Reads a line, and answers it with what was agreed on.
fn answer(socket: TcpStream, config: &Arc<ServerConfig>, name: &str) -> Result<(), Box<dyn std::error::Error>> {
    let connection = ServerConnection::new(Arc::clone(config))?;
    let stream = StreamOwned::new(connection, Within::new(socket, MAX_TLS_CONNECTION));
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    reader.by_ref().take(MAX_TLS_LINE).read_until(b'\n', &mut line)?;
    let mut stream = reader.into_inner();
    let version = stream.conn.protocol_version().and_then(|version| version.as_str()).unwrap_or("TLS");
    let head = format!("keystead tls-test: key {}, {version}: ", name.escape_debug());
    stream.write_all(&[head.as_bytes(), line.trim_ascii_end(), b"\n"].concat())?;
    stream.conn.send_close_notify();
    Ok(stream.flush()?)
}
