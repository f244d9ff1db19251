// Hashes by their names in Java.
package dev.keystead.jca;

import dev.keystead.HashAlgorithm;
import java.security.SignatureException;
import java.util.Locale;

/** Hashes by their names in Java. */
final class Hashes {
    private Hashes() {}

    /** The hash's name for {@link java.security.MessageDigest}. */
    static String nameOf(HashAlgorithm hash) {
        return switch (hash) {
            case SHA_512_224 -> "SHA-512/224";
            case SHA_512_256 -> "SHA-512/256";
            default -> hash.name().replace('_', '-');
        };
    }

    /** The hash with this name, else null. */
    static HashAlgorithm ofName(String name) {
        String plain = name.toUpperCase(Locale.ROOT).replace("-", "").replace("/", "");
        for (HashAlgorithm hash : HashAlgorithm.values()) {
            if (nameOf(hash).replace("-", "").replace("/", "").equals(plain)) {
                return hash;
            }
        }
        return null;
    }

    /** The usual hash of this length: it decides nothing in ECDSA but which lengths are taken. */
    static HashAlgorithm ofLength(int bytes) throws SignatureException {
        return switch (bytes) {
            case 20 -> HashAlgorithm.SHA_1;
            case 28 -> HashAlgorithm.SHA_224;
            case 32 -> HashAlgorithm.SHA_256;
            case 48 -> HashAlgorithm.SHA_384;
            case 64 -> HashAlgorithm.SHA_512;
            default -> throw new SignatureException("no hash has " + bytes + " bytes");
        };
    }
}
