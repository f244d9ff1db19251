// Types of keys.
package dev.keystead;

/**
 * What a key is.
 *
 * @param kind which kind of key
 * @param family the family of its curve; null if the kind is none of elliptic curves
 */
public record KeyType(Kind kind, EccFamily family) {
    /** Data that is no key. */
    public static final KeyType RAW_DATA = new KeyType(Kind.RAW_DATA, null);
    /** For HMAC. */
    public static final KeyType HMAC = new KeyType(Kind.HMAC, null);
    /** To derive others from. */
    public static final KeyType DERIVE = new KeyType(Kind.DERIVE, null);
    /** AES. */
    public static final KeyType AES = new KeyType(Kind.AES, null);
    /** DES and triple DES; deprecated. */
    public static final KeyType DES = new KeyType(Kind.DES, null);
    /** Camellia. */
    public static final KeyType CAMELLIA = new KeyType(Kind.CAMELLIA, null);
    /** ARC4; deprecated. */
    public static final KeyType ARC4 = new KeyType(Kind.ARC4, null);
    /** ChaCha20. */
    public static final KeyType CHACHA20 = new KeyType(Kind.CHACHA20, null);
    /** An RSA public key. */
    public static final KeyType RSA_PUBLIC_KEY = new KeyType(Kind.RSA_PUBLIC_KEY, null);
    /** An RSA pair. */
    public static final KeyType RSA_KEY_PAIR = new KeyType(Kind.RSA_KEY_PAIR, null);
    /** A Diffie-Hellman pair in a group of RFC 7919. */
    public static final KeyType DH_KEY_PAIR = new KeyType(Kind.DH_KEY_PAIR, null);
    /** A Diffie-Hellman public key in a group of RFC 7919. */
    public static final KeyType DH_PUBLIC_KEY = new KeyType(Kind.DH_PUBLIC_KEY, null);
    /** A type that this library does not know: the service is newer. It cannot be sent. */
    public static final KeyType UNKNOWN = new KeyType(Kind.UNKNOWN, null);

    /** The kinds of keys; see the constants of {@link KeyType}. */
    public enum Kind {
        /** Data. */
        RAW_DATA,
        /** For HMAC. */
        HMAC,
        /** To derive from. */
        DERIVE,
        /** AES. */
        AES,
        /** DES. */
        DES,
        /** Camellia. */
        CAMELLIA,
        /** ARC4. */
        ARC4,
        /** ChaCha20. */
        CHACHA20,
        /** RSA, public. */
        RSA_PUBLIC_KEY,
        /** RSA, pair. */
        RSA_KEY_PAIR,
        /** Elliptic curve, pair. */
        ECC_KEY_PAIR,
        /** Elliptic curve, public. */
        ECC_PUBLIC_KEY,
        /** Diffie-Hellman, pair. */
        DH_KEY_PAIR,
        /** Diffie-Hellman, public. */
        DH_PUBLIC_KEY,
        /** Of a newer service. */
        UNKNOWN
    }

    /** A pair on a curve of this family. */
    public static KeyType eccKeyPair(EccFamily family) {
        return new KeyType(Kind.ECC_KEY_PAIR, family);
    }

    /** A public key on a curve of this family. */
    public static KeyType eccPublicKey(EccFamily family) {
        return new KeyType(Kind.ECC_PUBLIC_KEY, family);
    }

    /** A key on a curve has a family, and no other has. */
    public KeyType {
        boolean onCurve = kind == Kind.ECC_KEY_PAIR || kind == Kind.ECC_PUBLIC_KEY;
        if (kind == null || onCurve != (family != null)) {
            throw new KeysteadException.Usage("no such type of key: " + kind + ", family " + family);
        }
    }

    /** Whether it is a public key by itself. */
    public boolean isPublic() {
        return kind == Kind.RSA_PUBLIC_KEY || kind == Kind.ECC_PUBLIC_KEY || kind == Kind.DH_PUBLIC_KEY;
    }

    /** Whether it is a pair, whose public half can be had. */
    public boolean isPair() {
        return kind == Kind.RSA_KEY_PAIR || kind == Kind.ECC_KEY_PAIR || kind == Kind.DH_KEY_PAIR;
    }
}
