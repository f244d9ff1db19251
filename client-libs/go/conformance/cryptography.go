// The operations that use keys or hashes.
package main

import (
	"context"

	keystead "keystead/client-go"
)

func signHash(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, hash := algorithmOf[keystead.SignatureAlgorithm](r), r.bytes("hash")
	return give("signature", r, func() ([]byte, error) { return c.SignHash(ctx, r.name(), algorithm, hash) })
}

func signMessage(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, message := algorithmOf[keystead.SignatureAlgorithm](r), r.bytes("message")
	return give("signature", r, func() ([]byte, error) { return c.SignMessage(ctx, r.name(), algorithm, message) })
}

func verifyHash(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, hash, signature := algorithmOf[keystead.SignatureAlgorithm](r), r.bytes("hash"), r.bytes("signature")
	return "", done(r, func() error { return c.VerifyHash(ctx, r.name(), algorithm, hash, signature) })
}

func verifyMessage(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, message, signature := algorithmOf[keystead.SignatureAlgorithm](r), r.bytes("message"), r.bytes("signature")
	return "", done(r, func() error { return c.VerifyMessage(ctx, r.name(), algorithm, message, signature) })
}

func asymmetricEncrypt(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, salt, plaintext := algorithmOf[keystead.EncryptionAlgorithm](r), r.bytes("salt"), r.bytes("plaintext")
	return give("ciphertext", r, func() ([]byte, error) {
		return c.AsymmetricEncrypt(ctx, r.name(), algorithm, plaintext, salt)
	})
}

func asymmetricDecrypt(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, salt, ciphertext := algorithmOf[keystead.EncryptionAlgorithm](r), r.bytes("salt"), r.bytes("ciphertext")
	return give("plaintext", r, func() ([]byte, error) {
		return c.AsymmetricDecrypt(ctx, r.name(), algorithm, ciphertext, salt)
	})
}

func aeadEncrypt(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, nonce, aad := algorithmOf[keystead.AEADAlgorithm](r), r.bytes("nonce"), r.bytes("aad")
	plaintext := r.bytes("plaintext")
	return give("ciphertext", r, func() ([]byte, error) {
		return c.AEADEncrypt(ctx, r.name(), algorithm, nonce, aad, plaintext)
	})
}

func aeadDecrypt(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, nonce, aad := algorithmOf[keystead.AEADAlgorithm](r), r.bytes("nonce"), r.bytes("aad")
	ciphertext := r.bytes("ciphertext")
	return give("plaintext", r, func() ([]byte, error) {
		return c.AEADDecrypt(ctx, r.name(), algorithm, nonce, aad, ciphertext)
	})
}

func cipherEncrypt(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, plaintext := algorithmOf[keystead.CipherAlgorithm](r), r.bytes("plaintext")
	return give("ciphertext", r, func() ([]byte, error) { return c.CipherEncrypt(ctx, r.name(), algorithm, plaintext) })
}

func cipherDecrypt(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, ciphertext := algorithmOf[keystead.CipherAlgorithm](r), r.bytes("ciphertext")
	return give("plaintext", r, func() ([]byte, error) { return c.CipherDecrypt(ctx, r.name(), algorithm, ciphertext) })
}

func macCompute(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, input := algorithmOf[keystead.MACAlgorithm](r), r.bytes("data")
	return give("mac", r, func() ([]byte, error) { return c.MACCompute(ctx, r.name(), algorithm, input) })
}

func macVerify(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, input, mac := algorithmOf[keystead.MACAlgorithm](r), r.bytes("data"), r.bytes("mac")
	return "", done(r, func() error { return c.MACVerify(ctx, r.name(), algorithm, input, mac) })
}

func hashCompute(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, input := algorithmOf[keystead.Hash](r), r.bytes("data")
	return give("hash", r, func() ([]byte, error) { return c.HashCompute(ctx, algorithm, input) })
}

func hashCompare(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, input, hash := algorithmOf[keystead.Hash](r), r.bytes("data"), r.bytes("hash")
	return "", done(r, func() error { return c.HashCompare(ctx, algorithm, input, hash) })
}

func agree(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	algorithm, peer := algorithmOf[keystead.AgreementAlgorithm](r), r.bytes("peer")
	return give("secret", r, func() ([]byte, error) { return c.RawKeyAgreement(ctx, r.name(), algorithm.Raw, peer) })
}
