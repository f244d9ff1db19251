//! The socket for SPIFFE clients: the same tokens as on the socket for applications, and the keys by which they are
//! verified, by the SPIFFE Workload API.
//!
//! All connections are served by one thread. What may take a while, looking at a process and waiting for a service, is done
//! on threads beside it, one at a time for each connection: so no caller waits for another, and one user has no more of
//! these threads than it has connections.

mod claims;

use std::convert::Infallible;
use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::pin::Pin;
use std::sync::Arc;
use std::thread;

use keystead_daemon::clock;
use keystead_daemon::limits::{MAX_CONNECTIONS, STACK_BYTES};
use keystead_daemon::listener;
use keystead_daemon::places::Place;
use keystead_trust::peer::{Peer, Pinned, Unattested};
use keystead_trust::spiffe_id::SpiffeId;
use keystead_trust::token::{self, DEFAULT_ALGORITHMS, Expected};
use keystead_workload_api::api::{
    JwtBundlesRequest, JwtBundlesResponse, Jwtsvid, JwtsvidRequest, JwtsvidResponse, ValidateJwtsvidRequest,
    ValidateJwtsvidResponse, X509BundlesRequest, X509BundlesResponse, X509svidRequest, X509svidResponse,
};
use keystead_workload_api::server::{self, SpiffeWorkloadApi};
use keystead_workload_api::{Request, Response, Status, async_trait};
use tokio::sync::Semaphore;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Empty, Stream, StreamExt};

use crate::issuing::NoToken;
use crate::limits::WORKLOAD_API;
use crate::provider::IdentityProvider;

/// Serves the socket for as long as the process lives. Errors if no thread can be had.
pub fn serve(listener: UnixListener, provider: &Arc<IdentityProvider>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(MAX_CONNECTIONS)
        .thread_stack_size(STACK_BYTES)
        .build()?;
    let (connections, provider) = (runtime.handle().clone(), Arc::clone(provider));
    let run = move || runtime.block_on(std::future::pending::<Infallible>());
    thread::Builder::new().name("workload-api".to_owned()).spawn(run)?;
    let take = move |socket: UnixStream, peer: Peer, place: Place| {
        let caller = Arc::new(peer.pinned(&socket));
        let door = WorkloadDoor { provider: Arc::clone(&provider), caller, turn: Arc::new(Semaphore::new(1)) };
        connections.spawn(serve_one(socket, peer.uid(), door, place));
    };
    // A client that is not admitted sees the connection end.
    listener::accept("workload-api-accept", listener, take, |_| {})
}

