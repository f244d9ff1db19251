//! One connection to a TPM that is ready for use: with the primary made, and with the keys that were loaded through it.

use std::sync::Arc;

use keystead_provider::{KeyTag, TokenIdentity};
use tss_esapi::attributes::SessionAttributesBuilder;
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as Code;
use tss_esapi::constants::tss::{TPM2_LOADED_SESSION_FIRST, TPM2_TRANSIENT_FIRST};
use tss_esapi::constants::{CapabilityType, PropertyTag, SessionType, StartupType};
use tss_esapi::handles::{KeyHandle, ObjectHandle};
use tss_esapi::interface_types::algorithm::HashingAlgorithm;
use tss_esapi::interface_types::session_handles::AuthSession;
use tss_esapi::structures::{Auth, CapabilityData, SymmetricDefinition};
use tss_esapi::{Context, Result};

use crate::blob::Blob;
use crate::error;
use crate::loaded::Loaded;
use crate::primary;
use crate::properties::{Properties, property};
use crate::settings::Settings;

/// One connection to a TPM.
pub(crate) struct Connection {
    pub(crate) context: Context,
    /// The parent of all keys.
    pub(crate) primary: KeyHandle,
    pub(crate) identity: TokenIdentity,
    pub(crate) properties: Arc<Properties>,
    loaded: Loaded,
    /// What authorises the use of a key: its authorisation value itself, or a session that also encrypts.
    session: AuthSession,
}

impl Connection {
    /// Connects, and makes the primary. What the TPM implements is asked unless it is the one that is known.
    pub(crate) fn open(settings: &Settings, known: Option<(&TokenIdentity, Arc<Properties>)>) -> Result<Connection> {
        let mut context = Context::new(settings.tcti.name_and_configuration().clone())?;
        match flush_what_is_left(&mut context) {
            // Nobody has started it. If somebody has meanwhile, the TPM says the same again, which is no error.
            Err(fault) if error::kind(fault) == Some(Code::Initialize) => {
                context.startup(StartupType::Clear)?;
                flush_what_is_left(&mut context)?;
            }
            other => other?,
        }
        if let Some(auth) = &settings.owner_auth {
            context.tr_set_auth(ObjectHandle::Owner, Auth::try_from(auth.expose().as_slice())?)?;
        }
        let (primary, identity) = primary::make(&mut context)?;
        let properties = match known {
            Some((known, properties)) if *known == identity => properties,
            _ => Arc::new(Properties::ask(&mut context)?),
        };
        let session = match settings.encrypted_sessions {
            true => encrypting_session(&mut context, primary)?,
            false => AuthSession::Password,
        };
        Ok(Connection { context, primary, identity, properties, loaded: Loaded::default(), session })
    }

    /// Lets keys, which are loaded if they are not, be used by a command. The session for their authorisation is set.
    pub(crate) fn use_keys<const COUNT: usize, T>(
        &mut self,
        keys: [(KeyTag, &Blob); COUNT],
        command: &mut dyn FnMut(&mut Context, [KeyHandle; COUNT]) -> Result<T>,
    ) -> Result<T> {
        self.context.set_sessions((Some(self.session), None, None));
        let mut handles = [self.primary; COUNT];
        for (place, (tag, blob)) in keys.into_iter().enumerate() {
            handles[place] = match self.loaded.find(tag) {
                Some(handle) => handle,
                None => self.loaded.load(&mut self.context, self.primary, (tag, blob), place)?,
            };
        }
        command(&mut self.context, handles)
    }

    /// Lets a command use the primary. The session for its authorisation is set.
    pub(crate) fn use_primary<T>(
        &mut self,
        command: &mut dyn FnMut(&mut Context, KeyHandle) -> Result<T>,
    ) -> Result<T> {
        self.context.set_sessions((Some(self.session), None, None));
        command(&mut self.context, self.primary)
    }

    /// Unloads the key that was used least recently. Says whether there was one.
    pub(crate) fn free_slot(&mut self) -> Result<bool> {
        self.context.clear_sessions();
        self.loaded.free(&mut self.context, 0)
    }

    /// Unloads a key, if it is loaded.
    pub(crate) fn unload(&mut self, tag: KeyTag) -> Result<()> {
        self.context.clear_sessions();
        self.loaded.unload(&mut self.context, tag)
    }

    /// Whether the TPM answers, and is still the one with the primary: some TCTIs connect anew for every command, so that
    /// another TPM may be there by now.
    pub(crate) fn is_the_same(&mut self) -> bool {
        self.context.clear_sessions();
        let known = self.context.tr_get_name(self.primary.into());
        let found = self.context.read_public(self.primary);
        matches!((known, found), (Ok(known), Ok((_, found, _))) if known.value() == found.value())
    }

    /// Where the lock-out stands.
    pub(crate) fn lockout(&mut self) -> Result<Lockout> {
        self.context.clear_sessions();
        let counter = property(&mut self.context, PropertyTag::LockoutCounter)?;
        let interval = property(&mut self.context, PropertyTag::LockoutInterval)?;
        Ok(Lockout { counter: counter.unwrap_or(0), interval: interval.unwrap_or(0) })
    }
}

/// Where the lock-out stands (TPM 2.0 part 1, 19.8).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lockout {
    /// Wrong authorisation values that are not forgiven yet.
    pub(crate) counter: u32,
    /// Seconds until one is forgiven.
    pub(crate) interval: u32,
}

/// Frees the slots of what a connection that broke has left. A resource manager shows us our own alone; without one, the
/// TPM is ours alone.
fn flush_what_is_left(context: &mut Context) -> Result<()> {
    for first in [TPM2_TRANSIENT_FIRST, TPM2_LOADED_SESSION_FIRST] {
        let (CapabilityData::Handles(handles), _) =
            context.get_capability(CapabilityType::Handles, first, HANDLES_AT_ONCE)?
        else {
            continue;
        };
        for handle in handles.into_inner() {
            let object = context.tr_from_tpm_public(handle)?;
            context.flush_context(object)?;
        }
    }
    Ok(())
}

/// More than a TPM has slots.
const HANDLES_AT_ONCE: u32 = 64;

/// A session that authenticates commands and encrypts their first parameters, under a secret that only the TPM can read.
fn encrypting_session(context: &mut Context, primary: KeyHandle) -> Result<AuthSession> {
    let session = context
        .start_auth_session(
            Some(primary),
            None,
            None,
            SessionType::Hmac,
            SymmetricDefinition::AES_128_CFB,
            HashingAlgorithm::Sha256,
        )?
        .ok_or(tss_esapi::Error::WrapperError(tss_esapi::WrapperErrorKind::WrongValueFromTpm))?;
    let (attributes, mask) =
        SessionAttributesBuilder::new().with_decrypt(true).with_encrypt(true).with_continue_session(true).build();
    context.tr_sess_set_attributes(session, attributes, mask)?;
    Ok(session)
}
