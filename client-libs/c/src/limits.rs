//! Every limit of the library, with its unit and reason.

/// Bytes that an operation in several parts gathers before the service is asked, texts and additional data together: the
/// header says so as KEYSTEAD_PSA_MAX_MESSAGE_SIZE. The service takes bodies of 1 MiB by default; a little is left for what
/// stands beside the text.
pub(crate) const MAX_MESSAGE_BYTES: usize = 1_000_000;

/// Bytes of a buffer that a caller gives. No service takes a longer body, however it is configured (`max_body_bytes`): it would
/// be copied in vain, and where there is no memory for that, the process would end.
pub(crate) const MAX_INPUT_BYTES: usize = 64 * 1024 * 1024;

/// Operations of one kind that are under way in a process: programs have a few for each thread, and one that loses them
/// should hear of it.
pub(crate) const MAX_OPERATIONS: usize = 65_536;

/// Random bytes asked of the service at once (wire contract 1.6).
pub(crate) const MAX_RANDOM_BYTES: usize = 1_048_576;

/// Identifiers of persistent keys that are remembered: beyond that all are looked for anew, which costs a list for each.
pub(crate) const MAX_REMEMBERED_PLACES: usize = 65_536;

/// Identifiers that are tried for a new volatile key: another copy of this library, or the program before exec(2), has a few
/// hundred of 2^30, so that it is seldom more than one.
pub(crate) const IDENTIFIER_ATTEMPTS: usize = 64;
