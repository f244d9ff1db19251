//! What a client is made of, however it waits: how a request gets to the service and its answer back, and what is
//! done when that fails.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use keystead_interface::codes::ProviderNumber;
use keystead_interface::operations::core::ListProviders;
use keystead_interface::operations::{Class, Opcode, Request};

use crate::backoff::Backoff;
use crate::credential::Credential;
use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::frame::{AnswerFrame, RequestFrame};
use crate::limits::DEFAULT_TIMEOUT;
use crate::link::Link;
use crate::pool::Pool;
use crate::runtime::Runtime;

/// A client that waits as `R` does. Clones share their connections.
///
/// A call takes a connection out of the pool, or opens one, and has it alone until its answer is there. So a slow
/// answer holds up nobody else's, each event loop of the service has its share, and of a call that is given up
/// nothing is left but a connection that is closed: nobody can be given its answer.
pub(crate) struct Caller<R: Runtime> {
    shared: Arc<Shared<R>>,
    provider: Option<ProviderNumber>,
    timeout: Duration,
}

struct Shared<R: Runtime> {
    endpoint: Endpoint,
    credential: Credential,
    pool: Pool<R::Socket>,
    places: R::Places,
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

impl<R: Runtime> Caller<R> {
    pub(crate) fn at(endpoint: Endpoint, credential: Credential) -> Caller<R> {
        let (pool, places) = (Pool::default(), R::Places::default());
        let shared = Shared { endpoint, credential, pool, places, first_provider: OnceLock::new() };
        Caller { shared: Arc::new(shared), provider: None, timeout: DEFAULT_TIMEOUT }
    }

    pub(crate) fn with_provider(&self, provider: ProviderNumber) -> Caller<R> {
        Caller { provider: Some(provider), ..self.clone() }
    }

    pub(crate) fn with_timeout(&self, timeout: Duration) -> Caller<R> {
        Caller { timeout, ..self.clone() }
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    /// A call that begins now ends by then.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }

    /// Sends a request and decodes its answer. It is repeated on a fresh connection only if that cannot have another
    /// effect.
    pub(crate) async fn call_by<Q: Request>(&self, request: Q, deadline: Deadline) -> Result<Q::Result> {
        let mut frame = self.frame_by(request, deadline).await?;
        self.exchange(&mut frame, deadline).await?.decode::<Q>()
    }

    pub(crate) async fn provider_by(&self, deadline: Deadline) -> Result<ProviderNumber> {
        if let Some(provider) = self.provider.or_else(|| self.shared.first_provider.get().copied()) {
            return Ok(provider);
        }
        // Not by `call_by`, which asks for the provider: this is asked of the service itself.
        let mut frame = RequestFrame::anonymous(ListProviders {})?;
        let listed = self.exchange(&mut frame, deadline).await?.decode::<ListProviders>()?.providers;
        let first = listed.first().map(|info| info.id).filter(|id| !id.is_core()).ok_or(Error::NoProvider)?;
        Ok(*self.shared.first_provider.get_or_init(|| first))
    }

    pub(crate) async fn frame_by<Q: Request>(&self, request: Q, deadline: Deadline) -> Result<RequestFrame> {
        let provider = match Q::OPCODE.class() {
            Class::Core => ProviderNumber::CORE,
            Class::Crypto => self.provider_by(deadline).await?,
        };
        RequestFrame::by::<Q, R>(request, provider, &self.shared.credential, deadline).await
    }

    /// Sends a request and receives its answer. What was refused for a stale token was not begun: it is sent again with
    /// a new one, at first at once, then with pauses, until the deadline.
    pub(crate) async fn exchange(&self, frame: &mut RequestFrame, deadline: Deadline) -> Result<AnswerFrame> {
        let mut backoff: Option<Backoff> = None;
        loop {
            let answer = self.exchange_once(frame, deadline).await?;
            if !answer.is_auth_stale() {
                return Ok(answer);
            }
            // A new token may be as stale: the service has not heard of the identity provider's new key yet.
            let in_time = match &mut backoff {
                Some(backoff) => backoff.pause::<R>(deadline).await,
                None => true,
            };
            backoff.get_or_insert_default();
            if !in_time || !self.renewed(frame, deadline).await? {
                return Ok(answer);
            }
        }
    }

    pub(crate) async fn renewed(&self, frame: &mut RequestFrame, deadline: Deadline) -> Result<bool> {
        frame.renew::<R>(&self.shared.credential, deadline).await
    }

    /// Sends a request and receives its answer. A kept connection may turn out to have been closed by the service: a
    /// request that did not leave whole was not executed, and one that changes nothing may be executed twice, so both
    /// are repeated once, on a fresh connection.
    async fn exchange_once(&self, frame: &RequestFrame, deadline: Deadline) -> Result<AnswerFrame> {
        let effect = effect_of(frame.opcode());
        let _place = R::place(&self.shared.places, deadline).await?;
        if let Some(mut connection) = self.shared.pool.take(effect == Effect::Changes) {
            let answer = match connection.send(frame, deadline).await {
                Ok(()) => match connection.receive(deadline).await {
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
        let mut connection = Link::open::<R>(&self.shared.endpoint, deadline).await?;
        // An early refusal may stand in the stream although the service stopped reading.
        let sent = connection.send(frame, deadline).await;
        let answer = match (sent, connection.receive(deadline).await) {
            (Ok(()), answer) => answer?,
            (Err(error), Ok(answer)) if answer.header().status == 0 => return Err(error),
            (Err(_), Ok(answer)) => answer,
            (Err(error), Err(_)) => return Err(error),
        };
        // Not kept if sending failed: see `Link::is_reusable`.
        self.shared.pool.give_back(connection);
        Ok(answer)
    }

    /// Sends requests over one connection, several at a time, until all are answered or the service no longer keeps it.
    pub(crate) async fn pipeline_once(
        &self,
        frames: &[RequestFrame],
        depth: usize,
        deadline: Deadline,
        mut answered: impl FnMut(AnswerFrame),
    ) -> Result<()> {
        let _place = R::place(&self.shared.places, deadline).await?;
        let mut connection = match self.shared.pool.take(true) {
            Some(connection) => connection,
            None => Link::open::<R>(&self.shared.endpoint, deadline).await?,
        };
        connection.pipeline(frames, depth, deadline, |_, answer| answered(answer)).await?;
        self.shared.pool.give_back(connection);
        Ok(())
    }
}

impl<R: Runtime> Clone for Caller<R> {
    fn clone(&self) -> Self {
        Caller { shared: Arc::clone(&self.shared), provider: self.provider, timeout: self.timeout }
    }
}

/// Every operation is named, so that a new one is not taken for harmless by accident.
fn effect_of(opcode: Opcode) -> Effect {
    match opcode {
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
