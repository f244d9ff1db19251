// Families of elliptic curves.
package dev.keystead;

/** A family of elliptic curves; with a key's size in bits it names the curve. */
public enum EccFamily {
    /** Koblitz curves of SEC: 192, 225, 256. */
    SECP_K1(1),
    /** Random curves of SEC and NIST: 192, 224, 256, 384, 521. */
    SECP_R1(2),
    /** 160; deprecated. */
    SECP_R2(3),
    /** Binary Koblitz curves: 163 (deprecated), 233, 239, 283, 409, 571. */
    SECT_K1(4),
    /** Binary random curves: 163 (deprecated), 233, 283, 409, 571. */
    SECT_R1(5),
    /** 163; deprecated. */
    SECT_R2(6),
    /** Brainpool: 160 (deprecated), 192, 224, 256, 320, 384, 512. */
    BRAINPOOL_P_R1(7),
    /** The French curve: 256. */
    FRP(8),
    /** X25519 (255) and X448 (448). */
    MONTGOMERY(9);

    private final int number;

    EccFamily(int number) {
        this.number = number;
    }

    /** The number in messages (wire contract 3.3). */
    int number() {
        return number;
    }
}
