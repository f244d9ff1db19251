//! The TPM as the rest of the provider uses it: commands in turn over one connection, which is made again if it breaks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use keystead_provider::{ErrorKind, Key, KeyTag, ProviderError, TokenIdentity};
use parking_lot::{Mutex, RwLock};
use tss_esapi::handles::KeyHandle;
use tss_esapi::{Context, Result};

use crate::blob::Blob;
use crate::connection::Connection;
use crate::error::{Remedy, is_lockout, provider_error, remedy};
use crate::limits::{
    COMMAND, CONNECTION, CREATION, FIRST_RECONNECTION_AFTER, FIRST_REPETITION_AFTER, LAST_RECONNECTION_AFTER,
    LOADED_KEYS, REPETITIONS, TURN,
};
use crate::properties::Properties;
use crate::settings::Settings;
use crate::watch::Watch;

/// The TPM. Whatever it is asked is repeated if the connection breaks meanwhile: nothing that we ask leaves anything in it.
pub(crate) struct Tpm {
    settings: Settings,
    watch: Watch,
    line: Mutex<Line>,
    /// Why it cannot be used; none if it can.
    trouble: Mutex<Option<ProviderError>>,
    /// What it implements, once that is known.
    properties: RwLock<Option<Arc<Properties>>>,
}

/// The connection, with what is known from those before.
#[derive(Default)]
struct Line {
    connection: Option<Connection>,
    /// The TPM that was connected last.
    identity: Option<TokenIdentity>,
    failed: Option<Failure>,
    /// Whether the log has been told of the lock-out.
    lockout_is_known: bool,
}

/// The last attempt to connect, which failed.
struct Failure {
    at: Instant,
    /// How many failed, without one that succeeded.
    times: u32,
    error: ProviderError,
}

impl Tpm {
    /// Not connected yet.
    pub(crate) fn new(settings: Settings) -> Self {
        let trouble = ProviderError::new(ErrorKind::CommunicationFailure, "the TPM has not been connected yet");
        Tpm {
            watch: Watch::over(settings.tcti.name_and_configuration()),
            settings,
            line: Mutex::default(),
            trouble: Mutex::new(Some(trouble)),
            properties: RwLock::new(None),
        }
    }

    /// What the TPM implements; none while it was never connected.
    pub(crate) fn properties(&self) -> Option<Arc<Properties>> {
        self.properties.read().clone()
    }

    /// See [`Settings::implicit_rejection`].
    pub(crate) fn rejects_implicitly(&self) -> bool {
        self.settings.implicit_rejection
    }

    /// Runs commands that need no key and no authorisation: no session is set. `name` is the command's for the log.
    pub(crate) fn with_context<T>(
        &self,
        name: &'static str,
        mut command: impl FnMut(&mut Context) -> Result<T>,
    ) -> std::result::Result<T, ProviderError> {
        self.run(name, COMMAND, &mut |connection| {
            connection.context.clear_sessions();
            command(&mut connection.context)
        })
    }

    /// Runs commands with a key, whose authorisation is set (session 1). A command that needs none, for example one with
    /// the public half, must be run by `execute_without_session`.
    pub(crate) fn with_key<T>(
        &self,
        name: &'static str,
        key: &Key<'_>,
        mut command: impl FnMut(&mut Context, KeyHandle) -> Result<T>,
    ) -> std::result::Result<T, ProviderError> {
        self.with_keys(name, [key], |context, [handle]| command(context, handle))
    }

    /// The same with commands that may take as long as making a key does.
    pub(crate) fn with_key_at_length<T>(
        &self,
        name: &'static str,
        key: &Key<'_>,
        mut command: impl FnMut(&mut Context, KeyHandle) -> Result<T>,
    ) -> std::result::Result<T, ProviderError> {
        self.use_keys(name, CREATION, [key], &mut |context, [handle]| command(context, handle))
    }

