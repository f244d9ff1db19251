//! What the codes of a TPM and of the software stack mean to a client.

use keystead_provider::{ErrorKind, ProviderError};
use tss_esapi::Error;
use tss_esapi::constants::response_code::{Tss2ResponseCode, Tss2ResponseCodeKind as Code};

/// What an error asks for before it is given to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Nothing helps.
    None,
    /// The TPM asks for the same command again.
    Repeat,
    /// A slot must be freed.
    FreeSlot,
    /// The way to the TPM is broken, or the TPM was reset and forgot what was loaded.
    Reconnect,
}

/// What helps against an error.
pub(crate) fn remedy(error: Error) -> Remedy {
    let Error::Tss2Error(code) = error else { return Remedy::None };
    if is_communication(raw(code)) {
        return Remedy::Reconnect;
    }
    match code.kind() {
        Some(Code::Retry | Code::Yielded | Code::Testing) => Remedy::Repeat,
        Some(Code::ObjectMemory | Code::ObjectHandles | Code::Memory) => Remedy::FreeSlot,
        Some(
            Code::Initialize
            | Code::Reboot
            | Code::ReferenceH0
            | Code::ReferenceH1
            | Code::ReferenceH2
            | Code::ReferenceS0
            | Code::ReferenceS1
            | Code::ReferenceS2
            | Code::SessionMemory
            | Code::SessionHandles
            | Code::ContextGap
            | Code::TooManyContexts,
        ) => Remedy::Reconnect,
        _ => Remedy::None,
    }
}

/// Whether the TPM counts too many wrong authorisation values.
pub(crate) fn is_lockout(error: Error) -> bool {
    kind(error) == Some(Code::Lockout)
}

/// The code of the TPM itself, not of what lies between it and us.
pub(crate) fn kind(error: Error) -> Option<Code> {
    match error {
        Error::Tss2Error(code) if !is_communication(raw(code)) => code.kind(),
        _ => None,
    }
}

/// Whether the TPM itself refused, and not what lies between it and us.
pub(crate) fn is_of_tpm(error: Error) -> bool {
    kind(error).is_some()
}

/// The error for the client, with the code and the command for the log.
pub(crate) fn provider_error(command: &'static str, error: Error) -> ProviderError {
    let kind = match error {
        Error::WrapperError(_) => ErrorKind::Generic,
        Error::Tss2Error(code) if is_communication(raw(code)) => ErrorKind::CommunicationFailure,
        Error::Tss2Error(code) => code.kind().map_or(ErrorKind::Generic, kind_of),
    };
    let detail = match error {
        Error::WrapperError(error) => format!("{command}: {error}"),
        Error::Tss2Error(code) => {
            let name = code.kind().map_or_else(|| "unknown".to_owned(), |kind| format!("{kind:?}"));
            format!("{command}: {:#x} ({name})", raw(code))
        }
    };
    ProviderError::new(kind, detail)
}

/// TPM 2.0 part 2, 6.6.3.
const fn kind_of(code: Code) -> ErrorKind {
    match code {
        Code::Lockout | Code::NvRate | Code::Retry | Code::Yielded | Code::Testing | Code::NvUnavailable => {
            ErrorKind::Busy
        }
        Code::Signature => ErrorKind::InvalidSignature,
        Code::ObjectMemory | Code::SessionMemory | Code::Memory | Code::ObjectHandles | Code::SessionHandles => {
            ErrorKind::InsufficientMemory
        }
        Code::NvSpace => ErrorKind::InsufficientStorage,
        Code::Failure | Code::Upgrade | Code::NeedsTest => ErrorKind::HardwareFailure,
        Code::Initialize
        | Code::Reboot
        | Code::Canceled
        | Code::ReferenceH0
        | Code::ReferenceH1
        | Code::ReferenceH2
        | Code::ReferenceS0
        | Code::ReferenceS1
        | Code::ReferenceS2 => ErrorKind::CommunicationFailure,
        Code::CommandCode | Code::Curve | Code::Scheme | Code::Mode | Code::Hash | Code::Mgf | Code::Symmetric => {
            ErrorKind::NotSupported
        }
        Code::KeySize | Code::Asymmetric | Code::Kdf | Code::Type => ErrorKind::NotSupported,
        Code::Size | Code::Value | Code::Range | Code::EccPoint | Code::Key | Code::Binding | Code::Insufficient => {
            ErrorKind::InvalidArgument
        }
        // The store has proved that the blob is as it was written: another TPM made it.
        Code::Integrity => ErrorKind::KeyMissing,
        Code::Sensitive => ErrorKind::DataCorrupt,
        _ => ErrorKind::Generic,
    }
}

/// Whether a code comes from the way to the TPM: from a TCTI, or from the stack when it is asked to go on after one failed.
const fn is_communication(code: u32) -> bool {
    const LAYER: u32 = 0xff_0000;
    const TCTI: u32 = 10 << 16;
    const ESYS_BAD_SEQUENCE: u32 = 7 << 16 | 7;
    code & LAYER == TCTI || code == ESYS_BAD_SEQUENCE
}

/// The code as a number. The crate shows it in its texts alone.
fn raw(code: Tss2ResponseCode) -> u32 {
    let text = match code {
        Tss2ResponseCode::Success => return 0,
        Tss2ResponseCode::FormatZero(code) => code.to_string(),
        Tss2ResponseCode::FormatOne(code) => code.to_string(),
    };
    text.rsplit("0x").next().and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use keystead_interface::secret::SecretBytes;

    use super::*;
    use crate::connection::Connection;
    use crate::settings::Settings;

    #[test]
    fn a_way_that_leads_nowhere_is_a_failure_of_communication_with_its_code() {
        let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("it is bound").port();
        drop(listener);
        let settings = Settings {
            description: String::new(),
            tcti: format!("swtpm:host=127.0.0.1,port={port}").parse().expect("a TCTI"),
            owner_auth: None::<SecretBytes>,
            encrypted_sessions: false,
            implicit_rejection: false,
        };
        let fault = Connection::open(&settings, None).err().expect("nobody listens");
        assert_eq!(remedy(fault), Remedy::Reconnect);
        let error = provider_error("connecting to the TPM", fault);
        assert_eq!(error.kind, ErrorKind::CommunicationFailure);
        assert!(error.detail.contains("0xa000a"), "TSS2_TCTI_RC_IO_ERROR: {}", error.detail);
    }
}
