// Algorithms as messages of the contract, and back.

package keystead

import "keystead/client-go/internal/wire"

// algorithmMessage is nil for what is no algorithm of the contract.
func algorithmMessage(algorithm Algorithm) *wire.Algorithm {
	switch a := algorithm.(type) {
	case nil:
		return &wire.Algorithm{Variant: &wire.Algorithm_None{None: &wire.Empty{}}}
	case Hash:
		return &wire.Algorithm{Variant: &wire.Algorithm_Hash{Hash: wire.Hash(a)}}
	case MACAlgorithm:
		return &wire.Algorithm{Variant: &wire.Algorithm_Mac{Mac: a.message()}}
	case CipherAlgorithm:
		return &wire.Algorithm{Variant: &wire.Algorithm_Cipher{Cipher: wire.Cipher(a)}}
	case AEADAlgorithm:
		return &wire.Algorithm{Variant: &wire.Algorithm_Aead{Aead: a.message()}}
	case SignatureAlgorithm:
		return &wire.Algorithm{Variant: &wire.Algorithm_AsymmetricSignature{AsymmetricSignature: a.message()}}
	case EncryptionAlgorithm:
		return &wire.Algorithm{Variant: &wire.Algorithm_AsymmetricEncryption{AsymmetricEncryption: a.message()}}
	case AgreementAlgorithm:
		return &wire.Algorithm{Variant: &wire.Algorithm_KeyAgreement{KeyAgreement: a.message()}}
	case DerivationAlgorithm:
		return &wire.Algorithm{Variant: &wire.Algorithm_KeyDerivation{KeyDerivation: a.message()}}
	}
	return nil
}

func algorithmOf(message *wire.Algorithm) Algorithm {
	switch variant := message.GetVariant().(type) {
	case *wire.Algorithm_None:
		return nil
	case *wire.Algorithm_Hash:
		return Hash(number(variant.Hash))
	case *wire.Algorithm_Mac:
		return macOf(variant.Mac)
	case *wire.Algorithm_Cipher:
		return CipherAlgorithm(number(variant.Cipher))
	case *wire.Algorithm_Aead:
		return aeadOf(variant.Aead)
	case *wire.Algorithm_AsymmetricSignature:
		return signatureOf(variant.AsymmetricSignature)
	case *wire.Algorithm_AsymmetricEncryption:
		return encryptionOf(variant.AsymmetricEncryption)
	case *wire.Algorithm_KeyAgreement:
		return agreementOf(variant.KeyAgreement)
	case *wire.Algorithm_KeyDerivation:
		return derivationOf(variant.KeyDerivation)
	}
	return UnknownAlgorithm{}
}

func (a MACAlgorithm) message() *wire.Mac {
	full := &wire.FullLengthMac{}
	switch a.Scheme {
	case SchemeHMAC:
		full.Variant = &wire.FullLengthMac_Hmac{Hmac: &wire.Hmac{HashAlg: wire.Hash(a.Hash)}}
	case SchemeCBCMAC:
		full.Variant = &wire.FullLengthMac_CbcMac{CbcMac: &wire.Empty{}}
	case SchemeCMAC:
		full.Variant = &wire.FullLengthMac_Cmac{Cmac: &wire.Empty{}}
	}
	if a.Truncated {
		return &wire.Mac{Variant: &wire.Mac_Truncated{
			Truncated: &wire.TruncatedMac{MacAlg: full, MacLength: uint32(a.Length)},
		}}
	}
	return &wire.Mac{Variant: &wire.Mac_FullLength{FullLength: full}}
}

