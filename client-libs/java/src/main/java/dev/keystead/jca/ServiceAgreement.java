// ECDH and XDH.
package dev.keystead.jca;

import dev.keystead.AgreementAlgorithm;
import dev.keystead.KeysteadException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/** Key agreement with a private key of the service. The secret comes to this process, as the application's. */
final class ServiceAgreement extends KeyAgreementSpi {
    private final Class<? extends KeysteadKey.Private> wanted;
    private KeysteadKey.Private key;
    private byte[] secret;

    /** For keys of this class: {@link KeysteadKey.Ec} or {@link KeysteadKey.Xec}. */
    ServiceAgreement(Class<? extends KeysteadKey.Private> wanted) {
        this.wanted = wanted;
    }

    @Override
    protected void engineInit(Key given, SecureRandom random) throws InvalidKeyException {
        KeysteadKey.Private candidate = KeysteadKey.require(wanted, given);
        candidate.policy(AgreementAlgorithm.class);
        key = candidate;
        secret = null;
    }

    @Override
    protected void engineInit(Key given, AlgorithmParameterSpec params, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        if (params != null) {
            throw new InvalidAlgorithmParameterException("a key agreement has no parameters");
        }
        engineInit(given, random);
    }

    @Override
    protected Key engineDoPhase(Key peer, boolean last) throws InvalidKeyException {
        if (key == null || !last) {
            throw new IllegalStateException(key == null ? "init was not called" : "there is one phase, which is the last");
        }
        if (!(peer instanceof PublicKey publicKey) || !peer.getAlgorithm().equals(key.getAlgorithm())) {
            throw new InvalidKeyException("a public key of the kind " + key.getAlgorithm() + " is wanted");
        }
        byte[] encoded = PublicKeys.encode(publicKey);
        try {
            secret = key.handle().client().agree(key.handle().name(), AgreementAlgorithm.ECDH, encoded);
        } catch (KeysteadException.Refused refused) {
            throw new InvalidKeyException(refused.getMessage(), refused);
        } catch (KeysteadException error) {
            throw new ProviderException(error.getMessage(), error);
        }
        return null;
    }

    @Override
    protected byte[] engineGenerateSecret() {
        if (secret == null) {
            throw new IllegalStateException("doPhase was not called");
        }
        byte[] taken = secret;
        secret = null;
        return taken;
    }

    @Override
    protected int engineGenerateSecret(byte[] into, int offset) throws ShortBufferException {
        if (secret != null && into.length - offset < secret.length) {
            throw new ShortBufferException(secret.length + " bytes come out");
        }
        byte[] taken = engineGenerateSecret();
        System.arraycopy(taken, 0, into, offset, taken.length);
        Arrays.fill(taken, (byte) 0);
        return taken.length;
    }

    @Override
    protected SecretKey engineGenerateSecret(String algorithm) {
        byte[] taken = engineGenerateSecret();
        try {
            return new SecretKeySpec(taken, algorithm);
        } finally {
            Arrays.fill(taken, (byte) 0);
        }
    }
}
