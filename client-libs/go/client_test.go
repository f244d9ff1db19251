// When a request is repeated, when a key is looked up, and which provider is asked.

package keystead

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"keystead/client-go/internal/wire"
)

var background = context.Background()

// listing is the answer to ListKeys: keys named so, on provider 1.
func listing(attributes KeyAttributes, names ...string) step {
	message, err := attributes.message()
	if err != nil {
		panic(err)
	}
	keys := &wire.ListKeysResult{}
	for _, name := range names {
		keys.Keys = append(keys.Keys, &wire.KeyInfo{ProviderId: 1, Name: name, Attributes: message})
	}
	return result(OpListKeys, keys)
}

func generate(c *Client) error {
	_, err := c.Generate(background, "k", ECDSAP256Key())
	return err
}

func made() step { return result(OpGenerateKey, &wire.PsaGenerateKeyResult{}) }

func TestWhatChangesNothingIsRepeatedOnAFreshConnection(t *testing.T) {
	service := startScript(t, []step{reply(pong(flagKeepAlive, nil)), hangUp()}, []step{reply(pong(flagKeepAlive, nil))})
	client := service.client()
	equal(t, "first", ping(client), nil)
	equal(t, "second", ping(client), nil)
	client.Close()
	equal(t, "asked", service.opcodes(), []Opcode{OpPing, OpPing, OpPing})
}

func TestAFreshConnectionThatBreaksIsAnError(t *testing.T) {
	service := startScript(t, []step{hangUp()})
	equal(t, "kind", KindOf(ping(service.client())), KindConnection)
	service.finished()
}

func TestAConnectionThatTheServiceClosedIsNotedBeforeSomethingIsChanged(t *testing.T) {
	service := startScript(t, []step{reply(pong(flagKeepAlive, nil))}, []step{made()})
	client := service.client()
	equal(t, "ping", ping(client), nil)
	// The script closes the first connection by itself; wait until that has arrived.
	waitFor(t, func() bool { return !client.shared.pool.idle[0].isFresh(true) })
	equal(t, "fresh for a request that can be repeated", client.shared.pool.idle[0].isFresh(false), true)
	equal(t, "generate", generate(client), nil)
	client.Close()
	equal(t, "asked", service.opcodes(), []Opcode{OpPing, OpGenerateKey})
}

func TestACreateWhoseAnswerIsLostIsLookedUp(t *testing.T) {
	other := ECDSAP256Key()
	other.Bits = 384
	for name, script := range map[string]struct {
		rest  []step
		asked []Opcode
		err   func(error) bool
	}{
		"it is there": {
			[]step{listing(ECDSAP256Key(), "k")},
			[]Opcode{OpGenerateKey, OpListKeys},
			func(err error) bool { return err == nil },
		},
		"another is there": {
			[]step{listing(other, "k")},
			[]Opcode{OpGenerateKey, OpListKeys},
			func(err error) bool { return errors.Is(err, PsaErrorAlreadyExists) },
		},
		"it is not there, and is made": {
			[]step{listing(ECDSAP256Key(), "other"), made()},
			[]Opcode{OpGenerateKey, OpListKeys, OpGenerateKey},
			func(err error) bool { return err == nil },
		},
		"it was made after the look": {
			[]step{listing(ECDSAP256Key()), refusal(OpGenerateKey, PsaErrorAlreadyExists), listing(ECDSAP256Key(), "k")},
			[]Opcode{OpGenerateKey, OpListKeys, OpGenerateKey, OpListKeys},
			func(err error) bool { return err == nil },
		},
		"it is refused the second time": {
			[]step{listing(ECDSAP256Key()), refusal(OpGenerateKey, PsaErrorNotPermitted)},
			[]Opcode{OpGenerateKey, OpListKeys, OpGenerateKey},
			func(err error) bool { return errors.Is(err, PsaErrorNotPermitted) },
		},
		"nobody answers the look": {
			[]step{refusal(OpListKeys, StatusNotAuthenticated)},
			[]Opcode{OpGenerateKey, OpListKeys},
			func(err error) bool { return KindOf(err) == KindConnection },
		},
	} {
		t.Run(name, func(t *testing.T) {
			service := startScript(t, []step{hangUp()}, script.rest)
			client := service.client()
			if err := generate(client); !script.err(err) {
				t.Errorf("%v", err)
			}
			client.Close()
			equal(t, "asked", service.opcodes(), script.asked)
		})
	}
}

