// Signatures, RSA encryption and key agreement, each with the key's name and an explicit algorithm.

package keystead

import (
	"context"

	"keystead/client-go/internal/wire"
)

// SignHash signs a hash that the caller computed. ECDSA gives r ‖ s.
func (c *Client) SignHash(ctx context.Context, name string, algorithm SignatureAlgorithm, hash []byte) ([]byte, error) {
	var result wire.PsaSignHashResult
	question := &wire.PsaSignHash{KeyName: name, Alg: algorithm.message(), Hash: hash}
	err := c.call(ctx, OpSignHash, question, &result)
	return result.Signature, err
}

// VerifyHash verifies a signature over a hash. A wrong one is a refusal with PsaErrorInvalidSignature.
func (c *Client) VerifyHash(ctx context.Context, name string, algorithm SignatureAlgorithm, hash, signature []byte) error {
	question := &wire.PsaVerifyHash{KeyName: name, Alg: algorithm.message(), Hash: hash, Signature: signature}
	return c.call(ctx, OpVerifyHash, question, &wire.PsaVerifyHashResult{})
}

// SignMessage has the service hash a message, and signs the hash. ECDSA gives r ‖ s.
func (c *Client) SignMessage(
	ctx context.Context, name string, algorithm SignatureAlgorithm, message []byte,
) ([]byte, error) {
	var result wire.PsaSignMessageResult
	question := &wire.PsaSignMessage{KeyName: name, Alg: algorithm.message(), Message: message}
	err := c.call(ctx, OpSignMessage, question, &result)
	return result.Signature, err
}

// VerifyMessage verifies a signature over a message. A wrong one is a refusal with PsaErrorInvalidSignature.
func (c *Client) VerifyMessage(
	ctx context.Context, name string, algorithm SignatureAlgorithm, message, signature []byte,
) error {
	question := &wire.PsaVerifyMessage{KeyName: name, Alg: algorithm.message(), Message: message, Signature: signature}
	return c.call(ctx, OpVerifyMessage, question, &wire.PsaVerifyMessageResult{})
}

// AsymmetricEncrypt encrypts to an RSA key. label is OAEP's; it must be empty with PKCS#1 v1.5.
func (c *Client) AsymmetricEncrypt(
	ctx context.Context, name string, algorithm EncryptionAlgorithm, plaintext, label []byte,
) ([]byte, error) {
	var result wire.PsaAsymmetricEncryptResult
	question := &wire.PsaAsymmetricEncrypt{KeyName: name, Alg: algorithm.message(), Plaintext: plaintext, Salt: label}
	err := c.call(ctx, OpAsymmetricEncrypt, question, &result)
	return result.Ciphertext, err
}

// AsymmetricDecrypt decrypts with an RSA key, under the label with which it was encrypted. Wrong padding is a refusal with
// PsaErrorInvalidPadding, which nobody who sends ciphertexts may learn of.
func (c *Client) AsymmetricDecrypt(
	ctx context.Context, name string, algorithm EncryptionAlgorithm, ciphertext, label []byte,
) ([]byte, error) {
	var result wire.PsaAsymmetricDecryptResult
	question := &wire.PsaAsymmetricDecrypt{KeyName: name, Alg: algorithm.message(), Ciphertext: ciphertext, Salt: label}
	err := c.call(ctx, OpAsymmetricDecrypt, question, &result)
	return result.Plaintext, err
}

// RawKeyAgreement agrees on a secret with the owner of peerKey, a public key in the format of the contract (wire contract
// 4.2). The secret is not evenly distributed: derive keys from it, and clear it.
func (c *Client) RawKeyAgreement(
	ctx context.Context, name string, algorithm RawAgreement, peerKey []byte,
) ([]byte, error) {
	var result wire.PsaRawKeyAgreementResult
	question := &wire.PsaRawKeyAgreement{Alg: wire.RawKeyAgreement(algorithm), PrivateKeyName: name, PeerKey: peerKey}
	err := c.call(ctx, OpRawKeyAgreement, question, &result)
	return result.SharedSecret, err
}
