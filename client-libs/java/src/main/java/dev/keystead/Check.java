// What CanDoCrypto is asked.
package dev.keystead;

/** What shall be possible with a key of some attributes (wire contract 4.7). */
public enum Check {
    /** The algorithm can be used with such a key. */
    USE(1),
    /** Such a key can be made. */
    GENERATE(2),
    /** Such a key can be imported. */
    IMPORT(3),
    /** Such a key can be the result of a derivation. */
    DERIVE(4);

    private final int number;

    Check(int number) {
        this.number = number;
    }

    /** The number in messages. */
    int number() {
        return number;
    }
}
