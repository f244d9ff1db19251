// Attributes and algorithms go out and come back, and what nobody knows is no crash.

package keystead

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"keystead/client-go/internal/wire"
)

// throughTheWire encodes attributes to bytes and reads them again.
func throughTheWire(t *testing.T, attributes KeyAttributes) KeyAttributes {
	t.Helper()
	message, err := attributes.message()
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	var read wire.KeyAttributes
	if err := proto.Unmarshal(bytes, &read); err != nil {
		t.Fatal(err)
	}
	return attributesOf(&read)
}

func TestEveryAlgorithmComesBack(t *testing.T) {
	algorithms := []Algorithm{
		nil, RSAPKCS1v15Crypt(), RSAOAEP(SHA384), RSAPKCS1v15Raw(), ECDSAAny(), GCM(), CCM(), ChaCha20Poly1305(),
		GCM().WithTag(12), CCM().WithTag(0), CMAC(), CBCMAC(), CMAC().TruncatedTo(8), HMAC(SHA256).TruncatedTo(16),
		Agreement(ECDH), Agreement(FFDH), AgreementAlgorithm{ECDH, DerivationAlgorithm{HKDF, SHA256}},
		DerivationAlgorithm{HKDF, SHA256}, DerivationAlgorithm{TLS12PRF, SHA384}, DerivationAlgorithm{TLS12PSKtoMS, SHA512},
	}
	for hash := MD2; hash <= SHA3512; hash++ {
		algorithms = append(algorithms, hash, HMAC(hash), ECDSA(hash), RSAPSS(hash), RSAOAEP(hash))
	}
	for _, make := range []func(Hash) SignatureAlgorithm{ECDSA, DeterministicECDSA, RSAPKCS1v15, RSAPSS} {
		algorithms = append(algorithms, make(AnyHash), make(SHA256))
	}
	for cipher := StreamCipher; cipher <= CBCPKCS7; cipher++ {
		algorithms = append(algorithms, cipher)
	}
	for _, algorithm := range algorithms {
		attributes := KeyAttributes{Type: AES, Bits: 128, Algorithm: algorithm}
		equal(t, "attributes", throughTheWire(t, attributes), attributes)
	}
}

func TestEveryTypeAndUsageComesBack(t *testing.T) {
	types := []KeyType{RawData, HMACKey, Derive, AES, DES, Camellia, ARC4, ChaCha20, RSAPublicKey, RSAKeyPair, DHKeyPair, DHPublicKey}
	for family := SecpK1; family <= Montgomery; family++ {
		types = append(types, ECCKeyPair(family), ECCPublicKey(family))
	}
	for _, keyType := range types {
		attributes := KeyAttributes{Type: keyType, Bits: 521, Usage: UsageExport}
		equal(t, "attributes", throughTheWire(t, attributes), attributes)
	}
	for usage := Usage(0); usage < UsageDerive<<1; usage++ {
		attributes := KeyAttributes{Type: AES, Usage: usage}
		equal(t, "attributes", throughTheWire(t, attributes), attributes)
	}
	equal(t, "text", (UsageExport | UsageDerive).String(), "export,derive")
	equal(t, "public", ECCPublicKey(SecpR1).IsPublic() && RSAPublicKey.IsPublic() && !ECCKeyPair(SecpR1).IsPublic(), true)
}

func TestWhatANewerServiceSaysIsNoCrash(t *testing.T) {
	equal(t, "nothing at all", attributesOf(nil), KeyAttributes{Algorithm: UnknownAlgorithm{}})
	unknownHash := &wire.SignatureWithHash{HashAlg: &wire.SignHash{Variant: &wire.SignHash_Specific{Specific: 263}}}
	for _, algorithm := range []*wire.Algorithm{
		{},
		{Variant: &wire.Algorithm_Mac{}},
		{Variant: &wire.Algorithm_Mac{Mac: &wire.Mac{Variant: &wire.Mac_Truncated{}}}},
		{Variant: &wire.Algorithm_Aead{}},
		{Variant: &wire.Algorithm_AsymmetricSignature{}},
		{Variant: &wire.Algorithm_AsymmetricEncryption{AsymmetricEncryption: &wire.AsymmetricEncryption{}}},
		{Variant: &wire.Algorithm_KeyAgreement{KeyAgreement: &wire.KeyAgreement{Variant: &wire.KeyAgreement_WithKeyDerivation{}}}},
		{Variant: &wire.Algorithm_KeyDerivation{}},
	} {
		equal[Algorithm](t, algorithm.String(), algorithmOf(algorithm), UnknownAlgorithm{})
	}
	ecdsa := &wire.AsymmetricSignature{Variant: &wire.AsymmetricSignature_Ecdsa{Ecdsa: unknownHash}}
	equal[Algorithm](t, "a hash of 263, which is not 7", signatureOf(ecdsa), ECDSA(0))
	curve := &wire.KeyType{Variant: &wire.KeyType_EccKeyPair{EccKeyPair: &wire.EccKey{CurveFamily: 258}}}
	equal(t, "a family of 258, which is not 2", keyTypeOf(curve), ECCKeyPair(0))
	group := &wire.KeyType{Variant: &wire.KeyType_DhKeyPair{DhKeyPair: &wire.DhKey{GroupFamily: 100}}}
	equal(t, "a group", keyTypeOf(group), 0)
	// A field from 100 upwards, which this library does not have: the oneof is empty then.
	message := &wire.KeyType{}
	if err := proto.Unmarshal([]byte{0xa2, 0x06, 0}, message); err != nil {
		t.Fatal(err)
	}
	equal(t, "a new type", keyTypeOf(message), 0)
}
