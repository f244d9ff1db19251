//! Whether a provider may be asked now: connected, to the token that its keys are in, and with nothing half-made of before.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keystead_interface::status::Status;
use keystead_keystore::{KeyStore, StoreError};
use keystead_provider::{ErrorKind, Provider, ProviderError, TokenIdentity};
use parking_lot::Mutex;

use crate::error::Failure;
use crate::recovery::{self, HalfMade};
use crate::schedule::{Duration, Workers};

/// A provider's way to being asked. What is asked of a provider that is not ready makes it ready first, or fails.
pub struct Readiness {
    /// Its name in the configuration.
    name: String,
    store: Arc<dyn KeyStore>,
    /// Keys that are to be destroyed when the token can be reached.
    half_made: Arc<HalfMade>,
    /// Set while the token that was found is the one that the keys are in. A provider that lost it says so in its health.
    verified: AtomicBool,
    /// Set once it was ready: from then on, what it can do is known.
    known: AtomicBool,
    /// Whose token stands there.
    token: Arc<Whose>,
    /// One request connects, and those that came meanwhile see what came of it.
    connecting: tokio::sync::Mutex<()>,
    /// Why it is not ready, as it was logged last; and the token that stands where another is expected.
    trouble: Mutex<Trouble>,
}

#[derive(Default)]
struct Trouble {
    reason: Option<Cow<'static, str>>,
    other_token: Option<String>,
    /// How many attempts failed so far, and how the last one did.
    failures: u64,
    status: Option<Status>,
}

/// The token that the keys are in, as it was verified last. What was queued for it must not reach another one.
#[derive(Default)]
pub struct Whose {
    verified: Mutex<Option<String>>,
    is_other: AtomicBool,
}

impl Whose {
    /// On the thread that has connected, so that no work for the former token comes in between.
    fn saw(&self, found: &str) {
        let is_other = self.verified.lock().as_ref().is_some_and(|verified| verified != found);
        self.is_other.store(is_other, Ordering::Release);
    }

    fn is_verified(&self, found: String) {
        *self.verified.lock() = Some(found);
        self.is_other.store(false, Ordering::Release);
    }

    /// Fails while another token is connected than the one that the keys are in.
    pub fn check(&self) -> Result<(), ProviderError> {
        if self.is_other.load(Ordering::Acquire) {
            return Err(ProviderError::new(ErrorKind::CommunicationFailure, "another token is in its place"));
        }
        Ok(())
    }
}

impl Readiness {
    /// Nothing is known of the provider of this name yet, but what it was left with.
    pub fn new(name: String, store: Arc<dyn KeyStore>, half_made: Arc<HalfMade>) -> Self {
        Readiness {
            name,
            store,
            half_made,
            verified: AtomicBool::new(false),
            known: AtomicBool::new(false),
            token: Arc::default(),
            connecting: Default::default(),
            trouble: Mutex::default(),
        }
    }

    /// To be checked by work when its turn comes.
    pub fn token(&self) -> &Arc<Whose> {
        &self.token
    }

    /// What is to be destroyed when the token can be reached.
    pub fn half_made(&self) -> &Arc<HalfMade> {
        &self.half_made
    }

    /// Whether it was ready at least once, so that its capabilities are known.
    pub fn is_known(&self) -> bool {
        self.known.load(Ordering::Acquire)
    }

    /// Whether it is ready, as far as is known without asking the token.
    pub fn is_ready(&self, backend: &dyn Provider) -> bool {
        self.verified.load(Ordering::Acquire) && backend.health().is_ok()
    }

    /// Why the provider is not ready; an error of its own comes first.
    pub fn health(&self, backend: &dyn Provider) -> Result<(), String> {
        backend.health().map_err(|error| error.to_string())?;
        match &self.trouble.lock().reason {
            Some(reason) => Err(reason.clone().into_owned()),
            None => Ok(()),
        }
    }

    /// Makes the provider ready, if it is not: connects, compares the token with the one that is remembered, and undoes
    /// what was left half-made. Errors: CommunicationFailure if it cannot be reached or is another token, Busy if it is
    /// overloaded or locked. The first of equal failures is logged as the operator's concern.
    pub async fn make_ready(&self, backend: &Arc<dyn Provider>, workers: &Workers) -> Result<(), Failure> {
        if self.is_ready(&**backend) {
            return Ok(());
        }
        let failures = self.trouble.lock().failures;
        self.make_ready_since(Some(failures), backend, workers).await
    }

