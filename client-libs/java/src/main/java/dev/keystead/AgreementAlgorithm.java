// Key agreement that gives the shared secret itself.
package dev.keystead;

/** A raw key agreement. */
public enum AgreementAlgorithm implements Algorithm {
    /** Diffie-Hellman in a finite field. */
    FFDH(1),
    /** Diffie-Hellman on an elliptic curve, Montgomery curves among them. */
    ECDH(2);

    private final int number;

    AgreementAlgorithm(int number) {
        this.number = number;
    }

    /** The number in messages (wire contract 3.4). */
    int number() {
        return number;
    }
}
