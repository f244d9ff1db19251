//! Tokens from the identity provider: fetched when first needed, kept, and renewed before they end.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant, SystemTime};

use keystead_interface::operations::identity::GetToken;
use keystead_interface::secret::SecretBytes;

use crate::backoff::Backoff;
use crate::blocking::{Blocking, now};
use crate::credential::effective_uid;
use crate::deadline::Deadline;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::frame::RequestFrame;
use crate::limits::{ABSENT_PROVIDER_PATIENCE, MAX_TOKEN_LIFETIME, RENEWAL_RETRY, RENEWAL_TIMEOUT};
use crate::link::Link;
use crate::runtime::Runtime;

/// Where this program's tokens come from: the identity provider's socket. Clones share the token that is kept.
///
/// The identity provider looks at the process that asks, so the program shows nothing.
#[derive(Clone)]
pub struct TokenSource(Arc<Source>);

struct Source {
    endpoint: Endpoint,
    audience: String,
    identity: String,
    /// Never locked while anything is waited for.
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    token: Option<Arc<Token>>,
    /// The process in which one is fetched now. A process that was forked meanwhile has nobody who does that.
    fetching: Option<u32>,
    /// The threads and tasks to be woken when that ends.
    waiting: Vec<Waker>,
    /// A renewal failed: none is tried before this moment while the kept token is good.
    no_renewal_before: Option<Instant>,
}

/// A token as it was given. Its bytes are cleared when nobody uses it any more.
pub struct Token {
    bytes: SecretBytes,
    expires_at: u64,
    /// From then on another is fetched, while this one is still good.
    due: Instant,
    /// From then on it is not used.
    end: Instant,
    /// For whom it was given: it is bound to the process, or to what only the kernel changes of it.
    bearer: Bearer,
}

/// What a fork or a change of user makes another.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Bearer {
    process: u32,
    uid: u32,
}

/// The right to fetch, which one thread or task has at a time. A call that is given up meanwhile gives it up too.
struct Turn<'a>(&'a Source);

/// What a look at the kept token says.
enum Look<'a> {
    /// It is good enough.
    Kept(Arc<Token>),
    /// Another one is to be fetched now, by whoever looked; until then this one is good.
    Due(Turn<'a>, Option<Arc<Token>>),
    /// None is good, and another thread or task fetches one.
    BeingFetched,
}

impl TokenSource {
    /// The identity provider at `endpoint`, with tokens for the key service.
    pub fn at(endpoint: Endpoint) -> TokenSource {
        TokenSource::new(endpoint, String::new(), String::new())
    }

    /// The same identity provider, with tokens of this identity (a SPIFFE ID). Only a process that houses applications
    /// of several identities has to say which.
    pub fn with_identity(&self, identity: impl Into<String>) -> TokenSource {
        TokenSource::new(self.0.endpoint.clone(), self.0.audience.clone(), identity.into())
    }

    /// The same identity provider, with tokens for this audience (a SPIFFE ID) and not the key service it knows first.
    pub fn with_audience(&self, audience: impl Into<String>) -> TokenSource {
        TokenSource::new(self.0.endpoint.clone(), audience.into(), self.0.identity.clone())
    }

    /// Where the identity provider listens.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// The token that is kept, else a new one. An identity provider that has to be waited for (it does not know yet who
    /// this process is, or is being restarted) is asked again until the deadline; one whose socket nobody serves, for
    /// [`ABSENT_PROVIDER_PATIENCE`]. Every failure is an [`Error::Identity`].
    ///
    /// This blocks. Both clients wait for tokens in their own way.
    pub fn token(&self, deadline: Deadline) -> Result<Arc<Token>> {
        now(self.other_than::<Blocking>(None, deadline))
    }

    /// The same in any way of waiting, but never the token `stale`, which the service no longer takes.
    pub(crate) async fn other_than<R: Runtime>(
        &self,
        stale: Option<&Arc<Token>>,
        deadline: Deadline,
    ) -> Result<Arc<Token>> {
        let mut backoff = Backoff::default();
        let patience = Deadline::after(ABSENT_PROVIDER_PATIENCE);
        loop {
            let error = match self.0.kept_or_fetched::<R>(stale, deadline).await {
                Ok(token) => return Ok(token),
                Err(error) => error,
            };
            let is_absent = matches!(error, Error::Connect { .. });
            let may_pass = error.is_worth_retrying() && (!is_absent || patience.remaining().is_ok());
            if !may_pass || !backoff.pause::<R>(deadline).await {
                return Err(Error::Identity(Box::new(error)));
            }
        }
    }

    fn new(endpoint: Endpoint, audience: String, identity: String) -> TokenSource {
        TokenSource(Arc::new(Source { endpoint, audience, identity, kept: Mutex::default() }))
    }
}

impl Token {
    /// The token itself: a JWT in its compact form, to be shown to nobody but its audience.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.expose()
    }

    /// When it ends, in seconds since 1970.
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }

    /// `asked` is the moment before it was asked for, so that it is never taken for good too long.
    fn new(token: String, expires_at: u64, asked: Instant, bearer: Bearer) -> Token {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let lifetime = Duration::from_secs(expires_at).saturating_sub(since_1970).min(MAX_TOKEN_LIFETIME);
        let (due, end) = (asked + lifetime * 3 / 4, asked + lifetime);
        Token { bytes: token.into_bytes().into(), expires_at, due, end, bearer }
    }
}

