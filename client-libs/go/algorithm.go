// The algorithms of the PSA Crypto API (wire contract 3.4), a type for each family, so that a hash cannot be passed for a
// signature. All can be compared with ==.

package keystead

// Algorithm is what a key's policy permits: a SignatureAlgorithm, EncryptionAlgorithm, AEADAlgorithm, CipherAlgorithm,
// MACAlgorithm, AgreementAlgorithm, DerivationAlgorithm or Hash; nil permits nothing. UnknownAlgorithm is what a newer
// service says.
type Algorithm interface{ isAlgorithm() }

// UnknownAlgorithm is an algorithm that this library does not know. It cannot be sent.
type UnknownAlgorithm struct{}

// Hash is a hash function.
type Hash uint8

// The hash functions, by their numbers in the contract.
const (
	MD2       Hash = 1 // deprecated
	MD4       Hash = 2 // deprecated
	MD5       Hash = 3 // deprecated
	RIPEMD160 Hash = 4
	SHA1      Hash = 5 // deprecated
	SHA224    Hash = 6
	SHA256    Hash = 7
	SHA384    Hash = 8
	SHA512    Hash = 9
	SHA512224 Hash = 10
	SHA512256 Hash = 11
	SHA3224   Hash = 12
	SHA3256   Hash = 13
	SHA3384   Hash = 14
	SHA3512   Hash = 15

	// AnyHash permits every hash, in the policy of a key for signatures; nothing is signed with it.
	AnyHash Hash = 255
)

// SignatureScheme is how a signature is made of a hash.
type SignatureScheme uint8

// The schemes, by their numbers in the contract.
const (
	SchemeRSAPKCS1v15        SignatureScheme = 1
	SchemeRSAPKCS1v15Raw     SignatureScheme = 2 // no hash: signs the caller's DigestInfo
	SchemeRSAPSS             SignatureScheme = 3 // salt as long as the hash
	SchemeECDSA              SignatureScheme = 4
	SchemeECDSAAny           SignatureScheme = 5 // no hash: signs the caller's bytes
	SchemeDeterministicECDSA SignatureScheme = 6
)

// SignatureAlgorithm is a scheme and its hash.
type SignatureAlgorithm struct {
	Scheme SignatureScheme
	// Hash is 0 for the schemes that have none.
	Hash Hash
}

// ECDSA is randomised ECDSA with this hash. Signatures are r ‖ s.
func ECDSA(hash Hash) SignatureAlgorithm { return SignatureAlgorithm{SchemeECDSA, hash} }

// DeterministicECDSA is ECDSA of RFC 6979 with this hash. Signatures are r ‖ s.
func DeterministicECDSA(hash Hash) SignatureAlgorithm {
	return SignatureAlgorithm{SchemeDeterministicECDSA, hash}
}

// ECDSAAny is ECDSA of whatever bytes the caller gives for a hash.
func ECDSAAny() SignatureAlgorithm { return SignatureAlgorithm{Scheme: SchemeECDSAAny} }

// RSAPKCS1v15 is the signature of PKCS#1 v1.5 with this hash.
func RSAPKCS1v15(hash Hash) SignatureAlgorithm { return SignatureAlgorithm{SchemeRSAPKCS1v15, hash} }

// RSAPKCS1v15Raw is the signature of PKCS#1 v1.5 over the caller's DigestInfo.
func RSAPKCS1v15Raw() SignatureAlgorithm { return SignatureAlgorithm{Scheme: SchemeRSAPKCS1v15Raw} }

// RSAPSS is the signature PSS with this hash, in MGF1 too, and a salt of its length.
func RSAPSS(hash Hash) SignatureAlgorithm { return SignatureAlgorithm{SchemeRSAPSS, hash} }

// hasHash tells whether the scheme comes with a hash.
func (s SignatureScheme) hasHash() bool {
	return s != SchemeRSAPKCS1v15Raw && s != SchemeECDSAAny
}

// EncryptionAlgorithm is an RSA encryption.
type EncryptionAlgorithm struct {
	oaep bool
	hash Hash
}

// RSAPKCS1v15Crypt is the encryption of PKCS#1 v1.5. New applications use RSAOAEP.
func RSAPKCS1v15Crypt() EncryptionAlgorithm { return EncryptionAlgorithm{} }

// RSAOAEP is OAEP with this hash, in MGF1 too.
func RSAOAEP(hash Hash) EncryptionAlgorithm { return EncryptionAlgorithm{oaep: true, hash: hash} }

// OAEPHash gives the hash of OAEP; not ok for PKCS#1 v1.5.
func (a EncryptionAlgorithm) OAEPHash() (hash Hash, ok bool) { return a.hash, a.oaep }

// AEADCipher is an authenticated encryption without the length of its tag.
type AEADCipher uint8

