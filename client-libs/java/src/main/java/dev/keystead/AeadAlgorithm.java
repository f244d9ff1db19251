// Authenticated encryption.
package dev.keystead;

import java.util.Objects;

/**
 * Authenticated encryption. A ciphertext ends with its tag.
 *
 * @param scheme how
 * @param tagBytes the tag's length in bytes; 0 stands for the usual 16
 */
public record AeadAlgorithm(Scheme scheme, int tagBytes) implements Algorithm {
    /** CCM with a tag of 16 bytes. */
    public static final AeadAlgorithm CCM = new AeadAlgorithm(Scheme.CCM, 0);
    /** GCM with a tag of 16 bytes. */
    public static final AeadAlgorithm GCM = new AeadAlgorithm(Scheme.GCM, 0);
    /** ChaCha20-Poly1305. */
    public static final AeadAlgorithm CHACHA20_POLY1305 = new AeadAlgorithm(Scheme.CHACHA20_POLY1305, 0);

    /** How it is encrypted and authenticated. */
    public enum Scheme {
        /** Counter with CBC-MAC. */
        CCM(1),
        /** Galois counter mode. */
        GCM(2),
        /** ChaCha20 and Poly1305 (RFC 8439). */
        CHACHA20_POLY1305(3);

        private final int number;

        Scheme(int number) {
            this.number = number;
        }

        /** The number in messages (wire contract 3.4). */
        int number() {
            return number;
        }
    }

    /** Whether a length is one that the scheme has, is for the service to say. */
    public AeadAlgorithm {
        Objects.requireNonNull(scheme, "scheme");
        if (tagBytes < 0) {
            throw new KeysteadException.Usage("a tag of " + tagBytes + " bytes");
        }
    }
}
