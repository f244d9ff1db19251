//! A client's half: a connection to a Workload API, for as long as it lasts.

use std::io;
use std::path::Path;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::UnixStream;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response, Uri};
use tonic::codegen::{BoxFuture, InterceptedService, Service};

use crate::api::spiffe_workload_api_client::SpiffeWorkloadApiClient;
use crate::metadata;

/// What a connected client is called through. Every request says [`metadata::declare`].
pub type Client = SpiffeWorkloadApiClient<InterceptedService<Connection, Declare>>;
/// [`metadata::declare`] as a type that can be named.
type Declare = fn(tonic::Request<()>) -> Result<tonic::Request<()>, tonic::Status>;

/// Why there is no connection.
#[derive(Debug)]
pub enum NotConnected {
    /// Nobody listens there, or not for us.
    Socket(io::Error),
    /// Whoever listens there does not speak HTTP/2.
    Protocol(hyper::Error),
    /// It did not answer in time.
    Late,
}

/// Connects to the API that listens on this socket, within `patience`; `answer_bytes` is the longest answer that is taken.
///
/// Must be called within a tokio runtime, where the connection lives on in a task of its own until client or server end it.
pub async fn connect(socket: &Path, patience: Duration, answer_bytes: usize) -> Result<Client, NotConnected> {
    let connection = Connection::open(socket, patience).await?;
    // An authority must be named, and means nothing on a Unix socket.
    let client = SpiffeWorkloadApiClient::with_origin(
        InterceptedService::new(connection, metadata::declare as Declare),
        Uri::from_static("http://localhost"),
    );
    Ok(client.max_decoding_message_size(answer_bytes))
}

/// One connection.
#[derive(Clone)]
pub struct Connection(SendRequest<Body>);

impl Connection {
    /// Connects, as [`connect`] does, for whoever wants to call in another way.
    pub async fn open(socket: &Path, patience: Duration) -> Result<Connection, NotConnected> {
        tokio::time::timeout(patience, Connection::try_open(socket)).await.map_err(|_| NotConnected::Late)?
    }

    async fn try_open(socket: &Path) -> Result<Connection, NotConnected> {
        let socket = UnixStream::connect(socket).await.map_err(NotConnected::Socket)?;
        let shaken = http2::handshake(TokioExecutor::new(), TokioIo::new(socket)).await;
        let (requests, connection) = shaken.map_err(NotConnected::Protocol)?;
        // How it ends, the requests that are under way say.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Connection(requests))
    }
}

impl Service<Request<Body>> for Connection {
    type Response = Response<Incoming>;
    type Error = hyper::Error;
    type Future = BoxFuture<Response<Incoming>, hyper::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), hyper::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.0.send_request(request))
    }
}

impl std::fmt::Display for NotConnected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotConnected::Socket(error) => write!(f, "its socket: {error}"),
            NotConnected::Protocol(error) => write!(f, "what answers on its socket is no such API: {error}"),
            NotConnected::Late => f.write_str("what listens on its socket does not answer"),
        }
    }
}

impl std::error::Error for NotConnected {}
