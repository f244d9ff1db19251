//! Who gets a token, and what it says: the same for every door at which applications ask.

use keystead_daemon::clock;
use keystead_interface::operations::identity::GetTokenResult;
use keystead_trust::binding::{Binding, BindingKind, MissingFact, PeerFacts};
use keystead_trust::payload::definition::Selectors;
use keystead_trust::peer::{Pinned, Unattested};
use keystead_trust::spiffe_id::SpiffeId;
use keystead_trust::token::{self, Claims, NotIssued};

use crate::attest::attest;
use crate::clients::{Clients, Identified, NoIdentity};
use crate::evidence::still_holds;
use crate::provider::IdentityProvider;
use crate::upstream::Upstream;

/// Why somebody gets no token.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    /// Nothing can be said of its process.
    #[error("{0}")]
    Unattested(#[from] Unattested),
    /// No application has its uid.
    #[error("a uid that is nobody's, or a daemon's")]
    Uid,
    /// It is nobody, or nobody that may have one now.
    #[error("{0}")]
    NoIdentity(#[from] NoIdentity),
    /// The same, and it may be one of whom the orchestrator has not told again yet.
    #[error("{0}, and the orchestrator may still tell of it")]
    NotYetTold(NoIdentity),
    /// No token can be tied to it.
    #[error("the caller's cgroup is this daemon's too")]
    SharedCgroup,
    /// Nor this way.
    #[error("{0}")]
    Unbound(#[from] MissingFact),
    /// A token would be refused.
    #[error("the service does not believe us yet")]
    NotBelieved,
    /// There are no random bytes for its name.
    #[error("no random bytes")]
    Random,
    /// It cannot be made.
    #[error("{0}")]
    NotIssued(#[from] NotIssued),
}

impl NoToken {
    /// Whether asking again soon may help.
    pub fn may_pass(&self) -> bool {
        matches!(self, NoToken::NotYetTold(_) | NoToken::NotBelieved | NoToken::NoIdentity(NoIdentity::Unproven))
    }
}

impl IdentityProvider {
    /// What the kernel says of a caller, as far as it decides who it is.
    pub fn attest(&self, pinned: &Pinned) -> Result<(PeerFacts, Selectors), NoToken> {
        let wanted = self.told.lock().clients.wanted();
        let (facts, seen) = attest(pinned, wanted)?;
        if self.is_nobody(facts.uid) || self.settings.refuse_shared_uid && facts.uid == self.own_uid {
            return Err(NoToken::Uid);
        }
        Ok((facts, seen))
    }

    /// Who the caller is, by what was seen of it.
    pub fn identify(&self, seen: &Selectors, named: Option<&SpiffeId>) -> Result<Identified, NoToken> {
        self.ask_clients(|clients| clients.identify(seen, named, still_holds))
    }

    /// All that the caller is.
    pub fn identities(&self, seen: &Selectors, named: Option<&SpiffeId>) -> Result<Vec<Identified>, NoToken> {
        self.ask_clients(|clients| clients.identities(seen, named, still_holds))
    }

    fn ask_clients<T>(&self, ask: impl FnOnce(&Clients) -> Result<T, NoIdentity>) -> Result<T, NoToken> {
        let mut told = self.told.lock();
        told.forget_the_ended();
        ask(&told.clients).map_err(|error| match error {
            NoIdentity::Unknown | NoIdentity::Another if told.may_be_told_more(clock::now().uptime) => {
                NoToken::NotYetTold(error)
            }
            other => other.into(),
        })
    }

    /// The service for which tokens of this audience are, if there is one.
    pub fn upstream(&self, audience: &str) -> Option<&Upstream> {
        self.upstreams.iter().map(AsRef::as_ref).find(|upstream| upstream.audience().as_str() == audience)
    }

    /// A token for that service, signed with the key that it believes, when it does. This may have to be waited for.
    pub fn issue(
        &self,
        upstream: &Upstream,
        facts: &PeerFacts,
        (subject, kind): Identified,
    ) -> Result<GetTokenResult, NoToken> {
        let binding = self.binding(facts, kind)?;
        let id = token::fresh_id().map_err(|_| NoToken::Random)?;
        let lifetime = self.settings.token_lifetime.as_secs();
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
        let (token, claims) = minted.ok_or(NoToken::NotBelieved)??;
        log::debug!(jti:% = claims.id; "token given");
        Ok(GetTokenResult { token, expires_at: claims.expires_at })
    }

    /// What ties the token to its caller.
    fn binding(&self, facts: &PeerFacts, kind: Option<BindingKind>) -> Result<Binding, NoToken> {
        let shares_ours = facts.cgroup.is_some() && facts.cgroup == self.own_cgroup;
        let bound = match kind {
            Some(BindingKind::Cgroup) if shares_ours => return Err(NoToken::SharedCgroup),
            Some(kind) => facts.binding(kind),
            // A cgroup that the caller shares with us tells it from nobody.
            None if shares_ours => facts.binding(BindingKind::Process),
            None => facts.default_binding(),
        };
        Ok(bound?)
    }
}