// The authenticated encryptions, by their numbers in the contract.
const (
	CipherCCM              AEADCipher = 1
	CipherGCM              AEADCipher = 2
	CipherChaCha20Poly1305 AEADCipher = 3
)

// AEADAlgorithm is an authenticated encryption. A ciphertext ends with its tag.
type AEADAlgorithm struct {
	Cipher AEADCipher
	// Shortened: the tag has TagLength bytes; else 16, and TagLength is 0.
	Shortened bool
	TagLength int
}

// GCM is AES or Camellia in Galois/counter mode.
func GCM() AEADAlgorithm { return AEADAlgorithm{Cipher: CipherGCM} }

// CCM is AES or Camellia in counter mode with CBC-MAC.
func CCM() AEADAlgorithm { return AEADAlgorithm{Cipher: CipherCCM} }

// ChaCha20Poly1305 is RFC 8439's.
func ChaCha20Poly1305() AEADAlgorithm { return AEADAlgorithm{Cipher: CipherChaCha20Poly1305} }

// WithTag is the same with a tag of so many bytes.
func (a AEADAlgorithm) WithTag(bytes int) AEADAlgorithm {
	return AEADAlgorithm{Cipher: a.Cipher, Shortened: true, TagLength: bytes}
}

// CipherAlgorithm is an encryption that nothing protects from being changed. A ciphertext begins with its IV.
type CipherAlgorithm uint8

// The ciphers, by their numbers in the contract.
const (
	StreamCipher CipherAlgorithm = 1
	CTR          CipherAlgorithm = 2
	CFB          CipherAlgorithm = 3
	OFB          CipherAlgorithm = 4
	XTS          CipherAlgorithm = 5
	ECB          CipherAlgorithm = 6 // whole blocks only
	CBC          CipherAlgorithm = 7 // whole blocks only
	CBCPKCS7     CipherAlgorithm = 8
)

// MACScheme is how an authentication code is made.
type MACScheme uint8

// The schemes, by their numbers in the contract.
const (
	SchemeHMAC   MACScheme = 1
	SchemeCBCMAC MACScheme = 2
	SchemeCMAC   MACScheme = 3
)

// MACAlgorithm is an authentication code.
type MACAlgorithm struct {
	Scheme MACScheme
	// Hash is HMAC's; else 0.
	Hash Hash
	// Truncated: the code is cut to Length bytes; else Length is 0.
	Truncated bool
	Length    int
}

// HMAC is HMAC with this hash.
func HMAC(hash Hash) MACAlgorithm { return MACAlgorithm{Scheme: SchemeHMAC, Hash: hash} }

// CMAC is CMAC with the key's block cipher.
func CMAC() MACAlgorithm { return MACAlgorithm{Scheme: SchemeCMAC} }

// CBCMAC is CBC-MAC with the key's block cipher; safe only for messages of one length.
func CBCMAC() MACAlgorithm { return MACAlgorithm{Scheme: SchemeCBCMAC} }

// TruncatedTo is the same, cut to so many bytes.
func (a MACAlgorithm) TruncatedTo(bytes int) MACAlgorithm {
	a.Truncated, a.Length = true, bytes
	return a
}

// RawAgreement is a key agreement whose result is the shared secret itself.
type RawAgreement uint8

// The agreements, by their numbers in the contract.
const (
	FFDH RawAgreement = 1
	ECDH RawAgreement = 2
)

// AgreementAlgorithm is what a policy permits of key agreement.
type AgreementAlgorithm struct {
	Raw RawAgreement
	// Derivation is what must follow; the zero value: nothing, the secret itself may be had.
	Derivation DerivationAlgorithm
}

// Agreement permits the agreement itself.
func Agreement(raw RawAgreement) AgreementAlgorithm { return AgreementAlgorithm{Raw: raw} }

// DerivationScheme is how keys are derived.
type DerivationScheme uint8

// The schemes, by their numbers in the contract.
const (
	HKDF         DerivationScheme = 1
	TLS12PRF     DerivationScheme = 2
	TLS12PSKtoMS DerivationScheme = 3
)

// DerivationAlgorithm is a scheme and its hash. Keys can have it for their policy; the service does not derive yet.
type DerivationAlgorithm struct {
	Scheme DerivationScheme
	Hash   Hash
}

func (UnknownAlgorithm) isAlgorithm()    {}
func (Hash) isAlgorithm()                {}
func (SignatureAlgorithm) isAlgorithm()  {}
func (EncryptionAlgorithm) isAlgorithm() {}
func (AEADAlgorithm) isAlgorithm()       {}
func (CipherAlgorithm) isAlgorithm()     {}
func (MACAlgorithm) isAlgorithm()        {}
func (AgreementAlgorithm) isAlgorithm()  {}
func (DerivationAlgorithm) isAlgorithm() {}
