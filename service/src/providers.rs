//! The configured providers, in order.

use std::sync::Arc;

use keystead_interface::codes::ProviderNumber;
use keystead_interface::names::Tenant;
use keystead_interface::operations::core::ProviderInfo;
use keystead_provider::{Provider, ProviderError, Work};

use crate::error::Failure;
use crate::limits::START_PATIENCE;
use crate::readiness::Readiness;
use crate::schedule::{Duration, Kind, Workers};

/// A provider with what the configuration says of it.
pub struct ConfiguredProvider {
    /// Its name in the configuration.
    pub name: String,
    /// The number that the store bound to that name.
    pub number: ProviderNumber,
    /// Whether new keys may be exportable.
    pub allow_export: bool,
    /// The place where the keys live.
    pub backend: Arc<dyn Provider>,
    /// Who does what public keys are for and the backend cannot, if the configuration wants that.
    pub public_key_software: Option<Arc<dyn Provider>>,
    /// Who does its slow work.
    pub workers: Workers,
    /// Whether it may be asked.
    pub readiness: Readiness,
}

impl ConfiguredProvider {
    /// What clients may know of it.
    pub fn describe(&self) -> ProviderInfo {
        let info = self.backend.info();
        ProviderInfo {
            uuid: info.uuid.to_owned(),
            description: info.description.clone(),
            vendor: info.vendor.clone(),
            version: info.version,
            id: self.number,
        }
    }

    /// Connects, compares the token and undoes what was left half-made, if that was not done yet or the provider lost its
    /// token since.
    pub async fn make_ready(&self) -> Result<(), Failure> {
        self.readiness.make_ready(&self.backend, &self.workers).await
    }

    /// Makes the token that stands where another was the provider's, as an administrator decided. Gives the former token's
    /// identity and the new one's. DoesNotExist if no other token stands there.
    pub async fn accept_token(&self) -> Result<(String, String), Failure> {
        self.readiness.accept(&self.backend, &self.workers).await
    }

    /// Does work of a tenant: here and now if it is quick, else by the provider's workers.
    pub async fn run<T: Send + 'static>(
        &self,
        tenant: Option<&Tenant>,
        work: Work<'_>,
        job: impl FnOnce(&dyn Provider) -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, Failure> {
        self.run_or(tenant, work, job, |_| ()).await
    }

    /// Does work with the public half of a key in software.
    pub async fn run_in_software<T: Send + 'static>(
        &self,
        software: &Arc<dyn Provider>,
        tenant: Option<&Tenant>,
        work: Work<'_>,
        job: impl FnOnce(&dyn Provider) -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, Failure> {
        if software.is_quick(work) {
            return Ok(job(&**software)?);
        }
        let software = Arc::clone(software);
        Ok(self.workers.run(tenant, Duration::Short, move || job(&*software)).await??)
    }

    /// The same as [`ConfiguredProvider::run`]; `when_nobody_waits` is given what comes of work that takes too long, on the
    /// thread that did it.
    pub async fn run_or<T: Send + 'static>(
        &self,
        tenant: Option<&Tenant>,
        work: Work<'_>,
        job: impl FnOnce(&dyn Provider) -> Result<T, ProviderError> + Send + 'static,
        when_nobody_waits: impl FnOnce(T) + Send + 'static,
    ) -> Result<T, Failure> {
        self.make_ready().await?;
        if self.backend.is_quick(work) {
            return Ok(job(&*self.backend)?);
        }
        let backend = Arc::clone(&self.backend);
        let duration = match work {
            Work::Generate(_) => Duration::Long,
            work => Kind::of(work).map_or(Duration::Short, Duration::Like),
        };
        let late = move |made: Result<T, ProviderError>| {
            if let Ok(made) = made {
                when_nobody_waits(made);
            }
        };
        let token = Arc::clone(self.readiness.token());
        let job = move || token.check().and_then(|()| job(&*backend));
        Ok(self.workers.run_or(tenant, duration, job, late).await??)
    }
}

/// The providers in the order of the configuration: the first is every client's default.
pub struct Providers(Vec<Arc<ConfiguredProvider>>);

impl Providers {
    /// Takes the configured ones.
    pub fn new(in_order: Vec<Arc<ConfiguredProvider>>) -> Self {
        Providers(in_order)
    }

    /// Makes all of them ready, together, and waits for a while: a token that is away, or takes long, keeps nobody from
    /// the others. It is tried again when it is asked.
    pub async fn make_ready(&self) {
        let all: Vec<_> = self.0.iter().map(Arc::clone).collect();
        let (done, mut ended) = tokio::sync::mpsc::channel::<()>(1);
        for provider in all {
            let done = done.clone();
            tokio::spawn(async move {
                // What is wrong is logged, and its requests say so.
                let _ = provider.make_ready().await;
                drop(done);
            });
        }
        drop(done);
        // Ends when the last of them has.
        let _ = tokio::time::timeout(START_PATIENCE, ended.recv()).await;
    }

    /// The one with this number.
    pub fn get(&self, number: ProviderNumber) -> Option<&Arc<ConfiguredProvider>> {
        self.0.iter().find(|provider| provider.number == number)
    }

    /// Those that this kind of client may know, in order (wire contract 6.5).
    pub fn visible(&self, extended: bool) -> impl Iterator<Item = &Arc<ConfiguredProvider>> {
        self.0.iter().filter(move |provider| provider.number.is_defined(extended))
    }
}
