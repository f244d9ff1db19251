// Keys of the service as Java's keys: handles without a value.
package dev.keystead.jca;

import dev.keystead.Algorithm;
import dev.keystead.KeyAttributes;
import dev.keystead.KeyHandle;
import dev.keystead.KeyType;
import dev.keystead.MacAlgorithm;
import java.io.NotSerializableException;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.interfaces.XECKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECParameterSpec;
import javax.crypto.SecretKey;

/**
 * A key of the service. It can be used with this provider only, and has neither an encoding nor a format. It cannot be
 * serialised.
 */
public abstract sealed class KeysteadKey implements Key {
    private static final long serialVersionUID = 1;
    private final transient KeyHandle handle;
    private final transient KeyAttributes attributes;
    private final String algorithm;

    private KeysteadKey(KeyHandle handle, KeyAttributes attributes, String algorithm) {
        this.handle = handle;
        this.attributes = attributes;
        this.algorithm = algorithm;
    }

    /** The key as the plain client knows it. */
    public KeyHandle handle() {
        return handle;
    }

    /** Type, size and policy. */
    public KeyAttributes attributes() {
        return attributes;
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    /** Null: the key does not leave the service. */
    @Override
    public String getFormat() {
        return null;
    }

    /** Null: the key does not leave the service. */
    @Override
    public byte[] getEncoded() {
        return null;
    }

    /** The algorithm of the key's policy, if it is of this family. */
    <A extends Algorithm> A policy(Class<A> family) throws InvalidKeyException {
        if (!family.isInstance(attributes.algorithm())) {
            String name = handle.name();
            throw new InvalidKeyException("the policy of the key '" + name + "' permits " + attributes.algorithm());
        }
        return family.cast(attributes.algorithm());
    }

    /** The key, if it is one of this provider's and of this class. */
    static <K extends KeysteadKey> K require(Class<K> wanted, Key key) throws InvalidKeyException {
        if (!wanted.isInstance(key)) {
            String given = key == null ? "null" : key.getClass().getName();
            throw new InvalidKeyException("a key of the provider Keystead is wanted and not a " + given);
        }
        return wanted.cast(key);
    }

    /** Refuses: a handle means nothing in another process. */
    protected final Object writeReplace() throws NotSerializableException {
        throw new NotSerializableException("a handle means nothing elsewhere: take the key from the key store");
    }

    @Override
    public String toString() {
        return "KeysteadKey(" + handle.name() + ", " + algorithm + ")";
    }

    /** The private half of a pair in the service. */
    public abstract static sealed class Private extends KeysteadKey implements PrivateKey {
        private static final long serialVersionUID = 1;
        private final transient PublicKey publicKey;

        private Private(KeyHandle handle, KeyAttributes attributes, PublicKey publicKey) {
            super(handle, attributes, publicKey.getAlgorithm());
            this.publicKey = publicKey;
        }

        /** The public half, as the key of another provider: everybody can use it. */
        public PublicKey publicKey() {
            return publicKey;
        }
    }

    /** On a Weierstrass curve. */
    public static final class Ec extends Private implements ECKey {
        private static final long serialVersionUID = 1;
        private final transient ECParameterSpec params;

        Ec(KeyHandle handle, KeyAttributes attributes, ECPublicKey publicKey) {
            super(handle, attributes, publicKey);
            params = publicKey.getParams();
        }

        @Override
        public ECParameterSpec getParams() {
            return params;
        }
    }

    /** RSA. */
    public static final class Rsa extends Private implements RSAKey {
        private static final long serialVersionUID = 1;
        private final BigInteger modulus;

        Rsa(KeyHandle handle, KeyAttributes attributes, RSAPublicKey publicKey) {
            super(handle, attributes, publicKey);
            modulus = publicKey.getModulus();
        }

        @Override
        public BigInteger getModulus() {
            return modulus;
        }
    }

    /** On a Montgomery curve. */
    public static final class Xec extends Private implements XECKey {
        private static final long serialVersionUID = 1;
        private final transient AlgorithmParameterSpec params;

        Xec(KeyHandle handle, KeyAttributes attributes, XECPublicKey publicKey) {
            super(handle, attributes, publicKey);
            params = publicKey.getParams();
        }

        @Override
        public AlgorithmParameterSpec getParams() {
            return params;
        }
    }

    /** A secret key in the service. */
    public static final class Secret extends KeysteadKey implements SecretKey {
        private static final long serialVersionUID = 1;

        Secret(KeyHandle handle, KeyAttributes attributes) {
            super(handle, attributes, nameOf(attributes));
        }

        private static String nameOf(KeyAttributes attributes) {
            if (attributes.algorithm() instanceof MacAlgorithm mac && mac.hash() != null) {
                return "Hmac" + Hashes.nameOf(mac.hash()).replaceFirst("-", "");
            }
            return attributes.type().kind() == KeyType.Kind.CHACHA20 ? "ChaCha20" : attributes.type().kind().name();
        }
    }
}
