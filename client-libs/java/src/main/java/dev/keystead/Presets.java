// Attributes of the keys that most programs want.
package dev.keystead;

/** Attributes of the keys that most programs want. */
public final class Presets {
    private Presets() {}

    /** An ECDSA pair on P-256 for signatures with SHA-256. */
    public static KeyAttributes ecdsaP256() {
        SignatureAlgorithm algorithm = SignatureAlgorithm.ecdsa(HashAlgorithm.SHA_256);
        return signing(KeyType.eccKeyPair(EccFamily.SECP_R1), 256, algorithm);
    }

    /** An RSA pair for signatures with PKCS#1 v1.5 and SHA-256; 2048, 3072 or 4096 bits. */
    public static KeyAttributes rsaPkcs1v15(int bits) {
        return signing(KeyType.RSA_KEY_PAIR, bits, SignatureAlgorithm.rsaPkcs1v15(HashAlgorithm.SHA_256));
    }

    /** An RSA pair for signatures with PSS and SHA-256; 2048, 3072 or 4096 bits. */
    public static KeyAttributes rsaPss(int bits) {
        return signing(KeyType.RSA_KEY_PAIR, bits, SignatureAlgorithm.rsaPss(HashAlgorithm.SHA_256));
    }

    /** An RSA pair for encryption with OAEP and SHA-256; 2048, 3072 or 4096 bits. */
    public static KeyAttributes rsaOaep(int bits) {
        EncryptionAlgorithm algorithm = EncryptionAlgorithm.rsaOaep(HashAlgorithm.SHA_256);
        return KeyAttributes.of(KeyType.RSA_KEY_PAIR, bits, algorithm, Usage.ENCRYPT, Usage.DECRYPT);
    }

    /** An AES-256 key for GCM. */
    public static KeyAttributes aes256Gcm() {
        return KeyAttributes.of(KeyType.AES, 256, AeadAlgorithm.GCM, Usage.ENCRYPT, Usage.DECRYPT);
    }

    /** A key of 256 bits for HMAC with SHA-256. */
    public static KeyAttributes hmacSha256() {
        MacAlgorithm algorithm = MacAlgorithm.hmac(HashAlgorithm.SHA_256);
        return KeyAttributes.of(KeyType.HMAC, 256, algorithm, Usage.SIGN_MESSAGE, Usage.VERIFY_MESSAGE);
    }

    /** A P-256 pair for key agreement. */
    public static KeyAttributes ecdhP256() {
        return KeyAttributes.of(KeyType.eccKeyPair(EccFamily.SECP_R1), 256, AgreementAlgorithm.ECDH, Usage.DERIVE);
    }

    /** An X25519 pair for key agreement. */
    public static KeyAttributes x25519() {
        return KeyAttributes.of(KeyType.eccKeyPair(EccFamily.MONTGOMERY), 255, AgreementAlgorithm.ECDH, Usage.DERIVE);
    }

    private static KeyAttributes signing(KeyType type, int bits, SignatureAlgorithm algorithm) {
        return KeyAttributes.of(type, bits, algorithm, Usage.SIGN_HASH, Usage.VERIFY_HASH);
    }
}
