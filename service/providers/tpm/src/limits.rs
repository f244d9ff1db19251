//! The limits of this provider, each with its unit and its reason.

use std::time::Duration;

/// Keys that are kept loaded at most. TPMs have 3 slots or a few more; tpm2-abrmd gives each connection 27 by default, and
/// some must be left for what is loaded for a moment.
pub(crate) const LOADED_KEYS: usize = 20;

/// Contexts of unloaded keys that are kept, each of 1 to 3 kB. Keys beyond are loaded from their blobs.
pub(crate) const SAVED_CONTEXTS: usize = 256;

/// How often a command is sent again that the TPM asks to repeat (TPM_RC_RETRY, TPM_RC_YIELDED, TPM_RC_TESTING).
pub(crate) const REPETITIONS: u32 = 10;

/// The first wait before such a repetition; each is twice the one before, about 2 s in all.
pub(crate) const FIRST_REPETITION_AFTER: Duration = Duration::from_millis(2);

/// The first wait after a connection failed; each is twice the one before.
pub(crate) const FIRST_RECONNECTION_AFTER: Duration = Duration::from_millis(50);

/// The longest wait between attempts to connect: a client notices that the TPM is back within this time.
pub(crate) const LAST_RECONNECTION_AFTER: Duration = Duration::from_secs(1);

/// How long making or taking over a key may take. TPMs search tens of seconds for the primes of a large RSA key.
pub(crate) const CREATION: Duration = Duration::from_secs(120);

/// How long any other command may take. The slowest, RSA with 4,096 bits, takes a few seconds in old TPMs, and swtpm waits
/// for its disk.
pub(crate) const COMMAND: Duration = Duration::from_secs(30);

/// How long all that is done for a new connection may take.
pub(crate) const CONNECTION: Duration = Duration::from_secs(15);

/// How long a request waits for its turn at the TPM: longer than any command takes, so that only a TPM that hangs ends it.
pub(crate) const TURN: Duration = Duration::from_secs(60);

/// Length of a key's authorisation value in bytes. It cannot be guessed, which is why keys need no lock-out.
pub(crate) const AUTH_BYTES: usize = 32;

/// The longest HMAC key in bits: the largest sensitive data that every TPM takes (MAX_SYM_DATA, TPM 2.0 part 2, 11.1.14).
pub(crate) const HMAC_BITS: u32 = 128 * 8;