    /// The same with several keys, which are all loaded at the same time.
    pub(crate) fn with_keys<const COUNT: usize, T>(
        &self,
        name: &'static str,
        keys: [&Key<'_>; COUNT],
        mut command: impl FnMut(&mut Context, [KeyHandle; COUNT]) -> Result<T>,
    ) -> std::result::Result<T, ProviderError> {
        self.use_keys(name, COMMAND, keys, &mut command)
    }

    fn use_keys<const COUNT: usize, T>(
        &self,
        name: &'static str,
        limit: Duration,
        keys: [&Key<'_>; COUNT],
        command: &mut dyn FnMut(&mut Context, [KeyHandle; COUNT]) -> Result<T>,
    ) -> std::result::Result<T, ProviderError> {
        let mut blobs = Vec::with_capacity(COUNT);
        for key in keys {
            blobs.push((key.tag, Blob::of(key)?));
        }
        let blobs: [(KeyTag, &Blob); COUNT] =
            blobs.try_into().map_err(|_| ProviderError::corruption("keys were lost on the way"))?;
        self.run(name, limit, &mut |connection| connection.use_keys(blobs, command))
    }

    /// Runs commands with the primary, whose authorisation is set (session 1).
    pub(crate) fn with_primary<T>(
        &self,
        name: &'static str,
        mut command: impl FnMut(&mut Context, KeyHandle) -> Result<T>,
    ) -> std::result::Result<T, ProviderError> {
        self.run(name, CREATION, &mut |connection| connection.use_primary(&mut command))
    }

    /// Unloads a key that is not needed any more, if it is loaded. If the TPM cannot be reached, there is nothing to do.
    pub(crate) fn forget(&self, tag: KeyTag) {
        let Some(mut line) = self.line.try_lock_for(TURN) else { return };
        let _watched = self.watch.begin(COMMAND);
        if let Some(connection) = &mut line.connection
            && let Err(fault) = connection.unload(tag)
        {
            log::info!("{}", provider_error("TPM2_FlushContext", fault));
        }
    }

    /// Connects, if that is needed, unless the last failure is too fresh.
    pub(crate) fn connect(&self) -> std::result::Result<TokenIdentity, ProviderError> {
        let mut line = self.line.try_lock_for(TURN).ok_or_else(hangs)?;
        if self.health().is_ok()
            && let Some(connection) = &mut line.connection
        {
            // A TPM that nobody is allowed to use would not be missed by anybody else.
            let watched = self.watch.begin(COMMAND);
            let is_the_same = connection.is_the_same();
            drop(watched);
            if is_the_same {
                return Ok(connection.identity.clone());
            }
        }
        let identity = self.reconnect(&mut line)?;
        *self.trouble.lock() = None;
        Ok(identity)
    }

    /// Whether it can be used, as far as is known.
    pub(crate) fn health(&self) -> std::result::Result<(), ProviderError> {
        self.trouble.lock().clone().map_or(Ok(()), Err)
    }

    /// Runs commands in their turn, each within `limit`, with all that can be done for them if they fail.
    fn run<T>(
        &self,
        name: &'static str,
        limit: Duration,
        command: &mut dyn FnMut(&mut Connection) -> Result<T>,
    ) -> std::result::Result<T, ProviderError> {
        let mut line = self.line.try_lock_for(TURN).ok_or_else(hangs)?;
        let mut reconnected = false;
        let mut repetitions = 0;
        let mut freed = 0;
        loop {
            let Some(connection) = line.connection.as_mut() else {
                self.repair(&mut line)?;
                reconnected = true;
                continue;
            };
            let watched = self.watch.begin(limit);
            let result = command(connection);
            drop(watched);
            let fault = match result {
                Ok(result) => {
                    line.lockout_is_known = false;
                    return Ok(result);
                }
                Err(fault) => fault,
            };
            match remedy(fault) {
                Remedy::Repeat if repetitions < REPETITIONS => {
                    std::thread::sleep(FIRST_REPETITION_AFTER * 2_u32.pow(repetitions));
                    repetitions += 1;
                }
                // A command that needs more slots than there are would free that of its own key again and again.
                Remedy::FreeSlot
                    if freed < LOADED_KEYS
                        && connection.free_slot().map_err(|fault| provider_error(name, fault))? =>
                {
                    freed += 1;
                }
                // Connecting frees the slots that another program has taken, which only happens without a resource manager.
                Remedy::FreeSlot | Remedy::Reconnect if !reconnected => {
                    log::warn!("{}; connecting again", provider_error(name, fault));
                    self.repair(&mut line)?;
                    reconnected = true;
                }
                what => {
                    let error = provider_error(name, fault);
                    if what == Remedy::Reconnect {
                        let _watched = self.watch.begin(CONNECTION);
                        line.connection = None;
                        *self.trouble.lock() = Some(error.clone());
                    }
                    if is_lockout(fault) && !std::mem::replace(&mut line.lockout_is_known, true) {
                        log_lockout(&mut line);
                    }
                    return Err(error);
                }
            }
        }
    }

    /// Connects again in the middle of a request. It goes on only with the TPM with which it began.
    fn repair(&self, line: &mut Line) -> std::result::Result<(), ProviderError> {
        let (before, properties) = (line.identity.clone(), self.properties());
        let identity = self.reconnect(line)?;
        if before.as_ref().is_some_and(|before| *before != identity) {
            // What waits in line was meant for the one before, too.
            let _watched = self.watch.begin(CONNECTION);
            line.connection = None;
            line.identity = before;
            *self.properties.write() = properties;
            let error = ProviderError::new(ErrorKind::CommunicationFailure, "there is another TPM now");
            *self.trouble.lock() = Some(error.clone());
            return Err(error);
        }
        *self.trouble.lock() = None;
        Ok(())
    }

    /// Connects again, unless the last failure is too fresh.
    fn reconnect(&self, line: &mut Line) -> std::result::Result<TokenIdentity, ProviderError> {
        if let Some(failure) = &line.failed
            && failure.at.elapsed() < pause(failure.times)
        {
            return Err(failure.error.clone());
        }
        let _watched = self.watch.begin(CONNECTION);
        // What was loaded is unloaded through it, if it works.
        line.connection = None;
        match Connection::open(&self.settings, line.identity.as_ref().zip(self.properties())) {
            Ok(connection) => {
                let identity = connection.identity.clone();
                *self.properties.write() = Some(Arc::clone(&connection.properties));
                line.identity = Some(identity.clone());
                line.connection = Some(connection);
                line.failed = None;
                Ok(identity)
            }
            Err(fault) => {
                let error = cannot_connect(fault);
                let times = line.failed.take().map_or(0, |failure| failure.times.saturating_add(1));
                line.failed = Some(Failure { at: Instant::now(), times, error: error.clone() });
                *self.trouble.lock() = Some(error.clone());
                Err(error)
            }
        }
    }
}

impl Drop for Tpm {
    fn drop(&mut self) {
        let _watched = self.watch.begin(CONNECTION);
        self.line.get_mut().connection = None;
    }
}

/// Whatever the reason is, for example a wrong authorisation value of the owner: the TPM cannot be used now.
fn cannot_connect(fault: tss_esapi::Error) -> ProviderError {
    let error = provider_error("connecting to the TPM", fault);
    match error.kind {
        ErrorKind::Busy => error,
        _ => ProviderError { kind: ErrorKind::CommunicationFailure, ..error },
    }
}

/// How long nobody tries again after so many failures, the first of which is number 0.
fn pause(failures: u32) -> Duration {
    FIRST_RECONNECTION_AFTER.saturating_mul(2_u32.saturating_pow(failures)).min(LAST_RECONNECTION_AFTER)
}

/// Another request has held the TPM for longer than any command takes.
fn hangs() -> ProviderError {
    ProviderError::new(ErrorKind::CommunicationFailure, "the TPM does not answer")
}

/// Tells the log how long the TPM will refuse authorisation values. It lets one more be tried after each interval.
fn log_lockout(line: &mut Line) {
    let Some(connection) = &mut line.connection else { return };
    let lockout = connection.lockout().unwrap_or_default();
    log::warn!(
        "the TPM is locked out after {} wrong authorisation values; it forgives one every {} s, and an operator clears it \
         with tpm2_dictionarylockout --clear-lockout",
        lockout.counter,
        lockout.interval
    );
}
