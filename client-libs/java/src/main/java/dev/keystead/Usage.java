// What a key may be used for.
package dev.keystead;

/** A usage flag of a key. */
public enum Usage {
    /** The key itself may be given out. */
    EXPORT,
    /** Kept, without effect. */
    COPY,
    /** Kept, without effect. */
    CACHE,
    /** Encrypting. */
    ENCRYPT,
    /** Decrypting. */
    DECRYPT,
    /** Signing messages, and making authentication codes. */
    SIGN_MESSAGE,
    /** Verifying signatures over messages, and authentication codes. */
    VERIFY_MESSAGE,
    /** Signing hashes; includes {@link #SIGN_MESSAGE}. */
    SIGN_HASH,
    /** Verifying signatures over hashes; includes {@link #VERIFY_MESSAGE}. */
    VERIFY_HASH,
    /** Key agreement and derivation. */
    DERIVE
}
