// RSASSA-PSS.
package dev.keystead.jca;

import dev.keystead.HashAlgorithm;
import dev.keystead.SignatureAlgorithm;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/**
 * RSASSA-PSS with the parameters that the service has: one hash for the message and for MGF1, and a salt as long as the hash.
 * Until others are set, they are those of the hash that the key's policy names, else SHA-256's.
 */
final class PssSignature extends ServiceSignature {
    private PSSParameterSpec params = paramsFor(HashAlgorithm.SHA_256);
    /** Whether the parameters were set, and not taken from a key. */
    private boolean isSet;

    PssSignature() throws NoSuchAlgorithmException {
        super("RSASSA-PSS", Form.PLAIN, HashAlgorithm.SHA_256);
    }

    private static PSSParameterSpec paramsFor(HashAlgorithm hash) {
        String name = Hashes.nameOf(hash);
        return new PSSParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), hash.bytes(), 1);
    }

    @Override
    boolean fits(SignatureAlgorithm policy) {
        return policy.scheme() == SignatureAlgorithm.Scheme.RSA_PSS && (!isSet || fitsHash(policy));
    }

    @Override
    protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
        super.engineInitSign(privateKey);
        HashAlgorithm own = KeysteadKey.require(KeysteadKey.Private.class, privateKey)
                .policy(SignatureAlgorithm.class)
                .hash();
        if (isSet || own == null) {
            return;
        }
        params = paramsFor(own);
        try {
            use(own);
        } catch (NoSuchAlgorithmException error) {
            throw new InvalidKeyException(error);
        }
    }

    @Override
    void prepare(Signature other) throws InvalidAlgorithmParameterException {
        other.setParameter(params);
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec given) throws InvalidAlgorithmParameterException {
        if (!(given instanceof PSSParameterSpec pss)) {
            throw new InvalidAlgorithmParameterException("RSASSA-PSS has PSSParameterSpec as its parameters");
        }
        HashAlgorithm hash = Hashes.ofName(pss.getDigestAlgorithm());
        boolean sameMask = pss.getMGFParameters() instanceof MGF1ParameterSpec mask
                && Hashes.ofName(mask.getDigestAlgorithm()) == hash;
        if (hash == null || !sameMask || pss.getSaltLength() != hash.bytes() || pss.getTrailerField() != 1) {
            throw new InvalidAlgorithmParameterException(
                    "the service has PSS with one hash for message and MGF1, and a salt as long as it: not " + pss);
        }
        params = pss;
        isSet = true;
        changeTo(hash);
    }

    @Override
    protected AlgorithmParameters engineGetParameters() {
        try {
            AlgorithmParameters encoded = AlgorithmParameters.getInstance("RSASSA-PSS");
            encoded.init(params);
            return encoded;
        } catch (GeneralSecurityException error) {
            throw new ProviderException(error);
        }
    }
}
