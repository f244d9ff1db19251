//! Who is at the other end of a socket, and what they signed. Pure functions of bytes, time and state, but for [`peer`].
//!
//! 1. [`peer`]: the process at the other end, as the kernel attests it.
//! 2. [`chain`] and [`slot`]: the certificates by which one daemon comes to believe another, and how long it does.
//! 3. [`payload`]: what an orchestrator signs: definitions and proofs of clients.
//! 4. [`token`], [`binding`], [`spiffe_id`] and [`jwks`]: who an application is, signed for it and bound to it.
//! 5. [`json`], [`jws`] and [`moment`]: what all of these are made of.

#[cfg(any(test, feature = "attacks"))]
pub mod attacks;
pub mod binding;
pub mod chain;
pub mod json;
pub mod jwks;
pub mod jws;
pub mod moment;
pub mod payload;
pub mod peer;
pub mod slot;
pub mod spiffe_id;
pub mod token;
