//! Keys in hardware as operators live with it: several tokens at once, wrong PINs, tokens and TPMs that vanish, come back,
//! lose their keys or are others, and what other tools see in them. Real tokens of SoftHSM2 and TPMs of swtpm, one for
//! each test.

#[path = "tokens/adoption.rs"]
mod adoption;
#[path = "tokens/crowd.rs"]
mod crowd;
#[path = "tokens/faults.rs"]
mod faults;
#[path = "tokens/hands.rs"]
mod hands;
#[path = "tokens/identity.rs"]
mod identity;
#[path = "tokens/isolation.rs"]
mod isolation;
#[path = "tokens/load.rs"]
mod load;
// Their other users need all of them.
#[path = "keys/openssl.rs"]
#[allow(dead_code)]
mod openssl;
#[path = "tokens/outage.rs"]
mod outage;
#[path = "tokens/pins.rs"]
mod pins;
#[path = "keys/process.rs"]
mod process;
#[path = "tokens/public_keys.rs"]
mod public_keys;
#[path = "keys/requests.rs"]
#[allow(dead_code)]
mod requests;
#[path = "tokens/root_key.rs"]
mod root_key;
#[path = "tokens/rsa.rs"]
mod rsa;
#[path = "tokens/tpm.rs"]
mod tpm;
#[path = "tokens/two.rs"]
mod two;
#[path = "tokens/values.rs"]
mod values;
#[path = "tokens/volatile.rs"]
mod volatile;
