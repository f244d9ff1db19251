// The golden bytes that all client libraries share, through the typed methods.

package keystead

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const vectorsFolder = "../../interface/vectors"

// vector gives the bytes of a vector.
func vector(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(vectorsFolder, name+".hex"))
	if err != nil {
		t.Fatal(err)
	}
	var digits strings.Builder
	for _, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "#") {
			digits.WriteString(strings.Join(strings.Fields(line), ""))
		}
	}
	bytes, err := hex.DecodeString(digits.String())
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

// asClientsSend is a vector as this client sends it: with the flags KEEP_ALIVE and EXTENDED, and these others.
func asClientsSend(t *testing.T, name string, changes map[int]byte) []byte {
	bytes := vector(t, name)
	bytes[atFlags] = flagKeepAlive | flagExtended
	for at, value := range changes {
		bytes[at] = value
	}
	return bytes
}

// answered calls a service that answers with this vector; it gives what the call gave, and the request.
func answered[T any](t *testing.T, name string, call func(context.Context, *Client) (T, error)) (T, error, []byte) {
	t.Helper()
	service := startScript(t, []step{reply(vector(t, name))})
	client := service.client(WithCredential(Direct("admin_priv")))
	result, err := call(context.Background(), client)
	client.Close()
	return result, err, service.finished()[0][0]
}

// equal fails the test if the two differ.
func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}

// nothing is the result of calls that have none.
type nothing = struct{}

func generateK1(ctx context.Context, c *Client) (nothing, error) {
	attributes := ECDSAP256Key()
	attributes.Usage = UsageSignHash | UsageVerifyHash
	_, err := c.Generate(ctx, "k1", attributes)
	return nothing{}, err
}

func TestRequestsAreTheGoldenBytesButForTheFlags(t *testing.T) {
	major, err, request := answered(t, "V1r", func(ctx context.Context, c *Client) (uint32, error) {
		major, _, err := c.Ping(ctx)
		return major, err
	})
	if err != nil || major != 1 {
		t.Errorf("version %d: %v", major, err)
	}
	equal(t, "V1", request, asClientsSend(t, "V1", nil))

	// Anybody may list opcodes: there is no credential.
	_, _, request = answered(t, "V2r", func(ctx context.Context, c *Client) ([]Opcode, error) { return c.ListOpcodes(ctx, 1) })
	want := asClientsSend(t, "V2", map[int]byte{atAuthType: 0, atAuthLen: 0})
	equal(t, "V2", request, bytes.TrimSuffix(want, []byte("jimbob")))

	_, err, request = answered(t, "V3e", func(ctx context.Context, c *Client) (nothing, error) {
		return nothing{}, c.DeleteClient(ctx, "existing client")
	})
	equal(t, "V3", request, asClientsSend(t, "V3", nil))
	if !errors.Is(err, StatusAdminOperation) {
		t.Errorf("V3e: %v", err)
	}

	_, _, request = answered(t, "V5r", generateK1)
	equal(t, "V5", bodyOf(request), bodyOf(vector(t, "V5")))
	equal(t, "V5: opcode and provider", []byte{request[atOpcode], request[atProvider]}, []byte{2, 1})

	_, err, request = answered(t, "V14r", func(ctx context.Context, c *Client) (Statement, error) {
		return c.WithProvider(ProviderTPM).TPMQuote(ctx, "k1", SHA256, []uint32{0, 7}, []byte{1, 2, 3})
	})
	if err != nil {
		t.Error(err)
	}
	equal(t, "V14", bodyOf(request), bodyOf(vector(t, "V14")))
}

func TestAPeersProofIsItsUidInFourBytes(t *testing.T) {
	service := startScript(t, []step{reply(vector(t, "V5r"))})
	client := service.client()
	if _, err := generateK1(context.Background(), client); err != nil {
		t.Fatal(err)
	}
	request := service.finished()[0][0]
	uid := os.Geteuid()
	want := []byte{byte(uid), byte(uid >> 8), byte(uid >> 16), byte(uid >> 24)}
	whole := append(asClientsSend(t, "V5", nil)[:headerLen+33], want...)
	equal(t, "V5 with this uid", request, whole)
}

