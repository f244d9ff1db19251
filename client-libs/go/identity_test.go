// Applications that are identified by tokens: between the real service, identity provider and orchestrator.

package keystead_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	keystead "keystead/client-go"
	"keystead/client-go/internal/testservice"
)

// applicationVariable makes this test program an application: it does what the lines of its input say.
const applicationVariable = "KEYSTEAD_TEST_APPLICATION"

// application answers a line with the names of its keys; a line that names one makes it before.
func application() {
	client, err := keystead.NewClient()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if name := lines.Text(); err == nil && name != "" {
			_, err = client.Generate(background, name, keystead.ECDSAP256Key())
		}
		var keys []keystead.KeyInfo
		if err == nil {
			keys, err = client.ListKeys(background)
		}
		if err != nil {
			fmt.Println("error:", err)
			err = nil
			continue
		}
		names := make([]string, len(keys))
		for i, key := range keys {
			names[i] = key.Name
		}
		fmt.Println("keys:", strings.Join(names, " "))
	}
}

// running is an application that is asked line by line.
type running struct {
	t     *testing.T
	input io.Writer
	lines *bufio.Scanner
}

func start(t *testing.T, parties *testservice.Parties, identity string) *running {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	command, err := parties.Command(identity, self)
	must(t, err)
	command.Env = append(command.Env, applicationVariable+"=1")
	command.Stderr = os.Stderr
	input, err := command.StdinPipe()
	must(t, err)
	output, err := command.StdoutPipe()
	must(t, err)
	must(t, command.Start())
	t.Cleanup(func() {
		input.Close()
		_ = command.Wait()
	})
	return &running{t: t, input: input, lines: bufio.NewScanner(output)}
}

// has fails the test unless the application, having made a key if one is named, has these.
func (r *running) has(made, keys string) {
	r.t.Helper()
	fmt.Fprintln(r.input, made)
	if !r.lines.Scan() || r.lines.Text() != "keys: "+keys {
		r.t.Fatalf("%q", r.lines.Text())
	}
}

func TestApplicationsAreTheirTokensWhateverRestarts(t *testing.T) {
	parties, err := testservice.StartParties()
	must(t, err)
	t.Cleanup(parties.Stop)
	shop := start(t, parties, "spiffe://localhost/shop")
	shop.has("signing", "signing")
	till := start(t, parties, "spiffe://localhost/till")
	till.has("", "")

	byUid, err := keystead.NewClient(
		keystead.WithEndpoint(keystead.Endpoint(parties.Service.Endpoint)), keystead.WithCredential(keystead.PeerCredentials()))
	must(t, err)
	keys, err := byUid.ListKeys(background)
	must(t, err)
	if len(keys) != 0 {
		t.Errorf("the uid is somebody else, and has %v", keys)
	}

	// The new service believes nobody at first.
	must(t, parties.Service.Restart())
	shop.has("", "signing")
	// The new identity provider knows nobody at first.
	must(t, parties.RestartIdentityProvider())
	shop.has("second", "second signing")
	till.has("own", "own")
}
