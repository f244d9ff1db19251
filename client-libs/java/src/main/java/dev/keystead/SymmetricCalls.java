// Symmetric encryption, MACs, hashes and random bytes, each with an explicit algorithm.
package dev.keystead;

import dev.keystead.wire.AeadMessages;
import dev.keystead.wire.CipherMessages;
import dev.keystead.wire.HashMessages;
import dev.keystead.wire.MacMessages;
import dev.keystead.wire.RandomMessages;
import java.time.Duration;

/** Symmetric encryption, MACs, hashes and random bytes, each with an explicit algorithm. */
abstract class SymmetricCalls extends AsymmetricCalls {
    SymmetricCalls(Shared shared, int chosenProvider, Duration timeout) {
        super(shared, chosenProvider, timeout);
    }

    /** Encrypts and authenticates; the result is ciphertext ‖ tag. Never use a nonce twice with one key. */
    public byte[] aeadEncrypt(
            String name, AeadAlgorithm algorithm, byte[] nonce, byte[] additionalData, byte[] plaintext) {
        var request = AeadMessages.PsaAeadEncrypt.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlg(AlgorithmCodec.encode(algorithm))
                .setNonce(wrap(nonce))
                .setAdditionalData(wrap(additionalData))
                .setPlaintext(wrap(plaintext))
                .build();
        return call(Opcode.PSA_AEAD_ENCRYPT, request, AeadMessages.PsaAeadEncryptResult.parser(), result ->
                result.getCiphertext().toByteArray());
    }

    /**
     * Checks and decrypts ciphertext ‖ tag. A wrong tag is refused as {@link Status#PSA_ERROR_INVALID_SIGNATURE}. The caller
     * should clear the plaintext.
     */
    public byte[] aeadDecrypt(
            String name, AeadAlgorithm algorithm, byte[] nonce, byte[] additionalData, byte[] ciphertext) {
        var request = AeadMessages.PsaAeadDecrypt.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlg(AlgorithmCodec.encode(algorithm))
                .setNonce(wrap(nonce))
                .setAdditionalData(wrap(additionalData))
                .setCiphertext(wrap(ciphertext))
                .build();
        return call(Opcode.PSA_AEAD_DECRYPT, request, AeadMessages.PsaAeadDecryptResult.parser(), result ->
                result.getPlaintext().toByteArray());
    }

    /** Encrypts under a random IV; the result is IV ‖ ciphertext. Nothing protects it from being changed. */
    public byte[] cipherEncrypt(String name, CipherAlgorithm algorithm, byte[] plaintext) {
        var request = CipherMessages.PsaCipherEncrypt.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlgValue(algorithm.number())
                .setPlaintext(wrap(plaintext))
                .build();
        return call(Opcode.PSA_CIPHER_ENCRYPT, request, CipherMessages.PsaCipherEncryptResult.parser(), result ->
                result.getCiphertext().toByteArray());
    }

    /** Decrypts IV ‖ ciphertext. The caller should clear the plaintext. */
    public byte[] cipherDecrypt(String name, CipherAlgorithm algorithm, byte[] ciphertext) {
        var request = CipherMessages.PsaCipherDecrypt.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlgValue(algorithm.number())
                .setCiphertext(wrap(ciphertext))
                .build();
        return call(Opcode.PSA_CIPHER_DECRYPT, request, CipherMessages.PsaCipherDecryptResult.parser(), result ->
                result.getPlaintext().toByteArray());
    }

    /** Computes a MAC. Parsec does not have this operation. */
    public byte[] computeMac(String name, MacAlgorithm algorithm, byte[] input) {
        var request = MacMessages.PsaMacCompute.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlg(AlgorithmCodec.encode(algorithm))
                .setInput(wrap(input))
                .build();
        return call(Opcode.PSA_MAC_COMPUTE, request, MacMessages.PsaMacComputeResult.parser(), result ->
                result.getMac().toByteArray());
    }

    /** Whether a MAC is right. Parsec does not have this operation. */
    public boolean verifyMac(String name, MacAlgorithm algorithm, byte[] input, byte[] mac) {
        var request = MacMessages.PsaMacVerify.newBuilder()
                .setKeyName(Names.checked(name))
                .setAlg(AlgorithmCodec.encode(algorithm))
                .setInput(wrap(input))
                .setMac(wrap(mac))
                .build();
        return unless(Status.PSA_ERROR_INVALID_SIGNATURE, () ->
                call(Opcode.PSA_MAC_VERIFY, request, MacMessages.PsaMacVerifyResult.parser(), Calls::nothing));
    }

    /** Computes a hash in the service. */
    public byte[] computeHash(HashAlgorithm algorithm, byte[] input) {
        var request = HashMessages.PsaHashCompute.newBuilder()
                .setAlgValue(algorithm.number())
                .setInput(wrap(input))
                .build();
        return call(Opcode.PSA_HASH_COMPUTE, request, HashMessages.PsaHashComputeResult.parser(), result ->
                result.getHash().toByteArray());
    }

    /** Whether the input has this hash, computed in the service. */
    public boolean compareHash(HashAlgorithm algorithm, byte[] input, byte[] hash) {
        var request = HashMessages.PsaHashCompare.newBuilder()
                .setAlgValue(algorithm.number())
                .setInput(wrap(input))
                .setHash(wrap(hash))
                .build();
        return unless(Status.PSA_ERROR_INVALID_SIGNATURE, () ->
                call(Opcode.PSA_HASH_COMPARE, request, HashMessages.PsaHashCompareResult.parser(), Calls::nothing));
    }

    /** Random bytes, exactly {@code size} of them; by default the service gives 1,048,576 at most. */
    public byte[] random(int size) {
        if (size < 0) {
            throw new KeysteadException.Usage(size + " random bytes");
        }
        var request = RandomMessages.PsaGenerateRandom.newBuilder().setSize(size).build();
        var parser = RandomMessages.PsaGenerateRandomResult.parser();
        byte[] random = call(Opcode.PSA_GENERATE_RANDOM, request, parser, result -> result.getRandomBytes().toByteArray());
        // What is too short may become a nonce or a key.
        if (random.length != size) {
            throw new KeysteadException.Response(random.length + " random bytes, and " + size + " were asked for");
        }
        return random;
    }
}
