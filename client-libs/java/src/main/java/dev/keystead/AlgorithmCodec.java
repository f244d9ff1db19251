// Algorithms as messages (wire contract 3.4).
package dev.keystead;

import dev.keystead.wire.AlgorithmMessages;
import java.util.function.ToIntFunction;

/** Algorithms as messages. What is read and not known becomes {@link Algorithm#UNKNOWN}, and is never an error. */
final class AlgorithmCodec {
    private static final AlgorithmMessages.Empty EMPTY = AlgorithmMessages.Empty.getDefaultInstance();

    private AlgorithmCodec() {}

    static AlgorithmMessages.Algorithm encode(Algorithm algorithm) {
        var message = AlgorithmMessages.Algorithm.newBuilder();
        if (algorithm instanceof HashAlgorithm hash) {
            message.setHashValue(hash.number());
        } else if (algorithm instanceof MacAlgorithm mac) {
            message.setMac(encode(mac));
        } else if (algorithm instanceof CipherAlgorithm cipher) {
            message.setCipherValue(cipher.number());
        } else if (algorithm instanceof AeadAlgorithm aead) {
            message.setAead(encode(aead));
        } else if (algorithm instanceof SignatureAlgorithm signature) {
            message.setAsymmetricSignature(encode(signature));
        } else if (algorithm instanceof EncryptionAlgorithm encryption) {
            message.setAsymmetricEncryption(encode(encryption));
        } else if (algorithm instanceof AgreementAlgorithm agreement) {
            message.setKeyAgreement(AlgorithmMessages.KeyAgreement.newBuilder().setRawValue(agreement.number()));
        } else if (algorithm instanceof AgreementWithDerivation both) {
            message.setKeyAgreement(AlgorithmMessages.KeyAgreement.newBuilder()
                    .setWithKeyDerivation(AlgorithmMessages.KeyAgreementWithKeyDerivation.newBuilder()
                            .setKaAlgValue(both.agreement().number())
                            .setKdfAlg(encode(both.derivation()))));
        } else if (algorithm instanceof DerivationAlgorithm derivation) {
            message.setKeyDerivation(encode(derivation));
        } else if (algorithm == Algorithm.NONE) {
            message.setNone(EMPTY);
        } else {
            throw new KeysteadException.Usage("an unknown algorithm cannot be asked for");
        }
        return message.build();
    }

    static AlgorithmMessages.AsymmetricSignature encode(SignatureAlgorithm algorithm) {
        var message = AlgorithmMessages.AsymmetricSignature.newBuilder();
        switch (algorithm.scheme()) {
            case RSA_PKCS1V15 -> message.setRsaPkcs1V15Sign(withHash(algorithm));
            case RSA_PKCS1V15_RAW -> message.setRsaPkcs1V15SignRaw(EMPTY);
            case RSA_PSS -> message.setRsaPss(withHash(algorithm));
            case ECDSA -> message.setEcdsa(withHash(algorithm));
            case ECDSA_ANY -> message.setEcdsaAny(EMPTY);
            case DETERMINISTIC_ECDSA -> message.setDeterministicEcdsa(withHash(algorithm));
        }
        return message.build();
    }

    static AlgorithmMessages.AsymmetricEncryption encode(EncryptionAlgorithm algorithm) {
        var message = AlgorithmMessages.AsymmetricEncryption.newBuilder();
        switch (algorithm.scheme()) {
            case RSA_PKCS1V15 -> message.setRsaPkcs1V15Crypt(EMPTY);
            case RSA_OAEP -> message.setRsaOaep(
                    AlgorithmMessages.RsaOaep.newBuilder().setHashAlgValue(algorithm.hash().number()));
        }
        return message.build();
    }

    static AlgorithmMessages.Aead encode(AeadAlgorithm algorithm) {
        var message = AlgorithmMessages.Aead.newBuilder();
        int scheme = algorithm.scheme().number();
        if (algorithm.tagBytes() == 0) {
            return message.setAeadWithDefaultLengthTagValue(scheme).build();
        }
        return message.setAeadWithShortenedTag(AlgorithmMessages.AeadWithShortenedTag.newBuilder()
                        .setAeadAlgValue(scheme)
                        .setTagLength(algorithm.tagBytes()))
                .build();
    }

