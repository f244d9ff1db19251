//! The socket for applications: who am I, and a token that says so.

use std::sync::Arc;

use keystead_daemon::clock;
use keystead_daemon::connection::{Caller, Door, Refusal};
use keystead_interface::header::VERSION;
use keystead_interface::operations::core::PingResult;
use keystead_interface::operations::identity::{GetToken, GetTokenResult};
use keystead_interface::operations::{Opcode, Operation, Outcome};
use keystead_interface::status::Status;
use keystead_trust::binding::{Binding, BindingKind, PeerFacts};
use keystead_trust::moment::Moment;
use keystead_trust::spiffe_id::SpiffeId;
use keystead_trust::token::{self, Claims};

use crate::attest::attest;
use crate::clients::NoIdentity;
use crate::evidence::still_holds;
use crate::provider::IdentityProvider;
use crate::upstream::Upstream;

/// The socket for applications.
pub struct ApplicationDoor(pub Arc<IdentityProvider>);

impl Door for ApplicationDoor {
    fn serves(&self, opcode: Opcode) -> bool {
        matches!(opcode, Opcode::Ping | Opcode::GetInstance | Opcode::GetToken)
    }

    /// Whoever may connect can be refused as often as it likes.
    fn refusals(&self) -> log::Level {
        log::Level::Debug
    }

    fn answer(&self, caller: &Caller<'_>, operation: Operation) -> Result<Outcome, Refusal> {
        match operation {
            Operation::Ping(_) => Ok(ping().into()),
            Operation::GetInstance(_) => Ok(self.0.describe().into()),
            Operation::GetToken(asked) => self.get_token(caller, &asked).map(Outcome::from),
            _ => Err(Refusal::new(Status::OpcodeDoesNotExist, "not served here")),
        }
    }
}

/// The version of the protocol.
pub fn ping() -> PingResult {
    PingResult { wire_protocol_version_maj: VERSION.0.into(), wire_protocol_version_min: VERSION.1.into() }
}

impl ApplicationDoor {
    /// In the order of `identity.proto`: the caller's process, its identity, the audience, and whether it is time.
    fn get_token(&self, caller: &Caller<'_>, asked: &GetToken) -> Result<GetTokenResult, Refusal> {
        let wanted = self.0.told.lock().clients.wanted();
        let attested = caller.pinned().and_then(|pinned| attest(pinned, wanted));
        let (facts, seen) = attested.map_err(|error| Refusal::new(Status::AuthenticationError, error))?;
        if self.0.is_nobody(facts.uid) || self.0.settings.refuse_shared_uid && facts.uid == self.0.own_uid {
            return Err(Refusal::new(Status::AuthenticationError, "a uid that is nobody's, or a daemon's"));
        }
        let identified = self.identify(asked, &seen, clock::now());
        let (subject, kind) = match identified {
            Err(refusal) if refusal.status != Status::Busy => return Err(refusal),
            other => {
                // The audience is looked at before somebody is told to come back.
                self.upstream(&asked.audience)?;
                other?
            }
        };
        let binding = self.binding(&facts, kind)?;
        self.mint(self.upstream(&asked.audience)?, subject, binding)
    }

    /// Who the caller is, by what was seen of it.
    fn identify(
        &self,
        asked: &GetToken,
        seen: &keystead_trust::payload::definition::Selectors,
        now: Moment,
    ) -> Result<(SpiffeId, Option<BindingKind>), Refusal> {
        let named = match asked.identity.as_str() {
            "" => None,
            text => Some(
                SpiffeId::parse(text)
                    .map_err(|error| Refusal::new(Status::PsaErrorInvalidArgument, format!("named: {error}")))?,
            ),
        };
        let mut told = self.0.told.lock();
        told.forget_the_ended();
        told.clients.identify(seen, named.as_ref(), still_holds).map_err(|error| {
            let status = match error {
                // It may be one of whom the orchestrator has not told again yet.
                NoIdentity::Unknown | NoIdentity::Another if told.may_be_told_more(now.uptime) => Status::Busy,
                NoIdentity::Unknown => Status::AuthenticationError,
                NoIdentity::Ambiguous | NoIdentity::Another => Status::PsaErrorInvalidArgument,
                NoIdentity::Unproven => Status::Busy,
            };
            Refusal::new(status, error)
        })
    }

    /// The service for which the token shall be.
    fn upstream(&self, audience: &str) -> Result<&Upstream, Refusal> {
        let mut all = self.0.upstreams.iter();
        let found = all.find(|upstream| audience.is_empty() || upstream.audience().as_str() == audience);
        found
            .map(|upstream| &**upstream)
            .ok_or_else(|| Refusal::new(Status::PsaErrorNotPermitted, "tokens are not made for this audience"))
    }

    /// What ties the token to its caller.
    fn binding(&self, facts: &PeerFacts, kind: Option<BindingKind>) -> Result<Binding, Refusal> {
        let shares_ours = facts.cgroup.is_some() && facts.cgroup == self.0.own_cgroup;
        let bound = match kind {
            Some(BindingKind::Cgroup) if shares_ours => {
                return Err(Refusal::new(Status::AuthenticationError, "the caller's cgroup is this daemon's too"));
            }
            Some(kind) => facts.binding(kind),
            // A cgroup that the caller shares with us tells it from nobody.
            None if shares_ours => facts.binding(BindingKind::Process),
            None => facts.default_binding(),
        };
        bound.map_err(|error| Refusal::new(Status::AuthenticationError, error))
    }

    /// Signs with the key that the service believes, when it does.
    fn mint(&self, upstream: &Upstream, subject: SpiffeId, binding: Binding) -> Result<GetTokenResult, Refusal> {
        let id = token::fresh_id().map_err(|error| Refusal::new(Status::PsaErrorInsufficientEntropy, error))?;
        let lifetime = self.0.settings.token_lifetime.as_secs();
        let minted = upstream.sign(|key, not_after| {
            // Asked now, since it may have been waited for the service.
            let issued_at = clock::now().unix;
            let claims = Claims {
                subject,
                audience: vec![upstream.audience().to_string()],
                issued_at,
                not_before: None,
                expires_at: (issued_at + lifetime).min(not_after),
                id,
                binding,
            };
            token::issue(key, &claims).map(|token| (token, claims))
        });
        let minted = minted.ok_or_else(|| Refusal::new(Status::Busy, "the service does not believe us yet"))?;
        let (token, claims) = minted.map_err(|error| Refusal::new(Status::PsaErrorGenericError, error))?;
        log::debug!(jti:% = claims.id; "token given");
        Ok(GetTokenResult { token, expires_at: claims.expires_at })
    }
}
