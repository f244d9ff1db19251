// What a key is and what it may be used for (wire contract 3.3).

package keystead

import (
	"strings"
)

// KeyAttributes are type, size and policy of a key. They can be compared with ==.
type KeyAttributes struct {
	// Type is what kind of key it is.
	Type KeyType
	// Bits is its size; 0 stands for whatever size the data has (Import), or for any (CanDo).
	Bits int
	// Usage is what it may be used for.
	Usage Usage
	// Algorithm is the one algorithm that it may be used with; nil: none.
	Algorithm Algorithm
}

// KeyType is a kind of key, with its family where it has one. 0 is a kind that this library does not know.
type KeyType uint16

// familyBits is how many bits of a KeyType are its family; the kind stands above them, by its number in the contract.
const familyBits = 8

// The kinds of keys. Those of elliptic curves are made by ECCKeyPair and ECCPublicKey.
const (
	RawData      KeyType = 1 << familyBits
	HMACKey      KeyType = 2 << familyBits
	Derive       KeyType = 3 << familyBits
	AES          KeyType = 4 << familyBits
	DES          KeyType = 5 << familyBits // deprecated
	Camellia     KeyType = 6 << familyBits
	ARC4         KeyType = 7 << familyBits // deprecated
	ChaCha20     KeyType = 8 << familyBits
	RSAPublicKey KeyType = 9 << familyBits
	RSAKeyPair   KeyType = 10 << familyBits
	DHKeyPair    KeyType = 13 << familyBits // of a group of RFC 7919
	DHPublicKey  KeyType = 14 << familyBits // of a group of RFC 7919

	eccKeyPair   KeyType = 11 << familyBits
	eccPublicKey KeyType = 12 << familyBits
)

// ECCFamily is a family of elliptic curves; the size chooses the curve.
type ECCFamily uint8

// The families of curves, with the sizes that their curves have.
const (
	SecpK1       ECCFamily = 1 // 192 225 256
	SecpR1       ECCFamily = 2 // the NIST curves P-192 to P-521: 192 224 256 384 521
	SecpR2       ECCFamily = 3 // 160, deprecated
	SectK1       ECCFamily = 4 // 163 (deprecated) 233 239 283 409 571
	SectR1       ECCFamily = 5 // 163 (deprecated) 233 283 409 571
	SectR2       ECCFamily = 6 // 163, deprecated
	BrainpoolPR1 ECCFamily = 7 // 160 (deprecated) 192 224 256 320 384 512
	FRP          ECCFamily = 8 // 256
	Montgomery   ECCFamily = 9 // X25519: 255; X448: 448
)

// ECCKeyPair is a pair on a curve of this family.
func ECCKeyPair(family ECCFamily) KeyType { return eccKeyPair | KeyType(family) }

// ECCPublicKey is a public key on a curve of this family.
func ECCPublicKey(family ECCFamily) KeyType { return eccPublicKey | KeyType(family) }

// Curve gives the family of curves, if the key is one of elliptic curves.
func (t KeyType) Curve() (family ECCFamily, ok bool) {
	kind := t.kind()
	return ECCFamily(t), kind == eccKeyPair || kind == eccPublicKey
}

// IsPublic tells whether it is a public key alone.
func (t KeyType) IsPublic() bool {
	kind := t.kind()
	return kind == RSAPublicKey || kind == eccPublicKey || kind == DHPublicKey
}

// IsRSA tells whether it is an RSA pair or public key.
func (t KeyType) IsRSA() bool { return t == RSAKeyPair || t == RSAPublicKey }

// kind is the type without its family.
func (t KeyType) kind() KeyType { return t >> familyBits << familyBits }

// Usage is a set of things that a key may be used for, joined with |.
type Usage uint16

// What a key may be used for, in the order of the contract. UsageCopy and UsageCache are kept and have no effect. A key that
// may sign hashes may sign messages too, and likewise for verifying.
const (
	UsageExport Usage = 1 << iota
	UsageCopy
	UsageCache
	UsageEncrypt
	UsageDecrypt
	UsageSignMessage
	UsageVerifyMessage
	UsageSignHash
	UsageVerifyHash
	UsageDerive
)

var usageNames = [...]string{
	"export", "copy", "cache", "encrypt", "decrypt", "sign-message", "verify-message", "sign-hash", "verify-hash", "derive",
}

// String joins the names with commas.
func (u Usage) String() string {
	var names []string
	for bit, name := range usageNames {
		if u.Has(1 << bit) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// Has tells whether all of these are allowed.
func (u Usage) Has(all Usage) bool { return u&all == all }

// widened is the set as the service keeps it (wire contract 4.5).
func (u Usage) widened() Usage {
	if u.Has(UsageSignHash) {
		u |= UsageSignMessage
	}
	if u.Has(UsageVerifyHash) {
		u |= UsageVerifyMessage
	}
	return u
}
