// AES/GCM/NoPadding and ChaCha20-Poly1305.
package dev.keystead.jca;

import dev.keystead.AeadAlgorithm;
import java.io.ByteArrayOutputStream;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/** Authenticated encryption. Without parameters, encryption takes a nonce of 12 random bytes from the service. */
final class AeadCipher extends BufferedCipher {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private final AeadAlgorithm.Scheme scheme;
    private final ByteArrayOutputStream additionalData = new ByteArrayOutputStream();
    private KeysteadKey.Secret key;
    private AeadAlgorithm algorithm;
    private byte[] nonce;
    private boolean nonceIsUsed;

    AeadCipher(AeadAlgorithm.Scheme scheme) {
        this.scheme = scheme;
    }

    @Override
    Class<? extends AlgorithmParameterSpec> paramsClass() {
        return scheme == AeadAlgorithm.Scheme.GCM ? GCMParameterSpec.class : IvParameterSpec.class;
    }

    @Override
    void begin(boolean encrypt, Key given, AlgorithmParameterSpec params, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        KeysteadKey.Secret candidate = KeysteadKey.require(KeysteadKey.Secret.class, given);
        AeadAlgorithm policy = candidate.policy(AeadAlgorithm.class);
        if (policy.scheme() != scheme) {
            throw new InvalidKeyException("a key for " + policy + " is none for " + scheme);
        }
        byte[] next;
        if (params instanceof GCMParameterSpec gcm && scheme == AeadAlgorithm.Scheme.GCM) {
            if (gcm.getTLen() != tagBytes(policy) * 8) {
                throw new InvalidAlgorithmParameterException("the key's policy wants " + tagBytes(policy) * 8 + " tag bits");
            }
            next = gcm.getIV();
        } else if (params instanceof IvParameterSpec iv && scheme != AeadAlgorithm.Scheme.GCM) {
            next = iv.getIV();
        } else if (params == null && encrypt) {
            next = candidate.handle().client().random(NONCE_BYTES);
        } else {
            throw new InvalidAlgorithmParameterException("parameters of the class " + paramsClass() + " are wanted");
        }
        key = candidate;
        algorithm = policy;
        nonce = next;
        nonceIsUsed = false;
        additionalData.reset();
    }

    private static int tagBytes(AeadAlgorithm algorithm) {
        return algorithm.tagBytes() == 0 ? TAG_BYTES : algorithm.tagBytes();
    }

    @Override
    protected void engineUpdateAAD(byte[] bytes, int offset, int length) {
        additionalData.write(bytes, offset, length);
    }

    @Override
    protected void engineUpdateAAD(java.nio.ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        additionalData.writeBytes(copy);
    }

    @Override
    byte[] encrypt(byte[] plaintext) {
        if (nonceIsUsed) {
            throw new IllegalStateException("a nonce must not be used twice with one key: call init");
        }
        nonceIsUsed = true;
        return key.handle().client()
                .aeadEncrypt(key.handle().name(), algorithm, nonce, takenAdditionalData(), plaintext);
    }

    @Override
    byte[] decrypt(byte[] ciphertext) {
        return key.handle().client()
                .aeadDecrypt(key.handle().name(), algorithm, nonce, takenAdditionalData(), ciphertext);
    }

    private byte[] takenAdditionalData() {
        byte[] taken = additionalData.toByteArray();
        additionalData.reset();
        return taken;
    }

    @Override
    int outputSize(boolean encrypt, int inputSize) {
        int tag = tagBytes(algorithm);
        return encrypt ? inputSize + tag : Math.max(inputSize - tag, 0);
    }

    @Override
    protected byte[] engineGetIV() {
        return nonce.clone();
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        boolean gcm = scheme == AeadAlgorithm.Scheme.GCM;
        try {
            AlgorithmParameters params = AlgorithmParameters.getInstance(gcm ? "GCM" : "ChaCha20-Poly1305");
            params.init(gcm ? new GCMParameterSpec(tagBytes(algorithm) * 8, nonce) : new IvParameterSpec(nonce));
            return params;
        } catch (GeneralSecurityException error) {
            throw new ProviderException(error);
        }
    }
}
