//! What an administrator may ask (wire contract 4.9).

mod moving;
mod tokens;

use keystead_interface::names::Tenant;
use keystead_interface::operations::admin::{
    DamagedRecord, DeleteClient, DeleteClientResult, HealthResult, ListClientsResult, ProviderHealth, RekeyStoreResult,
    ReleaseClient, ReleaseClientResult,
};
use keystead_keystore::RootKeySource;

pub(super) use self::moving::move_client;
pub(super) use self::tokens::{accept_token, adopt_key};
use super::Call;
use crate::error::Failure;

pub(super) async fn list_clients(call: &Call<'_>) -> Result<ListClientsResult, Failure> {
    let kind = call.tenant()?.kind();
    Ok(ListClientsResult { clients: call.service.keyring.ask_store(move |store| store.tenants(kind)).await? })
}

/// A client that owns nothing, or whose name nobody can have, is deleted already.
pub(super) async fn delete_client(call: &Call<'_>, asked: DeleteClient) -> Result<DeleteClientResult, Failure> {
    if let Ok(client) = Tenant::new(call.tenant()?.kind(), asked.client) {
        let providers = &call.service.providers;
        call.service.keyring.destroy_all(&client, |address| providers.get(address.provider)).await?;
        log::info!("an administrator deleted a client");
        log::debug!(client:%, by:% = call.tenant()?; "deleted");
    }
    Ok(DeleteClientResult {})
}

/// A client that nobody can be is not quarantined either.
pub(super) async fn release_client(call: &Call<'_>, asked: ReleaseClient) -> Result<ReleaseClientResult, Failure> {
    let (Ok(client), Some(quarantine)) = (Tenant::new(call.tenant()?.kind(), asked.client), &call.service.quarantine)
    else {
        return Ok(ReleaseClientResult { released: false });
    };
    let released = quarantine.release(&client).await?;
    if released {
        log::info!("an administrator released a client");
        log::debug!(client:%, by:% = call.tenant()?; "released");
    }
    Ok(ReleaseClientResult { released })
}

/// A new storage root key, where the configuration wants it.
pub(super) async fn rekey_store(call: &Call<'_>) -> Result<RekeyStoreResult, Failure> {
    let wanted = call.service.root_key.clone();
    if let RootKeySource::Sealed { provider, .. } = &wanted {
        // So that no token seals it that the provider's keys are not in.
        tokens::provider_called(call, provider)?.make_ready().await?;
    }
    let rekeyed = call.service.keyring.ask_store(move |store| store.rekey(&wanted)).await?;
    log::info!(
        place = rekeyed.place.to_string().as_str(), fingerprint = rekeyed.fingerprint.to_string().as_str(),
        records = rekeyed.records, damaged = rekeyed.damaged;
        "an administrator had the store sealed under a new storage root key"
    );
    Ok(RekeyStoreResult { place: rekeyed.place.to_string(), records: rekeyed.records })
}

pub(super) async fn health(call: &Call<'_>) -> Result<HealthResult, Failure> {
    let service = call.service;
    let store = service.keyring.store();
    let health_of = |provider: &std::sync::Arc<crate::providers::ConfiguredProvider>| {
        let health = provider.readiness.health(&*provider.backend);
        ProviderHealth {
            provider_id: provider.number,
            name: provider.name.clone(),
            available: health.is_ok(),
            reason: health.err().unwrap_or_default(),
        }
    };
    let damaged = |address: keystead_keystore::KeyAddress| DamagedRecord {
        auth_type: address.tenant.kind(),
        client: address.tenant.name().to_owned(),
        provider_id: address.provider,
        key_name: address.name,
    };
    let quarantined = match &service.quarantine {
        Some(quarantine) => quarantine.suspects().await?,
        None => Vec::new(),
    };
    Ok(HealthResult {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_seconds: service.counters.uptime().as_secs(),
        requests: service.counters.requests(),
        panics: service.counters.panics(),
        connections: service.counters.connections(),
        keys: service.keyring.ask_store(|store| store.count()).await?,
        providers: service.providers.visible(true).map(health_of).collect(),
        damaged_records: store.damaged().into_iter().map(damaged).collect(),
        quarantined,
    })
}
