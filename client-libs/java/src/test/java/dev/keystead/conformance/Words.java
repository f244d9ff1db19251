// The words of the scenarios for types, usages and algorithms (e2e_tests/scenarios/README.md).
package dev.keystead.conformance;

import dev.keystead.AeadAlgorithm;
import dev.keystead.AgreementAlgorithm;
import dev.keystead.Algorithm;
import dev.keystead.CipherAlgorithm;
import dev.keystead.EccFamily;
import dev.keystead.EncryptionAlgorithm;
import dev.keystead.HashAlgorithm;
import dev.keystead.KeyAttributes;
import dev.keystead.KeyType;
import dev.keystead.MacAlgorithm;
import dev.keystead.SignatureAlgorithm;
import dev.keystead.Usage;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Between the words of the scenarios and the library's types. */
final class Words {
    /** A word for something that the library does not have. */
    static final class Unsupported extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unsupported(String word) {
            super(word);
        }
    }

    private Words() {}

    private static String constant(String word) {
        return word.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E find(Class<E> type, String word) {
        try {
            return Enum.valueOf(type, constant(word));
        } catch (IllegalArgumentException error) {
            throw new Unsupported(word);
        }
    }

    static KeyType type(String word) {
        String[] parts = word.split(":");
        return switch (parts[0]) {
            case "ecc-key-pair" -> KeyType.eccKeyPair(find(EccFamily.class, parts[1]));
            case "ecc-public-key" -> KeyType.eccPublicKey(find(EccFamily.class, parts[1]));
            case "dh-key-pair" -> KeyType.DH_KEY_PAIR;
            case "dh-public-key" -> KeyType.DH_PUBLIC_KEY;
            case "none" -> throw new Unsupported(word);
            default -> new KeyType(find(KeyType.Kind.class, parts[0]), null);
        };
    }

    static String word(KeyType type) {
        return switch (type.kind()) {
            case ECC_KEY_PAIR, ECC_PUBLIC_KEY -> word((Enum<?>) type.kind()) + ":" + word((Enum<?>) type.family());
            case DH_KEY_PAIR, DH_PUBLIC_KEY -> word((Enum<?>) type.kind()) + ":rfc7919";
            default -> word((Enum<?>) type.kind());
        };
    }

    static Set<Usage> usage(String words) {
        Set<Usage> usage = EnumSet.noneOf(Usage.class);
        for (String word : words.isEmpty() ? new String[0] : words.split(",")) {
            usage.add(find(Usage.class, word));
        }
        return usage;
    }

    static String word(Set<Usage> usage) {
        return usage.stream().map(flag -> word((Enum<?>) flag)).collect(Collectors.joining(","));
    }

    static HashAlgorithm hash(String word) {
        return find(HashAlgorithm.class, word);
    }

    static Algorithm algorithm(String word) {
        String[] parts = word.split(":");
        return switch (parts[0]) {
            case "none" -> Algorithm.NONE;
            case "rsa-pkcs1v15-sign" -> signature(SignatureAlgorithm.Scheme.RSA_PKCS1V15, parts[1]);
            case "rsa-pkcs1v15-sign-raw" -> SignatureAlgorithm.RSA_PKCS1V15_RAW;
            case "rsa-pss" -> signature(SignatureAlgorithm.Scheme.RSA_PSS, parts[1]);
            case "ecdsa" -> signature(SignatureAlgorithm.Scheme.ECDSA, parts[1]);
            case "ecdsa-any" -> SignatureAlgorithm.ECDSA_ANY;
            case "deterministic-ecdsa" -> signature(SignatureAlgorithm.Scheme.DETERMINISTIC_ECDSA, parts[1]);
            case "rsa-pkcs1v15-crypt" -> EncryptionAlgorithm.RSA_PKCS1V15;
            case "rsa-oaep" -> EncryptionAlgorithm.rsaOaep(hash(parts[1]));
            case "gcm", "ccm", "chacha20-poly1305" -> new AeadAlgorithm(
                    find(AeadAlgorithm.Scheme.class, parts[0]), number(parts, 1));
            case "stream-cipher", "ctr", "cfb", "ofb", "xts", "cbc-pkcs7" -> find(CipherAlgorithm.class, parts[0]);
            case "ecb" -> CipherAlgorithm.ECB_NO_PADDING;
            case "cbc" -> CipherAlgorithm.CBC_NO_PADDING;
            case "hmac" -> MacAlgorithm.hmac(hash(parts[1])).truncated(number(parts, 2));
            case "cbc-mac" -> MacAlgorithm.CBC_MAC.truncated(number(parts, 1));
            case "cmac" -> MacAlgorithm.CMAC.truncated(number(parts, 1));
            case "ecdh", "ffdh" -> find(AgreementAlgorithm.class, parts[0]);
            default -> hash(word);
        };
    }

    private static int number(String[] parts, int index) {
        return parts.length > index ? Integer.parseInt(parts[index]) : 0;
    }

    private static SignatureAlgorithm signature(SignatureAlgorithm.Scheme scheme, String word) {
        return new SignatureAlgorithm(scheme, word.equals("any") ? null : hash(word));
    }

    static String word(Algorithm algorithm) {
        if (algorithm instanceof SignatureAlgorithm signature) {
            String hash = signature.takesAnyHash() ? ":any" : suffix(signature.hash());
            return switch (signature.scheme()) {
                case RSA_PKCS1V15 -> "rsa-pkcs1v15-sign" + hash;
                case RSA_PKCS1V15_RAW -> "rsa-pkcs1v15-sign-raw";
                default -> word((Enum<?>) signature.scheme()) + hash;
            };
        }
        if (algorithm instanceof EncryptionAlgorithm encryption) {
            boolean oaep = encryption.scheme() == EncryptionAlgorithm.Scheme.RSA_OAEP;
            return oaep ? "rsa-oaep" + suffix(encryption.hash()) : "rsa-pkcs1v15-crypt";
        }
        if (algorithm instanceof AeadAlgorithm aead) {
            return word((Enum<?>) aead.scheme()) + suffix(aead.tagBytes());
        }
        if (algorithm instanceof MacAlgorithm mac) {
            return word((Enum<?>) mac.scheme()) + suffix(mac.hash()) + suffix(mac.macBytes());
        }
        if (algorithm instanceof CipherAlgorithm cipher) {
            return word((Enum<?>) cipher).replace("-no-padding", "");
        }
        if (algorithm instanceof Enum<?> constant) {
            return word(constant);
        }
        throw new Unsupported(algorithm.toString());
    }

    private static String suffix(HashAlgorithm hash) {
        return hash == null ? "" : ":" + word((Enum<?>) hash);
    }

    private static String suffix(int bytes) {
        return bytes == 0 ? "" : ":" + bytes;
    }

    static String attributes(KeyAttributes attributes) {
        return "type=" + word(attributes.type()) + " bits=" + attributes.bits()
                + " usage=" + word(attributes.usage()) + " algorithm=" + word(attributes.algorithm());
    }
}
