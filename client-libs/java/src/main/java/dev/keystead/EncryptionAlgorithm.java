// RSA encryption.
package dev.keystead;

/**
 * Encryption with an RSA key.
 *
 * @param scheme the padding
 * @param hash OAEP's hash, for its mask too; null for the other
 */
public record EncryptionAlgorithm(Scheme scheme, HashAlgorithm hash) implements Algorithm {
    /** The padding of PKCS#1 v1.5. Whoever may have the service decrypt learns whether the padding was right. */
    public static final EncryptionAlgorithm RSA_PKCS1V15 = new EncryptionAlgorithm(Scheme.RSA_PKCS1V15, null);

    /** The padding. */
    public enum Scheme {
        /** That of PKCS#1 v1.5. */
        RSA_PKCS1V15,
        /** OAEP; the mask is made with the same hash. */
        RSA_OAEP
    }

    /** OAEP with this hash. */
    public static EncryptionAlgorithm rsaOaep(HashAlgorithm hash) {
        return new EncryptionAlgorithm(Scheme.RSA_OAEP, hash);
    }

    /** OAEP has a hash, and the other has none. */
    public EncryptionAlgorithm {
        if (scheme == null || (scheme == Scheme.RSA_OAEP) != (hash != null)) {
            throw new KeysteadException.Usage("no such encryption: " + scheme + ", hash " + hash);
        }
    }
}
