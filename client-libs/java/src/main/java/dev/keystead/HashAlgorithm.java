// Hashes.
package dev.keystead;

/** A hash function. MD2, MD4, MD5 and SHA-1 are deprecated: new keys cannot name them, unless the service allows it. */
public enum HashAlgorithm implements Algorithm {
    /** MD2. */
    MD2(1, 16),
    /** MD4. */
    MD4(2, 16),
    /** MD5. */
    MD5(3, 16),
    /** RIPEMD-160. */
    RIPEMD160(4, 20),
    /** SHA-1. */
    SHA_1(5, 20),
    /** SHA-224. */
    SHA_224(6, 28),
    /** SHA-256. */
    SHA_256(7, 32),
    /** SHA-384. */
    SHA_384(8, 48),
    /** SHA-512. */
    SHA_512(9, 64),
    /** SHA-512/224. */
    SHA_512_224(10, 28),
    /** SHA-512/256. */
    SHA_512_256(11, 32),
    /** SHA3-224. */
    SHA3_224(12, 28),
    /** SHA3-256. */
    SHA3_256(13, 32),
    /** SHA3-384. */
    SHA3_384(14, 48),
    /** SHA3-512. */
    SHA3_512(15, 64);

    private final int number;
    private final int bytes;

    HashAlgorithm(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** The number in messages (wire contract 3.4). */
    int number() {
        return number;
    }

    /** Bytes of a hash. */
    public int bytes() {
        return bytes;
    }
}
