// Modes of unauthenticated encryption.
package dev.keystead;

/** Symmetric encryption that nothing protects from being changed. A ciphertext begins with its IV, where there is one. */
public enum CipherAlgorithm implements Algorithm {
    /** The stream cipher that the key's type is: ChaCha20, ARC4. */
    STREAM_CIPHER(1),
    /** Counter mode. */
    CTR(2),
    /** Cipher feedback. */
    CFB(3),
    /** Output feedback. */
    OFB(4),
    /** XTS. */
    XTS(5),
    /** Each block by itself. */
    ECB_NO_PADDING(6),
    /** Cipher block chaining of whole blocks. */
    CBC_NO_PADDING(7),
    /** Cipher block chaining with the padding of PKCS#7. */
    CBC_PKCS7(8);

    private final int number;

    CipherAlgorithm(int number) {
        this.number = number;
    }

    /** The number in messages (wire contract 3.4). */
    int number() {
        return number;
    }
}
