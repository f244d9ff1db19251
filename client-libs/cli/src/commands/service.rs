//! What the service says of itself.

use keystead_client::interface::operations::Opcode;
use serde_json::json;

use crate::failure::Failure;
use crate::session::Session;

pub(super) fn ping(session: &Session) -> Result<(), Failure> {
    let (major, minor) = session.client.ping()?;
    session.say(&format!("wire protocol {major}.{minor}"), || json!({ "wire_protocol": [major, minor] }))
}

pub(super) fn authenticators(session: &Session) -> Result<(), Failure> {
    let authenticators = session.client.list_authenticators()?;
    let lines = authenticators.iter().map(|one| format!("{:<3} {}\n", one.id.0, one.description.escape_debug()));
    session.say(&lines.collect::<String>(), || {
        let rows = authenticators.iter().map(|one| json!({ "id": one.id.0, "description": one.description }));
        json!({ "authenticators": rows.collect::<Vec<_>>() })
    })
}

pub(super) fn opcodes(session: &Session) -> Result<(), Failure> {
    let provider = session.client.provider()?;
    let mut opcodes = session.client.list_opcodes(provider)?;
    opcodes.sort_unstable();
    let name = |number: u32| Opcode::from_number(number).map_or("unknown", Opcode::name);
    let lines = opcodes.iter().map(|number| format!("{number:#06x} {}\n", name(*number)));
    session.say(&lines.collect::<String>(), || {
        let rows = opcodes.iter().map(|number| json!({ "opcode": number, "name": name(*number) }));
        json!({ "provider": provider.0, "opcodes": rows.collect::<Vec<_>>() })
    })
}

pub(super) fn health(session: &Session) -> Result<(), Failure> {
    let health = session.client.health()?;
    let mut text = format!(
        "version {}, up {} s\n{} requests, {} panics, {} connections, {} keys\n",
        health.version.escape_debug(),
        health.uptime_seconds,
        health.requests,
        health.panics,
        health.connections,
        health.keys
    );
    for provider in &health.providers {
        let state = if provider.available { "available" } else { "unavailable" };
        let (name, reason) = (provider.name.escape_debug(), provider.reason.escape_debug());
        text += &format!("provider {} {name}: {state} {reason}\n", provider.provider_id.0);
    }
    for key in &health.damaged_records {
        let (provider, auth) = (key.provider_id.0, key.auth_type.0);
        text += &format!("damaged: key {} of {auth}:{:?} on provider {provider}\n", key.key_name, key.client);
    }
    for client in &health.quarantined {
        text += &format!("quarantined: {}:{:?}: {}\n", client.auth_type.0, client.client, client.reason.escape_debug());
    }
    session.say(&text, || {
        let providers = health.providers.iter().map(|provider| {
            json!({
                "id": provider.provider_id.0,
                "name": provider.name,
                "available": provider.available,
                "reason": provider.reason,
            })
        });
        let damaged = health.damaged_records.iter().map(|key| {
            json!({
                "auth_type": key.auth_type.0,
                "client": key.client,
                "provider": key.provider_id.0,
                "key": key.key_name.as_str(),
            })
        });
        let quarantined = health
            .quarantined
            .iter()
            .map(|client| json!({ "auth_type": client.auth_type.0, "client": client.client, "reason": client.reason }));
        json!({
            "version": health.version,
            "uptime_seconds": health.uptime_seconds,
            "requests": health.requests,
            "panics": health.panics,
            "connections": health.connections,
            "keys": health.keys,
            "providers": providers.collect::<Vec<_>>(),
            "damaged_records": damaged.collect::<Vec<_>>(),
            "quarantined": quarantined.collect::<Vec<_>>(),
        })
    })
}
