// The words of the specification for types, usages and algorithms, both ways.
package main

import (
	"fmt"
	"strconv"
	"strings"

	keystead "keystead/client-go"
)

var simpleTypes = map[string]keystead.KeyType{
	"raw-data": keystead.RawData, "hmac": keystead.HMACKey, "derive": keystead.Derive, "aes": keystead.AES,
	"des": keystead.DES, "camellia": keystead.Camellia, "arc4": keystead.ARC4, "chacha20": keystead.ChaCha20,
	"rsa-key-pair": keystead.RSAKeyPair, "rsa-public-key": keystead.RSAPublicKey,
	"dh-key-pair:rfc7919": keystead.DHKeyPair, "dh-public-key:rfc7919": keystead.DHPublicKey,
}

var families = map[string]keystead.ECCFamily{
	"secp-k1": keystead.SecpK1, "secp-r1": keystead.SecpR1, "secp-r2": keystead.SecpR2, "sect-k1": keystead.SectK1,
	"sect-r1": keystead.SectR1, "sect-r2": keystead.SectR2, "brainpool-p-r1": keystead.BrainpoolPR1,
	"frp": keystead.FRP, "montgomery": keystead.Montgomery,
}

var hashes = map[string]keystead.Hash{
	"md2": keystead.MD2, "md4": keystead.MD4, "md5": keystead.MD5, "ripemd160": keystead.RIPEMD160,
	"sha-1": keystead.SHA1, "sha-224": keystead.SHA224, "sha-256": keystead.SHA256, "sha-384": keystead.SHA384,
	"sha-512": keystead.SHA512, "sha-512-224": keystead.SHA512224, "sha-512-256": keystead.SHA512256,
	"sha3-224": keystead.SHA3224, "sha3-256": keystead.SHA3256, "sha3-384": keystead.SHA3384,
	"sha3-512": keystead.SHA3512, "any": keystead.AnyHash,
}

var signatures = map[string]keystead.SignatureScheme{
	"rsa-pkcs1v15-sign": keystead.SchemeRSAPKCS1v15, "rsa-pkcs1v15-sign-raw": keystead.SchemeRSAPKCS1v15Raw,
	"rsa-pss": keystead.SchemeRSAPSS, "ecdsa": keystead.SchemeECDSA, "ecdsa-any": keystead.SchemeECDSAAny,
	"deterministic-ecdsa": keystead.SchemeDeterministicECDSA,
}

var aeads = map[string]keystead.AEADAlgorithm{
	"gcm": keystead.GCM(), "ccm": keystead.CCM(), "chacha20-poly1305": keystead.ChaCha20Poly1305(),
}

var ciphers = map[string]keystead.CipherAlgorithm{
	"stream-cipher": keystead.StreamCipher, "ctr": keystead.CTR, "cfb": keystead.CFB, "ofb": keystead.OFB,
	"xts": keystead.XTS, "ecb": keystead.ECB, "cbc": keystead.CBC, "cbc-pkcs7": keystead.CBCPKCS7,
}

var macs = map[string]keystead.MACScheme{
	"hmac": keystead.SchemeHMAC, "cbc-mac": keystead.SchemeCBCMAC, "cmac": keystead.SchemeCMAC,
}

var agreements = map[string]keystead.RawAgreement{"ecdh": keystead.ECDH, "ffdh": keystead.FFDH}

// wordFor finds the word for a value; "unknown" if the library does not know it.
func wordFor[T comparable](table map[string]T, value T) string {
	for word, of := range table {
		if of == value {
			return word
		}
	}
	return "unknown"
}

func (r *request) keyType(word string) keystead.KeyType {
	if known, ok := simpleTypes[word]; ok {
		return known
	}
	kind, name, _ := strings.Cut(word, ":")
	family, known := families[name]
	switch {
	case known && kind == "ecc-key-pair":
		return keystead.ECCKeyPair(family)
	case known && kind == "ecc-public-key":
		return keystead.ECCPublicKey(family)
	}
	r.fail(errUnsupported)
	return 0
}

func typeWord(keyType keystead.KeyType) string {
	family, isECC := keyType.Curve()
	switch {
	case !isECC:
		return wordFor(simpleTypes, keyType)
	case keyType.IsPublic():
		return "ecc-public-key:" + wordFor(families, family)
	}
	return "ecc-key-pair:" + wordFor(families, family)
}

