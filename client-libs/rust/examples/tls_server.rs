//! A TLS server whose private key is in the service: it greets whoever connects.
//!
//! ```sh
//! keystead generate tls && keystead csr tls --subject CN=localhost --san dns:localhost -o tls.csr
//! # tls.pem is the certificate that an authority made of it, and then those of the authorities
//! cargo run -p keystead-client --features rustls --example tls_server -- tls tls.pem 127.0.0.1:4433
//! openssl s_client -connect 127.0.0.1:4433 -CAfile authority.pem
//! ```

use std::error::Error;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use keystead_client::Client;
use keystead_client::tls::TlsKey;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// How long a client may keep the server waiting.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, file, address] = &arguments[..] else {
        return Err("usage: tls_server KEY CERTIFICATE ADDRESS".into());
    };
    let chain = CertificateDer::pem_file_iter(file)?.collect::<Result<Vec<_>, _>>()?;
    let certified = CertifiedKey::new(chain, Arc::new(TlsKey::new(Client::new()?.key(name)?)?));
    certified.keys_match()?;
    let config =
        ServerConfig::builder().with_no_client_auth().with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    let config = Arc::new(config);

    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    for socket in listener.incoming() {
        if let Err(error) = greet(socket?, &config) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

fn greet(socket: TcpStream, config: &Arc<ServerConfig>) -> Result<(), Box<dyn Error>> {
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(config))?, socket);
    stream.write_all(b"signed by a key that this program never saw\n")?;
    stream.conn.send_close_notify();
    Ok(stream.flush()?)
}