func TestAnswersAreReadFromTheGoldenBytes(t *testing.T) {
	opcodes, _, _ := answered(t, "V2r", func(ctx context.Context, c *Client) ([]Opcode, error) { return c.ListOpcodes(ctx, 1) })
	equal(t, "V2r", opcodes, []Opcode{1, 3, 2, 6})
	clients, _, _ := answered(t, "V4r", func(ctx context.Context, c *Client) ([]string, error) { return c.ListClients(ctx) })
	equal(t, "V4r", clients, []string{"jim", "bob"})
	_, err, _ := answered(t, "V5r", generateK1)
	equal(t, "V5r", err, nil)
	_, err, _ = answered(t, "V5e", generateK1)
	equal(t, "V5e", StatusOf(err), PsaErrorAlreadyExists)
	keys, _, _ := answered(t, "V6r", func(ctx context.Context, c *Client) ([]KeyInfo, error) { return c.ListKeys(ctx) })
	equal(t, "V6r", keys, []KeyInfo{{Provider: 1, Name: "k1", Attributes: ECDSAP256Key()}})
	_, err, _ = answered(t, "V9e", func(ctx context.Context, c *Client) (uint32, error) {
		_, _, err := c.Ping(ctx)
		return 0, err
	})
	equal(t, "V9e", StatusOf(err), StatusInvalidHeader)
	quote, _, _ := answered(t, "V14r", func(ctx context.Context, c *Client) (Statement, error) {
		return c.TPMQuote(ctx, "k1", SHA256, nil, nil)
	})
	equal(t, "V14r", quote, Statement{[]byte("attest"), []byte("signature"), ECDSA(SHA256)})
}

func TestBothServicesAnswersToTheFlagsAreUnderstood(t *testing.T) {
	for name, keeps := range map[string]bool{"V8r": true, "V8p": false} {
		major, err, request := answered(t, name, func(ctx context.Context, c *Client) (uint32, error) {
			major, _, err := c.Ping(ctx)
			equal(t, name+": connections kept", len(c.shared.pool.idle) == 1, keeps)
			return major, err
		})
		if err != nil || major != 1 {
			t.Errorf("%s: version %d: %v", name, major, err)
		}
		want := vector(t, "V8")
		// This is the first request of its connection.
		copy(want[atSession:atSession+8], make([]byte, 8))
		equal(t, "V8", request, want)
	}
}

func TestATokenIsAskedForInTheGoldenBytes(t *testing.T) {
	provider := startScript(t, []step{reply(vector(t, "V19r"))})
	token, err := NewTokenSource(provider.endpoint).WithIdentity("spiffe://td/web").Token(context.Background())
	if err != nil || token != "a.b.c" {
		t.Errorf("token %q: %v", token, err)
	}
	equal(t, "V19", provider.finished()[0][0], asClientsSend(t, "V19", nil))
}

// TestEveryVectorIsOursOrAnothersBusiness tells when a vector is added that a client should know.
func TestEveryVectorIsOursOrAnothersBusiness(t *testing.T) {
	ours := []string{"V1", "V1r", "V2", "V2r", "V3", "V3e", "V4r", "V5", "V5r", "V5e", "V6r", "V8", "V8r", "V8p", "V9e",
		"V14", "V14r", "V19", "V19r"}
	// Administration of providers and stores, and what the daemons say to each other: the library has no such calls.
	others := []string{"V10", "V11", "V12", "V13", "V15", "V16", "V17", "V18", "V20", "V21", "V22"}
	files, err := os.ReadDir(vectorsFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name, isVector := strings.CutSuffix(file.Name(), ".hex")
		if isVector && !slices.Contains(ours, name) && !slices.Contains(others, strings.TrimSuffix(name, "r")) {
			t.Errorf("%s is not tested", name)
		}
	}
}
