// Key attributes as messages (wire contract 3.3).
package dev.keystead;

import dev.keystead.wire.AlgorithmMessages;
import dev.keystead.wire.AttributesMessages;
import dev.keystead.wire.AttributesMessages.DhFamily;
import java.util.EnumSet;
import java.util.Set;

/** Key attributes as messages. A type that is read and not known becomes {@link KeyType#UNKNOWN}. */
final class AttributesCodec {
    private static final AlgorithmMessages.Empty EMPTY = AlgorithmMessages.Empty.getDefaultInstance();

    private AttributesCodec() {}

    static AttributesMessages.KeyAttributes encode(KeyAttributes attributes) {
        return AttributesMessages.KeyAttributes.newBuilder()
                .setKeyType(encode(attributes.type()))
                .setKeyBits(attributes.bits())
                .setKeyPolicy(AttributesMessages.KeyPolicy.newBuilder()
                        .setKeyUsageFlags(encode(attributes.usage()))
                        .setKeyAlgorithm(AlgorithmCodec.encode(attributes.algorithm())))
                .build();
    }

    static KeyAttributes decode(AttributesMessages.KeyAttributes message) {
        AttributesMessages.KeyPolicy policy = message.getKeyPolicy();
        return new KeyAttributes(
                decode(message.getKeyType()),
                Math.max(message.getKeyBits(), 0),
                decode(policy.getKeyUsageFlags()),
                AlgorithmCodec.decode(policy.getKeyAlgorithm()));
    }

    private static AttributesMessages.KeyType encode(KeyType type) {
        var message = AttributesMessages.KeyType.newBuilder();
        switch (type.kind()) {
            case RAW_DATA -> message.setRawData(EMPTY);
            case HMAC -> message.setHmac(EMPTY);
            case DERIVE -> message.setDerive(EMPTY);
            case AES -> message.setAes(EMPTY);
            case DES -> message.setDes(EMPTY);
            case CAMELLIA -> message.setCamellia(EMPTY);
            case ARC4 -> message.setArc4(EMPTY);
            case CHACHA20 -> message.setChacha20(EMPTY);
            case RSA_PUBLIC_KEY -> message.setRsaPublicKey(EMPTY);
            case RSA_KEY_PAIR -> message.setRsaKeyPair(EMPTY);
            case ECC_KEY_PAIR -> message.setEccKeyPair(onCurve(type));
            case ECC_PUBLIC_KEY -> message.setEccPublicKey(onCurve(type));
            case DH_KEY_PAIR -> message.setDhKeyPair(AttributesMessages.DhKey.getDefaultInstance());
            case DH_PUBLIC_KEY -> message.setDhPublicKey(AttributesMessages.DhKey.getDefaultInstance());
            case UNKNOWN -> throw new KeysteadException.Usage("a key of an unknown type cannot be asked for");
        }
        return message.build();
    }

    private static AttributesMessages.EccKey onCurve(KeyType type) {
        return AttributesMessages.EccKey.newBuilder().setCurveFamilyValue(type.family().number()).build();
    }

    private static KeyType decode(AttributesMessages.KeyType message) {
        return switch (message.getVariantCase()) {
            case RAW_DATA -> KeyType.RAW_DATA;
            case HMAC -> KeyType.HMAC;
            case DERIVE -> KeyType.DERIVE;
            case AES -> KeyType.AES;
            case DES -> KeyType.DES;
            case CAMELLIA -> KeyType.CAMELLIA;
            case ARC4 -> KeyType.ARC4;
            case CHACHA20 -> KeyType.CHACHA20;
            case RSA_PUBLIC_KEY -> KeyType.RSA_PUBLIC_KEY;
            case RSA_KEY_PAIR -> KeyType.RSA_KEY_PAIR;
            case ECC_KEY_PAIR -> onCurve(KeyType.Kind.ECC_KEY_PAIR, message.getEccKeyPair());
            case ECC_PUBLIC_KEY -> onCurve(KeyType.Kind.ECC_PUBLIC_KEY, message.getEccPublicKey());
            case DH_KEY_PAIR -> inGroup(KeyType.DH_KEY_PAIR, message.getDhKeyPair());
            case DH_PUBLIC_KEY -> inGroup(KeyType.DH_PUBLIC_KEY, message.getDhPublicKey());
            case VARIANT_NOT_SET -> KeyType.UNKNOWN;
        };
    }

    private static KeyType onCurve(KeyType.Kind kind, AttributesMessages.EccKey message) {
        EccFamily family = AlgorithmCodec.find(EccFamily.values(), EccFamily::number, message.getCurveFamilyValue());
        return family == null ? KeyType.UNKNOWN : new KeyType(kind, family);
    }

    private static KeyType inGroup(KeyType type, AttributesMessages.DhKey message) {
        return message.getGroupFamily() == DhFamily.DH_FAMILY_RFC7919 ? type : KeyType.UNKNOWN;
    }

    private static AttributesMessages.UsageFlags encode(Set<Usage> usage) {
        return AttributesMessages.UsageFlags.newBuilder()
                .setExport(usage.contains(Usage.EXPORT))
                .setCopy(usage.contains(Usage.COPY))
                .setCache(usage.contains(Usage.CACHE))
                .setEncrypt(usage.contains(Usage.ENCRYPT))
                .setDecrypt(usage.contains(Usage.DECRYPT))
                .setSignMessage(usage.contains(Usage.SIGN_MESSAGE))
                .setVerifyMessage(usage.contains(Usage.VERIFY_MESSAGE))
                .setSignHash(usage.contains(Usage.SIGN_HASH))
                .setVerifyHash(usage.contains(Usage.VERIFY_HASH))
                .setDerive(usage.contains(Usage.DERIVE))
                .build();
    }

    private static Set<Usage> decode(AttributesMessages.UsageFlags message) {
        Set<Usage> usage = EnumSet.noneOf(Usage.class);
        addIf(message.getExport(), Usage.EXPORT, usage);
        addIf(message.getCopy(), Usage.COPY, usage);
        addIf(message.getCache(), Usage.CACHE, usage);
        addIf(message.getEncrypt(), Usage.ENCRYPT, usage);
        addIf(message.getDecrypt(), Usage.DECRYPT, usage);
        addIf(message.getSignMessage(), Usage.SIGN_MESSAGE, usage);
        addIf(message.getVerifyMessage(), Usage.VERIFY_MESSAGE, usage);
        addIf(message.getSignHash(), Usage.SIGN_HASH, usage);
        addIf(message.getVerifyHash(), Usage.VERIFY_HASH, usage);
        addIf(message.getDerive(), Usage.DERIVE, usage);
        return usage;
    }

    private static void addIf(boolean set, Usage flag, Set<Usage> usage) {
        if (set) {
            usage.add(flag);
        }
    }
}
