// A key by its name, used with its own algorithm.

package keystead

import (
	"context"
	"crypto/ecdh"
	"fmt"
	"sync"
)

// sealNonceBytes is the length of a nonce that GCM, CCM and ChaCha20-Poly1305 all take.
const sealNonceBytes = 12

// Key is a handle for a key of the caller's on its client's provider. It holds the key's name, never the key. It may be used
// by many goroutines at once.
//
// Its methods use the one algorithm that the key's policy permits, asked from the service once. A key whose policy permits
// any hash is used with SHA-256. To choose an algorithm, call the client's methods by name.
type Key struct {
	client *Client
	name   string

	mutex sync.Mutex
	// attributes are nil before they were asked.
	attributes *KeyAttributes
}

// Name is how the caller calls it.
func (k *Key) Name() string { return k.name }

// Attributes gives type, size and policy, asked from the service once.
func (k *Key) Attributes(ctx context.Context) (KeyAttributes, error) {
	k.mutex.Lock()
	known := k.attributes
	k.mutex.Unlock()
	if known != nil {
		return *known, nil
	}
	// The question is asked without the lock: two that ask at once get the same answer.
	attributes, err := k.client.KeyAttributes(ctx, k.name)
	if err == nil {
		k.mutex.Lock()
		k.attributes = &attributes
		k.mutex.Unlock()
	}
	return attributes, err
}

// Export gives the key itself, if its usage allows it; see Client.Export.
func (k *Key) Export(ctx context.Context) ([]byte, error) { return k.client.Export(ctx, k.name) }

// Destroy destroys the key; see Client.Destroy.
func (k *Key) Destroy(ctx context.Context) error { return k.client.Destroy(ctx, k.name) }

// Sign has the service hash a message, and signs the hash. ECDSA gives r ‖ s; Key.Signer gives what Go's packages take.
func (k *Key) Sign(ctx context.Context, message []byte) ([]byte, error) {
	algorithm, err := k.signatureAlgorithm(ctx)
	if err != nil {
		return nil, err
	}
	return k.client.SignMessage(ctx, k.name, algorithm, message)
}

// Verify verifies a signature that Sign made. A wrong one is a refusal with PsaErrorInvalidSignature.
func (k *Key) Verify(ctx context.Context, message, signature []byte) error {
	algorithm, err := k.signatureAlgorithm(ctx)
	if err != nil {
		return err
	}
	return k.client.VerifyMessage(ctx, k.name, algorithm, message, signature)
}

// Seal encrypts and authenticates under a random nonce; the result is nonce ‖ ciphertext ‖ tag. additionalData is
// authenticated and not part of the result; it may be nil.
//
// The nonce has 12 bytes from the service: with AES, make a new key after 2³² messages.
func (k *Key) Seal(ctx context.Context, plaintext, additionalData []byte) ([]byte, error) {
	algorithm, err := algorithmOfKey[AEADAlgorithm](ctx, k, "authenticated encryption")
	if err != nil {
		return nil, err
	}
	nonce, err := k.client.RandomBytes(ctx, sealNonceBytes)
	if err != nil {
		return nil, err
	}
	ciphertext, err := k.client.AEADEncrypt(ctx, k.name, algorithm, nonce, additionalData, plaintext)
	if err != nil {
		return nil, err
	}
	return append(nonce, ciphertext...), nil
}

// Open checks and decrypts what Seal made, with the same additional data. What was changed is a refusal with
// PsaErrorInvalidSignature.
func (k *Key) Open(ctx context.Context, sealed, additionalData []byte) ([]byte, error) {
	algorithm, err := algorithmOfKey[AEADAlgorithm](ctx, k, "authenticated encryption")
	if err != nil {
		return nil, err
	}
	split := min(len(sealed), sealNonceBytes)
	return k.client.AEADDecrypt(ctx, k.name, algorithm, sealed[:split], additionalData, sealed[split:])
}

// MAC computes an authentication code over the input.
func (k *Key) MAC(ctx context.Context, input []byte) ([]byte, error) {
	algorithm, err := algorithmOfKey[MACAlgorithm](ctx, k, "authentication codes")
	if err != nil {
		return nil, err
	}
	return k.client.MACCompute(ctx, k.name, algorithm, input)
}

// VerifyMAC verifies what MAC computed. A wrong code is a refusal with PsaErrorInvalidSignature.
func (k *Key) VerifyMAC(ctx context.Context, input, mac []byte) error {
	algorithm, err := algorithmOfKey[MACAlgorithm](ctx, k, "authentication codes")
	if err != nil {
		return err
	}
	return k.client.MACVerify(ctx, k.name, algorithm, input, mac)
}

// ECDH agrees on a secret with the owner of a public key of the same curve, as ecdh.PrivateKey.ECDH does. Derive keys from
// it, and clear it.
func (k *Key) ECDH(ctx context.Context, remote *ecdh.PublicKey) ([]byte, error) {
	// Go's encoding of these keys is the contract's: an uncompressed point, or the bytes of X25519.
	return k.client.RawKeyAgreement(ctx, k.name, ECDH, remote.Bytes())
}

func (k *Key) signatureAlgorithm(ctx context.Context) (SignatureAlgorithm, error) {
	algorithm, err := algorithmOfKey[SignatureAlgorithm](ctx, k, "signatures")
	switch {
	case err != nil:
		return SignatureAlgorithm{}, err
	case !algorithm.Scheme.hasHash():
		return SignatureAlgorithm{}, usage("the key %q signs hashes and no messages", k.name)
	case algorithm.Hash == AnyHash:
		algorithm.Hash = SHA256
	}
	return algorithm, nil
}

// algorithmOfKey gives the algorithm of the key's policy, if it is one of this family.
func algorithmOfKey[A Algorithm](ctx context.Context, k *Key, purpose string) (A, error) {
	attributes, err := k.Attributes(ctx)
	if err != nil {
		return *new(A), err
	}
	algorithm, fits := attributes.Algorithm.(A)
	if !fits {
		return algorithm, usage("the algorithm of the key %q is not one for %s", k.name, purpose)
	}
	return algorithm, nil
}

// String names the key.
func (k *Key) String() string { return fmt.Sprintf("keystead key %q", k.name) }
