//! The client: typed methods for every operation of the service.

mod admin;
mod asymmetric;
mod attestation;
mod core;
mod keys;
mod symmetric;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use keystead_interface::codes::ProviderNumber;
use keystead_interface::operations::{Class, Request};
use keystead_interface::status::Status;

use crate::backoff::Backoff;
use crate::connection::Connection;
use crate::credential::Credential;
use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::frame::{AnswerFrame, RequestFrame};
use crate::limits::DEFAULT_TIMEOUT;
use crate::pool::Pool;

/// A client of the service. Clones share their connections; there are as many of those as calls are made at once.
///
/// Nothing is sent before the first call.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    provider: Option<ProviderNumber>,
    timeout: Duration,
}

struct Shared {
    endpoint: Endpoint,
    credential: Credential,
    pool: Pool,
    /// The first of ListProviders, asked once.
    first_provider: OnceLock<ProviderNumber>,
}

/// What sending a request does to the service's state, and so what may be done when the connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It may be repeated at will.
    Harmless,
    /// Repeating it may do something else.
    Changes,
}

impl Client {
    /// A client of the service that the environment names (see [`Endpoint::from_environment`]). Its credential is a token
    /// if the environment names an identity provider too, else the process's effective uid (see
    /// [`Credential::from_environment`]).
    pub fn new() -> Result<Client> {
        Ok(Client::at(Endpoint::from_environment()?, Credential::from_environment()?))
    }

    /// A client of the service at `endpoint`.
    pub fn at(endpoint: Endpoint, credential: Credential) -> Client {
        let shared = Shared { endpoint, credential, pool: Pool::default(), first_provider: OnceLock::new() };
        Client { shared: Arc::new(shared), provider: None, timeout: DEFAULT_TIMEOUT }
    }

    /// The same client, with its calls going to this provider instead of the first that the service lists.
    pub fn with_provider(&self, provider: ProviderNumber) -> Client {
        Client { provider: Some(provider), ..self.clone() }
    }

    /// The same client, with another time limit for each of its calls.
    pub fn with_timeout(&self, timeout: Duration) -> Client {
        Client { timeout, ..self.clone() }
    }

    /// Where the service listens.
    pub fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    /// The provider to which cryptographic calls go: the chosen one, else the first that the service lists.
    pub fn provider(&self) -> Result<ProviderNumber> {
        self.provider_by(self.deadline())
    }

    /// Sends any request of the contract and decodes its answer. The typed methods are made of this; it repeats a
    /// request on a fresh connection only if that cannot have another effect.
    pub fn call<R: Request>(&self, request: R) -> Result<R::Result> {
        self.call_by(request, effect_of::<R>(), self.deadline())
    }

    /// Encodes a request for [`Connection`].
    pub fn frame<R: Request>(&self, request: R) -> Result<RequestFrame> {
        self.frame_by(request, self.deadline())
    }

    /// Sends many requests of one kind, several of them at a time on one connection, and gives what became of each.
    /// A service that answers one request per connection is asked so. When the connection breaks or time runs out, the
    /// requests without an answer get that error each; the whole call errs only if nothing was answered at all. Those
    /// that were refused for a stale token are sent again, one after the other, behind the rest.
    pub fn pipeline<R: Request>(&self, requests: Vec<R>, depth: usize) -> Result<Vec<Result<R::Result>>> {
        let deadline = self.deadline();
        let mut frames =
            requests.into_iter().map(|request| self.frame_by(request, deadline)).collect::<Result<Vec<_>>>()?;
        let mut answers = Vec::with_capacity(frames.len());
        while answers.len() < frames.len() {
            let rest = &frames[answers.len()..];
            let answered = self.connection(true, deadline).and_then(|mut connection| {
                connection.pipeline(rest, depth, deadline, |_, answer| answers.push(answer.decode::<R>()))?;
                self.shared.pool.give_back(connection);
                Ok(())
            });
            match answered {
                Ok(()) => {}
                Err(error) if answers.is_empty() => return Err(error),
                Err(error) => answers.resize_with(frames.len(), || Err(error.repeated())),
            }
        }
        for (answer, frame) in answers.iter_mut().zip(&mut frames) {
            if answer.as_ref().is_err_and(|error| error.status() == Some(Status::AuthStale)) {
                *answer = match self.renewed(frame, deadline) {
                    Ok(false) => continue,
                    Ok(true) => self.exchange(frame, effect_of::<R>(), deadline).and_then(AnswerFrame::decode::<R>),
                    Err(error) => Err(error),
                };
            }
        }
        Ok(answers)
    }