    /// The same, unless more than so many attempts have failed when it is this one's turn: behind a token that hangs, each
    /// would wait for all those before it.
    async fn make_ready_since(
        &self,
        failures: Option<u64>,
        backend: &Arc<dyn Provider>,
        workers: &Workers,
    ) -> Result<(), Failure> {
        let _one_at_a_time = self.connecting.lock().await;
        if self.is_ready(&**backend) {
            return Ok(());
        }
        if let Some(failures) = failures
            && let Trouble { failures: now, status: Some(status), reason: Some(reason), .. } = &*self.trouble.lock()
            && *now > failures
        {
            return Err(Failure::new(*status, reason.clone()).told());
        }
        self.verified.store(false, Ordering::Release);
        match self.connect(backend, workers).await {
            Ok(()) => {
                self.verified.store(true, Ordering::Release);
                self.known.store(true, Ordering::Release);
                let before = self.trouble.lock().reason.take();
                if before.is_some() {
                    log::info!(provider = self.name.as_str(); "the provider works again");
                }
                recovery::undo_half_made(&self.half_made, &self.name, &*self.store, backend, workers).await;
                Ok(())
            }
            Err(failure) => Err(self.note(failure)),
        }
    }

    async fn connect(&self, backend: &Arc<dyn Provider>, workers: &Workers) -> Result<(), Failure> {
        self.trouble.lock().other_token = None;
        let (asked, token) = (Arc::clone(backend), Arc::clone(&self.token));
        let connect = move || asked.connect().inspect(|found| found.iter().for_each(|found| token.saw(&found.0)));
        let found = workers.run(None, Duration::Short, connect).await??;
        let Some(TokenIdentity(found)) = found else { return Ok(()) };
        match self.store.remember_token(&self.name, &found).await {
            Ok(()) => {
                self.token.is_verified(found);
                Ok(())
            }
            Err(error @ StoreError::OtherToken { .. }) => {
                let reason = format!(
                    "{error}. Its keys are not touched. Put the former token back, or make this one the provider's with \
                     `keystead providers accept {}`",
                    self.name
                );
                self.trouble.lock().other_token = Some(found);
                Err(Failure::new(Status::PsaErrorCommunicationFailure, reason))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Says once what is wrong, until it is something else.
    fn note(&self, failure: Failure) -> Failure {
        let mut trouble = self.trouble.lock();
        trouble.failures += 1;
        trouble.status = Some(failure.status);
        if trouble.reason.as_ref() != Some(&failure.reason) {
            log::warn!(provider = self.name.as_str(); "the provider is not available: {}", failure.reason);
            trouble.reason = Some(failure.reason.clone());
        }
        failure.told()
    }

    /// An administrator's decision: the token that stands where another was is the provider's from now on. Gives the
    /// former and the new one's identity. DoesNotExist if there is no such token.
    pub async fn accept(&self, backend: &Arc<dyn Provider>, workers: &Workers) -> Result<(String, String), Failure> {
        // It may be the administrator's first look at the new token.
        let looked = self.make_ready(backend, workers).await;
        let Some(found) = self.trouble.lock().other_token.clone() else {
            looked?;
            return Err(Failure::new(Status::PsaErrorDoesNotExist, "no other token stands in this one's place"));
        };
        let former = self.store.token_of(&self.name)?.unwrap_or_default();
        self.store.accept_token(&self.name, &found).await?;
        log::info!(provider = self.name.as_str(); "an administrator accepted another token");
        // Not what came of an attempt that began before.
        self.make_ready_since(None, backend, workers).await?;
        Ok((former, found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_for_one_token_is_kept_from_another_one() {
        let whose = Whose::default();
        whose.saw("first");
        assert!(whose.check().is_ok(), "the first one is nobody else's");
        whose.is_verified("first".to_owned());
        whose.saw("second");
        assert_eq!(whose.check().expect_err("another one").kind, ErrorKind::CommunicationFailure);
        whose.saw("first");
        assert!(whose.check().is_ok());
        whose.saw("second");
        whose.is_verified("second".to_owned());
        assert!(whose.check().is_ok(), "it was accepted");
    }
}
