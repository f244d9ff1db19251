//! A server's half: one connection, served until its client or a deadline ends it.

mod authority;

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::UnixStream;
use tokio::time::timeout;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::Request;
use tonic::codegen::{InterceptedService, Service};

use self::authority::Named;
pub use crate::api::spiffe_workload_api_server::{SpiffeWorkloadApi, SpiffeWorkloadApiServer};
use crate::metadata;

/// What one connection may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a request's message.
    pub request_bytes: usize,
    /// Bytes of a request's headers.
    pub header_bytes: u32,
    /// Requests that are answered at the same time; a stream of bundles is one for as long as it lasts.
    pub streams: u32,
    /// How long a client may take to ask something after it has connected, and an answer to begin.
    pub request: Duration,
    /// How often a connection is asked whether there is still somebody at its other end, and how long that may take.
    pub sign_of_life: (Duration, Duration),
}

/// Serves a connection. Errors mean that the client is gone, or does not keep to HTTP/2.
///
/// Must be called within a tokio runtime with its timers; each request is a task of its own there.
pub async fn serve<A: SpiffeWorkloadApi>(socket: UnixStream, api: A, limits: &Limits) -> Result<(), hyper::Error> {
    let api = SpiffeWorkloadApiServer::new(api).max_decoding_message_size(limits.request_bytes);
    let api = InterceptedService::new(api, metadata::require);
    let asked = Arc::new(AtomicBool::new(false));
    let answer = {
        let (asked, patience) = (Arc::clone(&asked), limits.request);
        service_fn(move |request: Request<Incoming>| {
            asked.store(true, Relaxed);
            let answer = api.clone().call(request);
            async move {
                match timeout(patience, answer).await {
                    Ok(Ok(answer)) => Ok::<_, Infallible>(answer.map(Body::new)),
                    Ok(Err(never)) => match never {},
                    Err(_) => Ok(Status::unavailable("the answer would be late").into_http()),
                }
            }
        })
    };
    let (interval, patience) = limits.sign_of_life;
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(limits.header_bytes)
        .keep_alive_interval(interval)
        .keep_alive_timeout(patience)
        .serve_connection(TokioIo::new(Named::new(socket)), answer);
    let mut connection = pin!(connection);
    match timeout(limits.request, connection.as_mut()).await {
        Ok(ended) => ended,
        Err(_) if asked.load(Relaxed) => connection.await,
        // Whoever connects and says nothing, or not all of a request, does not keep a place.
        Err(_) => Ok(()),
    }
}