func TestACreateThatLeftOnAKeptConnectionIsNotJustSentAgain(t *testing.T) {
	service := startScript(t, []step{reply(pong(flagKeepAlive, nil)), hangUp()}, []step{listing(ECDSAP256Key(), "k")})
	client := service.client()
	equal(t, "ping", ping(client), nil)
	equal(t, "generate", generate(client), nil)
	client.Close()
	equal(t, "asked", service.opcodes(), []Opcode{OpPing, OpGenerateKey, OpListKeys})
}

func TestACreateThatRanOutOfTheClientsTimeIsLookedUpButNotSentAgain(t *testing.T) {
	service := startScript(t, []step{silence()}, []step{listing(ECDSAP256Key())})
	client := service.client().WithTimeout(100 * time.Millisecond)
	equal(t, "kind", KindOf(generate(client)), KindTimeout)
	client.Close()
	equal(t, "asked", service.opcodes(), []Opcode{OpGenerateKey, OpListKeys})
}

func TestACreateWhoseContextEndsIsNotLookedUp(t *testing.T) {
	service := startScript(t, []step{silence()}, []step{reply(pong(0, nil))})
	ctx, cancel := context.WithTimeout(background, 100*time.Millisecond)
	defer cancel()
	client := service.client()
	_, err := client.Generate(ctx, "k", ECDSAP256Key())
	equal(t, "kind", KindOf(err), KindTimeout)
	equal(t, "ping", ping(client), nil)
	equal(t, "asked", service.opcodes(), []Opcode{OpGenerateKey, OpPing})
}

func TestAnImportWhoseAnswerIsLostIsOnlyBelievedIfItCanBeCompared(t *testing.T) {
	public := KeyAttributes{Type: ECCPublicKey(SecpR1), Usage: UsageVerifyHash, Algorithm: ECDSA(SHA256)}
	exported := result(OpExportPublicKey, &wire.PsaExportPublicKeyResult{Data: []byte{4, 1, 2}})
	stored := public
	stored.Bits, stored.Usage = 256, stored.Usage.widened()

	service := startScript(t, []step{hangUp()}, []step{listing(stored, "k"), exported})
	client := service.client()
	_, err := client.Import(background, "k", public, []byte{4, 1, 2})
	equal(t, "the same", err, nil)
	client.Close()
	service.finished()

	service = startScript(t, []step{hangUp()}, []step{listing(stored, "k"), exported})
	client = service.client()
	_, err = client.Import(background, "k", public, []byte{4, 1, 3})
	equal(t, "another", StatusOf(err), PsaErrorAlreadyExists)
	client.Close()
	service.finished()

	service = startScript(t, []step{hangUp()}, []step{listing(AES256GCMKey(), "k")})
	client = service.client()
	_, err = client.Import(background, "k", AES256GCMKey(), make([]byte, 32))
	equal(t, "a secret", KindOf(err), KindConnection)
	client.Close()
	service.finished()
}

func TestADestroyWhoseAnswerIsLostIsLookedUp(t *testing.T) {
	for name, gone := range map[string]bool{"gone": true, "there": false} {
		t.Run(name, func(t *testing.T) {
			names := []string{"k"}
			if gone {
				names = nil
			}
			service := startScript(t, []step{hangUp()}, []step{listing(ECDSAP256Key(), names...)})
			client := service.client()
			err := client.Destroy(background, "k")
			equal(t, "done", err == nil, gone)
			client.Close()
			equal(t, "asked", service.opcodes(), []Opcode{OpDestroyKey, OpListKeys})
		})
	}
}

func TestTheFirstProviderIsAskedForOnce(t *testing.T) {
	providers := &wire.ListProvidersResult{Providers: []*wire.ProviderInfo{{Id: 300}, {Id: 17}, {Id: 1}, {Id: 0}}}
	hash := result(OpHashCompute, &wire.PsaHashComputeResult{})
	service := startScript(t, []step{result(OpListProviders, providers), hash, hash, hash})
	client := service.client().WithProvider(ProviderCore)
	for _, c := range []*Client{client, client.WithTimeout(patience / 2), client.WithProvider(2)} {
		_, err := c.HashCompute(background, SHA256, nil)
		equal(t, "error", err, nil)
	}
	client.Close()
	seen := service.finished()[0]
	equal(t, "providers", []byte{seen[1][atProvider], seen[2][atProvider], seen[3][atProvider]}, []byte{17, 17, 2})
}

