// Attributes and algorithms as messages, and names.
package dev.keystead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.keystead.wire.AlgorithmMessages;
import dev.keystead.wire.AttributesMessages;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static List<Algorithm> algorithms() {
        List<Algorithm> all = new ArrayList<>(List.of(
                Algorithm.NONE,
                MacAlgorithm.CMAC,
                MacAlgorithm.CBC_MAC.truncated(8),
                MacAlgorithm.hmac(HashAlgorithm.SHA3_512).truncated(20),
                AeadAlgorithm.CCM,
                AeadAlgorithm.CHACHA20_POLY1305,
                new AeadAlgorithm(AeadAlgorithm.Scheme.GCM, 12),
                SignatureAlgorithm.ECDSA_ANY,
                SignatureAlgorithm.RSA_PKCS1V15_RAW,
                EncryptionAlgorithm.RSA_PKCS1V15));
        for (SignatureAlgorithm.Scheme scheme : SignatureAlgorithm.Scheme.values()) {
            all.add(new SignatureAlgorithm(scheme, null));
            if (scheme.hashes()) {
                all.add(new SignatureAlgorithm(scheme, HashAlgorithm.SHA_384));
            }
        }
        for (HashAlgorithm hash : HashAlgorithm.values()) {
            all.add(hash);
            all.add(EncryptionAlgorithm.rsaOaep(hash));
            all.add(MacAlgorithm.hmac(hash));
        }
        for (DerivationAlgorithm.Scheme scheme : DerivationAlgorithm.Scheme.values()) {
            DerivationAlgorithm derivation = new DerivationAlgorithm(scheme, HashAlgorithm.SHA_256);
            all.add(derivation);
            all.add(new AgreementWithDerivation(AgreementAlgorithm.ECDH, derivation));
        }
        all.addAll(List.of(CipherAlgorithm.values()));
        all.addAll(List.of(AgreementAlgorithm.values()));
        return all;
    }

    private static List<KeyType> types() {
        List<KeyType> all = new ArrayList<>();
        for (KeyType.Kind kind : KeyType.Kind.values()) {
            switch (kind) {
                case UNKNOWN -> {}
                case ECC_KEY_PAIR, ECC_PUBLIC_KEY -> {
                    for (EccFamily family : EccFamily.values()) {
                        all.add(new KeyType(kind, family));
                    }
                }
                default -> all.add(new KeyType(kind, null));
            }
        }
        return all;
    }

    @Test
    void everythingThatCanBeAskedForIsReadAsItWasWritten() {
        for (Algorithm algorithm : algorithms()) {
            KeyAttributes attributes = KeyAttributes.of(KeyType.AES, 128, algorithm);
            assertEquals(attributes, AttributesCodec.decode(AttributesCodec.encode(attributes)));
        }
        for (KeyType type : types()) {
            KeyAttributes attributes = KeyAttributes.of(type, 521, Algorithm.NONE);
            assertEquals(attributes, AttributesCodec.decode(AttributesCodec.encode(attributes)));
        }
        for (Usage flag : Usage.values()) {
            KeyAttributes attributes = new KeyAttributes(KeyType.AES, 0, Set.of(flag), Algorithm.NONE);
            assertEquals(attributes, AttributesCodec.decode(AttributesCodec.encode(attributes)));
        }
    }

    @Test
    void numbersOfANewerServiceAreNoError() {
        var empty = AttributesMessages.KeyAttributes.getDefaultInstance();
        KeyAttributes nothing = AttributesCodec.decode(empty);
        assertEquals(KeyType.UNKNOWN, nothing.type());
        assertEquals(Algorithm.UNKNOWN, nothing.algorithm());
        var newer = AttributesMessages.KeyAttributes.newBuilder()
                .setKeyType(AttributesMessages.KeyType.newBuilder()
                        .setEccKeyPair(AttributesMessages.EccKey.newBuilder().setCurveFamilyValue(100)))
                .setKeyPolicy(AttributesMessages.KeyPolicy.newBuilder()
                        .setKeyAlgorithm(AlgorithmMessages.Algorithm.newBuilder()
                                .setMac(AlgorithmMessages.Mac.newBuilder()
                                        .setFullLength(AlgorithmMessages.FullLengthMac.newBuilder()
                                                .setHmac(AlgorithmMessages.Hmac.newBuilder().setHashAlgValue(107))))))
                .build();
        assertEquals(KeyType.UNKNOWN, AttributesCodec.decode(newer).type());
        assertEquals(Algorithm.UNKNOWN, AttributesCodec.decode(newer).algorithm());
        for (int i = 0; i < 200; i++) {
            var odd = AlgorithmMessages.Algorithm.newBuilder().setCipherValue(i).build();
            assertEquals(i >= 1 && i <= 8, AlgorithmCodec.decode(odd) != Algorithm.UNKNOWN);
        }
        assertThrows(KeysteadException.Usage.class, () -> AlgorithmCodec.encode(Algorithm.UNKNOWN));
        assertThrows(KeysteadException.Usage.class, () ->
                AttributesCodec.encode(KeyAttributes.of(KeyType.UNKNOWN, 1, Algorithm.NONE)));
    }

    @Test
    void flagsForHashesIncludeThoseForMessages() {
        KeyAttributes attributes = KeyAttributes.of(KeyType.AES, 1, Algorithm.NONE, Usage.SIGN_HASH, Usage.VERIFY_HASH);
        assertEquals(
                EnumSet.of(Usage.SIGN_HASH, Usage.SIGN_MESSAGE, Usage.VERIFY_HASH, Usage.VERIFY_MESSAGE),
                attributes.usage());
    }

    @Test
    void whatCannotBeIsRefusedWhenItIsMade() {
        assertThrows(KeysteadException.Usage.class, () -> new KeyType(KeyType.Kind.AES, EccFamily.FRP));
        assertThrows(KeysteadException.Usage.class, () -> new KeyType(KeyType.Kind.ECC_KEY_PAIR, null));
        assertThrows(KeysteadException.Usage.class, () ->
                new SignatureAlgorithm(SignatureAlgorithm.Scheme.ECDSA_ANY, HashAlgorithm.SHA_1));
        assertThrows(KeysteadException.Usage.class, () -> new MacAlgorithm(MacAlgorithm.Scheme.CMAC, null, -1));
        assertThrows(KeysteadException.Usage.class, () ->
                new EncryptionAlgorithm(EncryptionAlgorithm.Scheme.RSA_OAEP, null));
    }

    @Test
    void namesAreTextThatTheProtocolCanCarry() {
        assertEquals("ключ/..\0", Names.checked("ключ/..\0"));
        assertEquals(65_535, Names.checked("a".repeat(65_535)).length());
        assertThrows(KeysteadException.Usage.class, () -> Names.checked("a".repeat(65_536)));
        assertThrows(KeysteadException.Usage.class, () -> Names.checked("half a pair: \uD800"));
    }

    @Test
    void everyStatusHasOneNumberAndUnknownOnesAreNoError() {
        for (Status status : Status.values()) {
            assertEquals(status, Status.of(status.number()));
        }
        assertEquals(Status.UNKNOWN, Status.of(9999));
    }
}
