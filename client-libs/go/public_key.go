// Public keys and signatures as Go's packages know them.

package keystead

import (
	"context"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
)

// Public gives the public half of a key: an *rsa.PublicKey, an *ecdsa.PublicKey for P-224, P-256, P-384 and P-521, or an
// *ecdh.PublicKey for X25519. For other curves, which Go does not have, see Client.PublicKeyBytes.
func (k *Key) Public(ctx context.Context) (crypto.PublicKey, error) {
	attributes, err := k.Attributes(ctx)
	if err != nil {
		return nil, err
	}
	bytes, err := k.client.PublicKeyBytes(ctx, k.name)
	if err != nil {
		return nil, err
	}
	return publicKey(attributes, bytes)
}

func publicKey(attributes KeyAttributes, bytes []byte) (crypto.PublicKey, error) {
	family, isECC := attributes.Type.Curve()
	switch {
	case attributes.Type.IsRSA():
		key, err := x509.ParsePKCS1PublicKey(bytes)
		if err != nil {
			return nil, &Error{Kind: KindResponse, Op: OpExportPublicKey, Err: err}
		}
		return key, nil
	case isECC && family == Montgomery && attributes.Bits == 255:
		key, err := ecdh.X25519().NewPublicKey(bytes)
		if err != nil {
			return nil, &Error{Kind: KindResponse, Op: OpExportPublicKey, Err: err}
		}
		return key, nil
	case isECC && family == SecpR1:
		return nistKey(attributes.Bits, bytes)
	}
	return nil, usage("Go has no type for this public key: use its bytes")
}

func nistKey(bits int, point []byte) (crypto.PublicKey, error) {
	curves := map[int]elliptic.Curve{
		224: elliptic.P224(), 256: elliptic.P256(), 384: elliptic.P384(), 521: elliptic.P521(),
	}
	curve, known := curves[bits]
	if !known {
		return nil, usage("Go has no type for a public key of %d bits on a NIST curve: use its bytes", bits)
	}
	// It checks that the point is on the curve. What replaces it in newer versions of Go is not in the oldest one that this
	// library supports.
	x, y := elliptic.Unmarshal(curve, point)
	if x == nil {
		return nil, of(OpExportPublicKey, badResponse("the public key is no point of the curve"))
	}
	return &ecdsa.PublicKey{Curve: curve, X: x, Y: y}, nil
}

// asn1Signature makes the two numbers r ‖ s of ECDSA what Go's packages take: a sequence in DER (RFC 3279).
func asn1Signature(raw []byte) ([]byte, error) {
	if len(raw) == 0 || len(raw)%2 != 0 {
		return nil, badResponse("a signature of %d bytes", len(raw))
	}
	half := len(raw) / 2
	numbers := struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:half]), new(big.Int).SetBytes(raw[half:])}
	return asn1.Marshal(numbers)
}