func TestAServiceWithoutProvidersIsSaidToBeOne(t *testing.T) {
	service := startScript(t, []step{result(OpListProviders, &wire.ListProvidersResult{Providers: []*wire.ProviderInfo{{}}})})
	_, err := service.client().WithProvider(ProviderCore).HashCompute(background, SHA256, nil)
	equal(t, "kind", KindOf(err), KindUsage)
}

func TestRandomBytesOfAnotherLengthAreNotTaken(t *testing.T) {
	service := startScript(t, []step{result(OpGenerateRandom, &wire.PsaGenerateRandomResult{RandomBytes: []byte{1}})})
	_, err := service.client().RandomBytes(background, 2)
	equal(t, "kind", KindOf(err), KindResponse)
}

func TestWhatCannotBeSaidIsNotSent(t *testing.T) {
	client := startScript(t).client()
	_, unknown := client.Generate(background, "k", KeyAttributes{Type: AES, Algorithm: UnknownAlgorithm{}})
	_, untyped := client.Generate(background, "k", KeyAttributes{})
	_, negative := client.Generate(background, "k", KeyAttributes{Type: AES, Bits: -1})
	_, name := client.PublicKeyBytes(background, "\xff")
	_, size := client.RandomBytes(background, -1)
	_, source := NewClient(WithCredential(Tokens(nil)))
	_, endpoint := NewClient(WithEndpoint("tcp://host"))
	for _, err := range []error{unknown, untyped, negative, name, size, source, endpoint} {
		if KindOf(err) != KindUsage {
			t.Errorf("%v", err)
		}
	}
}

func TestAnEarlyRefusalIsHeardThoughTheServiceDoesNotReadOn(t *testing.T) {
	listener := startEarly(t)
	client, err := NewClient(WithEndpoint(listener), WithCredential(PeerCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.WithProvider(1).HashCompute(background, SHA256, make([]byte, 4<<20))
	equal(t, "status", StatusOf(err), StatusBodySizeExceedsLimit)
}

// startEarly serves one connection: it reads a header, refuses, and discards the rest.
func startEarly(t *testing.T) Endpoint {
	path := t.TempDir() + "/s"
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		defer connection.Close()
		_, _ = connection.Read(make([]byte, headerLen))
		_, _ = connection.Write(answerBytes(OpHashCompute, 0, StatusBodySizeExceedsLimit, nil))
		_ = connection.(*net.UnixConn).CloseRead()
	}()
	return Endpoint("unix:" + path)
}

// waitFor waits for an event that comes by itself.
func waitFor(t *testing.T, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !happened(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not happen")
		}
	}
}

func TestErrorsTellWhoseFaultTheyAre(t *testing.T) {
	equal(t, "a foreign error", KindOf(errors.New("x")), 0)
	equal(t, "a foreign error's status", StatusOf(nil), StatusSuccess)
	equal(t, "a foreign error's worth", IsWorthRetrying(errors.New("x")), false)
	equal(t, "unknown kind", Kind(99).String(), "unknown")
	equal(t, "unknown opcode", Opcode(0x1234).String(), "operation 0x1234")
	for status, isWorth := range map[Status]bool{
		StatusBusy: true, StatusAuthStale: true, StatusConnectionError: true, PsaErrorCommunicationFailure: true,
		StatusDeadlineExceeded: true, StatusQuotaExceeded: false, PsaErrorDoesNotExist: false, 9999: false,
	} {
		equal(t, status.Error(), IsWorthRetrying(refused(OpPing, status)), isWorth)
	}
	equal(t, "known", PsaErrorDataInvalid.IsKnown() && !Status(1144).IsKnown(), true)
	if text := refused(OpSignHash, PsaErrorDoesNotExist).Error(); !strings.Contains(text, "PsaErrorDoesNotExist (1140)") {
		t.Error(text)
	}
}
