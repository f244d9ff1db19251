// Which endpoint and which credential the environment names.

package keystead

import (
	"strings"
	"testing"
)

func from(values map[string]string) variables {
	return func(name string) string { return values[name] }
}

func TestBothSpellingsOfAPathAreTaken(t *testing.T) {
	for _, uri := range []Endpoint{"unix:/a/b.sock", "unix:///a/b.sock"} {
		path, err := uri.path()
		equal(t, string(uri), path, "/a/b.sock")
		equal(t, string(uri), err, nil)
	}
}

func TestWhatIsNoEndpointIsAUsageError(t *testing.T) {
	long := Endpoint("unix:/" + strings.Repeat("a", maxSocketPath))
	for _, uri := range []Endpoint{"tcp://localhost:1", "/a/b.sock", "unix://host/a", "unix:a.sock", "unix:", "", long, "unix:/a\x00"} {
		if _, err := uri.path(); KindOf(err) != KindUsage {
			t.Errorf("%q: %v", uri, err)
		}
	}
	_, err := long[:len(long)-1].path()
	equal(t, "the longest path", err, nil)
}

func TestTheVariablesAreAskedInOrderAndAnEmptyOneCountsAsUnset(t *testing.T) {
	for _, row := range []struct{ keystead, parsec, want string }{
		{"unix:/k", "unix:/p", "unix:/k"},
		{"", "unix:/p", "unix:/p"},
		{"", "", string(DefaultEndpoint)},
	} {
		found, err := endpointFrom(from(map[string]string{keysteadVariable: row.keystead, parsecVariable: row.parsec}))
		equal(t, "endpoint", found, Endpoint(row.want))
		equal(t, "error", err, nil)
	}
	_, err := endpointFrom(from(map[string]string{keysteadVariable: "tcp:x", parsecVariable: "unix:/p"}))
	equal(t, "a wrong one is no reason to try the next", KindOf(err), KindUsage)
}

func TestTheEnvironmentChoosesEndpointAndCredential(t *testing.T) {
	t.Setenv(keysteadVariable, "unix:/k")
	t.Setenv(identityVariable, "")
	client, err := NewClient()
	equal(t, "error", err, nil)
	equal(t, "endpoint", client.Endpoint(), "unix:/k")
	equal(t, "credential", client.shared.credential.kind, authPeerCredentials)

	t.Setenv(identityVariable, "unix:/i")
	client, err = NewClient()
	equal(t, "error", err, nil)
	equal(t, "credential", client.shared.credential.kind, authToken)
	equal(t, "identity provider", client.shared.credential.source.endpoint, "unix:/i")

	t.Setenv(identityVariable, "identity.sock")
	_, err = NewClient()
	equal(t, "a wrong identity provider is no reason for none", KindOf(err), KindUsage)
	client, err = NewClient(WithCredential(PeerCredentials()), WithEndpoint("unix:/own"))
	equal(t, "error", err, nil)
	equal(t, "endpoint", client.Endpoint(), "unix:/own")
}