impl Source {
    /// One look, and at most one question. One asks at a time: the others wait for what it gets, or go on with the kept
    /// token while that is good.
    async fn kept_or_fetched<R: Runtime>(&self, stale: Option<&Arc<Token>>, deadline: Deadline) -> Result<Arc<Token>> {
        let bearer = Bearer::now();
        let (turn, good) = loop {
            match self.look(stale, bearer) {
                Look::Kept(token) => return Ok(token),
                Look::Due(turn, good) => break (turn, good),
                Look::BeingFetched => R::by(self.fetched(bearer), deadline).await?,
            }
        };
        let limit = if good.is_some() { deadline.sooner(Deadline::after(RENEWAL_TIMEOUT)) } else { deadline };
        match (self.fetch::<R>(bearer, limit).await, good) {
            (Ok(token), _) => Ok(turn.keep(token)),
            (Err(_), Some(good)) => Ok(turn.postpone(good)),
            (Err(error), None) => Err(error),
        }
    }

    fn look(&self, stale: Option<&Arc<Token>>, bearer: Bearer) -> Look<'_> {
        let (mut kept, now) = (self.lock(), Instant::now());
        let is_being_fetched = kept.fetching == Some(bearer.process);
        match kept.good(stale, bearer, now) {
            Some(token) if is_being_fetched || !kept.is_renewed_now(&token, now) => Look::Kept(token),
            _ if is_being_fetched => Look::BeingFetched,
            good => {
                kept.fetching = Some(bearer.process);
                Look::Due(Turn(self), good)
            }
        }
    }

    /// Waits until nobody in this process fetches a token.
    async fn fetched(&self, bearer: Bearer) {
        poll_fn(|context| {
            let mut kept = self.lock();
            if kept.fetching != Some(bearer.process) {
                return Poll::Ready(());
            }
            if !kept.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                kept.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    async fn fetch<R: Runtime>(&self, bearer: Bearer, deadline: Deadline) -> Result<Token> {
        let question = GetToken { audience: self.audience.clone(), identity: self.identity.clone() };
        let frame = RequestFrame::anonymous(question)?;
        let asked = Instant::now();
        let mut link = Link::open::<R>(&self.endpoint, deadline).await?;
        let given = link.exchange(&frame, deadline).await?.decode::<GetToken>()?;
        Ok(Token::new(given.token, given.expires_at, asked, bearer))
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing can panic between two states of what is kept.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// The kept token, if this bearer may use it.
    fn good(&self, stale: Option<&Arc<Token>>, bearer: Bearer, now: Instant) -> Option<Arc<Token>> {
        let token = self.token.as_ref()?;
        let is_stale = stale.is_some_and(|stale| Arc::ptr_eq(stale, token));
        (!is_stale && token.bearer == bearer && now < token.end).then(|| Arc::clone(token))
    }

    fn is_renewed_now(&self, token: &Token, now: Instant) -> bool {
        token.due <= now && self.no_renewal_before.is_none_or(|moment| moment <= now)
    }
}

impl Bearer {
    fn now() -> Bearer {
        Bearer { process: std::process::id(), uid: effective_uid() }
    }
}

impl Turn<'_> {
    fn keep(&self, token: Token) -> Arc<Token> {
        let token = Arc::new(token);
        let mut kept = self.0.lock();
        (kept.token, kept.no_renewal_before) = (Some(Arc::clone(&token)), None);
        token
    }

    fn postpone(&self, good: Arc<Token>) -> Arc<Token> {
        self.0.lock().no_renewal_before = Some(Instant::now() + RENEWAL_RETRY);
        good
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut kept = self.0.lock();
        kept.fetching = None;
        let waiting = std::mem::take(&mut kept.waiting);
        drop(kept);
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// Whether both are the same source, with one kept token.
impl PartialEq for TokenSource {
    fn eq(&self, other: &TokenSource) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for TokenSource {}

impl std::fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSource").field("endpoint", &self.0.endpoint).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn living(seconds: u64, bearer: Bearer) -> (Kept, Instant) {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let now = Instant::now();
        let token = Arc::new(Token::new("a.b.c".into(), since_1970.saturating_add(seconds), now, bearer));
        (Kept { token: Some(token), ..Kept::default() }, now)
    }

    #[test]
    fn a_token_is_not_used_by_a_process_that_was_forked_or_became_another_user() {
        let bearer = Bearer::now();
        let (kept, now) = living(300, bearer);
        assert!(kept.good(None, bearer, now).is_some());
        assert!(kept.good(None, Bearer { process: bearer.process + 1, ..bearer }, now).is_none());
        assert!(kept.good(None, Bearer { uid: bearer.uid + 1, ..bearer }, now).is_none());
    }

    #[test]
    fn a_token_is_due_after_three_quarters_of_its_life_and_of_no_use_at_its_end() {
        let bearer = Bearer::now();
        let (kept, now) = living(300, bearer);
        let good_after = |seconds| kept.good(None, bearer, now + Duration::from_secs(seconds));
        let due_after = |seconds| {
            let moment = now + Duration::from_secs(seconds);
            good_after(seconds).is_some_and(|token| kept.is_renewed_now(&token, moment))
        };
        assert!(!due_after(220) && due_after(226));
        assert!(good_after(298).is_some() && good_after(301).is_none());
        assert!(kept.good(kept.token.as_ref(), bearer, now).is_none(), "the service takes it no more");
    }

    #[test]
    fn nobody_keeps_a_token_for_longer_than_it_may_live() {
        let bearer = Bearer::now();
        let (kept, now) = living(u64::MAX, bearer);
        assert!(kept.good(None, bearer, now + MAX_TOKEN_LIFETIME).is_none());
    }
}
