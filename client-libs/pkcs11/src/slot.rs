//! What is told of slots and tokens.

use std::sync::Arc;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use cryptoki_sys::*;
use keystead_client::interface::operations::core::{CanDoCrypto, ProviderInfo};
use keystead_client::interface::status::Status;
use keystead_client::{Credential, Deadline};
use sha2::{Digest, Sha256};

use crate::error::{Refusal, Result, refuse};
use crate::limits::DEPTH;
use crate::mechanism::offers;
use crate::module::{Mechanisms, Module};
use crate::random::hex;

/// The kinds of providers, by their UUIDs (wire contract 2.2).
const KINDS: &[(&str, &str)] = &[
    ("1c1139dc-ad7c-47dc-ad6b-db6fdb466552", "software"),
    ("30e39502-eba6-4d60-a4af-c518b7f5e38f", "pkcs11"),
    ("1e4954a4-ff21-46d3-ab0c-661eeb667e1d", "tpm"),
];

/// How long a token of the identity provider may be waited for, when only its name is wanted.
const PATIENCE: Duration = Duration::from_secs(60);

/// The maker of everything here.
pub(crate) const MANUFACTURER: &str = "Keystead";

impl Module {
    /// What C_GetSlotInfo tells.
    pub(crate) fn slot_info(&self, slot: CK_SLOT_ID) -> Result<CK_SLOT_INFO> {
        let provider = self.slot(slot)?;
        Ok(CK_SLOT_INFO {
            slotDescription: padded(&provider.description),
            manufacturerID: padded(MANUFACTURER),
            flags: CKF_TOKEN_PRESENT,
            hardwareVersion: CK_VERSION { major: 0, minor: 0 },
            firmwareVersion: version(&provider),
        })
    }

    /// What C_GetTokenInfo tells. The serial number is made of the provider and of who asks: another identity's namespace
    /// is another token.
    pub(crate) fn token_info(&self, slot: CK_SLOT_ID) -> Result<CK_TOKEN_INFO> {
        let provider = self.slot(slot)?;
        let (sessions, writers) = self.count_sessions(slot);
        Ok(CK_TOKEN_INFO {
            label: padded(&label(&provider)),
            manufacturerID: padded(MANUFACTURER),
            model: padded(kind(&provider)),
            serialNumber: padded(&serial(&provider, &self.who()?)),
            flags: CKF_RNG | CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED,
            ulMaxSessionCount: CK_EFFECTIVELY_INFINITE,
            ulSessionCount: sessions,
            ulMaxRwSessionCount: CK_EFFECTIVELY_INFINITE,
            ulRwSessionCount: writers,
            ulMaxPinLen: 255,
            ulMinPinLen: 0,
            ulTotalPublicMemory: CK_UNAVAILABLE_INFORMATION,
            ulFreePublicMemory: CK_UNAVAILABLE_INFORMATION,
            ulTotalPrivateMemory: CK_UNAVAILABLE_INFORMATION,
            ulFreePrivateMemory: CK_UNAVAILABLE_INFORMATION,
            hardwareVersion: CK_VERSION { major: 0, minor: 0 },
            firmwareVersion: version(&provider),
            utcTime: [b' '; 16],
        })
    }

    /// The mechanisms of a slot, asked of the provider once.
    pub(crate) fn mechanisms(&self, slot: CK_SLOT_ID) -> Result<Mechanisms> {
        let number = self.slot(slot)?.id;
        if let Some(known) = self.offers.lock().get(&number.0) {
            return Ok(Arc::clone(known));
        }
        let offers = offers();
        let probes = offers.iter().flat_map(|offer| &offer.probes);
        let questions =
            probes.map(|(check_type, attributes)| CanDoCrypto { check_type: *check_type, attributes: *attributes });
        let client = self.client.with_provider(number);
        let mut answers = client.pipeline(questions.collect(), DEPTH)?.into_iter();
        let mut known = Vec::new();
        for offer in offers {
            let mut is_offered = offer.probes.is_empty();
            for answer in answers.by_ref().take(offer.probes.len()) {
                match answer {
                    Ok(_) => is_offered = true,
                    Err(error) if error.status() == Some(Status::PsaErrorNotSupported) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            if is_offered {
                known.push((offer.mechanism, offer.info));
            }
        }
        let known = Arc::new(known);
        self.offers.lock().insert(number.0, Arc::clone(&known));
        Ok(known)
    }

    /// What C_GetMechanismInfo tells.
    pub(crate) fn mechanism_info(&self, slot: CK_SLOT_ID, mechanism: CK_MECHANISM_TYPE) -> Result<CK_MECHANISM_INFO> {
        let known = self.mechanisms(slot)?;
        match known.iter().find(|(one, _)| *one == mechanism) {
            Some((_, info)) => Ok(*info),
            None => refuse(CKR_MECHANISM_INVALID),
        }
    }

    /// Who the service takes this process for.
    fn who(&self) -> Result<String> {
        match &self.credential {
            Credential::Token(source) => {
                let token = source.token(Deadline::after(PATIENCE))?;
                subject(token.bytes()).ok_or(Refusal(CKR_DEVICE_ERROR))
            }
            _ => Ok(format!("uid:{}", rustix::process::geteuid().as_raw())),
        }
    }
}

/// The subject of a token, which is the identity. Only a name is made of it: nothing is believed.
fn subject(token: &[u8]) -> Option<String> {
    let claims = std::str::from_utf8(token).ok()?.split('.').nth(1)?;
    let claims: serde_json::Value = serde_json::from_slice(&Base64UrlUnpadded::decode_vec(claims).ok()?).ok()?;
    Some(claims.get("sub")?.as_str()?.to_owned())
}

fn kind(provider: &ProviderInfo) -> &'static str {
    KINDS.iter().find(|(uuid, _)| *uuid == provider.uuid).map_or("provider", |(_, kind)| kind)
}

/// The further providers of a kind are told apart by their numbers.
fn label(provider: &ProviderInfo) -> String {
    let kind = kind(provider);
    if provider.id.is_defined(false) {
        format!("keystead {kind}")
    } else {
        format!("keystead {kind} {}", provider.id.0)
    }
}

fn serial(provider: &ProviderInfo, who: &str) -> String {
    let digest = Sha256::digest(format!("keystead\0{}\0{}\0{who}", provider.id.0, provider.uuid).as_bytes());
    hex(&digest[..8])
}

fn version(provider: &ProviderInfo) -> CK_VERSION {
    let (major, minor, _) = provider.version;
    CK_VERSION { major: major.try_into().unwrap_or(u8::MAX), minor: minor.try_into().unwrap_or(u8::MAX) }
}

/// Text in a field of fixed length: whole characters, then blanks.
pub(crate) fn padded<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    let mut field = [b' '; LENGTH];
    let end = (0..=text.len().min(LENGTH)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    field[..end].copy_from_slice(&text.as_bytes()[..end]);
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(padded::<4>("ab"), *b"ab  ");
        assert_eq!(padded::<4>("abc\u{e9}"), *b"abc ");
    }

    #[test]
    fn the_subject_of_a_token_is_read_and_nothing_of_what_is_none() {
        let token = format!("e30.{}.c2ln", Base64UrlUnpadded::encode_string(br#"{"sub":"spiffe://td/app"}"#));
        assert_eq!(subject(token.as_bytes()).as_deref(), Some("spiffe://td/app"));
        for other in [&b"a.b.c"[..], b"", b"e30.e30.e30"] {
            assert_eq!(subject(other), None);
        }
    }
}
