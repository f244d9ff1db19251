//! The messages of `operations::hash`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::hash::*;

keystead_interface_fuzz::family! {
    PsaHashCompute,
    PsaHashComputeResult,
    PsaHashCompare,
    PsaHashCompareResult,
}
