// AES/CBC/PKCS5Padding, AES/CBC/NoPadding and AES/CTR/NoPadding.
package dev.keystead.jca;

import dev.keystead.CipherAlgorithm;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.IvParameterSpec;

/**
 * Unauthenticated encryption. The service chooses the IV: encryption takes none, and {@code getIV} gives it when the
 * ciphertext is there. Decryption takes it as everywhere.
 */
final class BlockCipher extends BufferedCipher {
    private static final int BLOCK_BYTES = 16;

    private final CipherAlgorithm algorithm;
    private KeysteadKey.Secret key;
    /** Null until it is known. */
    private byte[] iv;

    BlockCipher(CipherAlgorithm algorithm) {
        this.algorithm = algorithm;
    }

    @Override
    Class<? extends AlgorithmParameterSpec> paramsClass() {
        return IvParameterSpec.class;
    }

    @Override
    void begin(boolean encrypt, Key given, AlgorithmParameterSpec params, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        KeysteadKey.Secret candidate = KeysteadKey.require(KeysteadKey.Secret.class, given);
        if (candidate.policy(CipherAlgorithm.class) != algorithm) {
            throw new InvalidKeyException("a key for " + candidate.attributes().algorithm() + " is none for " + algorithm);
        }
        if (encrypt) {
            if (params != null) {
                throw new InvalidAlgorithmParameterException("the service chooses the IV: ask for it after doFinal");
            }
            iv = null;
        } else if (params instanceof IvParameterSpec spec && spec.getIV().length == BLOCK_BYTES) {
            iv = spec.getIV();
        } else {
            throw new InvalidAlgorithmParameterException("an IV of " + BLOCK_BYTES + " bytes is wanted");
        }
        key = candidate;
    }

    @Override
    byte[] encrypt(byte[] plaintext) throws IllegalBlockSizeException {
        byte[] whole = key.handle().client().cipherEncrypt(key.handle().name(), algorithm, plaintext);
        if (whole.length < BLOCK_BYTES) {
            throw new IllegalBlockSizeException("the service gave no IV");
        }
        iv = Arrays.copyOf(whole, BLOCK_BYTES);
        return Arrays.copyOfRange(whole, BLOCK_BYTES, whole.length);
    }

    @Override
    byte[] decrypt(byte[] ciphertext) {
        byte[] whole = Arrays.copyOf(iv, iv.length + ciphertext.length);
        System.arraycopy(ciphertext, 0, whole, iv.length, ciphertext.length);
        return key.handle().client().cipherDecrypt(key.handle().name(), algorithm, whole);
    }

    @Override
    int outputSize(boolean encrypt, int inputSize) {
        boolean pads = encrypt && algorithm == CipherAlgorithm.CBC_PKCS7;
        return pads ? (inputSize / BLOCK_BYTES + 1) * BLOCK_BYTES : inputSize;
    }

    /** Null until it is known. */
    @Override
    protected byte[] engineGetIV() {
        return iv == null ? null : iv.clone();
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        if (iv == null) {
            return null;
        }
        try {
            AlgorithmParameters params = AlgorithmParameters.getInstance("AES");
            params.init(new IvParameterSpec(iv));
            return params;
        } catch (GeneralSecurityException error) {
            throw new ProviderException(error);
        }
    }
}