    static AlgorithmMessages.Mac encode(MacAlgorithm algorithm) {
        var full = AlgorithmMessages.FullLengthMac.newBuilder();
        switch (algorithm.scheme()) {
            case HMAC -> full.setHmac(AlgorithmMessages.Hmac.newBuilder().setHashAlgValue(algorithm.hash().number()));
            case CBC_MAC -> full.setCbcMac(EMPTY);
            case CMAC -> full.setCmac(EMPTY);
        }
        var message = AlgorithmMessages.Mac.newBuilder();
        if (algorithm.macBytes() == 0) {
            return message.setFullLength(full).build();
        }
        return message.setTruncated(AlgorithmMessages.TruncatedMac.newBuilder()
                        .setMacAlg(full)
                        .setMacLength(algorithm.macBytes()))
                .build();
    }

    private static AlgorithmMessages.KeyDerivation encode(DerivationAlgorithm algorithm) {
        var hash = AlgorithmMessages.KeyDerivationWithHash.newBuilder().setHashAlgValue(algorithm.hash().number());
        var message = AlgorithmMessages.KeyDerivation.newBuilder();
        switch (algorithm.scheme()) {
            case HKDF -> message.setHkdf(hash);
            case TLS12_PRF -> message.setTls12Prf(hash);
            case TLS12_PSK_TO_MS -> message.setTls12PskToMs(hash);
        }
        return message.build();
    }

    private static AlgorithmMessages.SignatureWithHash withHash(SignatureAlgorithm algorithm) {
        var hash = AlgorithmMessages.SignHash.newBuilder();
        if (algorithm.takesAnyHash()) {
            hash.setAny(EMPTY);
        } else {
            hash.setSpecificValue(algorithm.hash().number());
        }
        return AlgorithmMessages.SignatureWithHash.newBuilder().setHashAlg(hash).build();
    }

    static Algorithm decode(AlgorithmMessages.Algorithm message) {
        return switch (message.getVariantCase()) {
            case NONE -> Algorithm.NONE;
            case HASH -> orUnknown(hash(message.getHashValue()));
            case MAC -> decode(message.getMac());
            case CIPHER -> orUnknown(find(CipherAlgorithm.values(), CipherAlgorithm::number, message.getCipherValue()));
            case AEAD -> decode(message.getAead());
            case ASYMMETRIC_SIGNATURE -> decode(message.getAsymmetricSignature());
            case ASYMMETRIC_ENCRYPTION -> decode(message.getAsymmetricEncryption());
            case KEY_AGREEMENT -> decode(message.getKeyAgreement());
            case KEY_DERIVATION -> orUnknown(decode(message.getKeyDerivation()));
            case VARIANT_NOT_SET -> Algorithm.UNKNOWN;
        };
    }

    private static Algorithm decode(AlgorithmMessages.AsymmetricSignature message) {
        return switch (message.getVariantCase()) {
            case RSA_PKCS1V15_SIGN -> decode(SignatureAlgorithm.Scheme.RSA_PKCS1V15, message.getRsaPkcs1V15Sign());
            case RSA_PKCS1V15_SIGN_RAW -> SignatureAlgorithm.RSA_PKCS1V15_RAW;
            case RSA_PSS -> decode(SignatureAlgorithm.Scheme.RSA_PSS, message.getRsaPss());
            case ECDSA -> decode(SignatureAlgorithm.Scheme.ECDSA, message.getEcdsa());
            case ECDSA_ANY -> SignatureAlgorithm.ECDSA_ANY;
            case DETERMINISTIC_ECDSA -> decode(
                    SignatureAlgorithm.Scheme.DETERMINISTIC_ECDSA, message.getDeterministicEcdsa());
            case VARIANT_NOT_SET -> Algorithm.UNKNOWN;
        };
    }

    private static Algorithm decode(SignatureAlgorithm.Scheme scheme, AlgorithmMessages.SignatureWithHash message) {
        AlgorithmMessages.SignHash sign = message.getHashAlg();
        return switch (sign.getVariantCase()) {
            case ANY -> new SignatureAlgorithm(scheme, null);
            case SPECIFIC -> {
                HashAlgorithm hash = hash(sign.getSpecificValue());
                yield hash == null ? Algorithm.UNKNOWN : new SignatureAlgorithm(scheme, hash);
            }
            case VARIANT_NOT_SET -> Algorithm.UNKNOWN;
        };
    }

