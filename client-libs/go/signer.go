// Keys where Go's packages take a crypto.Signer or a crypto.Decrypter: TLS, certificates, SSH, JOSE.

package keystead

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io"
)

var (
	_ crypto.Signer    = (*Signer)(nil)
	_ crypto.Decrypter = (*Decrypter)(nil)
)

// hashes are those that Go and the contract have both.
var hashes = map[crypto.Hash]Hash{
	crypto.MD5: MD5, crypto.RIPEMD160: RIPEMD160, crypto.SHA1: SHA1, crypto.SHA224: SHA224, crypto.SHA256: SHA256,
	crypto.SHA384: SHA384, crypto.SHA512: SHA512, crypto.SHA512_224: SHA512224, crypto.SHA512_256: SHA512256,
	crypto.SHA3_224: SHA3224, crypto.SHA3_256: SHA3256, crypto.SHA3_384: SHA3384, crypto.SHA3_512: SHA3512,
}

// Signer is a key as a crypto.Signer. Every call takes as long as the client's timeout at most; SignContext takes a context.
type Signer struct {
	key        *Key
	attributes KeyAttributes
	public     crypto.PublicKey
}

// Decrypter is an RSA key as a crypto.Decrypter. Every call takes as long as the client's timeout at most; DecryptContext
// takes a context.
type Decrypter struct {
	key        *Key
	attributes KeyAttributes
	public     crypto.PublicKey
}

// Signer asks for what is public of the key, and gives it as a crypto.Signer. The context is for that question.
func (k *Key) Signer(ctx context.Context) (*Signer, error) {
	if _, err := algorithmOfKey[SignatureAlgorithm](ctx, k, "signatures"); err != nil {
		return nil, err
	}
	attributes, public, err := k.open(ctx)
	if err != nil {
		return nil, err
	}
	return &Signer{key: k, attributes: attributes, public: public}, nil
}

// Decrypter asks for what is public of the key, and gives it as a crypto.Decrypter. The context is for that question.
func (k *Key) Decrypter(ctx context.Context) (*Decrypter, error) {
	if _, err := algorithmOfKey[EncryptionAlgorithm](ctx, k, "decryption"); err != nil {
		return nil, err
	}
	attributes, public, err := k.open(ctx)
	if err != nil {
		return nil, err
	}
	return &Decrypter{key: k, attributes: attributes, public: public}, nil
}

func (k *Key) open(ctx context.Context) (KeyAttributes, crypto.PublicKey, error) {
	attributes, err := k.Attributes(ctx)
	if err != nil {
		return KeyAttributes{}, nil, err
	}
	public, err := k.Public(ctx)
	return attributes, public, err
}

// Public gives the public half; see Key.Public.
func (s *Signer) Public() crypto.PublicKey { return s.public }

// Sign signs a hash as crypto.Signer says: ECDSA gives ASN.1, *rsa.PSSOptions choose PSS, whose salt is as long as the hash.
// The service has its own randomness; random is not used.
func (s *Signer) Sign(_ io.Reader, digest []byte, options crypto.SignerOpts) ([]byte, error) {
	return s.SignContext(context.Background(), digest, options)
}

// SignContext is Sign with a context.
func (s *Signer) SignContext(ctx context.Context, digest []byte, options crypto.SignerOpts) ([]byte, error) {
	algorithm, err := s.algorithm(options, len(digest))
	if err != nil {
		return nil, of(OpSignHash, err)
	}
	signature, err := s.key.client.SignHash(ctx, s.key.name, algorithm, digest)
	if err != nil || s.attributes.Type.IsRSA() {
		return signature, err
	}
	return asn1Signature(signature)
}

