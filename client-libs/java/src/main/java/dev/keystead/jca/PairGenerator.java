// Pairs that the service makes.
package dev.keystead.jca;

import dev.keystead.KeyHandle;
import dev.keystead.KeysteadClient;
import dev.keystead.KeysteadException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.KeyPair;
import java.security.KeyPairGeneratorSpi;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.function.Supplier;

/** Makes pairs in the service; the public half is a key that every provider can use. */
final class PairGenerator extends KeyPairGeneratorSpi {
    private final Supplier<KeysteadClient> client;
    private final String algorithm;
    private KeysteadKeySpec spec;

    /** For keys of this name in Java: RSA, EC or XDH. */
    PairGenerator(Supplier<KeysteadClient> client, String algorithm) {
        this.client = client;
        this.algorithm = algorithm;
    }

    @Override
    public void initialize(int bits, SecureRandom random) {
        throw new InvalidParameterException("a key in the service has a name: initialize with a KeysteadKeySpec");
    }

    @Override
    public void initialize(AlgorithmParameterSpec params, SecureRandom random) throws InvalidAlgorithmParameterException {
        if (!(params instanceof KeysteadKeySpec given)) {
            throw new InvalidAlgorithmParameterException("a key in the service has a name: a KeysteadKeySpec is wanted");
        }
        if (!given.attributes().type().isPair()
                || !Keys.isShown(given.attributes())
                || !PublicKeys.javaName(given.attributes()).equals(algorithm)) {
            throw new InvalidAlgorithmParameterException("no " + algorithm + " pair: " + given.attributes());
        }
        spec = given;
    }

    @Override
    public KeyPair generateKeyPair() {
        if (spec == null) {
            throw new ProviderException("a key in the service has a name: initialize with a KeysteadKeySpec");
        }
        try {
            KeyHandle handle = client.get().generate(spec.name(), spec.attributes());
            KeysteadKey.Private key =
                    KeysteadKey.require(KeysteadKey.Private.class, Keys.of(handle, spec.attributes()));
            return new KeyPair(key.publicKey(), key);
        } catch (KeysteadException | InvalidKeyException error) {
            throw new ProviderException(error.getMessage(), error);
        }
    }
}
