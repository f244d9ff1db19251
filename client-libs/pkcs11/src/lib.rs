//! A PKCS#11 3.0 module, `libkeystead_pkcs11.so`: programs that know nothing of Keystead use the keys of its service as
//! those of a smart card.
//!
//! A provider of the service is a slot, and the caller's namespace there is its token. Nobody needs a PIN: the kernel, or
//! the identity provider's token, says who the caller is. Keys never leave the service unless their policy says so.
//!
//! In reading order: `abi` is the C side, with all that is unsafe; `module` is what a process has between C_Initialize and
//! C_Finalize; `slot` tells of tokens, `inventory` finds what is in them, `object` and `attributes` say what it is.
//! `creation`, `generation`, `import` and `change` make and change objects; `policy` chooses the one algorithm that a key of
//! the service has. `signing`, `ciphering` and `agreement` use keys; `mechanism` is the table of what there is. `records`
//! says what is remembered beside keys, and how it outlives a crash.

// A C interface is made of pointers that only the caller can answer for.
#![allow(clippy::missing_safety_doc)]

mod abi;
mod agreement;
mod attributes;
mod catalogue;
mod change;
mod ciphering;
mod creation;
mod curves;
mod error;
mod generation;
mod hashes;
mod import;
mod inventory;
mod limits;
mod mechanism;
mod module;
mod object;
mod owner;
mod parameters;
mod pkcs1;
mod policy;
mod random;
mod records;
mod session;
mod shelf;
mod signing;
mod slot;
mod template;

pub use abi::{C_GetFunctionList, C_GetInterface, C_GetInterfaceList};
