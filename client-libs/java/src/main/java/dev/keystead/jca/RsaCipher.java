// RSA/ECB/PKCS1Padding and RSA/ECB/OAEPWith…AndMGF1Padding.
package dev.keystead.jca;

import dev.keystead.EncryptionAlgorithm;
import dev.keystead.HashAlgorithm;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * RSA encryption. The service's OAEP uses one hash for everything; what the JDK means by OAEPWithSHA-256AndMGF1Padding has
 * SHA-1 in its mask, and is refused where it is asked for in so many words. To encrypt with a public key another provider is
 * used, with the service's parameters.
 */
final class RsaCipher extends BufferedCipher {
    /** OAEP's hash; null with PKCS#1 v1.5. */
    private final HashAlgorithm hash;
    private KeysteadKey.Rsa key;
    private Cipher encryptor;
    private byte[] label = new byte[0];
    private int modulusBytes;

    RsaCipher(HashAlgorithm hash) {
        this.hash = hash;
    }

    @Override
    Class<? extends AlgorithmParameterSpec> paramsClass() {
        return OAEPParameterSpec.class;
    }

    @Override
    void begin(boolean encrypt, Key given, AlgorithmParameterSpec params, SecureRandom random)
            throws InvalidKeyException, InvalidAlgorithmParameterException {
        byte[] newLabel = labelOf(params);
        if (encrypt && given instanceof RSAPublicKey publicKey) {
            String name = hash == null ? "RSA/ECB/PKCS1Padding" : "RSA/ECB/OAEPPadding";
            encryptor = Platform.first("Cipher.RSA", provider -> {
                Cipher other = Cipher.getInstance(name, provider);
                other.init(Cipher.ENCRYPT_MODE, publicKey, hash == null ? null : spec(newLabel), random);
                return other;
            });
            key = null;
        } else {
            KeysteadKey.Rsa candidate = KeysteadKey.require(KeysteadKey.Rsa.class, given);
            if (!candidate.policy(EncryptionAlgorithm.class).equals(algorithm())) {
                throw new InvalidKeyException("the policy of the key permits " + candidate.attributes().algorithm());
            }
            key = candidate;
            encryptor = null;
        }
        label = newLabel;
        modulusBytes = (((RSAKey) given).getModulus().bitLength() + 7) / 8;
    }

    private EncryptionAlgorithm algorithm() {
        return hash == null ? EncryptionAlgorithm.RSA_PKCS1V15 : EncryptionAlgorithm.rsaOaep(hash);
    }

    private OAEPParameterSpec spec(byte[] label) {
        String name = Hashes.nameOf(hash);
        return new OAEPParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), new PSource.PSpecified(label));
    }

    private byte[] labelOf(AlgorithmParameterSpec params) throws InvalidAlgorithmParameterException {
        if (params == null) {
            return new byte[0];
        }
        boolean same = hash != null
                && params instanceof OAEPParameterSpec oaep
                && Hashes.ofName(oaep.getDigestAlgorithm()) == hash
                && oaep.getMGFParameters() instanceof MGF1ParameterSpec mask
                && Hashes.ofName(mask.getDigestAlgorithm()) == hash
                && oaep.getPSource() instanceof PSource.PSpecified;
        if (!same) {
            throw new InvalidAlgorithmParameterException("the service has OAEP with one hash for label and MGF1: " + hash);
        }
        return ((PSource.PSpecified) ((OAEPParameterSpec) params).getPSource()).getValue();
    }

    @Override
    byte[] encrypt(byte[] plaintext) throws IllegalBlockSizeException, BadPaddingException {
        if (encryptor != null) {
            return encryptor.doFinal(plaintext);
        }
        return key.handle().client().asymmetricEncrypt(key.handle().name(), algorithm(), plaintext, label);
    }

    @Override
    byte[] decrypt(byte[] ciphertext) {
        return key.handle().client().asymmetricDecrypt(key.handle().name(), algorithm(), ciphertext, label);
    }

    @Override
    protected byte[] engineWrap(Key wrapped) throws IllegalBlockSizeException, InvalidKeyException {
        byte[] encoded = wrapped.getEncoded();
        if (encoded == null) {
            throw new InvalidKeyException("a key without an encoding cannot be wrapped");
        }
        try {
            return engineDoFinal(encoded, 0, encoded.length);
        } catch (BadPaddingException error) {
            throw new InvalidKeyException(error);
        }
    }

    @Override
    protected Key engineUnwrap(byte[] wrapped, String keyAlgorithm, int type)
            throws InvalidKeyException, NoSuchAlgorithmException {
        if (type != Cipher.SECRET_KEY) {
            throw new NoSuchAlgorithmException("secret keys alone can be unwrapped");
        }
        try {
            return new SecretKeySpec(engineDoFinal(wrapped, 0, wrapped.length), keyAlgorithm);
        } catch (IllegalBlockSizeException | BadPaddingException error) {
            throw new InvalidKeyException(error);
        }
    }

    @Override
    int outputSize(boolean encrypt, int inputSize) {
        return modulusBytes;
    }

    @Override
    protected int engineGetBlockSize() {
        return 0;
    }

    @Override
    protected byte[] engineGetIV() {
        return null;
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        if (hash == null) {
            return null;
        }
        try {
            AlgorithmParameters params = AlgorithmParameters.getInstance("OAEP");
            params.init(spec(label));
            return params;
        } catch (GeneralSecurityException error) {
            throw new ProviderException(error);
        }
    }
}
