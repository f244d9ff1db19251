// Key attributes as messages of the contract, and back. What a newer service sends and this library does not know becomes a
// zero or UnknownAlgorithm.

package keystead

import (
	"math"

	"keystead/client-go/internal/wire"
)

// message encodes the attributes; an error if they hold what cannot be said.
func (a KeyAttributes) message() (*wire.KeyAttributes, error) {
	if a.Bits < 0 || int64(a.Bits) > math.MaxUint32 {
		return nil, usage("no key has %d bits", a.Bits)
	}
	keyType := a.Type.message()
	if keyType == nil {
		return nil, usage("the key type %#x is none of the contract", uint16(a.Type))
	}
	algorithm := algorithmMessage(a.Algorithm)
	if algorithm == nil {
		return nil, usage("the algorithm %v is not known to this library", a.Algorithm)
	}
	return &wire.KeyAttributes{
		KeyType:   keyType,
		KeyBits:   uint32(a.Bits),
		KeyPolicy: &wire.KeyPolicy{KeyUsageFlags: a.Usage.message(), KeyAlgorithm: algorithm},
	}, nil
}

func attributesOf(message *wire.KeyAttributes) KeyAttributes {
	policy := message.GetKeyPolicy()
	return KeyAttributes{
		Type:      keyTypeOf(message.GetKeyType()),
		Bits:      int(message.GetKeyBits()),
		Usage:     usageOf(policy.GetKeyUsageFlags()),
		Algorithm: algorithmOf(policy.GetKeyAlgorithm()),
	}
}

func (u Usage) message() *wire.UsageFlags {
	return &wire.UsageFlags{
		Export:        u.Has(UsageExport),
		Copy:          u.Has(UsageCopy),
		Cache:         u.Has(UsageCache),
		Encrypt:       u.Has(UsageEncrypt),
		Decrypt:       u.Has(UsageDecrypt),
		SignMessage:   u.Has(UsageSignMessage),
		VerifyMessage: u.Has(UsageVerifyMessage),
		SignHash:      u.Has(UsageSignHash),
		VerifyHash:    u.Has(UsageVerifyHash),
		Derive:        u.Has(UsageDerive),
	}
}

func usageOf(flags *wire.UsageFlags) Usage {
	var usage Usage
	for bit, isSet := range [...]bool{
		flags.GetExport(), flags.GetCopy(), flags.GetCache(), flags.GetEncrypt(), flags.GetDecrypt(), flags.GetSignMessage(),
		flags.GetVerifyMessage(), flags.GetSignHash(), flags.GetVerifyHash(), flags.GetDerive(),
	} {
		if isSet {
			usage |= 1 << bit
		}
	}
	return usage
}

func (t KeyType) message() *wire.KeyType {
	empty := &wire.Empty{}
	family, _ := t.Curve()
	curve := &wire.EccKey{CurveFamily: wire.EccFamily(family)}
	switch t.kind() {
	case RawData:
		return &wire.KeyType{Variant: &wire.KeyType_RawData{RawData: empty}}
	case HMACKey:
		return &wire.KeyType{Variant: &wire.KeyType_Hmac{Hmac: empty}}
	case Derive:
		return &wire.KeyType{Variant: &wire.KeyType_Derive{Derive: empty}}
	case AES:
		return &wire.KeyType{Variant: &wire.KeyType_Aes{Aes: empty}}
	case DES:
		return &wire.KeyType{Variant: &wire.KeyType_Des{Des: empty}}
	case Camellia:
		return &wire.KeyType{Variant: &wire.KeyType_Camellia{Camellia: empty}}
	case ARC4:
		return &wire.KeyType{Variant: &wire.KeyType_Arc4{Arc4: empty}}
	case ChaCha20:
		return &wire.KeyType{Variant: &wire.KeyType_Chacha20{Chacha20: empty}}
	case RSAPublicKey:
		return &wire.KeyType{Variant: &wire.KeyType_RsaPublicKey{RsaPublicKey: empty}}
	case RSAKeyPair:
		return &wire.KeyType{Variant: &wire.KeyType_RsaKeyPair{RsaKeyPair: empty}}
	case eccKeyPair:
		return &wire.KeyType{Variant: &wire.KeyType_EccKeyPair{EccKeyPair: curve}}
	case eccPublicKey:
		return &wire.KeyType{Variant: &wire.KeyType_EccPublicKey{EccPublicKey: curve}}
	case DHKeyPair:
		return &wire.KeyType{Variant: &wire.KeyType_DhKeyPair{DhKeyPair: &wire.DhKey{}}}
	case DHPublicKey:
		return &wire.KeyType{Variant: &wire.KeyType_DhPublicKey{DhPublicKey: &wire.DhKey{}}}
	}
	return nil
}

func keyTypeOf(message *wire.KeyType) KeyType {
	switch variant := message.GetVariant().(type) {
	case *wire.KeyType_RawData:
		return RawData
	case *wire.KeyType_Hmac:
		return HMACKey
	case *wire.KeyType_Derive:
		return Derive
	case *wire.KeyType_Aes:
		return AES
	case *wire.KeyType_Des:
		return DES
	case *wire.KeyType_Camellia:
		return Camellia
	case *wire.KeyType_Arc4:
		return ARC4
	case *wire.KeyType_Chacha20:
		return ChaCha20
	case *wire.KeyType_RsaPublicKey:
		return RSAPublicKey
	case *wire.KeyType_RsaKeyPair:
		return RSAKeyPair
	case *wire.KeyType_EccKeyPair:
		return ECCKeyPair(ECCFamily(number(variant.EccKeyPair.GetCurveFamily())))
	case *wire.KeyType_EccPublicKey:
		return ECCPublicKey(ECCFamily(number(variant.EccPublicKey.GetCurveFamily())))
	case *wire.KeyType_DhKeyPair:
		return dhTypeOf(DHKeyPair, variant.DhKeyPair)
	case *wire.KeyType_DhPublicKey:
		return dhTypeOf(DHPublicKey, variant.DhPublicKey)
	}
	return 0
}

// dhTypeOf: groups of another family than RFC 7919's are not known.
func dhTypeOf(kind KeyType, message *wire.DhKey) KeyType {
	if message.GetGroupFamily() != wire.DhFamily_DH_FAMILY_RFC7919 {
		return 0
	}
	return kind
}

// number makes a number of the contract that does not fit a 0: it is none that this library knows.
func number[T ~int32](n T) uint8 {
	if n < 0 || n >= T(AnyHash) {
		return 0
	}
	return uint8(n)
}
