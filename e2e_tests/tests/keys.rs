//! Keys as their owners see them: which check comes first and what it answers, in which formats things come and go, who
//! sees whose keys, what a key may be called, what happens when a record on the disk is damaged, and which keys end with their
//! process.

#[path = "keys/damage.rs"]
mod damage;
#[path = "keys/formats.rs"]
mod formats;
#[path = "keys/lists.rs"]
mod lists;
#[path = "keys/names.rs"]
mod names;
#[path = "keys/openssl.rs"]
mod openssl;
#[path = "keys/order.rs"]
mod order;
#[path = "keys/process.rs"]
mod process;
#[path = "keys/providers.rs"]
mod providers;
#[path = "keys/quota.rs"]
mod quota;
#[path = "keys/race.rs"]
mod race;
#[path = "keys/requests.rs"]
mod requests;
#[path = "keys/tenants.rs"]
mod tenants;
#[path = "keys/values.rs"]
mod values;
#[path = "keys/volatile.rs"]
mod volatile;
