//! The SPIFFE Workload API: how a workload on this host gets its tokens, and the keys by which those of others are
//! verified (SPIFFE, "The SPIFFE Workload API"). gRPC over a Unix socket, without TLS: the kernel says who calls.
//!
//! 1. [`api`]: the messages, and the service's two halves as they are generated from `proto/workload.proto`.
//! 2. [`metadata`]: the word that every caller must say.
//! 3. `server`: one connection, served within limits (feature `server`).
//! 4. `client`: one connection, made by its deadline (feature `client`).
//!
//! What is said of HTTP/2 is hyper's; tonic's own transport, which would bring a router, a load balancer and TLS, is left
//! out.

/// The messages and the service as they are generated from `proto/workload.proto`.
#[allow(missing_docs, unreachable_pub, clippy::all)]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/_.rs"));
}
#[cfg(feature = "client")]
pub mod client;
pub mod metadata;
#[cfg(feature = "server")]
pub mod server;

pub use prost_types::{ListValue, Struct, Value, value};
pub use tonic::{Code, Request, Response, Status, async_trait};
