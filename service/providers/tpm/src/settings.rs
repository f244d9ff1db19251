//! What an operator can choose about a TPM provider.

use std::fmt;
use std::str::FromStr;

use keystead_interface::secret::SecretBytes;
use tss_esapi::TctiNameConf;

/// What an operator can choose about a TPM provider.
pub struct Settings {
    /// What clients are shown; it tells several TPM providers apart.
    pub description: String,
    /// How the TPM is reached.
    pub tcti: Tcti,
    /// The authorisation value of the owner hierarchy, at most 64 bytes, if it has one.
    pub owner_auth: Option<SecretBytes>,
    /// Whether what goes to the TPM and comes from it is encrypted and authenticated on the way. It costs 3 to 4 ms for a
    /// command, and protects from somebody who listens on the bus of a discrete TPM.
    pub encrypted_sessions: bool,
    /// Whether a PKCS#1 v1.5 ciphertext of wrong padding is decrypted to a text that nobody encrypted
    /// ([`keystead_provider::rsa::RejectionSecret`]).
    pub implicit_rejection: bool,
}

/// The way to a TPM, in the words of the TPM software stack: `device:/dev/tpmrm0`, `tabrmd:bus_type=system`,
/// `swtpm:host=127.0.0.1,port=2321` or `mssim:host=127.0.0.1,port=2321`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tcti(TctiNameConf);

/// It is not a way to a TPM that is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTcti;

impl Tcti {
    /// Whether it leads to a TPM of this machine, where somebody could listen on the wires.
    pub const fn is_hardware(&self) -> bool {
        matches!(self.0, TctiNameConf::Device(_) | TctiNameConf::Tabrmd(_))
    }

    pub(crate) const fn name_and_configuration(&self) -> &TctiNameConf {
        &self.0
    }
}

impl FromStr for Tcti {
    type Err = UnknownTcti;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        TctiNameConf::from_str(text).map(Tcti).map_err(|_| UnknownTcti)
    }
}

impl fmt::Display for UnknownTcti {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a TPM is reached by \"device:PATH\", \"tabrmd:…\", \"swtpm:host=…,port=…\" or \"mssim:…\"")
    }
}

impl std::error::Error for UnknownTcti {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_tpm_of_the_machine_has_wires_to_listen_on() {
        for (text, is_hardware) in [
            ("device:/dev/tpmrm0", true),
            ("device", true),
            ("tabrmd:bus_type=session", true),
            ("swtpm:host=127.0.0.1,port=2321", false),
            ("mssim:host=tpm.example,port=1", false),
        ] {
            assert_eq!(text.parse::<Tcti>().map(|tcti| tcti.is_hardware()), Ok(is_hardware), "{text}");
        }
        for wrong in ["", "tpm", "swtpm:port=x", "cmd:tpm2_send", "swtpm:host=a b"] {
            assert_eq!(wrong.parse::<Tcti>(), Err(UnknownTcti), "{wrong}");
        }
    }
}
