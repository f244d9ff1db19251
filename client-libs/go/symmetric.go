// Encryption and authentication codes with secret keys, each with the key's name and an explicit algorithm.

package keystead

import (
	"context"

	"keystead/client-go/internal/wire"
)

// AEADEncrypt encrypts and authenticates; the result is ciphertext ‖ tag. Never use a nonce twice with one key.
func (c *Client) AEADEncrypt(
	ctx context.Context, name string, algorithm AEADAlgorithm, nonce, additionalData, plaintext []byte,
) ([]byte, error) {
	var result wire.PsaAeadEncryptResult
	question := &wire.PsaAeadEncrypt{
		KeyName: name, Alg: algorithm.message(), Nonce: nonce, AdditionalData: additionalData, Plaintext: plaintext,
	}
	err := c.call(ctx, OpAEADEncrypt, question, &result)
	return result.Ciphertext, err
}

// AEADDecrypt checks and decrypts ciphertext ‖ tag. A wrong tag is a refusal with PsaErrorInvalidSignature.
func (c *Client) AEADDecrypt(
	ctx context.Context, name string, algorithm AEADAlgorithm, nonce, additionalData, ciphertext []byte,
) ([]byte, error) {
	var result wire.PsaAeadDecryptResult
	question := &wire.PsaAeadDecrypt{
		KeyName: name, Alg: algorithm.message(), Nonce: nonce, AdditionalData: additionalData, Ciphertext: ciphertext,
	}
	err := c.call(ctx, OpAEADDecrypt, question, &result)
	return result.Plaintext, err
}

// CipherEncrypt encrypts under a random IV; the result is IV ‖ ciphertext. Nothing protects it from being changed.
func (c *Client) CipherEncrypt(
	ctx context.Context, name string, algorithm CipherAlgorithm, plaintext []byte,
) ([]byte, error) {
	var result wire.PsaCipherEncryptResult
	question := &wire.PsaCipherEncrypt{KeyName: name, Alg: wire.Cipher(algorithm), Plaintext: plaintext}
	err := c.call(ctx, OpCipherEncrypt, question, &result)
	return result.Ciphertext, err
}

// CipherDecrypt decrypts IV ‖ ciphertext.
func (c *Client) CipherDecrypt(
	ctx context.Context, name string, algorithm CipherAlgorithm, ciphertext []byte,
) ([]byte, error) {
	var result wire.PsaCipherDecryptResult
	question := &wire.PsaCipherDecrypt{KeyName: name, Alg: wire.Cipher(algorithm), Ciphertext: ciphertext}
	err := c.call(ctx, OpCipherDecrypt, question, &result)
	return result.Plaintext, err
}

// MACCompute computes an authentication code. Parsec does not have this operation.
func (c *Client) MACCompute(ctx context.Context, name string, algorithm MACAlgorithm, input []byte) ([]byte, error) {
	var result wire.PsaMacComputeResult
	err := c.call(ctx, OpMACCompute, &wire.PsaMacCompute{KeyName: name, Alg: algorithm.message(), Input: input}, &result)
	return result.Mac, err
}

// MACVerify verifies an authentication code. A wrong one is a refusal with PsaErrorInvalidSignature. Parsec does not have
// this operation.
func (c *Client) MACVerify(ctx context.Context, name string, algorithm MACAlgorithm, input, mac []byte) error {
	question := &wire.PsaMacVerify{KeyName: name, Alg: algorithm.message(), Input: input, Mac: mac}
	return c.call(ctx, OpMACVerify, question, &wire.PsaMacVerifyResult{})
}
