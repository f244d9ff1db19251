//! Tokens of the identity provider (wire contract 2.1, type 2, and 6.4): who an application is, by the signature of a
//! process that shared its certificate with us, and only from where the kernel sees that application.

use std::collections::BTreeSet;
use std::sync::Arc;

use keystead_interface::codes::AuthKind;
use keystead_interface::frame::RawAuth;
use keystead_interface::names::Tenant;
use keystead_interface::operations::core::AuthenticatorInfo;
use keystead_interface::status::Status;
use keystead_trust::binding;
use keystead_trust::moment::Moment;
use keystead_trust::peer::Pinned;
use keystead_trust::spiffe_id::TrustDomain;
use keystead_trust::token::{DEFAULT_ALGORITHMS, Expected, Refused, verify};

use super::process;
use super::tokens::{KnownToken, Tokens, Verified};
use super::{Authenticator, Caller};
use crate::clock;
use crate::error::Failure;
use crate::settings::Pinning;
use crate::trust::{Current, Trust};

/// Tenants are SPIFFE IDs.
pub struct Jwt {
    /// Our own SPIFFE ID.
    audience: String,
    trust_domain: TrustDomain,
    admins: BTreeSet<String>,
    overflow_uid: u32,
    pinning: Pinning,
    trust: Arc<Trust>,
    tokens: Tokens,
}

impl Jwt {
    /// Believes whoever `trust` believes, for applications of `trust_domain`. `admins` are SPIFFE IDs. `overflow_uid`
    /// stands for every uid that has no number here, so no token is bound to it.
    pub fn new(
        audience: String,
        trust_domain: TrustDomain,
        admins: BTreeSet<String>,
        overflow_uid: u32,
        pinning: Pinning,
        trust: Arc<Trust>,
    ) -> Self {
        Jwt { audience, trust_domain, admins, overflow_uid, pinning, trust, tokens: Tokens::new() }
    }

    fn verify(&self, token: &[u8], current: &Current, now: Moment) -> Result<Verified, Failure> {
        let expected = Expected {
            audience: &self.audience,
            trust_domain: &self.trust_domain,
            algorithms: DEFAULT_ALGORITHMS,
            now: now.unix,
        };
        let verified = verify(token, |key_id| current.key(key_id, now), &expected).map_err(refused)?;
        log::debug!(jti = verified.id.as_str(); "a token was verified");
        let tenant = Tenant::new(AuthKind::JWT, verified.subject.as_str())
            .map_err(|error| Failure::new(Status::AuthenticationError, error.to_string()))?;
        Ok(Verified { tenant, binding: verified.binding, expires_at: verified.expires_at })
    }
}

impl Authenticator for Jwt {
    fn kind(&self) -> AuthKind {
        AuthKind::JWT
    }

    fn describe(&self) -> AuthenticatorInfo {
        AuthenticatorInfo {
            description: "A token of the identity provider".to_owned(),
            version: (0, 1, 0),
            id: self.kind(),
        }
    }

    fn authenticate(&self, auth: RawAuth<'_>, caller: Caller<'_>) -> Result<Tenant, Failure> {
        if caller.peer.uid() == self.overflow_uid {
            let reason = "the peer's uid is the overflow uid, which many share";
            return Err(Failure::new(Status::AuthenticationError, reason));
        }
        let process = caller.process.pinned(caller.peer, caller.socket, self.pinning)?;
        let mut current = self.trust.current();
        let now = clock::now();
        if let Some(known) = self.tokens.recall(auth.bytes(), current.epoch(), caller) {
            check_time(&known, current.not_before_its_time(now))?;
            check_again(caller, process)?;
            return Ok(known.tenant.clone());
        }
        // The event loops hear of its end, but a new connection may be served before.
        if !current.lives() {
            self.trust.forget_ended(now);
            current = self.trust.current();
        }
        let now = current.not_before_its_time(now);
        let known =
            self.tokens.find(auth.bytes(), current.epoch(), now, || self.verify(auth.bytes(), &current, now))?;
        check_time(&known, now)?;
        check_bearer(&known, process)?;
        caller.process.remember(&known);
        Ok(known.tenant.clone())
    }

    fn names_admin(&self, tenant: &Tenant) -> bool {
        self.admins.contains(tenant.name())
    }
}

/// What a client is told of a token that is refused: whether a new one would help.
pub(super) fn refused(why: Refused) -> Failure {
    match why {
        Refused::Stale(why) => Failure::new(Status::AuthStale, why.to_string()),
        Refused::Invalid(why) => Failure::new(Status::AuthenticationError, why.to_string()),
    }
}

fn check_time(known: &KnownToken, now: Moment) -> Result<(), Failure> {
    if known.is_expired(now) {
        return Err(Failure::new(Status::AuthStale, "the token has expired"));
    }
    Ok(())
}

/// The process that sent this token on this connection before lives still. It is the same one, and in the same cgroup
/// unless somebody moved it, by which it gains nothing.
fn check_again(caller: Caller<'_>, process: &Arc<Pinned>) -> Result<(), Failure> {
    if caller.process.is_alive(process) {
        return Ok(());
    }
    Err(Failure::new(Status::AuthenticationError, "the peer's process has ended"))
}

/// The peer is alive, is the user that connected, and is one that the token is bound to.
fn check_bearer(known: &KnownToken, process: &Pinned) -> Result<(), Failure> {
    let facts = process.facts_for(&known.binding).map_err(process::refused)?;
    if binding::matches(&known.binding, &facts) {
        return Ok(());
    }
    let kind = known.binding.kind().name();
    Err(Failure::new(Status::AuthenticationError, format!("the token is bound to another {kind} than the peer's")))
}