func macOf(message *wire.Mac) Algorithm {
	full := message.GetFullLength()
	var mac MACAlgorithm
	if truncated := message.GetTruncated(); truncated != nil {
		full = truncated.GetMacAlg()
		mac = mac.TruncatedTo(int(truncated.GetMacLength()))
	}
	switch variant := full.GetVariant().(type) {
	case *wire.FullLengthMac_Hmac:
		mac.Scheme, mac.Hash = SchemeHMAC, Hash(number(variant.Hmac.GetHashAlg()))
	case *wire.FullLengthMac_CbcMac:
		mac.Scheme = SchemeCBCMAC
	case *wire.FullLengthMac_Cmac:
		mac.Scheme = SchemeCMAC
	default:
		return UnknownAlgorithm{}
	}
	return mac
}

func (a AEADAlgorithm) message() *wire.Aead {
	if a.Shortened {
		return &wire.Aead{Variant: &wire.Aead_AeadWithShortenedTag{
			AeadWithShortenedTag: &wire.AeadWithShortenedTag{
				AeadAlg: wire.AeadAlg(a.Cipher), TagLength: uint32(a.TagLength),
			},
		}}
	}
	return &wire.Aead{Variant: &wire.Aead_AeadWithDefaultLengthTag{
		AeadWithDefaultLengthTag: wire.AeadAlg(a.Cipher),
	}}
}

func aeadOf(message *wire.Aead) Algorithm {
	switch variant := message.GetVariant().(type) {
	case *wire.Aead_AeadWithDefaultLengthTag:
		return AEADAlgorithm{Cipher: AEADCipher(number(variant.AeadWithDefaultLengthTag))}
	case *wire.Aead_AeadWithShortenedTag:
		short := variant.AeadWithShortenedTag
		return AEADAlgorithm{Cipher: AEADCipher(number(short.GetAeadAlg()))}.WithTag(int(short.GetTagLength()))
	}
	return UnknownAlgorithm{}
}

func (a SignatureAlgorithm) message() *wire.AsymmetricSignature {
	hash := &wire.SignHash{Variant: &wire.SignHash_Specific{Specific: wire.Hash(a.Hash)}}
	if a.Hash == AnyHash {
		hash.Variant = &wire.SignHash_Any{Any: &wire.Empty{}}
	}
	with := &wire.SignatureWithHash{HashAlg: hash}
	message := &wire.AsymmetricSignature{}
	switch a.Scheme {
	case SchemeRSAPKCS1v15:
		message.Variant = &wire.AsymmetricSignature_RsaPkcs1V15Sign{RsaPkcs1V15Sign: with}
	case SchemeRSAPKCS1v15Raw:
		message.Variant = &wire.AsymmetricSignature_RsaPkcs1V15SignRaw{RsaPkcs1V15SignRaw: &wire.Empty{}}
	case SchemeRSAPSS:
		message.Variant = &wire.AsymmetricSignature_RsaPss{RsaPss: with}
	case SchemeECDSA:
		message.Variant = &wire.AsymmetricSignature_Ecdsa{Ecdsa: with}
	case SchemeECDSAAny:
		message.Variant = &wire.AsymmetricSignature_EcdsaAny{EcdsaAny: &wire.Empty{}}
	case SchemeDeterministicECDSA:
		message.Variant = &wire.AsymmetricSignature_DeterministicEcdsa{DeterministicEcdsa: with}
	}
	return message
}

func signatureOf(message *wire.AsymmetricSignature) Algorithm {
	switch variant := message.GetVariant().(type) {
	case *wire.AsymmetricSignature_RsaPkcs1V15Sign:
		return RSAPKCS1v15(signHashOf(variant.RsaPkcs1V15Sign))
	case *wire.AsymmetricSignature_RsaPkcs1V15SignRaw:
		return RSAPKCS1v15Raw()
	case *wire.AsymmetricSignature_RsaPss:
		return RSAPSS(signHashOf(variant.RsaPss))
	case *wire.AsymmetricSignature_Ecdsa:
		return ECDSA(signHashOf(variant.Ecdsa))
	case *wire.AsymmetricSignature_EcdsaAny:
		return ECDSAAny()
	case *wire.AsymmetricSignature_DeterministicEcdsa:
		return DeterministicECDSA(signHashOf(variant.DeterministicEcdsa))
	}
	return UnknownAlgorithm{}
}

