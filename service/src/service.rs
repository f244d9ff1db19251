//! The whole path of a request on one screen: frame → authenticated → permitted → decoded → done → answered.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use keystead_interface::frame::{Frame, FrameError};
use keystead_interface::header::{Flags, HEADER_LEN, Header};
use keystead_interface::operations::Outcome;
use keystead_interface::request::Request;
use keystead_interface::secret::reserve;
use keystead_interface::status::Status;
use keystead_keystore::RootKeySource;

use crate::authenticate::{Authenticators, BundleStream, Caller};
use crate::error::Failure;
use crate::keyring::Keyring;
use crate::limits::MAX_ANSWER_BODY_BYTES;
use crate::metrics::Counters;
use crate::operations::dispatch;
use crate::permit::permit;
use crate::providers::Providers;
use crate::quarantine::Quarantine;
use crate::settings::LimitSettings;
use crate::trust::Trust;
use crate::trust::identity_provider::IdentityProvider;

/// The service as it is configured now. A reload makes a new one, which shares the keyring and the counters.
pub struct Service {
    /// Who may be who.
    pub authenticators: Authenticators,
    /// Where keys live.
    pub providers: Providers,
    /// The keys.
    pub keyring: Arc<Keyring>,
    /// Where the configuration wants the storage root key.
    pub root_key: RootKeySource,
    /// Who vouches for applications.
    pub trust: Arc<Trust>,
    /// Who may; none if no authenticator asks for it.
    pub identity_provider: Option<IdentityProvider>,
    /// What keeps the keys of another SPIFFE issuer fresh; none if they do not come by a stream.
    pub bundle_stream: Option<Arc<BundleStream>>,
    /// Who owned keys when; none if no authenticator knows uids.
    pub quarantine: Option<Arc<Quarantine>>,
    /// What happened so far.
    pub counters: Arc<Counters>,
    /// How much of anything is taken on.
    pub limits: LimitSettings,
    /// Whether new keys may be weak (wire contract 4.6).
    pub allow_deprecated: bool,
}

/// The service's version: major, minor and revision.
pub fn version() -> (u32, u32, u32) {
    let part = |text: &str| text.parse().unwrap_or(0);
    (
        part(env!("CARGO_PKG_VERSION_MAJOR")),
        part(env!("CARGO_PKG_VERSION_MINOR")),
        part(env!("CARGO_PKG_VERSION_PATCH")),
    )
}

impl Service {
    /// Answers a request: writes header and body of the answer behind what `out` holds. `keep` says whether the
    /// connection stays open afterwards.
    pub async fn answer(&self, frame: &Frame<'_>, caller: Caller<'_>, keep: bool, out: &mut Vec<u8>) {
        let number = self.counters.next_request();
        let outcome = match catch_panic(self.perform(number, frame, caller)).await {
            Some(outcome) => outcome,
            None => Err(Failure::new(Status::PsaErrorGenericError, "the operation panicked")),
        };
        let flags = if keep { Flags::KEEP_ALIVE } else { Flags(0) };
        let answer = Header { flags, ..frame.header.answer() };
        if let Err(failure) = outcome.and_then(|outcome| write_outcome(answer, outcome, out)) {
            log_failure(number, &frame.header, &failure);
            write_status(answer, failure.status.for_client(frame.header.flags.extended()), out);
        }
    }

    /// Each stage says in the log, if that is wanted, that the request with this number has come so far.
    async fn perform(&self, number: u64, frame: &Frame<'_>, caller: Caller<'_>) -> Result<Outcome, Failure> {
        let (opcode, provider) = (frame.header.opcode, frame.header.provider.0);
        log::debug!(request = number, opcode, provider, uid = caller.peer.uid(); "request");
        let request =
            Request::parse(frame).map_err(|status| Failure::new(status, "a number that means nothing here"))?;
        if !caller.door.serves(request.opcode) {
            return Err(Failure::new(Status::OpcodeDoesNotExist, "an operation of another daemon or another socket"));
        }
        let authenticated = self.authenticators.authenticate(request, caller)?;
        log::trace!(request = number; "authenticated");
        let permitted = permit(authenticated, self)?;
        log::trace!(request = number; "permitted");
        let operation = permitted.decode()?;
        log::trace!(request = number; "decoded");
        dispatch(self, &permitted.target, permitted.extended, operation).await
    }

    /// Answers what cannot be read on (steps 1 to 5 of the reading order).
    pub fn answer_unreadable(&self, error: &FrameError, out: &mut Vec<u8>) {
        // Counted whether the log is wanted or not.
        let number = self.counters.next_request();
        log::debug!(request = number; "unreadable request: {error}");
        write_status(error.answer(), error.status(), out);
    }

    /// Answers what did not arrive whole in time (step 6). The header is there if at least that arrived.
    pub fn answer_incomplete(&self, header: Option<&Header>, status: Status, out: &mut Vec<u8>) {
        let number = self.counters.next_request();
        log::debug!(request = number; "incomplete request: {status}");
        let extended = header.is_some_and(|header| header.flags.extended());
        let answer = header.map_or_else(Header::default_answer, Header::answer);
        write_status(answer, status.for_client(extended), out);
    }
}

/// Writes an answer that says only how it ended.
pub fn write_status(answer: Header, status: Status, out: &mut Vec<u8>) {
    // All statuses are below 2005.
    let status = u16::try_from(status.number()).unwrap_or(u16::MAX);
    reserve(out, HEADER_LEN);
    out.extend_from_slice(&Header { status, ..answer }.encode());
}

/// Writes a successful answer. Errors if it would be over the limit; then nothing of it stays.
fn write_outcome(answer: Header, outcome: Outcome, out: &mut Vec<u8>) -> Result<(), Failure> {
    let start = out.len();
    reserve(out, HEADER_LEN);
    out.extend_from_slice(&[0; HEADER_LEN]);
    outcome.encode(out);
    let body_len = out.len() - start - HEADER_LEN;
    if body_len > MAX_ANSWER_BODY_BYTES {
        crate::buffers::clear_from(out, start);
        return Err(Failure::new(Status::ResponseTooLarge, "the answer is over the limit"));
    }
    // The limit is far below 4 GiB.
    let header = Header { body_len: u32::try_from(body_len).unwrap_or(u32::MAX), ..answer };
    out[start..start + HEADER_LEN].copy_from_slice(&header.encode());
    Ok(())
}

/// Runs a future to its end; `None` if it panicked. A panic is a defect of ours: it is counted and logged by the panic
/// hook, and answered, but it must not take others down with it.
async fn catch_panic<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| match std::panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// One line for each failed request, by its number: what is our fault or our hardware's is a warning.
fn log_failure(number: u64, header: &Header, failure: &Failure) {
    let level = if failure.is_ours() { log::Level::Warn } else { log::Level::Debug };
    log::log!(
        level,
        request = number, opcode = header.opcode, provider = header.provider.0, status = failure.status.number();
        "request failed: {failure}"
    );
}

#[cfg(test)]
mod tests;
