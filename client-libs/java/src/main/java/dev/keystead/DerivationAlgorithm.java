// Key derivation.
package dev.keystead;

import java.util.Objects;

/**
 * A key derivation, in a key's policy.
 *
 * @param scheme how
 * @param hash with which hash
 */
public record DerivationAlgorithm(Scheme scheme, HashAlgorithm hash) implements Algorithm {
    /** How keys are derived. */
    public enum Scheme {
        /** HKDF (RFC 5869). */
        HKDF,
        /** The PRF of TLS 1.2. */
        TLS12_PRF,
        /** The PRF of TLS 1.2 over a pre-shared key. */
        TLS12_PSK_TO_MS
    }

    /** Both must be given. */
    public DerivationAlgorithm {
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(hash, "hash");
    }
}