async fn serve_one(socket: UnixStream, uid: u32, door: WorkloadDoor, _place: Place) {
    let made = socket.set_nonblocking(true).and_then(|()| tokio::net::UnixStream::from_std(socket));
    let ended = match made {
        Ok(socket) => server::serve(socket, door, &WORKLOAD_API).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = ended {
        log::debug!(uid; "a connection to the Workload API ended: {error}");
    }
}

/// What one connection is served by.
struct WorkloadDoor {
    provider: Arc<IdentityProvider>,
    /// The process that connected, pinned then.
    caller: Arc<Result<Pinned, Unattested>>,
    /// Held by the one request that has a thread.
    turn: Arc<Semaphore>,
}

/// Bundles, one after the other.
type Bundles = Pin<Box<dyn Stream<Item = Result<JwtBundlesResponse, Status>> + Send>>;

#[async_trait]
impl SpiffeWorkloadApi for WorkloadDoor {
    type FetchJWTBundlesStream = Bundles;
    type FetchX509SVIDStream = Empty<Result<X509svidResponse, Status>>;
    type FetchX509BundlesStream = Empty<Result<X509BundlesResponse, Status>>;

    async fn fetch_jwtsvid(&self, request: Request<JwtsvidRequest>) -> Result<Response<JwtsvidResponse>, Status> {
        let asked = request.into_inner();
        let (provider, caller) = (Arc::clone(&self.provider), Arc::clone(&self.caller));
        // It goes with the work, which is not called back when its client is gone.
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| Status::internal("nobody closes it"))?;
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            give_tokens(&provider, &caller, &asked)
        });
        let given = work.await.map_err(|_| Status::internal("a panic"))?;
        given.map(Response::new).inspect_err(|status| log::debug!("refused by the Workload API: {}", status.message()))
    }

    /// To whoever may connect: these keys are public, and a verifier need not be an application.
    async fn fetch_jwt_bundles(&self, _: Request<JwtBundlesRequest>) -> Result<Response<Bundles>, Status> {
        let follower = self.provider.bundle.follow();
        if follower.borrow().published().keys.is_empty() {
            return Err(Status::unavailable("no service believes us yet, so that there are no keys"));
        }
        let id = format!("spiffe://{}", self.provider.settings.trust_domain);
        let bundles = WatchStream::new(follower).map(move |keys| {
            let jwks = keys.published().jwks.clone().into_bytes();
            Ok(JwtBundlesResponse { bundles: [(id.clone(), jwks)].into() })
        });
        Ok(Response::new(Box::pin(bundles)))
    }

    /// For whoever may connect: it learns what is in a token that it has already. Whose the token is, the binding says to
    /// those who see its bearer; here nobody does.
    async fn validate_jwtsvid(
        &self,
        request: Request<ValidateJwtsvidRequest>,
    ) -> Result<Response<ValidateJwtsvidResponse>, Status> {
        let asked = request.into_inner();
        let published = self.provider.bundle.now();
        let expected = Expected {
            audience: &asked.audience,
            trust_domain: &self.provider.settings.trust_domain,
            algorithms: DEFAULT_ALGORITHMS,
            now: clock::now().unix,
        };
        let token = asked.svid.as_bytes();
        let verified = token::verify(token, |key_id| published.keys.find(key_id), &expected)
            .map_err(|error| Status::invalid_argument(error.to_string()))?;
        let claims = claims::of(token).ok_or_else(|| Status::internal("what was verified cannot be read"))?;
        Ok(Response::new(ValidateJwtsvidResponse { spiffe_id: verified.subject.to_string(), claims: Some(claims) }))
    }

    async fn fetch_x509svid(&self, _: Request<X509svidRequest>) -> Result<Response<Self::FetchX509SVIDStream>, Status> {
        Err(no_certificates())
    }

    async fn fetch_x509_bundles(
        &self,
        _: Request<X509BundlesRequest>,
    ) -> Result<Response<Self::FetchX509BundlesStream>, Status> {
        Err(no_certificates())
    }
}

fn no_certificates() -> Status {
    Status::unimplemented("X.509-SVIDs come with their private keys, which are given to nobody here; fetch JWT-SVIDs")
}

/// A token for each identity of the caller, or for the one that it names.
fn give_tokens(
    provider: &IdentityProvider,
    caller: &Result<Pinned, Unattested>,
    asked: &JwtsvidRequest,
) -> Result<JwtsvidResponse, Status> {
    let [audience] = asked.audience.as_slice() else {
        return Err(Status::invalid_argument("a token is for exactly one audience"));
    };
    let upstream =
        provider.upstream(audience).ok_or_else(|| Status::invalid_argument("tokens are not made for this audience"))?;
    let named = match asked.spiffe_id.as_str() {
        "" => None,
        text => Some(SpiffeId::parse(text).map_err(|error| Status::invalid_argument(format!("spiffe_id: {error}")))?),
    };
    let pinned = caller.as_ref().map_err(|error| {
        log::debug!("a caller of the Workload API cannot be pinned: {error}");
        Status::permission_denied(NOBODY)
    })?;
    let (facts, seen) = provider.attest(pinned).map_err(refused)?;
    let mut svids = Vec::new();
    for identified in provider.identities(&seen, named.as_ref()).map_err(refused)? {
        let spiffe_id = identified.0.to_string();
        let given = provider.issue(upstream, &facts, identified).map_err(refused)?;
        svids.push(Jwtsvid { spiffe_id, svid: given.token, hint: String::new() });
    }
    Ok(JwtsvidResponse { svids })
}

/// What SPIFFE clients know as the answer to a process without an identity.
const NOBODY: &str = "no identity issued";

/// What the caller is told of it (SPIFFE Workload API 4.3 and 6.2): come back if that may help.
fn refused(no: NoToken) -> Status {
    if no.may_pass() {
        return Status::unavailable(no.to_string());
    }
    match no {
        NoToken::Random | NoToken::NotIssued(_) => Status::internal(no.to_string()),
        _ => {
            log::debug!("no identity for a caller of the Workload API: {no}");
            Status::permission_denied(NOBODY)
        }
    }
}
