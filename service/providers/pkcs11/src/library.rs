//! Modules: each is loaded and initialised once, and shared by all its slots.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use parking_lot::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::error::CallError;
use crate::limits::RESTART_PAUSE;
use crate::raw::Functions;

/// All modules of the process, each initialised once however many slots of it are used. It must live as long as the
/// process does, and be kept when the configuration is read again.
#[derive(Default)]
pub struct Libraries {
    by_path: Mutex<HashMap<PathBuf, Arc<Library>>>,
}

impl Libraries {
    /// No modules yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The module at this path. It is loaded when it is first used. If `thread_safe` is false, the module is entered by one
    /// thread at a time from now on, also for its other slots.
    pub fn library(&self, path: &Path, thread_safe: bool) -> Arc<Library> {
        // Two names of one file are one module, which refuses to be initialised twice.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut by_path = self.by_path.lock();
        let library = by_path.entry(path.clone()).or_insert_with(|| Arc::new(Library::new(path)));
        if !thread_safe {
            library.thread_safe.store(false, Ordering::Relaxed);
        }
        Arc::clone(library)
    }
}

/// A module: a shared object that speaks PKCS#11.
pub struct Library {
    path: PathBuf,
    thread_safe: AtomicBool,
    /// How many of its tokens are logged in to.
    pub(crate) logins: AtomicUsize,
    module: RwLock<Module>,
}

/// What is known of a module while it is entered.
#[derive(Default)]
pub(crate) struct Module {
    /// Never taken out of memory again: many modules do not survive it.
    memory: Option<Loaded>,
    initialized: bool,
    /// How often it was initialised: sessions of an earlier time are void.
    pub(crate) start: u64,
    restarted: Option<Instant>,
}

/// A module in memory.
#[derive(Clone)]
pub(crate) struct Loaded {
    pub(crate) safe: Pkcs11,
    pub(crate) raw: Arc<Functions>,
}

/// A module that is entered: it is not finalised meanwhile.
pub(crate) enum Entered<'a> {
    Shared(RwLockReadGuard<'a, Module>),
    Alone(RwLockWriteGuard<'a, Module>),
}

impl Library {
    fn new(path: PathBuf) -> Self {
        Library { path, thread_safe: AtomicBool::new(true), logins: AtomicUsize::new(0), module: RwLock::default() }
    }

    /// Enters the module for calls. It must not be entered twice by one thread.
    pub(crate) fn enter(&self) -> Entered<'_> {
        if self.thread_safe.load(Ordering::Relaxed) {
            Entered::Shared(self.module.read())
        } else {
            Entered::Alone(self.module.write())
        }
    }

    /// Loads and initialises the module if that was not done yet, and says whether this was the time.
    pub(crate) fn start(&self) -> Result<bool, CallError> {
        // Nobody who works with another token of it is to wait for this.
        if self.module.read().initialized {
            return Ok(false);
        }
        let mut module = self.module.write();
        if module.initialized {
            return Ok(false);
        }
        let loaded = match module.memory.clone() {
            Some(loaded) => loaded,
            None => self.load()?,
        };
        module.memory = Some(loaded.clone());
        self.initialize(&loaded.safe)?;
        module.initialized = true;
        module.start += 1;
        Ok(true)
    }

    /// Finalises the module and initialises it again, so that it looks for tokens anew; all sessions of all its slots
    /// are void then. It is not done if somebody did since `start`, nor too often while other tokens are logged in to. Says
    /// whether tokens may now be found that were not before.
    pub(crate) fn restart(&self, start: u64) -> Result<bool, CallError> {
        // To ask comes first, without stopping those who work with other tokens.
        let asked = self.spared(&self.module.read(), start);
        if let Some(may_be_found) = asked {
            return Ok(may_be_found);
        }
        let mut module = self.module.write();
        if let Some(may_be_found) = self.spared(&module, start) {
            return Ok(may_be_found);
        }
        let Some(loaded) = module.memory.clone() else { return Ok(false) };
        module.restarted = Some(Instant::now());
        module.initialized = false;
        module.start += 1;
        stop(&loaded.safe);
        self.initialize(&loaded.safe)?;
        module.initialized = true;
        Ok(true)
    }

    /// What [`Library::restart`] says if it is not to be done; None if it is.
    fn spared(&self, module: &Module, start: u64) -> Option<bool> {
        if module.start != start || !module.initialized {
            return Some(module.initialized);
        }
        let is_shared = self.logins.load(Ordering::Relaxed) > 0;
        let is_recent = module.restarted.is_some_and(|last| last.elapsed() < RESTART_PAUSE);
        (is_shared && is_recent).then_some(false)
    }

    fn load(&self) -> Result<Loaded, CallError> {
        let raw = Functions::load(&self.path)?;
        let safe = Pkcs11::new(&self.path)?;
        Ok(Loaded { safe, raw: Arc::new(raw) })
    }

    fn initialize(&self, module: &Pkcs11) -> Result<(), CallError> {
        if self.thread_safe.load(Ordering::Relaxed) {
            match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
                Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => return Ok(()),
                Err(Error::Pkcs11(RvError::CantLock, _)) => {
                    log::warn!(
                        "the module cannot be used by several threads at once; calls are made one after another"
                    );
                    self.thread_safe.store(false, Ordering::Relaxed);
                }
                Err(error) => return Err(error.into()),
            }
        }
        match module.initialize(CInitializeArgs::new(CInitializeFlags::empty())) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        let module = self.module.get_mut();
        if let Some(loaded) = module.loaded() {
            stop(&loaded.safe);
        }
    }
}

fn stop(module: &Pkcs11) {
    match module.clone().finalize() {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiNotInitialized, _)) => {}
        Err(error) => log::warn!("the module did not stop: {error}"),
    }
}

impl Module {
    /// The module, if it is initialised.
    pub(crate) fn loaded(&self) -> Option<&Loaded> {
        self.memory.as_ref().filter(|_| self.initialized)
    }
}

impl std::ops::Deref for Entered<'_> {
    type Target = Module;

    fn deref(&self) -> &Module {
        match self {
            Entered::Shared(module) => module,
            Entered::Alone(module) => module,
        }
    }
}