    /// A connection of its own, for requests that the caller sends and receives itself.
    pub fn connect(&self) -> Result<Connection> {
        Connection::open(&self.shared.endpoint, self.deadline())
    }

    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }

    pub(crate) fn call_by<R: Request>(&self, request: R, effect: Effect, deadline: Deadline) -> Result<R::Result> {
        let mut frame = self.frame_by(request, deadline)?;
        self.exchange(&mut frame, effect, deadline)?.decode::<R>()
    }

    pub(crate) fn provider_by(&self, deadline: Deadline) -> Result<ProviderNumber> {
        if let Some(provider) = self.provider.or_else(|| self.shared.first_provider.get().copied()) {
            return Ok(provider);
        }
        let first = self.providers_by(deadline)?.first().map(|info| info.id);
        let first = first.filter(|id| !id.is_core()).ok_or(Error::NoProvider)?;
        Ok(*self.shared.first_provider.get_or_init(|| first))
    }

    fn frame_by<R: Request>(&self, request: R, deadline: Deadline) -> Result<RequestFrame> {
        let provider = match R::OPCODE.class() {
            Class::Core => ProviderNumber::CORE,
            Class::Crypto => self.provider_by(deadline)?,
        };
        RequestFrame::by(request, provider, &self.shared.credential, deadline)
    }

    /// Sends a request and receives its answer. What was refused for a stale token was not begun: it is sent again with
    /// a new one, at first at once, then with pauses, until the deadline.
    pub(crate) fn exchange(&self, frame: &mut RequestFrame, effect: Effect, deadline: Deadline) -> Result<AnswerFrame> {
        let mut backoff: Option<Backoff> = None;
        loop {
            let answer = self.exchange_once(frame, effect, deadline)?;
            if !answer.is_auth_stale() {
                return Ok(answer);
            }
            // A new token may be as stale: the service has not heard of the identity provider's new key yet.
            let in_time = backoff.as_mut().is_none_or(|backoff| backoff.pause(deadline));
            backoff.get_or_insert_default();
            if !in_time || !self.renewed(frame, deadline)? {
                return Ok(answer);
            }
        }
    }

    fn renewed(&self, frame: &mut RequestFrame, deadline: Deadline) -> Result<bool> {
        frame.renew(&self.shared.credential, deadline)
    }

    /// Sends a request and receives its answer. A kept connection may turn out to have been closed by the service: a
    /// request that did not leave whole was not executed, and one that changes nothing may be executed twice, so both
    /// are repeated once, on a fresh connection.
    fn exchange_once(&self, frame: &RequestFrame, effect: Effect, deadline: Deadline) -> Result<AnswerFrame> {
        if let Some(mut connection) = self.shared.pool.take(effect == Effect::Changes) {
            let answer = match connection.send(frame, deadline) {
                Ok(()) => match connection.receive(deadline) {
                    Err(error) if error.is_broken_connection() && effect == Effect::Harmless => None,
                    answer => Some(answer?),
                },
                Err(error) if error.is_broken_connection() => None,
                Err(error) => return Err(error),
            };
            if let Some(answer) = answer {
                self.shared.pool.give_back(connection);
                return Ok(answer);
            }
        }
        let mut connection = Connection::open(&self.shared.endpoint, deadline)?;
        // An early refusal may stand in the stream although the service stopped reading.
        let sent = connection.send(frame, deadline);
        let answer = match (sent, connection.receive(deadline)) {
            (Ok(()), answer) => answer?,
            (Err(error), Ok(answer)) if answer.header().status == 0 => return Err(error),
            (Err(_), Ok(answer)) => answer,
            (Err(error), Err(_)) => return Err(error),
        };
        // Not kept if sending failed: see `Connection::is_reusable`.
        self.shared.pool.give_back(connection);
        Ok(answer)
    }

    fn connection(&self, surely: bool, deadline: Deadline) -> Result<Connection> {
        match self.shared.pool.take(surely) {
            Some(connection) => Ok(connection),
            None => Connection::open(&self.shared.endpoint, deadline),
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("endpoint", &self.shared.endpoint).finish_non_exhaustive()
    }
}

/// Every operation is named, so that a new one is not taken for harmless by accident.
fn effect_of<R: Request>() -> Effect {
    use keystead_interface::operations::Opcode;
    match R::OPCODE {
        Opcode::PsaGenerateKey
        | Opcode::PsaImportKey
        | Opcode::PsaDestroyKey
        | Opcode::DeleteClient
        | Opcode::ReleaseClient
        | Opcode::AcceptToken
        | Opcode::AdoptKey
        | Opcode::RekeyStore
        | Opcode::MoveClient
        | Opcode::ShareTrustBundle
        | Opcode::AddClient
        | Opcode::ProveClient
        | Opcode::RemoveClient => Effect::Changes,
        Opcode::Ping
        | Opcode::PsaSignHash
        | Opcode::PsaVerifyHash
        | Opcode::PsaExportPublicKey
        | Opcode::ListProviders
        | Opcode::ListOpcodes
        | Opcode::PsaAsymmetricEncrypt
        | Opcode::PsaAsymmetricDecrypt
        | Opcode::PsaExportKey
        | Opcode::PsaGenerateRandom
        | Opcode::ListAuthenticators
        | Opcode::PsaHashCompute
        | Opcode::PsaHashCompare
        | Opcode::PsaAeadEncrypt
        | Opcode::PsaAeadDecrypt
        | Opcode::PsaRawKeyAgreement
        | Opcode::PsaCipherEncrypt
        | Opcode::PsaCipherDecrypt
        | Opcode::PsaMacCompute
        | Opcode::PsaMacVerify
        | Opcode::PsaSignMessage
        | Opcode::PsaVerifyMessage
        | Opcode::ListKeys
        | Opcode::ListClients
        | Opcode::AttestKey
        | Opcode::PrepareKeyAttestation
        | Opcode::TpmCertify
        | Opcode::TpmQuote
        | Opcode::TpmEndorsementCertificates
        | Opcode::CanDoCrypto
        | Opcode::GetToken
        | Opcode::GetInstance
        | Opcode::ListClientDefinitions
        | Opcode::Health => Effect::Harmless,
    }
}
