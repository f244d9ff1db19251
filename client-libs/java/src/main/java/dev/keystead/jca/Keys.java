// From keys of the service to keys of Java.
package dev.keystead.jca;

import dev.keystead.KeyAttributes;
import dev.keystead.KeyHandle;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.interfaces.XECPublicKey;

/** Makes Java's keys of the service's. */
final class Keys {
    private Keys() {}

    /** Whether a key can be shown as one of Java's at all: pairs whose public half Java knows, and secret keys. */
    static boolean isShown(KeyAttributes attributes) {
        return switch (attributes.type().kind()) {
            case AES, CHACHA20, HMAC, CAMELLIA, DES, ARC4, DERIVE -> true;
            case RSA_KEY_PAIR, ECC_KEY_PAIR -> PublicKeys.isKnown(attributes);
            default -> false;
        };
    }

    /** The key; asks the service for the public half of a pair. */
    static KeysteadKey of(KeyHandle handle, KeyAttributes attributes) throws InvalidKeyException {
        if (!isShown(attributes)) {
            throw new InvalidKeyException("Java has no key for " + attributes.type() + " of " + attributes.bits() + " bits");
        }
        if (!attributes.type().isPair()) {
            return new KeysteadKey.Secret(handle, attributes);
        }
        PublicKey publicKey = PublicKeys.decode(attributes, handle.publicKey());
        if (publicKey instanceof ECPublicKey ec) {
            return new KeysteadKey.Ec(handle, attributes, ec);
        }
        if (publicKey instanceof RSAPublicKey rsa) {
            return new KeysteadKey.Rsa(handle, attributes, rsa);
        }
        if (publicKey instanceof XECPublicKey xec) {
            return new KeysteadKey.Xec(handle, attributes, xec);
        }
        throw new InvalidKeyException("no use is known for a " + publicKey.getClass().getName());
    }
}
