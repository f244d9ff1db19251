// When a token is fetched, and what happens while there is none: a scripted service and a scripted identity provider.

package keystead

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"keystead/client-go/internal/wire"
)

// long is longer than any test takes, in seconds.
const long = 300

// given is a token that lives for so many seconds from now.
func given(text string, seconds int) step {
	end := uint64(time.Now().Unix() + int64(seconds))
	return result(OpGetToken, &wire.GetTokenResult{Token: text, ExpiresAt: end})
}

// startProvider gives each answer on a connection of its own.
func startProvider(t *testing.T, answers ...step) *scripted {
	script := make([][]step, len(answers))
	for i, answer := range answers {
		script[i] = []step{answer}
	}
	return startScript(t, script...)
}

func noKeys() step { return result(OpListKeys, &wire.ListKeysResult{}) }

func stale() step { return refusal(OpListKeys, StatusAuthStale) }

func listKeys(c *Client) error {
	_, err := c.ListKeys(background)
	return err
}

// bearer gives a client of the service that has its tokens from the provider.
func bearer(service, provider *scripted) (*Client, *TokenSource) {
	source := NewTokenSource(provider.endpoint)
	return service.client(WithCredential(Tokens(source))), source
}

// tokensShown are the tokens of all requests, in order.
func (s *scripted) tokensShown() []string {
	var shown []string
	for _, connection := range s.finished() {
		for _, request := range connection {
			kind, auth := authOf(request)
			equal(s.t, "authentication type", kind, authToken)
			shown = append(shown, auth)
		}
	}
	return shown
}

func TestATokenIsFetchedOnceWithoutACredentialAndShownInEveryRequest(t *testing.T) {
	service, provider := startScript(t, []step{noKeys(), noKeys()}), startProvider(t, given("a.b.c", long))
	source := NewTokenSource(provider.endpoint).WithAudience("spiffe://x/service").WithIdentity("spiffe://x/app")
	client := service.client(WithCredential(Tokens(source)))
	equal(t, "first", listKeys(client), nil)
	equal(t, "second", listKeys(client.WithTimeout(patience/2)), nil)
	client.Close()
	equal(t, "shown", service.tokensShown(), []string{"a.b.c", "a.b.c"})
	asked := provider.finished()[0][0]
	kind, auth := authOf(asked)
	equal(t, "asked as", kind, authNone)
	equal(t, "asked with", auth, "")
	var question wire.GetToken
	if err := proto.Unmarshal(bodyOf(asked), &question); err != nil {
		t.Fatal(err)
	}
	equal(t, "asked for", question.Audience+" "+question.Identity, "spiffe://x/service spiffe://x/app")
}

func TestWhatAnybodyMayAskNeedsNoToken(t *testing.T) {
	service := startScript(t, []step{reply(pong(flagKeepAlive, nil))})
	client := service.client(WithCredential(Tokens(NewTokenSource("unix:/nonexistent/identity.sock"))))
	equal(t, "error", ping(client), nil)
}

func TestAStaleTokenIsFetchedAgainUntilTheServiceTakesOne(t *testing.T) {
	service := startScript(t, []step{stale(), stale(), noKeys(), noKeys()})
	provider := startProvider(t, given("first", long), given("second, longer", long), given("3rd", long))
	client, _ := bearer(service, provider)
	equal(t, "first", listKeys(client), nil)
	equal(t, "second", listKeys(client), nil)
	client.Close()
	equal(t, "shown", service.tokensShown(), []string{"first", "second, longer", "3rd", "3rd"})
	provider.finished()
}

func TestACreateThatWasRefusedForItsTokenIsSentAgain(t *testing.T) {
	service := startScript(t, []step{refusal(OpGenerateKey, StatusAuthStale), made()})
	client, _ := bearer(service, startProvider(t, given("old", long), given("new", long)))
	equal(t, "error", generate(client), nil)
	client.Close()
	equal(t, "shown", service.tokensShown(), []string{"old", "new"})
}

func TestAServiceThatTakesNoTokenIsAskedUntilTheDeadline(t *testing.T) {
	answers, tokens := make([]step, 100), make([]step, 100)
	for i := range answers {
		answers[i], tokens[i] = stale(), given("t", long)
	}
	client, _ := bearer(startScript(t, answers), startProvider(t, tokens...))
	start := time.Now()
	err := listKeys(client.WithTimeout(300 * time.Millisecond))
	if StatusOf(err) != StatusAuthStale || time.Since(start) < 60*time.Millisecond {
		t.Errorf("after %v: %v", time.Since(start), err)
	}
}

func TestOtherCredentialsAreNotRepeated(t *testing.T) {
	service := startScript(t, []step{stale()})
	client := service.client()
	equal(t, "status", StatusOf(listKeys(client)), StatusAuthStale)
	client.Close()
	equal(t, "asked", service.opcodes(), []Opcode{OpListKeys})
}

func TestAnIdentityProviderThatIsBusyOrHangsUpIsAskedAgain(t *testing.T) {
	service := startScript(t, []step{noKeys()})
	provider := startProvider(t, refusal(OpGetToken, StatusBusy), hangUp(), refusal(OpGetToken, StatusAuthStale), given("t", long))
	client, _ := bearer(service, provider)
	equal(t, "error", listKeys(client), nil)
	equal(t, "questions", len(provider.finished()), 4)
}

