//! The limits of the provider, each with its reason.

use std::time::Duration;

/// The first pause after a failed attempt to reach the token; each further one doubles it. Short enough that a token
/// which was away for a moment is back for the next request but one.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause between attempts. A token that returns is used at most this much later.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How often a module may be finalised and initialised again while other tokens of it are in use: each of them must
/// log in again, which takes some 20 ms, and must stay below a hundredth of their time.
pub(crate) const RESTART_PAUSE: Duration = Duration::from_secs(5);

/// How long an operation waits for a session before it is answered Busy. There are as many sessions as workers, so
/// that it only waits if the token grants fewer.
pub(crate) const SESSION_PATIENCE: Duration = Duration::from_secs(10);

/// How long after a token refused a session it is not asked for another: whoever has the others may give them back, and
/// to ask costs one call.
pub(crate) const GRANT_PAUSE: Duration = Duration::from_secs(10);

/// The longest CKA_ID in bytes of a key that is taken over: its length is one byte of the handle. OpenSC and other
/// tools use at most 64.
pub(crate) const MAX_ID_BYTES: usize = 255;

/// How many objects one search gives at most. A tag has two at most; tools may give one CKA_ID to many.
pub(crate) const MAX_OBJECTS: usize = 1000;

/// How many destroyed keys a login remembers, so that no request under way uses their handles: more than are destroyed
/// while one request lasts. Each takes some 100 bytes.
pub(crate) const MAX_DESTROYED: usize = 1000;

/// The longest HMAC key in bits. Keys longer than a block of their hash, at most 144 bytes, are hashed first and gain
/// nothing; tokens stop at 512 bytes or so.
pub(crate) const MAX_HMAC_BITS: u32 = 4096;

/// How many of a token's objects are looked at for half-made ones, at the first login. Each costs some 20 µs.
pub(crate) const MAX_TOKEN_OBJECTS: usize = 100_000;

/// How long they are looked at: the first login takes some tenths of a second anyway, and whoever waits for it waits for
/// this too. What is not reached stays, and does no harm.
pub(crate) const HUSK_SEARCH: Duration = Duration::from_secs(2);

/// How long an object must have been without a key before it counts as left half-made: making one takes milliseconds once
/// the key is there.
pub(crate) const HUSK_AGE: Duration = Duration::from_secs(1);
