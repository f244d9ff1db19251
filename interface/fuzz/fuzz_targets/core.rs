//! The messages of `operations::core`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::core::*;

keystead_interface_fuzz::family! {
    Ping,
    PingResult,
    ListProviders,
    ListProvidersResult,
    ListOpcodes,
    ListOpcodesResult,
    ListAuthenticators,
    ListAuthenticatorsResult,
    ListKeys,
    ListKeysResult,
    CanDoCrypto,
    CanDoCryptoResult,
}
