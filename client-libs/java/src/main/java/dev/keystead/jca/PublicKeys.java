// Public keys between the formats of the contract and Java.
package dev.keystead.jca;

import dev.keystead.EccFamily;
import dev.keystead.KeyAttributes;
import dev.keystead.KeyType;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/**
 * Public keys between the formats of wire contract 4.2 and Java. Both are the same bytes; Java's has what kind of key they are
 * before them (SubjectPublicKeyInfo, RFC 5280).
 */
final class PublicKeys {
    /** The AlgorithmIdentifiers of RFC 3279, 5480 and 8410, in DER. */
    private enum Kind {
        RSA("RSA", "300d06092a864886f70d0101010500"),
        P256("EC", "301306072a8648ce3d020106082a8648ce3d030107"),
        P384("EC", "301006072a8648ce3d020106052b81040022"),
        P521("EC", "301006072a8648ce3d020106052b81040023"),
        X25519("XDH", "300506032b656e"),
        X448("XDH", "300506032b656f");

        final String factory;
        final byte[] identifier;

        Kind(String factory, String identifier) {
            this.factory = factory;
            this.identifier = HexFormat.of().parseHex(identifier);
        }

        /** Null if Java has no such keys. */
        static Kind of(KeyAttributes attributes) {
            KeyType type = attributes.type();
            if (type.kind() == KeyType.Kind.RSA_KEY_PAIR || type.kind() == KeyType.Kind.RSA_PUBLIC_KEY) {
                return RSA;
            }
            if (type.family() == EccFamily.SECP_R1) {
                return switch (attributes.bits()) {
                    case 256 -> P256;
                    case 384 -> P384;
                    case 521 -> P521;
                    default -> null;
                };
            }
            if (type.family() == EccFamily.MONTGOMERY) {
                return attributes.bits() == 255 ? X25519 : X448;
            }
            return null;
        }
    }

    private PublicKeys() {}

    /** Whether Java has public keys of this kind. */
    static boolean isKnown(KeyAttributes attributes) {
        return Kind.of(attributes) != null;
    }

    /** The name that Java has for such keys, if it knows them. */
    static String javaName(KeyAttributes attributes) {
        return Kind.of(attributes).factory;
    }

    /** Java's key of the service's. */
    static PublicKey decode(KeyAttributes attributes, byte[] bytes) throws InvalidKeyException {
        Kind kind = Kind.of(attributes);
        byte[] bits = Der.element(Der.BIT_STRING, new byte[1], bytes);
        byte[] info = Der.element(Der.SEQUENCE, kind.identifier, bits);
        try {
            return KeyFactory.getInstance(kind.factory).generatePublic(new X509EncodedKeySpec(info));
        } catch (GeneralSecurityException error) {
            throw new InvalidKeyException("the service's public key is none", error);
        }
    }

    /** The service's key of Java's. */
    static byte[] encode(PublicKey key) throws InvalidKeyException {
        if (!"X.509".equals(key.getFormat())) {
            throw new InvalidKeyException("the format of a public key is " + key.getFormat() + " and not X.509");
        }
        try {
            ByteBuffer info = Der.contents(ByteBuffer.wrap(key.getEncoded()), Der.SEQUENCE);
            Der.contents(info, Der.SEQUENCE);
            ByteBuffer bits = Der.contents(info, Der.BIT_STRING);
            // How many bits of the last byte are not used: none.
            bits.get();
            byte[] bytes = new byte[bits.remaining()];
            bits.get(bytes);
            return bytes;
        } catch (IllegalArgumentException | java.nio.BufferUnderflowException error) {
            throw new InvalidKeyException("a public key cannot be read", error);
        }
    }
}
