//! At start: finish or undo every key that a crash left half-made or half-destroyed.

use keystead_keystore::{KeyStore, Leftover, Stage};

use crate::error::Failure;
use crate::providers::ConfiguredProvider;
use crate::schedule::Duration;
use crate::service::Service;

/// Repairs what was left on any provider of a service that is about to serve.
pub async fn repair_all(service: &Service) {
    for provider in service.providers.visible(true) {
        repair(service.keyring.store(), provider).await;
    }
}

/// Repairs what was left on one provider. A provider that fails is asked again at the next start; its other keys work.
pub async fn repair(store: &dyn KeyStore, provider: &ConfiguredProvider) {
    let leftovers = match store.leftovers(provider.number) {
        Ok(leftovers) => leftovers,
        Err(error) => {
            log::error!(provider = provider.name.as_str(); "half-made keys cannot be listed: {error}");
            return;
        }
    };
    let (mut repaired, mut left) = (0_usize, 0_usize);
    for leftover in leftovers {
        match undo(store, provider, leftover).await {
            Ok(()) => repaired += 1,
            Err(failure) => {
                left += 1;
                log::warn!(provider = provider.name.as_str(); "a half-made key cannot be undone now: {failure}");
            }
        }
    }
    if repaired + left > 0 {
        log::info!(provider = provider.name.as_str(), repaired, left; "undid what a crash left half-made");
    }
}

/// Both kinds of leftover end in the same way: the key was never acknowledged, or its end was asked for.
async fn undo(store: &dyn KeyStore, provider: &ConfiguredProvider, leftover: Leftover) -> Result<(), Failure> {
    let tag = leftover.tag;
    if leftover.stage == Stage::Reserved {
        store.abandon(tag).await?;
    }
    let backend = std::sync::Arc::clone(&provider.backend);
    let destroy = move || backend.vault().destroy(tag, leftover.handle.as_ref());
    provider.workers.run(Some(&leftover.address.tenant), Duration::Short, destroy).await??;
    Ok(store.forget(tag).await?)
}
