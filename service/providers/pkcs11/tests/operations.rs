//! What the provider does with keys in a token of SoftHSM2: others understand it, it understands others, and what the token
//! cannot do it does not claim.

#[path = "operations/agreement.rs"]
mod agreement;
#[path = "operations/encryption.rs"]
mod encryption;
#[path = "operations/signing.rs"]
mod signing;
#[path = "operations/symmetric.rs"]
mod symmetric;
#[path = "operations/token.rs"]
mod token;
