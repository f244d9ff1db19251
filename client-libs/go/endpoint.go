// Where the service listens (wire contract 6.8).

package keystead

import (
	"os"
	"strings"
	"syscall"
)

const (
	// keysteadVariable is asked first, by programs that have no other rights than their caller.
	keysteadVariable = "KEYSTEAD_SERVICE_ENDPOINT"
	// parsecVariable is the one that Parsec's clients know, asked second.
	parsecVariable = "PARSEC_SERVICE_ENDPOINT"
	// identityVariable names the identity provider. Whoever sets it wants tokens.
	identityVariable = "KEYSTEAD_IDENTITY_ENDPOINT"

	// DefaultEndpoint is the service's if no variable names one.
	DefaultEndpoint Endpoint = "unix:/run/keystead/service.sock"
	// DefaultIdentityEndpoint is where an identity provider listens that was told nothing else.
	DefaultIdentityEndpoint Endpoint = "unix:/run/keystead/identity.sock"
)

// Endpoint is the URI of a daemon's Unix socket: unix:/path or unix:///path. The path is taken as it stands, without
// percent-decoding.
type Endpoint string

// EndpointFromEnvironment gives the endpoint that KEYSTEAD_SERVICE_ENDPOINT, else PARSEC_SERVICE_ENDPOINT names, else
// DefaultEndpoint. An empty variable counts as unset; a wrong one is an error and no reason to try the next.
//
// A program that runs with another user's or group's rights than its caller's (set-uid, set-gid) gets the default one
// whatever the environment says: the caller, who made the environment, must not choose to whom the program's secrets go.
func EndpointFromEnvironment() (Endpoint, error) {
	return endpointFrom(callersVariables())
}

// IdentityEndpointFromEnvironment gives the identity provider that KEYSTEAD_IDENTITY_ENDPOINT names, or "" if it names none.
// What is said of EndpointFromEnvironment holds here too.
func IdentityEndpointFromEnvironment() (Endpoint, error) {
	return firstOf(callersVariables(), identityVariable)
}

// path gives the socket's path, or says why the text is no endpoint.
func (e Endpoint) path() (string, error) {
	path, isUnix := strings.CutPrefix(string(e), "unix:")
	if !isUnix {
		return "", usage("%q is not an endpoint: it must begin with unix:", string(e))
	}
	if rest, hasAuthority := strings.CutPrefix(path, "//"); hasAuthority {
		if !strings.HasPrefix(rest, "/") {
			return "", usage("%q is not an endpoint: it names a host, and a Unix socket has none", string(e))
		}
		path = rest
	}
	switch {
	case !strings.HasPrefix(path, "/"):
		return "", usage("%q is not an endpoint: the path after unix: must be absolute", string(e))
	case len(path) > maxSocketPath || strings.ContainsRune(path, 0):
		return "", usage("%q is not an endpoint: no socket can have this path (%d bytes at most)", string(e), maxSocketPath)
	}
	return path, nil
}

// variables gives a variable's value, "" if it is not set.
type variables func(name string) string

func callersVariables() variables {
	if syscall.Getuid() == syscall.Geteuid() && syscall.Getgid() == syscall.Getegid() {
		return os.Getenv
	}
	return func(string) string { return "" }
}

func endpointFrom(variable variables) (Endpoint, error) {
	found, err := firstOf(variable, keysteadVariable, parsecVariable)
	if found == "" && err == nil {
		found = DefaultEndpoint
	}
	return found, err
}

func firstOf(variable variables, names ...string) (Endpoint, error) {
	for _, name := range names {
		if value := variable(name); value != "" {
			endpoint := Endpoint(value)
			_, err := endpoint.path()
			return endpoint, err
		}
	}
	return "", nil
}
