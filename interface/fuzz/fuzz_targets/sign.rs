//! The messages of `operations::sign`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::sign::*;

keystead_interface_fuzz::family! {
    PsaSignHash,
    PsaSignHashResult,
    PsaVerifyHash,
    PsaVerifyHashResult,
    PsaSignMessage,
    PsaSignMessageResult,
    PsaVerifyMessage,
    PsaVerifyMessageResult,
}
