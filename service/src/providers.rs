//! The configured providers, in order.

use std::sync::Arc;

use keystead_interface::codes::ProviderNumber;
use keystead_interface::names::Tenant;
use keystead_interface::operations::core::ProviderInfo;
use keystead_provider::{Provider, ProviderError, Work};

use crate::error::Failure;
use crate::schedule::{Duration, Workers};

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
    /// Who does its slow work.
    pub workers: Workers,
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

    /// Does work of a tenant: here and now if it is quick, else by the provider's workers.
    pub async fn run<T: Send + 'static>(
        &self,
        tenant: Option<&Tenant>,
        work: Work<'_>,
        job: impl FnOnce(&dyn Provider) -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, Failure> {
        if self.backend.is_quick(work) {
            return Ok(job(&*self.backend)?);
        }
        let backend = Arc::clone(&self.backend);
        let duration = if matches!(work, Work::Generate(_)) { Duration::Long } else { Duration::Short };
        Ok(self.workers.run(tenant, duration, move || job(&*backend)).await??)
    }
}

/// The providers in the order of the configuration: the first is every client's default.
pub struct Providers(Vec<Arc<ConfiguredProvider>>);

impl Providers {
    /// Takes the configured ones.
    pub fn new(in_order: Vec<Arc<ConfiguredProvider>>) -> Self {
        Providers(in_order)
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