func signHashOf(message *wire.SignatureWithHash) Hash {
	if message.GetHashAlg().GetAny() != nil {
		return AnyHash
	}
	return Hash(number(message.GetHashAlg().GetSpecific()))
}

func (a EncryptionAlgorithm) message() *wire.AsymmetricEncryption {
	if a.oaep {
		return &wire.AsymmetricEncryption{Variant: &wire.AsymmetricEncryption_RsaOaep{
			RsaOaep: &wire.RsaOaep{HashAlg: wire.Hash(a.hash)},
		}}
	}
	return &wire.AsymmetricEncryption{
		Variant: &wire.AsymmetricEncryption_RsaPkcs1V15Crypt{RsaPkcs1V15Crypt: &wire.Empty{}},
	}
}

func encryptionOf(message *wire.AsymmetricEncryption) Algorithm {
	switch variant := message.GetVariant().(type) {
	case *wire.AsymmetricEncryption_RsaPkcs1V15Crypt:
		return RSAPKCS1v15Crypt()
	case *wire.AsymmetricEncryption_RsaOaep:
		return RSAOAEP(Hash(number(variant.RsaOaep.GetHashAlg())))
	}
	return UnknownAlgorithm{}
}

func (a AgreementAlgorithm) message() *wire.KeyAgreement {
	if a.Derivation == (DerivationAlgorithm{}) {
		return &wire.KeyAgreement{Variant: &wire.KeyAgreement_Raw{Raw: wire.RawKeyAgreement(a.Raw)}}
	}
	return &wire.KeyAgreement{Variant: &wire.KeyAgreement_WithKeyDerivation{
		WithKeyDerivation: &wire.KeyAgreementWithKeyDerivation{
			KaAlg: wire.RawKeyAgreement(a.Raw), KdfAlg: a.Derivation.message(),
		},
	}}
}

func agreementOf(message *wire.KeyAgreement) Algorithm {
	switch variant := message.GetVariant().(type) {
	case *wire.KeyAgreement_Raw:
		return Agreement(RawAgreement(number(variant.Raw)))
	case *wire.KeyAgreement_WithKeyDerivation:
		with := variant.WithKeyDerivation
		if derivation, known := derivationOf(with.GetKdfAlg()).(DerivationAlgorithm); known {
			return AgreementAlgorithm{Raw: RawAgreement(number(with.GetKaAlg())), Derivation: derivation}
		}
	}
	return UnknownAlgorithm{}
}

func (a DerivationAlgorithm) message() *wire.KeyDerivation {
	with := &wire.KeyDerivationWithHash{HashAlg: wire.Hash(a.Hash)}
	message := &wire.KeyDerivation{}
	switch a.Scheme {
	case HKDF:
		message.Variant = &wire.KeyDerivation_Hkdf{Hkdf: with}
	case TLS12PRF:
		message.Variant = &wire.KeyDerivation_Tls12Prf{Tls12Prf: with}
	case TLS12PSKtoMS:
		message.Variant = &wire.KeyDerivation_Tls12PskToMs{Tls12PskToMs: with}
	}
	return message
}

func derivationOf(message *wire.KeyDerivation) Algorithm {
	switch variant := message.GetVariant().(type) {
	case *wire.KeyDerivation_Hkdf:
		return DerivationAlgorithm{HKDF, Hash(number(variant.Hkdf.GetHashAlg()))}
	case *wire.KeyDerivation_Tls12Prf:
		return DerivationAlgorithm{TLS12PRF, Hash(number(variant.Tls12Prf.GetHashAlg()))}
	case *wire.KeyDerivation_Tls12PskToMs:
		return DerivationAlgorithm{TLS12PSKtoMS, Hash(number(variant.Tls12PskToMs.GetHashAlg()))}
	}
	return UnknownAlgorithm{}
}
