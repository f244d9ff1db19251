//! The socket for applications: who am I, and a token that says so.

use std::sync::Arc;

use keystead_daemon::connection::{Caller, Door, Refusal};
use keystead_interface::header::VERSION;
use keystead_interface::operations::core::PingResult;
use keystead_interface::operations::identity::{GetToken, GetTokenResult};
use keystead_interface::operations::{Opcode, Operation, Outcome};
use keystead_interface::status::Status;
use keystead_trust::spiffe_id::SpiffeId;

use crate::clients::NoIdentity;
use crate::issuing::NoToken;
use crate::provider::IdentityProvider;

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
        let provider = &self.0;
        let pinned = caller.pinned().map_err(NoToken::from).map_err(refused)?;
        let (facts, seen) = provider.attest(pinned).map_err(refused)?;
        let named = match asked.identity.as_str() {
            "" => None,
            text => Some(
                SpiffeId::parse(text)
                    .map_err(|error| Refusal::new(Status::PsaErrorInvalidArgument, format!("named: {error}")))?,
            ),
        };
        let identified = match provider.identify(&seen, named.as_ref()) {
            Err(no) if !no.may_pass() => return Err(refused(no)),
            // The audience is looked at before somebody is told to come back.
            other => other,
        };
        let upstream = match asked.audience.as_str() {
            "" => provider.upstreams.first().map(AsRef::as_ref),
            audience => provider.upstream(audience),
        };
        let upstream = upstream
            .ok_or_else(|| Refusal::new(Status::PsaErrorNotPermitted, "tokens are not made for this audience"))?;
        identified.and_then(|identified| provider.issue(upstream, &facts, identified)).map_err(refused)
    }
}

/// What the caller is told of it, as `identity.proto` has it.
fn refused(no: NoToken) -> Refusal {
    let status = match &no {
        NoToken::Unattested(_) | NoToken::Uid | NoToken::SharedCgroup | NoToken::Unbound(_) => {
            Status::AuthenticationError
        }
        NoToken::NoIdentity(NoIdentity::Unknown) => Status::AuthenticationError,
        NoToken::NoIdentity(NoIdentity::Ambiguous | NoIdentity::Another) => Status::PsaErrorInvalidArgument,
        NoToken::NoIdentity(NoIdentity::Unproven) | NoToken::NotYetTold(_) | NoToken::NotBelieved => Status::Busy,
        NoToken::Random => Status::PsaErrorInsufficientEntropy,
        NoToken::NotIssued(_) => Status::PsaErrorGenericError,
    };
    Refusal::new(status, no)
}