    private static Algorithm decode(AlgorithmMessages.AsymmetricEncryption message) {
        return switch (message.getVariantCase()) {
            case RSA_PKCS1V15_CRYPT -> EncryptionAlgorithm.RSA_PKCS1V15;
            case RSA_OAEP -> {
                HashAlgorithm hash = hash(message.getRsaOaep().getHashAlgValue());
                yield hash == null ? Algorithm.UNKNOWN : EncryptionAlgorithm.rsaOaep(hash);
            }
            case VARIANT_NOT_SET -> Algorithm.UNKNOWN;
        };
    }

    private static Algorithm decode(AlgorithmMessages.Aead message) {
        int number = message.getAeadWithDefaultLengthTagValue();
        int tag = 0;
        if (message.getVariantCase() == AlgorithmMessages.Aead.VariantCase.AEAD_WITH_SHORTENED_TAG) {
            number = message.getAeadWithShortenedTag().getAeadAlgValue();
            tag = message.getAeadWithShortenedTag().getTagLength();
        }
        AeadAlgorithm.Scheme scheme = find(AeadAlgorithm.Scheme.values(), AeadAlgorithm.Scheme::number, number);
        return scheme == null || tag < 0 ? Algorithm.UNKNOWN : new AeadAlgorithm(scheme, tag);
    }

    private static Algorithm decode(AlgorithmMessages.Mac message) {
        boolean truncated = message.getVariantCase() == AlgorithmMessages.Mac.VariantCase.TRUNCATED;
        var full = truncated ? message.getTruncated().getMacAlg() : message.getFullLength();
        int length = truncated ? message.getTruncated().getMacLength() : 0;
        MacAlgorithm algorithm =
                switch (full.getVariantCase()) {
                    case HMAC -> {
                        HashAlgorithm hash = hash(full.getHmac().getHashAlgValue());
                        yield hash == null ? null : MacAlgorithm.hmac(hash);
                    }
                    case CBC_MAC -> MacAlgorithm.CBC_MAC;
                    case CMAC -> MacAlgorithm.CMAC;
                    case VARIANT_NOT_SET -> null;
                };
        return algorithm == null || length < 0 ? Algorithm.UNKNOWN : algorithm.truncated(length);
    }

    private static Algorithm decode(AlgorithmMessages.KeyAgreement message) {
        return switch (message.getVariantCase()) {
            case RAW -> orUnknown(agreement(message.getRawValue()));
            case WITH_KEY_DERIVATION -> {
                AgreementAlgorithm agreement = agreement(message.getWithKeyDerivation().getKaAlgValue());
                DerivationAlgorithm derivation = decode(message.getWithKeyDerivation().getKdfAlg());
                boolean known = agreement != null && derivation != null;
                yield known ? new AgreementWithDerivation(agreement, derivation) : Algorithm.UNKNOWN;
            }
            case VARIANT_NOT_SET -> Algorithm.UNKNOWN;
        };
    }

    private static DerivationAlgorithm decode(AlgorithmMessages.KeyDerivation message) {
        return switch (message.getVariantCase()) {
            case HKDF -> decode(DerivationAlgorithm.Scheme.HKDF, message.getHkdf());
            case TLS12_PRF -> decode(DerivationAlgorithm.Scheme.TLS12_PRF, message.getTls12Prf());
            case TLS12_PSK_TO_MS -> decode(DerivationAlgorithm.Scheme.TLS12_PSK_TO_MS, message.getTls12PskToMs());
            case VARIANT_NOT_SET -> null;
        };
    }

    private static DerivationAlgorithm decode(
            DerivationAlgorithm.Scheme scheme, AlgorithmMessages.KeyDerivationWithHash message) {
        HashAlgorithm hash = hash(message.getHashAlgValue());
        return hash == null ? null : new DerivationAlgorithm(scheme, hash);
    }

    private static HashAlgorithm hash(int number) {
        return find(HashAlgorithm.values(), HashAlgorithm::number, number);
    }

    private static AgreementAlgorithm agreement(int number) {
        return find(AgreementAlgorithm.values(), AgreementAlgorithm::number, number);
    }

    private static Algorithm orUnknown(Algorithm known) {
        return known == null ? Algorithm.UNKNOWN : known;
    }

    /** The value with this number, else null. */
    static <E> E find(E[] values, ToIntFunction<E> number, int wanted) {
        for (E value : values) {
            if (number.applyAsInt(value) == wanted) {
                return value;
            }
        }
        return null;
    }
}
