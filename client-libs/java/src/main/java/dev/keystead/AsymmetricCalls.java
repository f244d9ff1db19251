// Signatures, RSA encryption and key agreement, each with the key's name and an explicit algorithm.
package dev.keystead;

import dev.keystead.wire.AsymmetricEncryptionMessages;
import dev.keystead.wire.KeyAgreementMessages;
import dev.keystead.wire.SignMessages;
import java.time.Duration;

/** Signatures, RSA encryption and key agreement, each with the key's name and an explicit algorithm. */
abstract class AsymmetricCalls extends KeyCalls {
    AsymmetricCalls(Shared shared, int chosenProvider, Duration timeout) {
        super(shared, chosenProvider, timeout);
    }

    /** Signs a hash that the caller computed. ECDSA gives r ‖ s. */
    public byte[] signHash(String name, SignatureAlgorithm algorithm, byte[] hash) {
        var request = SignMessages.PsaSignHash.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlg(AlgorithmCodec.encode(algorithm))
                .setHash(wrap(hash))
                .build();
        return call(Opcode.PSA_SIGN_HASH, request, SignMessages.PsaSignHashResult.parser(), result ->
                result.getSignature().toByteArray());
    }

    /** Whether a signature over a hash is right. */
    public boolean verifyHash(String name, SignatureAlgorithm algorithm, byte[] hash, byte[] signature) {
        var request = SignMessages.PsaVerifyHash.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlg(AlgorithmCodec.encode(algorithm))
                .setHash(wrap(hash))
                .setSignature(wrap(signature))
                .build();
        return unless(Status.PSA_ERROR_INVALID_SIGNATURE, () ->
                call(Opcode.PSA_VERIFY_HASH, request, SignMessages.PsaVerifyHashResult.parser(), Calls::nothing));
    }

    /** Hashes a message in the service and signs the hash. ECDSA gives r ‖ s. */
    public byte[] signMessage(String name, SignatureAlgorithm algorithm, byte[] message) {
        var request = SignMessages.PsaSignMessage.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlg(AlgorithmCodec.encode(algorithm))
                .setMessage(wrap(message))
                .build();
        return call(Opcode.PSA_SIGN_MESSAGE, request, SignMessages.PsaSignMessageResult.parser(), result ->
                result.getSignature().toByteArray());
    }

    /** Whether a signature over a message is right. */
    public boolean verifyMessage(String name, SignatureAlgorithm algorithm, byte[] message, byte[] signature) {
        var request = SignMessages.PsaVerifyMessage.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlg(AlgorithmCodec.encode(algorithm))
                .setMessage(wrap(message))
                .setSignature(wrap(signature))
                .build();
        return unless(Status.PSA_ERROR_INVALID_SIGNATURE, () ->
                call(Opcode.PSA_VERIFY_MESSAGE, request, SignMessages.PsaVerifyMessageResult.parser(), Calls::nothing));
    }

    /** Encrypts to an RSA key. {@code label} is OAEP's; it must be empty with PKCS#1 v1.5. */
    public byte[] asymmetricEncrypt(String name, EncryptionAlgorithm algorithm, byte[] plaintext, byte[] label) {
        var request = AsymmetricEncryptionMessages.PsaAsymmetricEncrypt.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlg(AlgorithmCodec.encode(algorithm))
                .setPlaintext(wrap(plaintext))
                .setSalt(wrap(label))
                .build();
        var parser = AsymmetricEncryptionMessages.PsaAsymmetricEncryptResult.parser();
        return call(Opcode.PSA_ASYMMETRIC_ENCRYPT, request, parser, result -> result.getCiphertext().toByteArray());
    }

    /** Decrypts with an RSA key, under the label with which it was encrypted. The caller should clear the plaintext. */
    public byte[] asymmetricDecrypt(String name, EncryptionAlgorithm algorithm, byte[] ciphertext, byte[] label) {
        var request = AsymmetricEncryptionMessages.PsaAsymmetricDecrypt.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlg(AlgorithmCodec.encode(algorithm))
                .setCiphertext(wrap(ciphertext))
                .setSalt(wrap(label))
                .build();
        var parser = AsymmetricEncryptionMessages.PsaAsymmetricDecryptResult.parser();
        return call(Opcode.PSA_ASYMMETRIC_DECRYPT, request, parser, result -> result.getPlaintext().toByteArray());
    }

    /**
     * Agrees on a secret with the owner of {@code peerKey}, a public key in the format of {@link #publicKey}. The secret is
     * not uniformly random: derive keys from it. The caller should clear it.
     */
    public byte[] agree(String name, AgreementAlgorithm algorithm, byte[] peerKey) {
        var request = KeyAgreementMessages.PsaRawKeyAgreement.newBuilder()
                .setPrivateKeyName(Names.checked(name))
                .setAlgValue(algorithm.number())
                .setPeerKey(wrap(peerKey))
                .build();
        var parser = KeyAgreementMessages.PsaRawKeyAgreementResult.parser();
        return call(Opcode.PSA_RAW_KEY_AGREEMENT, request, parser, result -> result.getSharedSecret().toByteArray());
    }
}
