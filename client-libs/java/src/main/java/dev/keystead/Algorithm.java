// What a key may be used for, or an operation is done with: the algorithms of the PSA Crypto API.
package dev.keystead;

/** An algorithm, of any family. A key's policy names one; the operations take the families that they are for. */
public sealed interface Algorithm
        permits HashAlgorithm,
                MacAlgorithm,
                CipherAlgorithm,
                AeadAlgorithm,
                SignatureAlgorithm,
                EncryptionAlgorithm,
                AgreementAlgorithm,
                DerivationAlgorithm,
                AgreementWithDerivation,
                Algorithm.Other {

    /** No algorithm: the key can be exported and destroyed, and nothing else. */
    Algorithm NONE = Other.NONE;

    /** An algorithm that this library does not know: the service is newer. It cannot be sent. */
    Algorithm UNKNOWN = Other.UNKNOWN;

    /** The two that belong to no family. */
    enum Other implements Algorithm {
        /** See {@link Algorithm#NONE}. */
        NONE,
        /** See {@link Algorithm#UNKNOWN}. */
        UNKNOWN
    }
}
