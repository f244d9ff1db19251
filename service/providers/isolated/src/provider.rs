//! A provider that is asked in another process.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keystead_interface::algorithm::Algorithm;
use keystead_interface::secret::SecretBytes;
use keystead_provider::{
    Capabilities, ErrorKind, Key, KeyVault, Provider, ProviderError, ProviderInfo, TokenIdentity, Work,
};
use parking_lot::{Mutex, RwLock};

use crate::limits::{FIRST_PAUSE, LONGEST_PAUSE};
use crate::process::{Process, Start};
use crate::request::{Fields, Op, garbled, name, written};
use crate::{answer, request};

/// How a provider is isolated.
pub struct Settings {
    /// The provider's name, for the log.
    pub name: String,
    /// The one argument with which this program, started again, calls [`crate::serve`].
    pub argument: OsString,
    /// What provider the process is to serve, in the words of whoever calls [`crate::serve`]. It may hold a PIN.
    pub provider: SecretBytes,
    /// How many requests are done at the same time. Whoever asks for more than that at once has the next ones there when
    /// the first are done.
    pub threads: u16,
    /// How long a request may take before the process is taken for hung and killed, what it waits for others included.
    pub patience: Duration,
}

/// What is known here of the provider there.
pub struct Face {
    /// It is asked what it is and what it can do, and does what takes nothing but a key's handle: it hashes, and tells public
    /// keys. It is never connected.
    pub provider: Arc<dyn Provider>,
    /// Tells it what the provider there offers, in the words of [`crate::Served::offered`].
    pub learn: Learn,
}

/// See [`Face::learn`].
pub type Learn = Box<dyn Fn(&[u8]) -> Result<(), ProviderError> + Send + Sync>;

/// A provider in a process of its own. It is the [`Face`] with other people's hands.
pub struct IsolatedProvider {
    settings: Settings,
    face: Face,
    current: RwLock<Option<Arc<Running>>>,
    starts: Mutex<Starts>,
}

/// A process, and how the provider in it is.
struct Running {
    process: Process,
    health: Mutex<Health>,
}

/// How a provider is, as it said last.
struct Health {
    /// Whether it was connected once, in this process.
    connected: bool,
    trouble: Option<ProviderError>,
}

/// When the process may be started again.
#[derive(Default)]
struct Starts {
    pause: Option<Duration>,
    next: Option<Instant>,
    failure: Option<ProviderError>,
}

impl IsolatedProvider {
    /// A provider whose process is started when it is first connected.
    pub fn new(settings: Settings, face: Face) -> Self {
        IsolatedProvider { settings, face, current: RwLock::default(), starts: Mutex::default() }
    }

