// Signatures that the service makes, and that any other provider verifies.
package dev.keystead.jca;

import dev.keystead.HashAlgorithm;
import dev.keystead.KeysteadException;
import dev.keystead.SignatureAlgorithm;
import java.io.ByteArrayOutputStream;
import java.security.AlgorithmParameters;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;

/** A signature over what was hashed here, or over a hash that the caller gives (NONEwith…). */
class ServiceSignature extends SignatureSpi {
    /** How signatures look outside. */
    enum Form {
        /** RSA, as it is. */
        PLAIN,
        /** r ‖ s, as the service makes it. */
        P1363,
        /** A DER sequence of r and s. */
        DER
    }

    private final String name;
    private final Form form;
    private final ByteArrayOutputStream unhashed = new ByteArrayOutputStream();
    /** The hash; null if the caller gives it. */
    private HashAlgorithm hash;
    private MessageDigest digest;
    private KeysteadKey.Private key;
    private SignatureAlgorithm algorithm;
    private Signature verifier;
    /** Whether part of a message was given. */
    private boolean begun;

    /** {@code name} is the algorithm's in Java; {@code hash} is null where the caller gives the hash. */
    ServiceSignature(String name, Form form, HashAlgorithm hash) throws NoSuchAlgorithmException {
        this.name = name;
        this.form = form;
        use(hash);
    }

    final void use(HashAlgorithm hash) throws NoSuchAlgorithmException {
        this.hash = hash;
        digest = hash == null ? null : MessageDigest.getInstance(Hashes.nameOf(hash));
        unhashed.reset();
    }

    @Override
    protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
        KeysteadKey.Private candidate = KeysteadKey.require(KeysteadKey.Private.class, privateKey);
        SignatureAlgorithm policy = candidate.policy(SignatureAlgorithm.class);
        if (!fits(policy)) {
            throw new InvalidKeyException("a key for " + policy + " makes no " + name);
        }
        key = candidate;
        algorithm = policy;
        verifier = null;
        reset();
    }

    /** Whether a key with this policy makes such signatures. */
    boolean fits(SignatureAlgorithm policy) {
        boolean raw = policy.scheme() == SignatureAlgorithm.Scheme.RSA_PKCS1V15_RAW;
        boolean pkcs1 = policy.scheme() == SignatureAlgorithm.Scheme.RSA_PKCS1V15;
        boolean scheme = form == Form.PLAIN ? (hash == null ? raw : pkcs1) : !policy.scheme().isRsa();
        return scheme && fitsHash(policy);
    }

    final boolean fitsHash(SignatureAlgorithm policy) {
        return hash == null || policy.takesAnyHash() || policy.hash() == hash;
    }

    @Override
    protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
        verifier = Platform.first("Signature." + name, provider -> {
            Signature other = Signature.getInstance(name, provider);
            prepare(other);
            other.initVerify(publicKey);
            return other;
        });
        key = null;
        reset();
    }

    /** What another provider's signature must be told. */
    void prepare(Signature other) throws InvalidAlgorithmParameterException {}

    /** Takes another hash, for what begins now: the key must be one for it. */
    final void changeTo(HashAlgorithm hash) throws InvalidAlgorithmParameterException {
        if (begun) {
            throw new InvalidAlgorithmParameterException("the message has begun");
        }
        try {
            use(hash);
        } catch (NoSuchAlgorithmException error) {
            throw new InvalidAlgorithmParameterException(error);
        }
        if (key != null && !fits(algorithm)) {
            throw new InvalidAlgorithmParameterException("the key is one for " + algorithm);
        }
        if (verifier != null) {
            prepare(verifier);
        }
    }

    private void reset() {
        begun = false;
        unhashed.reset();
        if (digest != null) {
            digest.reset();
        }
    }

    @Override
    protected void engineUpdate(byte b) throws SignatureException {
        engineUpdate(new byte[] {b}, 0, 1);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
        begun = true;
        if (verifier != null) {
            verifier.update(bytes, offset, length);
        } else if (digest != null) {
            digest.update(bytes, offset, length);
        } else {
            unhashed.write(bytes, offset, length);
        }
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
        byte[] input = digest == null ? unhashed.toByteArray() : digest.digest();
        reset();
        try {
            byte[] signature = key.handle().client().signHash(key.handle().name(), algorithmFor(input), input);
            return form == Form.DER ? Der.signature(signature) : signature;
        } catch (KeysteadException error) {
            throw new SignatureException(error.getMessage(), error);
        }
    }

    /** A key for any hash must be told which one it is; where the caller made it, its length tells. */
    private SignatureAlgorithm algorithmFor(byte[] input) throws SignatureException {
        if (!algorithm.takesAnyHash()) {
            return algorithm;
        }
        return algorithm.with(hash != null ? hash : Hashes.ofLength(input.length));
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
        begun = false;
        return verifier.verify(signature);
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec params) throws InvalidAlgorithmParameterException {
        if (params != null) {
            throw new InvalidAlgorithmParameterException(name + " has no parameters");
        }
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        return null;
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String param, Object value) {
        throw new UnsupportedOperationException("no parameter has a name");
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String param) {
        throw new UnsupportedOperationException("no parameter has a name");
    }
}
