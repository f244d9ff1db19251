//! Every limit of the module, with its unit and reason.

use std::time::Duration;

/// How long a closing session waits for the service to destroy one of its keys: a program that ends should not be held up by
/// one that hangs, and what stays is removed later.
pub(crate) const LEAVING_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes that a multi-part operation gathers before the service is asked, and that a single one may have. The service
/// takes bodies of 1 MiB by default; a little is left for what stands beside the text.
pub(crate) const MAX_GATHERED_BYTES: usize = 1_000_000;

/// Bytes of a certificate or data object, or of what is kept beside a key: far above any chain, and far below what the
/// service takes as one key.
pub(crate) const MAX_RECORD_BYTES: usize = 256 * 1024;

/// Bytes of CKA_LABEL and CKA_ID. They stand in names and records.
pub(crate) const MAX_LABEL_BYTES: usize = 1024;

/// Attributes in one template. The longest that tools send have about twenty.
pub(crate) const MAX_TEMPLATE_ATTRIBUTES: u64 = 256;

/// Bytes of one attribute that a caller gives: a record is not longer.
pub(crate) const MAX_ATTRIBUTE_BYTES: u64 = MAX_RECORD_BYTES as u64;

/// Sessions that are open at a time. Programs have one for each thread; a program that loses them should hear of it.
pub(crate) const MAX_SESSIONS: usize = 65_536;

/// Bytes of random data asked of the service at once (wire contract 1.6).
pub(crate) const MAX_RANDOM_BYTES: usize = 1_048_576;

/// Requests of one kind that are under way at once: as many as the service takes in (wire contract 1.6).
pub(crate) const DEPTH: usize = 32;

/// How often a list is asked for anew because other threads changed something meanwhile.
pub(crate) const LIST_ATTEMPTS: usize = 8;

/// Names that are tried for a new object before the module gives up: each has 64 random bits that nobody else has.
pub(crate) const NAME_ATTEMPTS: usize = 4;
