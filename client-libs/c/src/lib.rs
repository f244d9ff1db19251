//! The PSA Certified Crypto API 1.2 for C, `libkeystead_psa.so`: programs that are written against that specification have
//! their keys in Keystead's service.
//!
//! The header is `include/psa/crypto.h`, in several files. A persistent key of identifier 7 is the caller's key named `psa/7`;
//! a volatile key is one of the service's that ends with this process. Nothing secret stays here for longer than a call,
//! except what an operation in several parts gathers.
//!
//! In reading order: `abi` is the C side, with all that is unsafe; `library` is what a process has after psa_crypto_init,
//! `keys` finds and makes keys, `volatile_keys` remembers those that end with the process. `attributes`, `key_type` and
//! `algorithm` translate the numbers of the specification into the contract's words, `status` the contract's statuses into
//! its numbers. `operations` keeps what is under way in several parts: `hashing`, `authentication`, `ciphering` and
//! `aead` say what each may do when.

// A C interface is made of pointers that only the caller can answer for.
#![allow(clippy::missing_safety_doc)]

mod abi;
mod aead;
mod algorithm;
mod attributes;
mod authentication;
mod ciphering;
mod gathered;
mod hashing;
mod key_type;
mod keys;
mod library;
mod limits;
mod material;
mod operations;
mod status;
mod volatile_keys;

pub use abi::*;
