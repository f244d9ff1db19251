//! Who is at the other end of a socket, as the kernel attests it: [`peer`].
//!
//! Certificates, trust slots, payloads and tokens come here with the identity provider.

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
