// Attributes of the keys that most programs want.

package keystead

const usageSign = UsageSignHash | UsageVerifyHash | UsageSignMessage | UsageVerifyMessage

// ECDSAP256Key is an ECDSA pair on P-256 for signatures with SHA-256.
func ECDSAP256Key() KeyAttributes {
	return KeyAttributes{Type: ECCKeyPair(SecpR1), Bits: 256, Usage: usageSign, Algorithm: ECDSA(SHA256)}
}

// RSAPKCS1v15Key is an RSA pair for signatures with PKCS#1 v1.5 and SHA-256; 2048, 3072 or 4096 bits.
func RSAPKCS1v15Key(bits int) KeyAttributes {
	return KeyAttributes{Type: RSAKeyPair, Bits: bits, Usage: usageSign, Algorithm: RSAPKCS1v15(SHA256)}
}

// RSAPSSKey is an RSA pair for signatures with PSS and SHA-256; 2048, 3072 or 4096 bits.
func RSAPSSKey(bits int) KeyAttributes {
	return KeyAttributes{Type: RSAKeyPair, Bits: bits, Usage: usageSign, Algorithm: RSAPSS(SHA256)}
}

// RSAOAEPKey is an RSA pair for encryption with OAEP and SHA-256; 2048, 3072 or 4096 bits.
func RSAOAEPKey(bits int) KeyAttributes {
	return KeyAttributes{Type: RSAKeyPair, Bits: bits, Usage: UsageEncrypt | UsageDecrypt, Algorithm: RSAOAEP(SHA256)}
}

// AES256GCMKey is an AES-256 key for GCM.
func AES256GCMKey() KeyAttributes {
	return KeyAttributes{Type: AES, Bits: 256, Usage: UsageEncrypt | UsageDecrypt, Algorithm: GCM()}
}

// HMACSHA256Key is a key of 256 bits for HMAC with SHA-256.
func HMACSHA256Key() KeyAttributes {
	usage := UsageSignMessage | UsageVerifyMessage
	return KeyAttributes{Type: HMACKey, Bits: 256, Usage: usage, Algorithm: HMAC(SHA256)}
}

// X25519Key is an X25519 pair for key agreement.
func X25519Key() KeyAttributes {
	return KeyAttributes{Type: ECCKeyPair(Montgomery), Bits: 255, Usage: UsageDerive, Algorithm: Agreement(ECDH)}
}
