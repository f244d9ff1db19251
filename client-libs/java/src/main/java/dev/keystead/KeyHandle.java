// A key by its name, used with its own algorithm.
package dev.keystead;

import java.util.Arrays;

/**
 * A handle for a key of the caller's on the client's provider. It holds the key's name, never the key.
 *
 * <p>Its methods use the one algorithm that the key's policy permits, asked from the service once. A key whose policy permits
 * any hash is used with SHA-256. To choose an algorithm, call the client's methods by name.
 */
public final class KeyHandle {
    /** A nonce that GCM, CCM and ChaCha20-Poly1305 all take, in bytes. */
    private static final int NONCE_BYTES = 12;

    private final KeysteadClient client;
    private final String name;
    private volatile KeyAttributes attributes;

    KeyHandle(KeysteadClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The client through which it is used. */
    public KeysteadClient client() {
        return client;
    }

    /** Type, size and policy, asked from the service once. */
    public KeyAttributes attributes() {
        if (attributes == null) {
            attributes = client.attributes(name);
        }
        return attributes;
    }

    /** The public half; see {@link KeysteadClient#publicKey}. */
    public byte[] publicKey() {
        return client.publicKey(name);
    }

    /** The key itself, if its usage flags allow it. */
    public byte[] export() {
        return client.export(name);
    }

    /** Destroys the key. */
    public void destroy() {
        client.destroy(name);
    }

    /** Hashes a message in the service and signs the hash. */
    public byte[] sign(byte[] message) {
        return client.signMessage(name, signatureAlgorithm(), message);
    }

    /** Whether the signature over the message is right. */
    public boolean verify(byte[] message, byte[] signature) {
        return client.verifyMessage(name, signatureAlgorithm(), message, signature);
    }

    /**
     * Encrypts and authenticates under a random nonce; the result is nonce ‖ ciphertext ‖ tag.
     *
     * <p>The nonce has 12 bytes from the service: with AES, make a new key after 2³² messages.
     */
    public byte[] seal(byte[] additionalData, byte[] plaintext) {
        AeadAlgorithm algorithm = policy(AeadAlgorithm.class, "authenticated encryption");
        byte[] nonce = client.random(NONCE_BYTES);
        byte[] ciphertext = client.aeadEncrypt(name, algorithm, nonce, additionalData, plaintext);
        byte[] sealed = Arrays.copyOf(nonce, nonce.length + ciphertext.length);
        System.arraycopy(ciphertext, 0, sealed, nonce.length, ciphertext.length);
        return sealed;
    }

    /** Checks and decrypts what {@link #seal} made, with the same additional data. The caller should clear the plaintext. */
    public byte[] open(byte[] additionalData, byte[] sealed) {
        AeadAlgorithm algorithm = policy(AeadAlgorithm.class, "authenticated encryption");
        if (sealed.length < NONCE_BYTES) {
            throw new KeysteadException.Usage("what seal makes is longer than " + sealed.length + " bytes");
        }
        byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
        byte[] ciphertext = Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length);
        return client.aeadDecrypt(name, algorithm, nonce, additionalData, ciphertext);
    }

    /** Encrypts to this RSA key, without a label. */
    public byte[] encrypt(byte[] plaintext) {
        return client.asymmetricEncrypt(name, encryptionAlgorithm(), plaintext, new byte[0]);
    }

    /** Decrypts with this RSA key, without a label. The caller should clear the plaintext. */
    public byte[] decrypt(byte[] ciphertext) {
        return client.asymmetricDecrypt(name, encryptionAlgorithm(), ciphertext, new byte[0]);
    }

    /** Computes a MAC over the input. */
    public byte[] mac(byte[] input) {
        return client.computeMac(name, policy(MacAlgorithm.class, "authentication codes"), input);
    }

    /** Whether the MAC over the input is right. */
    public boolean verifyMac(byte[] input, byte[] mac) {
        return client.verifyMac(name, policy(MacAlgorithm.class, "authentication codes"), input, mac);
    }

    /** Agrees on a secret with the owner of a public key; see {@link KeysteadClient#agree}. */
    public byte[] agree(byte[] peerKey) {
        return client.agree(name, policy(AgreementAlgorithm.class, "raw key agreement"), peerKey);
    }

    private SignatureAlgorithm signatureAlgorithm() {
        SignatureAlgorithm algorithm = policy(SignatureAlgorithm.class, "signatures");
        if (!algorithm.scheme().hashes()) {
            throw new KeysteadException.Usage("the algorithm of the key '" + name + "' does not hash messages");
        }
        return algorithm.takesAnyHash() ? algorithm.with(HashAlgorithm.SHA_256) : algorithm;
    }

    private EncryptionAlgorithm encryptionAlgorithm() {
        return policy(EncryptionAlgorithm.class, "RSA encryption");
    }

    private <A extends Algorithm> A policy(Class<A> family, String purpose) {
        Algorithm algorithm = attributes().algorithm();
        if (!family.isInstance(algorithm)) {
            throw new KeysteadException.Usage("the algorithm of the key '" + name + "' is not one for " + purpose);
        }
        return family.cast(algorithm);
    }

    @Override
    public String toString() {
        return "KeyHandle(" + name + ")";
    }
}
