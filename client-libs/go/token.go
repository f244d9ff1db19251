// Tokens from the identity provider: fetched when first needed, kept, and renewed before they end.

package keystead

import (
	"context"
	"errors"
	"math"
	"sync"
	"syscall"
	"time"

	"keystead/client-go/internal/wire"
)

// TokenSource is where a program's tokens come from: the identity provider's socket. It keeps one token, for all clients
// that use it. The identity provider looks at the process that asks, so the program shows nothing.
//
// A token that is kept is used until it ends; after three quarters of its life another is fetched.
type TokenSource struct {
	endpoint           Endpoint
	audience, identity string

	mutex sync.Mutex
	kept  *token
	// fetching is closed when the fetch that is under way ends; nil if there is none. One goroutine fetches at a time.
	fetching chan struct{}
	// noRenewalBefore: a renewal failed, and while the kept token is good, none is tried before this moment.
	noRenewalBefore time.Time
}

// token is a token as it was given. Nothing of it ever changes.
type token struct {
	// text is a JWT in its compact form, to be shown to nobody but its audience.
	text []byte
	// due: from then on another is fetched, while this one is still good.
	due time.Time
	// end: from then on it is not used.
	end time.Time
	// uid is whose it is: it may be bound to what only the kernel changes of the process.
	uid int
}

// NewTokenSource gives the identity provider at this endpoint, with tokens for the key service.
func NewTokenSource(endpoint Endpoint) *TokenSource { return &TokenSource{endpoint: endpoint} }

// WithIdentity gives the same identity provider, with tokens of this identity (a SPIFFE ID). Only a process that houses
// applications of several identities has to say which.
func (s *TokenSource) WithIdentity(identity string) *TokenSource {
	return &TokenSource{endpoint: s.endpoint, audience: s.audience, identity: identity}
}

// WithAudience gives the same identity provider, with tokens for this audience (a SPIFFE ID) and not the key service.
func (s *TokenSource) WithAudience(audience string) *TokenSource {
	return &TokenSource{endpoint: s.endpoint, audience: audience, identity: s.identity}
}

// Token gives the token that is kept, else a new one: a JWT in its compact form. An identity provider that has to be waited
// for (it does not know yet who this process is, or is being restarted) is asked again until the context's deadline, for
// DefaultTimeout at most; one whose socket nobody serves, for 5 s. Every failure is of KindIdentity, but for a context
// that is canceled.
func (s *TokenSource) Token(ctx context.Context) (string, error) {
	token, err := s.other(nil, deadlineAfter(ctx, DefaultTimeout))
	if err != nil {
		return "", err
	}
	return string(token.text), nil
}

// other gives a token, but never the token stale, which the service no longer takes.
func (s *TokenSource) other(stale *token, d deadline) (*token, error) {
	var pauses backoff
	patience := d.sooner(absentProviderPatience)
	for {
		token, err := s.keptOrFetched(stale, d)
		if err == nil {
			return token, nil
		}
		if KindOf(err) == KindCanceled {
			return nil, err
		}
		mayPass := IsWorthRetrying(err)
		var absent *connectError
		if errors.As(err, &absent) {
			_, over := patience.remaining()
			mayPass = mayPass && over == nil
		}
		if !mayPass || !pauses.pause(d) {
			if d.ctx.Err() == context.Canceled {
				return nil, d.over()
			}
			return nil, &Error{Kind: KindIdentity, Status: StatusOf(err), Err: err}
		}
	}
}

// keptOrFetched looks once, and asks at most once. One goroutine asks at a time: the others wait for what it gets, or go on
// with the kept token while that is good.
func (s *TokenSource) keptOrFetched(stale *token, d deadline) (*token, error) {
	uid := syscall.Geteuid()
	for {
		s.mutex.Lock()
		now := time.Now()
		good := s.kept.goodFor(stale, uid, now)
		isRenewedNow := good != nil && !now.Before(good.due) && !now.Before(s.noRenewalBefore)
		others := s.fetching
		if good != nil && (others != nil || !isRenewedNow) {
			s.mutex.Unlock()
			return good, nil
		}
		if others == nil {
			s.fetching = make(chan struct{})
			s.mutex.Unlock()
			return s.takeTurn(good, uid, d)
		}
		s.mutex.Unlock()
		if err := d.wait(others, math.MaxInt64); err != nil {
			return nil, err
		}
	}
}

// takeTurn fetches a token while the others wait. If it fails, good is used on, if there is one.
func (s *TokenSource) takeTurn(good *token, uid int, d deadline) (*token, error) {
	if good != nil {
		d = d.sooner(renewalTimeout)
	}
	fetched, err := s.fetch(uid, d)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case err == nil:
		s.kept, s.noRenewalBefore = fetched, time.Time{}
	case good != nil:
		s.noRenewalBefore = time.Now().Add(renewalRetry)
		fetched, err = good, nil
	}
	close(s.fetching)
	s.fetching = nil
	return fetched, err
}

func (s *TokenSource) fetch(uid int, d deadline) (*token, error) {
	question := &wire.GetToken{Audience: s.audience, Identity: s.identity}
	request, err := newRequest(OpGetToken, ProviderCore, question, authNone, nil)
	if err != nil {
		return nil, err
	}
	// Before it is asked for, so that it is never taken for good too long.
	asked := time.Now()
	connection, err := connect(s.endpoint, d, DefaultMaxAnswer)
	if err != nil {
		return nil, of(OpGetToken, err)
	}
	defer connection.close()
	answer, err := connection.exchange(request, d)
	if err != nil {
		return nil, of(OpGetToken, err)
	}
	var given wire.GetTokenResult
	if err := answer.decode(OpGetToken, &given); err != nil {
		return nil, of(OpGetToken, err)
	}
	if len(given.Token) == 0 || len(given.Token) > math.MaxUint16 {
		return nil, of(OpGetToken, badResponse("a token of %d bytes", len(given.Token)))
	}
	return newToken(given.Token, given.ExpiresAt, asked, uid), nil
}

// newToken keeps a token that ends at a moment in seconds since 1970.
func newToken(text string, expiresAt uint64, asked time.Time, uid int) *token {
	lifetime := time.Duration(0)
	if now := uint64(max(asked.Unix(), 0)); expiresAt > now {
		seconds := min(expiresAt-now, uint64(maxTokenLifetime/time.Second))
		lifetime = time.Duration(seconds) * time.Second
	}
	return &token{text: []byte(text), due: asked.Add(lifetime * 3 / 4), end: asked.Add(lifetime), uid: uid}
}

// goodFor gives the token if this user may show it now.
func (t *token) goodFor(stale *token, uid int, now time.Time) *token {
	if t == nil || t == stale || t.uid != uid || !now.Before(t.end) {
		return nil
	}
	return t
}
