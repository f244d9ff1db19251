// Hmac… and AESCMAC.
package dev.keystead.jca;

import dev.keystead.KeysteadException;
import dev.keystead.MacAlgorithm;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.MacSpi;

/** Authentication codes that the service makes. */
final class ServiceMac extends MacSpi {
    private final MacAlgorithm algorithm;
    private final SecretBuffer input = new SecretBuffer();
    private KeysteadKey.Secret key;

    ServiceMac(MacAlgorithm algorithm) {
        this.algorithm = algorithm;
    }

    @Override
    protected int engineGetMacLength() {
        return algorithm.hash() == null ? 16 : algorithm.hash().bytes();
    }

    @Override
    protected void engineInit(Key given, AlgorithmParameterSpec params)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        if (params != null) {
            throw new InvalidAlgorithmParameterException("a MAC has no parameters");
        }
        KeysteadKey.Secret candidate = KeysteadKey.require(KeysteadKey.Secret.class, given);
        if (!candidate.policy(MacAlgorithm.class).equals(algorithm)) {
            throw new InvalidKeyException("the policy of the key permits " + candidate.attributes().algorithm());
        }
        key = candidate;
        input.wipe();
    }

    @Override
    protected void engineUpdate(byte b) {
        input.write(new byte[] {b}, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
        input.write(bytes, offset, length);
    }

    @Override
    protected byte[] engineDoFinal() {
        byte[] whole = input.take();
        try {
            return key.handle().client().computeMac(key.handle().name(), algorithm, whole);
        } catch (KeysteadException error) {
            throw new ProviderException(error.getMessage(), error);
        } finally {
            Arrays.fill(whole, (byte) 0);
        }
    }

    @Override
    protected void engineReset() {
        input.wipe();
    }
}
