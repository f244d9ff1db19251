// Secret keys that the service makes.
package dev.keystead.jca;

import dev.keystead.KeyType;
import dev.keystead.KeysteadClient;
import dev.keystead.KeysteadException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.function.Supplier;
import javax.crypto.KeyGeneratorSpi;
import javax.crypto.SecretKey;

/** Makes secret keys in the service. */
final class SecretGenerator extends KeyGeneratorSpi {
    private final Supplier<KeysteadClient> client;
    private final KeyType type;
    private KeysteadKeySpec spec;

    SecretGenerator(Supplier<KeysteadClient> client, KeyType type) {
        this.client = client;
        this.type = type;
    }

    @Override
    protected void engineInit(SecureRandom random) {
        spec = null;
    }

    @Override
    protected void engineInit(AlgorithmParameterSpec params, SecureRandom random)
            throws InvalidAlgorithmParameterException {
        if (!(params instanceof KeysteadKeySpec given) || !given.attributes().type().equals(type)) {
            throw new InvalidAlgorithmParameterException("a KeysteadKeySpec for " + type + " is wanted");
        }
        spec = given;
    }

    @Override
    protected void engineInit(int bits, SecureRandom random) {
        throw new InvalidParameterException("a key in the service has a name: init with a KeysteadKeySpec");
    }

    @Override
    protected SecretKey engineGenerateKey() {
        if (spec == null) {
            throw new ProviderException("a key in the service has a name: init with a KeysteadKeySpec");
        }
        try {
            return KeysteadKey.require(
                    KeysteadKey.Secret.class,
                    Keys.of(client.get().generate(spec.name(), spec.attributes()), spec.attributes()));
        } catch (KeysteadException | InvalidKeyException error) {
            throw new ProviderException(error.getMessage(), error);
        }
    }
}
