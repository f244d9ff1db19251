//! The messages of `operations::random`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::random::*;

keystead_interface_fuzz::family! {
    PsaGenerateRandom,
    PsaGenerateRandomResult,
}
