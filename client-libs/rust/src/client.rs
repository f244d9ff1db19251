//! The client: typed methods for every operation of the service.

mod admin;
mod asymmetric;
mod attestation;
mod core;
mod keys;
mod symmetric;

use std::time::Duration;

use keystead_interface::codes::ProviderNumber;
use keystead_interface::operations::Request;
use keystead_interface::status::Status;

use crate::connection::Connection;
use crate::credential::Credential;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::frame::{AnswerFrame, RequestFrame};
use crate::methods::{both, methods};

pub use blocking::Client;

both! {
    /// A client of the service. Clones share their connections; there are as many of those as calls are made at once.
    ///
    /// Nothing is sent before the first call.
    #[derive(Clone)]
    pub struct Client(pub(crate) Caller);

    impl Client {
        /// A client of the service that the environment names (see [`Endpoint::from_environment`]). Its credential is a
        /// token if the environment names an identity provider too, else the process's effective uid (see
        /// [`Credential::from_environment`]).
        pub fn new() -> Result<Client> {
            Ok(Client::at(Endpoint::from_environment()?, Credential::from_environment()?))
        }

        /// A client of the service at `endpoint`.
        pub fn at(endpoint: Endpoint, credential: Credential) -> Client {
            Client(Caller::at(endpoint, credential))
        }

        /// The same client, with its calls going to this provider instead of the first that the service lists.
        pub fn with_provider(&self, provider: ProviderNumber) -> Client {
            Client(self.0.with_provider(provider))
        }

        /// The same client, with another time limit for each of its calls.
        pub fn with_timeout(&self, timeout: Duration) -> Client {
            Client(self.0.with_timeout(timeout))
        }

        /// Where the service listens.
        pub fn endpoint(&self) -> &Endpoint {
            self.0.endpoint()
        }

        /// A handle for a key that exists already; nothing is asked yet. Volatile keys are used by the handle that made
        /// them, or by this client's methods, which take name and algorithm.
        pub fn key(&self, name: &str) -> Result<Key> {
            Ok(Key(self.0.handle(name)?))
        }
    }

    impl std::fmt::Debug for Client {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Client").field("endpoint", self.0.endpoint()).finish_non_exhaustive()
        }
    }
}

impl Client {
    /// A connection of its own, for requests that the caller sends and receives itself.
    pub fn connect(&self) -> Result<Connection> {
        Connection::open(self.endpoint(), self.0.deadline())
    }
}

methods! { impl Client(Caller) {
    /// The provider to which cryptographic calls go: the chosen one, else the first that the service lists.
    pub async fn provider(&self) -> Result<ProviderNumber> {
        self.provider_by(self.deadline()).await
    }

    /// Sends any request of the contract and decodes its answer. The typed methods are made of this; it repeats a
    /// request on a fresh connection only if that cannot have another effect.
    pub async fn call<Q: Request>(&self, request: Q) -> Result<Q::Result> {
        self.call_by(request, self.deadline()).await
    }

    /// Encodes a request for [`Connection`].
    pub async fn frame<Q: Request>(&self, request: Q) -> Result<RequestFrame> {
        self.frame_by(request, self.deadline()).await
    }

    /// Sends many requests of one kind, several of them at a time on one connection, and gives what became of each.
    /// A service that answers one request per connection is asked so. When the connection breaks or time runs out, the
    /// requests without an answer get that error each; the whole call errs only if nothing was answered at all. Those
    /// that were refused for a stale token are sent again, one after the other, behind the rest.
    pub async fn pipeline<Q: Request>(&self, requests: Vec<Q>, depth: usize) -> Result<Vec<Result<Q::Result>>> {
        let deadline = self.deadline();
        let mut frames = Vec::with_capacity(requests.len());
        for request in requests {
            frames.push(self.frame_by(request, deadline).await?);
        }
        let mut answers = Vec::with_capacity(frames.len());
        while answers.len() < frames.len() {
            let rest = &frames[answers.len()..];
            match self.pipeline_once(rest, depth, deadline, |answer| answers.push(answer.decode::<Q>())).await {
                Ok(()) => {}
                Err(error) if answers.is_empty() => return Err(error),
                Err(error) => answers.resize_with(frames.len(), || Err(error.repeated())),
            }
        }
        for (answer, frame) in answers.iter_mut().zip(&mut frames) {
            if answer.as_ref().is_err_and(|error| error.status() == Some(Status::AuthStale)) {
                *answer = match self.renewed(frame, deadline).await {
                    Ok(false) => continue,
                    Ok(true) => self.exchange(frame, deadline).await.and_then(AnswerFrame::decode::<Q>),
                    Err(error) => Err(error),
                };
            }
        }
        Ok(answers)
    }
}}