    /// What the provider there can do.
    pub(crate) fn shown(&self) -> Capabilities<'_> {
        self.face.provider.capabilities()
    }

    /// The provider's vault, for what it can do.
    pub(crate) fn shown_vault(&self) -> &dyn KeyVault {
        self.face.provider.vault()
    }

    /// Has something done with a key.
    pub(crate) fn use_key(
        &self,
        op: Op,
        key: Key<'_>,
        algorithm: Option<Algorithm>,
        inputs: [&[u8]; 3],
    ) -> Result<SecretBytes, ProviderError> {
        let name = key.prepared(|_| Ok(name(key.tag, key.attributes)))?;
        let algorithm = algorithm.map(written).unwrap_or_default();
        let fields = request::Fields { key: name, handle: key.handle.0.expose(), algorithm: &algorithm, inputs };
        self.ask(op, fields, |[result, _, _]| Ok(SecretBytes::new(result.to_vec())))
    }

    /// Asks the provider there, if it is connected, and reads what it answers.
    pub(crate) fn ask<T>(
        &self,
        op: Op,
        fields: Fields<'_>,
        read: impl FnOnce([&[u8]; 3]) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let running = self.current.read().clone().ok_or_else(not_started)?;
        if !running.health.lock().connected {
            return Err(running.health().err().unwrap_or_else(not_started));
        }
        running.process.ask(op as u8, fields.to_array(), |message| {
            let (answer, health) = answer::read(&message);
            running.health.lock().trouble = health.err();
            answer.and_then(read)
        })?
    }

    /// The process, started if there is none, unless the last one was started just now.
    fn running(&self) -> Result<Arc<Running>, ProviderError> {
        let mut starts = self.starts.lock();
        let former = self.current.read().clone();
        if let Some(former) = former {
            let Err(why) = former.process.runs() else { return Ok(former) };
            starts.failure = Some(why);
            if former.process.lasted() {
                *starts = Starts::default();
            }
        }
        if starts.next.is_some_and(|next| Instant::now() < next) {
            return Err(starts.failure.clone().unwrap_or_else(not_started));
        }
        let pause = starts.pause.map_or(FIRST_PAUSE, |pause| (2 * pause).min(LONGEST_PAUSE));
        starts.pause = Some(pause);
        starts.next = Some(Instant::now() + pause);
        let Settings { name, argument, provider, threads, patience } = &self.settings;
        let process = Process::start(&Start { name, argument, provider, threads: *threads, patience: *patience });
        let process = process.inspect_err(|why| starts.failure = Some(why.clone()))?;
        let health = Mutex::new(Health { connected: false, trouble: None });
        let running = Arc::new(Running { process, health });
        *self.current.write() = Some(Arc::clone(&running));
        Ok(running)
    }
}

impl Running {
    fn health(&self) -> Result<(), ProviderError> {
        self.process.runs()?;
        match &*self.health.lock() {
            Health { trouble: Some(trouble), .. } => Err(trouble.clone()),
            Health { connected: true, .. } => Ok(()),
            Health { connected: false, .. } => Err(not_started()),
        }
    }
}

impl Provider for IsolatedProvider {
    fn info(&self) -> &ProviderInfo {
        self.face.provider.info()
    }

    fn vault(&self) -> &dyn KeyVault {
        self
    }

    fn capabilities(&self) -> Capabilities<'_> {
        let shown = self.shown();
        Capabilities {
            signing: shown.signing.and(Some(self)),
            asymmetric_encryption: shown.asymmetric_encryption.and(Some(self)),
            aead: shown.aead.and(Some(self)),
            cipher: shown.cipher.and(Some(self)),
            mac: shown.mac.and(Some(self)),
            hash: shown.hash,
            key_agreement: shown.key_agreement.and(Some(self)),
            random: shown.random.and(Some(self)),
            adoption: shown.adoption.and(Some(self)),
            sealing: shown.sealing.and(Some(self)),
            // What TPMs alone do: they have no modules that crash.
            ..Capabilities::default()
        }
    }

    /// Never: another process may take any time for anything.
    fn is_quick(&self, _work: Work<'_>) -> bool {
        false
    }

    fn connect(&self) -> Result<Option<TokenIdentity>, ProviderError> {
        let running = self.running()?;
        let connected = running.process.ask(Op::Connect as u8, Fields::default().to_array(), |message| {
            let (answer, health) = answer::read(&message);
            let [identity, is_known, offered] = answer?;
            (self.face.learn)(offered)?;
            let identity = std::str::from_utf8(identity).map_err(|_| garbled())?;
            Ok(((!is_known.is_empty()).then(|| TokenIdentity(identity.to_owned())), health))
        })?;
        let mut known = running.health.lock();
        match connected {
            Ok((identity, health)) => {
                *known = Health { connected: true, trouble: health.err() };
                Ok(identity)
            }
            Err(error) => {
                known.trouble = Some(ProviderError::clone(&error));
                Err(error)
            }
        }
    }

    fn health(&self) -> Result<(), ProviderError> {
        self.current.read().as_ref().ok_or_else(not_started)?.health()
    }
}

fn not_started() -> ProviderError {
    ProviderError::new(ErrorKind::CommunicationFailure, "the provider's process was not started yet")
}
