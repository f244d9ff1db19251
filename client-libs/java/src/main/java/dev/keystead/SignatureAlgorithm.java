// Signatures.
package dev.keystead;

/**
 * A signature.
 *
 * @param scheme how
 * @param hash with which hash; null if the scheme has none, or, in a key's policy only, if any hash will do
 */
public record SignatureAlgorithm(Scheme scheme, HashAlgorithm hash) implements Algorithm {
    /** PKCS#1 v1.5 over the caller's own DigestInfo. */
    public static final SignatureAlgorithm RSA_PKCS1V15_RAW = new SignatureAlgorithm(Scheme.RSA_PKCS1V15_RAW, null);
    /** ECDSA over whatever bytes the caller gives as the hash. */
    public static final SignatureAlgorithm ECDSA_ANY = new SignatureAlgorithm(Scheme.ECDSA_ANY, null);

    /** How it is signed. */
    public enum Scheme {
        /** PKCS#1 v1.5. */
        RSA_PKCS1V15(true),
        /** PKCS#1 v1.5 without a hash. */
        RSA_PKCS1V15_RAW(false),
        /** PSS; the salt is as long as the hash, and the mask is made with the same hash. */
        RSA_PSS(true),
        /** ECDSA; r ‖ s. */
        ECDSA(true),
        /** ECDSA without a hash. */
        ECDSA_ANY(false),
        /** ECDSA with the nonce of RFC 6979. */
        DETERMINISTIC_ECDSA(true);

        private final boolean hashes;

        Scheme(boolean hashes) {
            this.hashes = hashes;
        }

        /** Whether it is told which hash was used. */
        public boolean hashes() {
            return hashes;
        }

        /** Whether it is for RSA keys; else it is for elliptic curves. */
        public boolean isRsa() {
            return switch (this) {
                case RSA_PKCS1V15, RSA_PKCS1V15_RAW, RSA_PSS -> true;
                case ECDSA, ECDSA_ANY, DETERMINISTIC_ECDSA -> false;
            };
        }
    }

    /** ECDSA with this hash. */
    public static SignatureAlgorithm ecdsa(HashAlgorithm hash) {
        return new SignatureAlgorithm(Scheme.ECDSA, hash);
    }

    /** PKCS#1 v1.5 with this hash. */
    public static SignatureAlgorithm rsaPkcs1v15(HashAlgorithm hash) {
        return new SignatureAlgorithm(Scheme.RSA_PKCS1V15, hash);
    }

    /** PSS with this hash. */
    public static SignatureAlgorithm rsaPss(HashAlgorithm hash) {
        return new SignatureAlgorithm(Scheme.RSA_PSS, hash);
    }

    /** The scheme must be given, and a hash only where it has one. */
    public SignatureAlgorithm {
        if (scheme == null || (hash != null && !scheme.hashes())) {
            throw new KeysteadException.Usage("no such signature: " + scheme + ", hash " + hash);
        }
    }

    /** Whether it stands for every hash: in a key's policy. */
    public boolean takesAnyHash() {
        return scheme.hashes() && hash == null;
    }

    /** The same with a hash. */
    public SignatureAlgorithm with(HashAlgorithm hash) {
        return new SignatureAlgorithm(scheme, hash);
    }
}
