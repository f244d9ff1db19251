// What all ciphers here have in common: the service takes a message as a whole.
package dev.keystead.jca;

import dev.keystead.KeysteadException;
import dev.keystead.Status;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.CipherSpi;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.ShortBufferException;

/** A cipher that keeps what it is given, and has the service do the work at the end. */
abstract class BufferedCipher extends CipherSpi {
    private final SecretBuffer input = new SecretBuffer();
    private boolean encrypting;

    /** Takes the key, and parameters or null. */
    abstract void begin(boolean encrypt, Key key, AlgorithmParameterSpec params, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException;

    /** The class of the parameters that it takes. */
    abstract Class<? extends AlgorithmParameterSpec> paramsClass();

    abstract byte[] encrypt(byte[] plaintext) throws IllegalBlockSizeException, BadPaddingException;

    abstract byte[] decrypt(byte[] ciphertext) throws IllegalBlockSizeException, BadPaddingException;

    /** At most so many bytes come out of so many that went in. */
    abstract int outputSize(boolean encrypt, int inputSize);

    @Override
    protected void engineSetMode(String mode) throws NoSuchAlgorithmException {
        throw new NoSuchAlgorithmException("the mode is part of the transformation");
    }

    @Override
    protected void engineSetPadding(String padding) throws NoSuchPaddingException {
        throw new NoSuchPaddingException("the padding is part of the transformation");
    }

    @Override
    protected void engineInit(int mode, Key key, SecureRandom random) throws InvalidKeyException {
        try {
            engineInit(mode, key, (AlgorithmParameterSpec) null, random);
        } catch (InvalidAlgorithmParameterException error) {
            throw new InvalidKeyException(error.getMessage(), error);
        }
    }

    @Override
    protected void engineInit(int mode, Key key, AlgorithmParameterSpec params, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        input.wipe();
        encrypting = mode == Cipher.ENCRYPT_MODE || mode == Cipher.WRAP_MODE;
        begin(encrypting, key, params, random);
    }

    @Override
    protected void engineInit(int mode, Key key, AlgorithmParameters params, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        try {
            engineInit(mode, key, params == null ? null : params.getParameterSpec(paramsClass()), random);
        } catch (InvalidParameterSpecException error) {
            throw new InvalidAlgorithmParameterException(error);
        }
    }

    @Override
    protected byte[] engineUpdate(byte[] bytes, int offset, int length) {
        input.write(bytes, offset, length);
        return new byte[0];
    }

    @Override
    protected int engineUpdate(byte[] bytes, int offset, int length, byte[] output, int outputOffset) {
        input.write(bytes, offset, length);
        return 0;
    }

    @Override
    protected byte[] engineDoFinal(byte[] bytes, int offset, int length)
            throws IllegalBlockSizeException, BadPaddingException {
        if (bytes != null) {
            input.write(bytes, offset, length);
        }
        byte[] whole = input.take();
        try {
            return encrypting ? encrypt(whole) : decrypt(whole);
        } catch (KeysteadException error) {
            throw failure(error);
        } finally {
            Arrays.fill(whole, (byte) 0);
        }
    }

    @Override
    protected int engineDoFinal(byte[] bytes, int offset, int length, byte[] output, int outputOffset)
            throws ShortBufferException, IllegalBlockSizeException, BadPaddingException {
        // What was taken out of the service for too short a buffer could not be had again.
        if (output.length - outputOffset < engineGetOutputSize(length)) {
            throw new ShortBufferException(engineGetOutputSize(length) + " bytes may come out");
        }
        byte[] result = engineDoFinal(bytes, offset, length);
        System.arraycopy(result, 0, output, outputOffset, result.length);
        return result.length;
    }

    private static BadPaddingException failure(KeysteadException error) throws IllegalBlockSizeException {
        if (error.status() == Status.PSA_ERROR_INVALID_ARGUMENT) {
            IllegalBlockSizeException size = new IllegalBlockSizeException(error.getMessage());
            size.initCause(error);
            throw size;
        }
        BadPaddingException failure =
                switch (error.status()) {
                    case PSA_ERROR_INVALID_SIGNATURE -> new AEADBadTagException("the tag is wrong");
                    case PSA_ERROR_INVALID_PADDING -> new BadPaddingException("the padding is wrong");
                    default -> throw new ProviderException(error.getMessage(), error);
                };
        failure.initCause(error);
        return failure;
    }

    @Override
    protected int engineGetBlockSize() {
        return 16;
    }

    @Override
    protected int engineGetOutputSize(int length) {
        return outputSize(encrypting, input.size() + length);
    }
}
