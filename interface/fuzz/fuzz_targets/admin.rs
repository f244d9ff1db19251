//! The messages of `operations::admin`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::admin::*;

keystead_interface_fuzz::family! {
    ListClients,
    ListClientsResult,
    DeleteClient,
    DeleteClientResult,
    ReleaseClient,
    ReleaseClientResult,
    Health,
    HealthResult,
    AcceptToken,
    AcceptTokenResult,
    AdoptKey,
    AdoptKeyResult,
    RekeyStore,
    RekeyStoreResult,
}
