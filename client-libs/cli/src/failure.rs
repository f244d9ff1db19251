//! What can go wrong, what to do about it, and with which exit code the command ends.

use std::process::ExitCode;

use keystead_client::Error;
use keystead_client::interface::status::Status;
use serde_json::json;

/// Why the command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments, or the bytes in a file, are not what the subcommand takes.
    Usage(String),
    /// A file cannot be read or written.
    File {
        /// Which.
        name: String,
        /// Why.
        error: std::io::Error,
    },
    /// The service refused, or the answer did not come.
    Call(Error),
    /// The answer is no: a wrong signature, or something that the provider cannot do.
    No(&'static str),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Call(error)
    }
}

impl Failure {
    /// A file that cannot be read or written.
    pub(crate) fn file(name: impl std::fmt::Display, error: std::io::Error) -> Failure {
        Failure::File { name: name.to_string(), error }
    }

    /// Tells the user, on standard error, and gives the exit code.
    pub(crate) fn report(&self, as_json: bool) -> ExitCode {
        let hint = self.hint();
        if as_json {
            let status = self.status();
            let error = json!({
                "message": self.to_string(),
                "status": status.map(|status| format!("{status:?}")),
                "number": status.map(Status::number),
                "hint": hint,
            });
            eprintln!("{}", json!({ "error": error }));
        } else {
            eprintln!("keystead: {self}");
            if let Some(hint) = hint {
                eprintln!("hint: {hint}");
            }
        }
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Failure::Usage(_) | Failure::File { .. } | Failure::Call(Error::Endpoint(_) | Error::Name(_)) => 2,
            Failure::Call(Error::Connect { .. }) => 3,
            Failure::Call(Error::Identity(error)) if matches!(**error, Error::Connect { .. }) => 3,
            Failure::Call(_) | Failure::No(_) => 1,
        }
    }

    fn status(&self) -> Option<Status> {
        match self {
            Failure::Call(error) => error.status(),
            _ => None,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Failure::Call(Error::Connect { .. }) => {
                Some("start the service, or name its socket with --endpoint or KEYSTEAD_SERVICE_ENDPOINT")
            }
            Failure::Call(Error::Timeout) => Some("the operation may still be done; raise --timeout"),
            Failure::Call(Error::Identity(error)) => hint_for_identity(error),
            _ => hint_for(self.status()?),
        }
    }
}

/// What a user may do about a token that was not given, where there is something.
fn hint_for_identity(error: &Error) -> Option<&'static str> {
    if matches!(error, Error::Connect { .. }) {
        return Some(
            "start the identity provider, or name its socket with --identity-endpoint or KEYSTEAD_IDENTITY_ENDPOINT",
        );
    }
    Some(match error.status()? {
        Status::AuthenticationError => "nobody vouches for this process: start it with `keystead-orchestrator run`",
        Status::Busy => "this process is not proven yet, or the service does not believe the identity provider yet",
        Status::PsaErrorInvalidArgument => "this process has several identities, and not the named one: see --identity",
        Status::PsaErrorNotPermitted => "the identity provider gives no tokens for this audience",
        _ => return None,
    })
}

/// What a user may do about a refusal, where there is something.
fn hint_for(status: Status) -> Option<&'static str> {
    Some(match status {
        Status::ProviderNotRegistered | Status::ProviderDoesNotExist => {
            "`keystead providers` lists the providers, `keystead health` their names in the configuration"
        }
        Status::AuthenticationError => {
            "the service sees another user than this one, as in a container where the uid differs, or this uid was \
             another account's before: an administrator finds it in `keystead health`"
        }
        Status::AuthenticatorNotRegistered | Status::NotAuthenticated => {
            "`keystead authenticators` lists how the service identifies callers; see --auth-direct and --identity-endpoint"
        }
        Status::BodySizeExceedsLimit | Status::ResponseTooLarge => "the service takes 1 MiB at a time by default",
        Status::AdminOperation => "only an administrator may do that: see `admins` in the service's configuration",
        Status::DeprecatedPrimitive => {
            "too weak for new keys: take a longer key or another algorithm, or set allow_deprecated in the service"
        }
        Status::PsaErrorNotPermitted => {
            "the key was made for another use or algorithm; `keystead keys` shows what each key permits"
        }
        Status::PsaErrorNotSupported => {
            "this provider cannot do that; `keystead can-do` and --provider help to find out"
        }
        Status::PsaErrorInvalidArgument => {
            "a length or format is not one that the operation takes: XTS needs a block at least, ECB and CBC whole blocks, \
             RSA a text shorter than the key, an import the format of its type"
        }
        Status::PsaErrorInvalidHandle => {
            "the token has no such object: it was deleted there, or it is another token (`keystead health`)"
        }
        Status::PsaErrorAlreadyExists => "the name is taken; `keystead delete` makes it free",
        Status::PsaErrorDoesNotExist => "`keystead keys` lists your keys; each provider has its own (--provider)",
        Status::PsaErrorInvalidSignature => "the data, the signature or the tag was changed, or belongs to another key",
        Status::PsaErrorCommunicationFailure | Status::PsaErrorHardwareFailure => {
            "the token did not answer; `keystead health` and the service's log say more"
        }
        Status::Busy | Status::AuthStale | Status::DeadlineExceeded => "try again",
        Status::QuotaExceeded => "delete keys that are not needed, or ask the administrator for more",
        _ => return None,
    })
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Usage(text) => f.write_str(text),
            Failure::File { name, error } => write!(f, "{name}: {error}"),
            Failure::Call(error) => write!(f, "{error}"),
            Failure::No(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keystead_client::interface::operations::Opcode;
    use keystead_client::{Client, Credential, Endpoint};

    #[test]
    fn exit_codes_tell_refusals_usage_and_connections_apart() {
        let refused = Error::Refused { opcode: Opcode::PsaSignHash, status: Status::PsaErrorDoesNotExist };
        assert_eq!(Failure::Call(refused).code(), 1);
        assert_eq!(Failure::No("no").code(), 1);
        assert_eq!(Failure::Usage(String::new()).code(), 2);
        let nobody = Client::at(Endpoint::at("/nonexistent"), Credential::None).ping().unwrap_err();
        assert_eq!(Failure::Call(nobody).code(), 3);
    }

    #[test]
    fn a_refusal_has_its_name_its_number_and_a_hint() {
        let refused = Error::Refused { opcode: Opcode::PsaSignHash, status: Status::PsaErrorDoesNotExist };
        let failure = Failure::Call(refused);
        assert!(failure.to_string().contains("PsaErrorDoesNotExist (1140)"));
        assert!(failure.hint().unwrap().contains("keystead keys"));
    }
}