func TestARefusalOfTheIdentityProviderIsFinalAndNothingIsSent(t *testing.T) {
	for _, status := range []Status{StatusAuthenticationError, PsaErrorInvalidArgument, PsaErrorNotPermitted} {
		provider := startProvider(t, refusal(OpGetToken, status))
		client, _ := bearer(startScript(t), provider)
		err := listKeys(client)
		if KindOf(err) != KindIdentity || StatusOf(err) != status || !errors.Is(err, status) || IsWorthRetrying(err) {
			t.Errorf("%v", err)
		}
	}
}

func TestAnIdentityProviderThatSaysNonsenseIsAnError(t *testing.T) {
	for _, text := range []string{"", string(make([]byte, 1<<16))} {
		client, _ := bearer(startScript(t), startProvider(t, given(text, long)))
		equal(t, "kind", KindOf(listKeys(client)), KindIdentity)
	}
}

func TestAnAbsentIdentityProviderIsWaitedForUntilTheDeadline(t *testing.T) {
	source := NewTokenSource("unix:/nonexistent/identity.sock")
	client := startScript(t).client(WithCredential(Tokens(source)))
	start := time.Now()
	err := listKeys(client.WithTimeout(200 * time.Millisecond))
	if KindOf(err) != KindIdentity || !errors.Is(err, os.ErrNotExist) || time.Since(start) < 100*time.Millisecond {
		t.Errorf("after %v: %v", time.Since(start), err)
	}
}

func TestAnIdentityProviderThatComesLaterIsFound(t *testing.T) {
	service := startScript(t, []step{noKeys()})
	path := filepath.Join(t.TempDir(), "identity")
	client := service.client(WithCredential(Tokens(NewTokenSource(Endpoint("unix:" + path)))))
	go func() {
		time.Sleep(3 * firstPause)
		listener, err := net.Listen("unix", path)
		if err != nil {
			return
		}
		defer listener.Close()
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer connection.Close()
		serve(connection, []step{given("t", long)})
	}()
	equal(t, "error", listKeys(client), nil)
}

func TestACallThatWaitsForATokenEndsWithItsContext(t *testing.T) {
	reached := make(chan struct{})
	wait := func(connection net.Conn, request []byte) bool {
		close(reached)
		return silence()(connection, request)
	}
	client, _ := bearer(startScript(t), startProvider(t, wait))
	ctx, cancel := context.WithCancel(background)
	go func() {
		<-reached
		cancel()
	}()
	_, err := client.ListKeys(ctx)
	equal(t, "kind", KindOf(err), KindCanceled)
}

func TestManyCallsWaitForOneToken(t *testing.T) {
	release := make(chan struct{})
	late := func(connection net.Conn, request []byte) bool {
		<-release
		return given("t", long)(connection, request)
	}
	provider := startProvider(t, late)
	source := NewTokenSource(provider.endpoint)
	var all sync.WaitGroup
	tokens := make([]string, 16)
	for i := range tokens {
		i := i
		all.Add(1)
		go func() {
			defer all.Done()
			tokens[i], _ = source.Token(background)
		}()
	}
	close(release)
	all.Wait()
	for _, token := range tokens {
		equal(t, "token", token, "t")
	}
	equal(t, "questions", len(provider.finished()), 1)
}

func TestATokenIsRenewedAfterThreeQuartersOfItsLifeAndUsedOnIfThatFails(t *testing.T) {
	provider := startProvider(t, given("old", long), refusal(OpGetToken, PsaErrorNotPermitted), given("new", long))
	source := NewTokenSource(provider.endpoint)
	shown := func() string {
		text, err := source.Token(background)
		equal(t, "error", err, nil)
		return text
	}
	equal(t, "at first", shown(), "old")
	source.kept.due = time.Now()
	equal(t, "while it cannot be renewed", shown(), "old")
	equal(t, "soon after", shown(), "old")
	source.noRenewalBefore = time.Now()
	equal(t, "when it can", shown(), "new")
	equal(t, "questions", len(provider.finished()), 3)
}

func TestATokensLifeIsCounted(t *testing.T) {
	asked := time.Now()
	token := newToken("t", uint64(asked.Unix()+300), asked, 1000)
	equal(t, "due", token.due.Sub(asked), 225*time.Second)
	equal(t, "end", token.end.Sub(asked), 300*time.Second)
	equal(t, "for another user", token.goodFor(nil, 1001, asked), nil)
	equal(t, "stale", token.goodFor(token, 1000, asked), nil)
	equal(t, "good", token.goodFor(nil, 1000, asked.Add(299*time.Second)), token)
	equal(t, "at its end", token.goodFor(nil, 1000, asked.Add(300*time.Second)), nil)
	equal(t, "for ever", newToken("t", 1<<63, asked, 0).end.Sub(asked), maxTokenLifetime)
	equal(t, "over", newToken("t", 1, asked, 0).goodFor(nil, 0, asked), nil)
}
