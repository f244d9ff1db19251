//! The provider's asymmetric keys, from outside: what comes out is what the standards say, and what is wrong is refused.

#[path = "asymmetric/ecdh.rs"]
mod ecdh;
#[path = "asymmetric/ecdsa.rs"]
mod ecdsa;
#[path = "asymmetric/keyring.rs"]
mod keyring;
#[path = "asymmetric/keys.rs"]
mod keys;
#[path = "asymmetric/rsa.rs"]
mod rsa;
#[path = "asymmetric/rsa_keys.rs"]
mod rsa_keys;