// algorithm is what the options ask for. Whether the key's policy permits it, the service says.
func (s *Signer) algorithm(options crypto.SignerOpts, digestLen int) (SignatureAlgorithm, error) {
	policy, _ := s.attributes.Algorithm.(SignatureAlgorithm)
	if !policy.Scheme.hasHash() {
		return SignatureAlgorithm{Scheme: policy.Scheme}, nil
	}
	var wanted crypto.Hash
	if options != nil {
		wanted = options.HashFunc()
	}
	hash, known := hashes[wanted]
	if !known {
		return SignatureAlgorithm{}, usage("the key signs hashes of a known function, and %v is none", wanted)
	}
	if digestLen != wanted.Size() {
		return SignatureAlgorithm{}, usage("a hash of %v has %d bytes, not %d", wanted, wanted.Size(), digestLen)
	}
	pss, isPSS := options.(*rsa.PSSOptions)
	switch {
	case !s.attributes.Type.IsRSA():
		return SignatureAlgorithm{Scheme: policy.Scheme, Hash: hash}, nil
	case !isPSS:
		return RSAPKCS1v15(hash), nil
	}
	salt := pss.SaltLength
	if salt != rsa.PSSSaltLengthAuto && salt != rsa.PSSSaltLengthEqualsHash && salt != wanted.Size() {
		return SignatureAlgorithm{}, usage("a salt of %d bytes: it is always as long as the hash", salt)
	}
	return RSAPSS(hash), nil
}

// Public gives the public half: an *rsa.PublicKey.
func (d *Decrypter) Public() crypto.PublicKey { return d.public }

// Decrypt decrypts as rsa.PrivateKey does: *rsa.OAEPOptions and *rsa.PKCS1v15DecryptOptions choose the algorithm, nil is the
// key's own. With a SessionKeyLen, wrong padding gives random bytes and no error. random is not used.
func (d *Decrypter) Decrypt(_ io.Reader, ciphertext []byte, options crypto.DecrypterOpts) ([]byte, error) {
	return d.DecryptContext(context.Background(), ciphertext, options)
}

// DecryptContext is Decrypt with a context.
func (d *Decrypter) DecryptContext(
	ctx context.Context, ciphertext []byte, options crypto.DecrypterOpts,
) ([]byte, error) {
	client, name := d.key.client, d.key.name
	switch chosen := options.(type) {
	case nil:
		policy, _ := d.attributes.Algorithm.(EncryptionAlgorithm)
		return client.AsymmetricDecrypt(ctx, name, policy, ciphertext, nil)
	case *rsa.OAEPOptions:
		hash, known := hashes[chosen.Hash]
		if !known || chosen.MGFHash != 0 && chosen.MGFHash != chosen.Hash {
			return nil, of(OpAsymmetricDecrypt, usage("OAEP takes one known hash, for MGF1 too"))
		}
		return client.AsymmetricDecrypt(ctx, name, RSAOAEP(hash), ciphertext, chosen.Label)
	case *rsa.PKCS1v15DecryptOptions:
		return d.decryptPKCS1v15(ctx, ciphertext, chosen.SessionKeyLen)
	}
	return nil, of(OpAsymmetricDecrypt, usage("options of type %T are not known", options))
}

// decryptPKCS1v15: a session key that cannot be had is replaced by a random one, which was made before, so that whoever sent
// the ciphertext learns as little as he can from what follows (RFC 5246, 7.4.7.1).
func (d *Decrypter) decryptPKCS1v15(ctx context.Context, ciphertext []byte, sessionKeyLen int) ([]byte, error) {
	instead := make([]byte, max(sessionKeyLen, 0))
	if _, err := rand.Read(instead); err != nil {
		return nil, &Error{Kind: KindUsage, Op: OpAsymmetricDecrypt, Err: err}
	}
	plaintext, err := d.key.client.AsymmetricDecrypt(ctx, d.key.name, RSAPKCS1v15Crypt(), ciphertext, nil)
	if sessionKeyLen <= 0 {
		return plaintext, err
	}
	if errors.Is(err, PsaErrorInvalidPadding) || err == nil && len(plaintext) != sessionKeyLen {
		return instead, nil
	}
	return plaintext, err
}
