// RSASSA-PSS.
package dev.keystead.jca;

import dev.keystead.HashAlgorithm;
import dev.keystead.SignatureAlgorithm;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.ProviderException;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/**
 * RSASSA-PSS with the parameters that the service has: one hash for the message and for MGF1, and a salt as long as the hash.
 * They are SHA-256's until others are set.
 */
final class PssSignature extends ServiceSignature {
    private PSSParameterSpec params = paramsFor(HashAlgorithm.SHA_256);

    PssSignature() throws NoSuchAlgorithmException {
        super("RSASSA-PSS", Form.PLAIN, HashAlgorithm.SHA_256);
    }

    private static PSSParameterSpec paramsFor(HashAlgorithm hash) {
        String name = Hashes.nameOf(hash);
        return new PSSParameterSpec(name, "MGF1", new MGF1ParameterSpec(name), hash.bytes(), 1);
    }

    @Override
    boolean fits(SignatureAlgorithm policy) {
        return policy.scheme() == SignatureAlgorithm.Scheme.RSA_PSS && fitsHash(policy);
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
