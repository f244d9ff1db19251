// How a request says who sends it (wire contract 2.1).

package keystead

import (
	"encoding/binary"
	"syscall"
)

// authType is the number of an authenticator.
type authType uint8

const (
	authNone            authType = 0
	authDirect          authType = 1
	authToken           authType = 2
	authPeerCredentials authType = 3
)

// Credential is who the client says it is. Every request carries it, but for those that anybody may send. The zero
// Credential is what CredentialFromEnvironment gives.
type Credential struct {
	kind   authType
	name   string
	source *TokenSource
}

// PeerCredentials identifies the program by its effective uid, which the kernel confirms to the service: no secret is needed.
func PeerCredentials() Credential { return Credential{kind: authPeerCredentials} }

// Tokens identifies the program by tokens of an identity provider. If it gives none, calls fail: no other credential takes
// its place.
func Tokens(source *TokenSource) Credential { return Credential{kind: authToken, source: source} }

// Direct is an application name that the service believes: for tests, and for hosts on which everybody is trusted.
func Direct(name string) Credential { return Credential{kind: authDirect, name: name} }

// CredentialFromEnvironment is Tokens if KEYSTEAD_IDENTITY_ENDPOINT names an identity provider (see
// IdentityEndpointFromEnvironment), else PeerCredentials.
func CredentialFromEnvironment() (Credential, error) {
	endpoint, err := IdentityEndpointFromEnvironment()
	if err != nil {
		return Credential{}, err
	}
	if endpoint == "" {
		return PeerCredentials(), nil
	}
	return Tokens(NewTokenSource(endpoint)), nil
}

// proof is the authentication part of a request that is sent now; and the token, if it is one.
func (c Credential) proof(d deadline) (authType, []byte, *token, error) {
	switch c.kind {
	case authDirect:
		return c.kind, []byte(c.name), nil, nil
	case authToken:
		token, err := c.source.other(nil, d)
		if err != nil {
			return 0, nil, nil, err
		}
		return c.kind, token.text, token, nil
	}
	// What the kernel reports for a connection that is opened now is the effective uid: a program that was given another
	// user's rights would be refused with its real one.
	return authPeerCredentials, binary.LittleEndian.AppendUint32(nil, uint32(syscall.Geteuid())), nil, nil
}
