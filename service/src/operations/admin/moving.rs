//! All keys of one client become another's: for an application that goes from peer credentials to tokens.

use keystead_interface::codes::AuthKind;
use keystead_interface::names::Tenant;
use keystead_interface::operations::admin::{MoveClient, MoveClientResult};
use keystead_trust::spiffe_id::SpiffeId;

use super::super::Call;
use crate::error::Failure;

pub(in crate::operations) async fn move_client(
    call: &Call<'_>,
    asked: MoveClient,
) -> Result<MoveClientResult, Failure> {
    let from = client_called(asked.old_auth_type, asked.old_client)?;
    let to = client_called(asked.new_auth_type, asked.new_client)?;
    if from == to {
        return Err(Failure::invalid_argument("both clients are the same"));
    }
    if let Some(quarantine) = call.service.quarantine.as_ref().filter(|_| !asked.dry_run) {
        quarantine.note_owner(&to)?;
    }
    let moved = call.service.keyring.move_all(&from, &to, asked.dry_run).await?;
    if moved.keys.is_empty() {
        return Err(Failure::no_such_key());
    }
    if !asked.dry_run {
        log::info!(keys = moved.keys.len(); "an administrator gave a client's keys to another");
        log::debug!(from:%, to:%, by:% = call.tenant()?; "moved");
    }
    let mut collisions: Vec<String> = moved.taken.into_iter().map(|address| address.name.into_string()).collect();
    collisions.sort();
    collisions.dedup();
    Ok(MoveClientResult { keys: moved.keys.len() as u64, collisions })
}

/// A client that there can be, of a kind that the configuration need not have (any more).
fn client_called(kind: AuthKind, name: String) -> Result<Tenant, Failure> {
    let is_possible = match kind {
        AuthKind::UNIX_PEER_CREDENTIALS => name.parse().is_ok_and(|uid: u32| uid.to_string() == name),
        AuthKind::JWT | AuthKind::JWT_SVID => SpiffeId::parse(&name).is_ok(),
        AuthKind::DIRECT => !name.is_empty(),
        _ => false,
    };
    if !is_possible {
        return Err(Failure::invalid_argument("no client of this kind can have this name"));
    }
    Tenant::new(kind, name).map_err(|_| Failure::invalid_argument("the client's name is too long"))
}
