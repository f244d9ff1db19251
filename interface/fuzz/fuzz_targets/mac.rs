//! The messages of `operations::mac`: whatever the bytes, no panic, and what is read is written in one way.
#![no_main]

use keystead_interface::operations::mac::*;

keystead_interface_fuzz::family! {
    PsaMacCompute,
    PsaMacComputeResult,
    PsaMacVerify,
    PsaMacVerifyResult,
}
