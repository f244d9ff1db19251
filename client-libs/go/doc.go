// Package keystead is the Go client of Keystead, the key service of a Linux host: keys are made, kept and used in the service,
// and the program never sees them. It speaks to Parsec too.
//
// A signing key in three lines:
//
//	client, err := keystead.NewClient()
//	key, err := client.Generate(ctx, "signing-key", keystead.ECDSAP256Key())
//	signature, err := key.Sign(ctx, []byte("a message"))
//
// The program is identified by its effective uid, which the kernel confirms, or by tokens where KEYSTEAD_IDENTITY_ENDPOINT
// names an identity provider. Key.Signer and Key.Decrypter are for packages that take a crypto.Signer or a crypto.Decrypter.
//
// Every call takes a context. It ends with it, and after the client's timeout at the latest, whatever comes first. What a call
// that makes or destroys a key was doing when its context ended may still be done.
//
// The package in five parts: client (client.go, and a file for each family of operations), connection (connection.go,
// pool.go), frame (frame.go, header.go), credential (credential.go, token.go) and errors (errors.go, status.go).
package keystead
