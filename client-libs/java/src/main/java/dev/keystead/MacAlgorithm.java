// Message authentication codes.
package dev.keystead;

/**
 * A message authentication code.
 *
 * @param scheme how
 * @param hash the hash of an HMAC; null for the others
 * @param macBytes the code's length in bytes, if it is cut off; 0 if it is not
 */
public record MacAlgorithm(Scheme scheme, HashAlgorithm hash, int macBytes) implements Algorithm {
    /** CMAC over a block cipher, in full. */
    public static final MacAlgorithm CMAC = new MacAlgorithm(Scheme.CMAC, null, 0);
    /** CBC-MAC over a block cipher, in full. It is secure for messages of one length only. */
    public static final MacAlgorithm CBC_MAC = new MacAlgorithm(Scheme.CBC_MAC, null, 0);

    /** How the code is made. */
    public enum Scheme {
        /** With a hash. */
        HMAC,
        /** With a block cipher's chaining mode. */
        CBC_MAC,
        /** With a block cipher (SP 800-38B). */
        CMAC
    }

    /** HMAC with this hash, in full. */
    public static MacAlgorithm hmac(HashAlgorithm hash) {
        return new MacAlgorithm(Scheme.HMAC, hash, 0);
    }

    /** The same, cut off after this many bytes. */
    public MacAlgorithm truncated(int bytes) {
        return new MacAlgorithm(scheme, hash, bytes);
    }

    /** An HMAC has a hash, and nothing else has. */
    public MacAlgorithm {
        if (scheme == null || (scheme == Scheme.HMAC) != (hash != null) || macBytes < 0) {
            throw new KeysteadException.Usage("no such MAC: " + scheme + ", hash " + hash + ", " + macBytes + " bytes");
        }
    }
}
