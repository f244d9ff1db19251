//! The messages of `operations::identity`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::identity::*;

keystead_interface_fuzz::family! {
    GetInstance,
    GetInstanceResult,
    ShareTrustBundle,
    ShareTrustBundleResult,
    AddClient,
    AddClientResult,
    ProveClient,
    ProveClientResult,
    GetToken,
    GetTokenResult,
    RemoveClient,
    RemoveClientResult,
    ListClientDefinitions,
    ListClientDefinitionsResult,
}