// usage reads words that are those of keystead.Usage's text.
func (r *request) usage(words string) keystead.Usage {
	var usage keystead.Usage
	for _, word := range strings.Split(words, ",") {
		if word == "" {
			continue
		}
		one := keystead.UsageExport
		for one != 0 && one.String() != word {
			one <<= 1
		}
		if one == 0 {
			r.fail(errUnsupported)
		}
		usage |= one
	}
	return usage
}

func (r *request) algorithm(words string) keystead.Algorithm {
	parts := strings.Split(words, ":")
	name := parts[0]
	if scheme, ok := signatures[name]; ok && len(parts) <= 2 {
		return keystead.SignatureAlgorithm{Scheme: scheme, Hash: r.hash(parts[1:])}
	}
	if scheme, ok := macs[name]; ok {
		return r.mac(scheme, parts[1:])
	}
	if aead, ok := aeads[name]; ok && len(parts) == 2 {
		return aead.WithTag(r.length(parts[1]))
	}
	if len(parts) == 2 && name == "rsa-oaep" {
		return keystead.RSAOAEP(r.hash(parts[1:]))
	}
	if len(parts) == 1 {
		if known, ok := simpleAlgorithm(name); ok {
			return known
		}
	}
	r.fail(errUnsupported)
	return nil
}

func simpleAlgorithm(name string) (keystead.Algorithm, bool) {
	if aead, ok := aeads[name]; ok {
		return aead, true
	}
	if cipher, ok := ciphers[name]; ok {
		return cipher, true
	}
	if raw, ok := agreements[name]; ok {
		return keystead.Agreement(raw), true
	}
	if hash, ok := hashes[name]; ok {
		return hash, true
	}
	if name == "rsa-pkcs1v15-crypt" {
		return keystead.RSAPKCS1v15Crypt(), true
	}
	return nil, name == "none"
}

// hash reads the hash that may follow an algorithm.
func (r *request) hash(words []string) keystead.Hash {
	if len(words) == 0 {
		return 0
	}
	hash, known := hashes[words[0]]
	if !known {
		r.fail(errUnsupported)
	}
	return hash
}

func (r *request) mac(scheme keystead.MACScheme, words []string) keystead.Algorithm {
	mac := keystead.MACAlgorithm{Scheme: scheme}
	if scheme == keystead.SchemeHMAC && len(words) > 0 {
		mac.Hash = r.hash(words[:1])
		words = words[1:]
	}
	if len(words) > 0 {
		mac = mac.TruncatedTo(r.length(words[0]))
	}
	return mac
}

func (r *request) length(word string) int {
	length, err := strconv.Atoi(word)
	if err != nil {
		r.fail(err)
	}
	return length
}

func algorithmWord(algorithm keystead.Algorithm) string {
	switch a := algorithm.(type) {
	case nil:
		return "none"
	case keystead.Hash:
		return wordFor(hashes, a)
	case keystead.SignatureAlgorithm:
		if a.Hash == 0 {
			return wordFor(signatures, a.Scheme)
		}
		return wordFor(signatures, a.Scheme) + ":" + wordFor(hashes, a.Hash)
	case keystead.EncryptionAlgorithm:
		if hash, isOAEP := a.OAEPHash(); isOAEP {
			return "rsa-oaep:" + wordFor(hashes, hash)
		}
		return "rsa-pkcs1v15-crypt"
	case keystead.AEADAlgorithm:
		if a.Shortened {
			return fmt.Sprintf("%s:%d", wordFor(aeads, keystead.AEADAlgorithm{Cipher: a.Cipher}), a.TagLength)
		}
		return wordFor(aeads, a)
	case keystead.CipherAlgorithm:
		return wordFor(ciphers, a)
	case keystead.MACAlgorithm:
		word := wordFor(macs, a.Scheme)
		if a.Hash != 0 {
			word += ":" + wordFor(hashes, a.Hash)
		}
		if a.Truncated {
			word += fmt.Sprintf(":%d", a.Length)
		}
		return word
	case keystead.AgreementAlgorithm:
		if a.Derivation == (keystead.DerivationAlgorithm{}) {
			return wordFor(agreements, a.Raw)
		}
	}
	return "unknown"
}
