// Keys of the service where Go's own packages take a crypto.Signer or a crypto.Decrypter.

package keystead_test

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	keystead "keystead/client-go"
)

func signerOf(t *testing.T, attributes keystead.KeyAttributes) *keystead.Signer {
	t.Helper()
	signer, err := generate(t, newClient(t), attributes).Signer(background)
	must(t, err)
	return signer
}

func TestECDSASignaturesOfEachCurveAreVerifiedByGo(t *testing.T) {
	for _, bits := range []int{224, 256, 384, 521} {
		t.Run(big.NewInt(int64(bits)).String(), func(t *testing.T) {
			attributes := keystead.ECDSAP256Key()
			attributes.Bits, attributes.Algorithm = bits, keystead.ECDSA(keystead.AnyHash)
			signer := signerOf(t, attributes)
			digest := sha512.Sum512([]byte("message"))
			signature, err := signer.Sign(nil, digest[:], crypto.SHA512)
			must(t, err)
			if !ecdsa.VerifyASN1(signer.Public().(*ecdsa.PublicKey), digest[:], signature) {
				t.Error("the signature is wrong")
			}
		})
	}
}

func TestRSASignaturesAreVerifiedByGo(t *testing.T) {
	digest := sha256.Sum256([]byte("message"))
	t.Run("PKCS1v15", func(t *testing.T) {
		signer := signerOf(t, keystead.RSAPKCS1v15Key(2048))
		signature, err := signer.Sign(nil, digest[:], crypto.SHA256)
		must(t, err)
		must(t, rsa.VerifyPKCS1v15(signer.Public().(*rsa.PublicKey), crypto.SHA256, digest[:], signature))
		_, err = signer.Sign(nil, digest[:], &rsa.PSSOptions{Hash: crypto.SHA256})
		refusedWith(t, keystead.PsaErrorNotPermitted, err)
	})
	t.Run("PSS", func(t *testing.T) {
		signer := signerOf(t, keystead.RSAPSSKey(2048))
		for _, salt := range []int{rsa.PSSSaltLengthAuto, rsa.PSSSaltLengthEqualsHash, 32} {
			options := &rsa.PSSOptions{SaltLength: salt, Hash: crypto.SHA256}
			signature, err := signer.Sign(nil, digest[:], options)
			must(t, err)
			must(t, rsa.VerifyPSS(signer.Public().(*rsa.PublicKey), crypto.SHA256, digest[:], signature, options))
		}
		_, err := signer.Sign(nil, digest[:], &rsa.PSSOptions{SaltLength: 20, Hash: crypto.SHA256})
		if keystead.KindOf(err) != keystead.KindUsage {
			t.Errorf("%v", err)
		}
	})
}

func TestASignerTakesOnlyHashes(t *testing.T) {
	signer := signerOf(t, keystead.ECDSAP256Key())
	for _, options := range []crypto.SignerOpts{nil, crypto.Hash(0), crypto.BLAKE2b_256, crypto.SHA384} {
		if _, err := signer.Sign(nil, make([]byte, 32), options); keystead.KindOf(err) != keystead.KindUsage {
			t.Errorf("%v: %v", options, err)
		}
	}
}

func TestSomeKeysSignWithoutAHashFunction(t *testing.T) {
	attributes := keystead.ECDSAP256Key()
	attributes.Algorithm = keystead.ECDSAAny()
	signer := signerOf(t, attributes)
	digest := sha256.Sum256([]byte("message"))
	signature, err := signer.Sign(nil, digest[:], crypto.Hash(0))
	must(t, err)
	if !ecdsa.VerifyASN1(signer.Public().(*ecdsa.PublicKey), digest[:], signature) {
		t.Error("the signature is wrong")
	}
}

// certificateOf makes a certificate for 127.0.0.1 that the key signs itself.
func certificateOf(t *testing.T, signer *keystead.Signer, algorithm x509.SignatureAlgorithm) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		SignatureAlgorithm: algorithm,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	must(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: signer}
}

func TestATLSServerHasItsKeyInTheService(t *testing.T) {
	t.Run("ECDSA", func(t *testing.T) {
		handshake(t, certificateOf(t, signerOf(t, keystead.ECDSAP256Key()), x509.ECDSAWithSHA256))
	})
	t.Run("RSA", func(t *testing.T) {
		certificate := certificateOf(t, signerOf(t, keystead.RSAPSSKey(2048)), x509.SHA256WithRSAPSS)
		// One key, one algorithm: TLS has to be told which.
		certificate.SupportedSignatureAlgorithms = []tls.SignatureScheme{tls.PSSWithSHA256}
		handshake(t, certificate)
	})
}

// handshake has a client of this certificate's server read a greeting over the loop-back interface.
func handshake(t *testing.T, certificate tls.Certificate) {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	must(t, err)
	defer listener.Close()
	go func() {
		if connection, err := listener.Accept(); err == nil {
			_, _ = connection.Write([]byte("hello"))
			connection.Close()
		}
	}()
	parsed, err := x509.ParseCertificate(certificate.Certificate[0])
	must(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	dialer := &net.Dialer{Timeout: 30 * time.Second}
	connection, err := tls.DialWithDialer(dialer, "tcp", listener.Addr().String(), &tls.Config{RootCAs: roots})
	must(t, err)
	defer connection.Close()
	greeting := make([]byte, 5)
	_, err = connection.Read(greeting)
	must(t, err)
	if string(greeting) != "hello" {
		t.Errorf("%q", greeting)
	}
}

func TestARequestForACertificateIsSigned(t *testing.T) {
	signer := signerOf(t, keystead.ECDSAP256Key())
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "x"}}, signer)
	must(t, err)
	request, err := x509.ParseCertificateRequest(der)
	must(t, err)
	must(t, request.CheckSignature())
}

func TestOAEPOfGoIsDecrypted(t *testing.T) {
	decrypter, err := generate(t, newClient(t), keystead.RSAOAEPKey(2048)).Decrypter(background)
	must(t, err)
	public := decrypter.Public().(*rsa.PublicKey)
	for _, label := range [][]byte{nil, []byte("label")} {
		ciphertext, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, public, []byte("secret"), label)
		must(t, err)
		plaintext, err := decrypter.Decrypt(nil, ciphertext, &rsa.OAEPOptions{Hash: crypto.SHA256, Label: label})
		must(t, err)
		if string(plaintext) != "secret" {
			t.Errorf("%q", plaintext)
		}
		ciphertext[10] ^= 1
		_, err = decrypter.Decrypt(nil, ciphertext, &rsa.OAEPOptions{Hash: crypto.SHA256, Label: label})
		refusedWith(t, keystead.PsaErrorInvalidPadding, err)
	}
	own, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, public, []byte("secret"), nil)
	must(t, err)
	plaintext, err := decrypter.Decrypt(nil, own, nil)
	must(t, err)
	if string(plaintext) != "secret" {
		t.Errorf("%q", plaintext)
	}
	_, err = decrypter.Decrypt(nil, own, &rsa.OAEPOptions{Hash: crypto.SHA256, MGFHash: crypto.SHA1})
	if keystead.KindOf(err) != keystead.KindUsage {
		t.Errorf("%v", err)
	}
	if _, err = decrypter.Decrypt(nil, own, "options"); keystead.KindOf(err) != keystead.KindUsage {
		t.Errorf("%v", err)
	}
}

func TestASessionKeyThatCannotBeHadIsReplacedByARandomOne(t *testing.T) {
	attributes := keystead.RSAOAEPKey(2048)
	attributes.Algorithm = keystead.RSAPKCS1v15Crypt()
	decrypter, err := generate(t, newClient(t), attributes).Decrypter(background)
	must(t, err)
	session := bytes.Repeat([]byte{9}, 48)
	ciphertext, err := rsa.EncryptPKCS1v15(rand.Reader, decrypter.Public().(*rsa.PublicKey), session)
	must(t, err)
	options := &rsa.PKCS1v15DecryptOptions{SessionKeyLen: 48}
	plaintext, err := decrypter.Decrypt(nil, ciphertext, options)
	must(t, err)
	if !bytes.Equal(plaintext, session) {
		t.Errorf("%x", plaintext)
	}
	isReplaced := func(why string) {
		t.Helper()
		plaintext, err := decrypter.Decrypt(nil, ciphertext, options)
		if err != nil || len(plaintext) != options.SessionKeyLen || bytes.Contains(session, plaintext) {
			t.Errorf("%s: %x %v", why, plaintext, err)
		}
	}
	options.SessionKeyLen = 32
	isReplaced("another length")
	ciphertext[10] ^= 1
	isReplaced("wrong padding")
	_, err = decrypter.Decrypt(nil, ciphertext, &rsa.PKCS1v15DecryptOptions{})
	refusedWith(t, keystead.PsaErrorInvalidPadding, err)
}

func TestASecretIsAgreedOnWithGo(t *testing.T) {
	p384 := keystead.X25519Key()
	p384.Type, p384.Bits = keystead.ECCKeyPair(keystead.SecpR1), 384
	for name, curve := range map[string]struct {
		attributes keystead.KeyAttributes
		byGo       ecdh.Curve
	}{"X25519": {keystead.X25519Key(), ecdh.X25519()}, "P-384": {p384, ecdh.P384()}} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t)
			key := generate(t, client, curve.attributes)
			other, err := curve.byGo.GenerateKey(rand.Reader)
			must(t, err)
			secret, err := key.ECDH(background, other.PublicKey())
			must(t, err)
			bytesOfKey, err := client.PublicKeyBytes(background, key.Name())
			must(t, err)
			public, err := curve.byGo.NewPublicKey(bytesOfKey)
			must(t, err)
			same, err := other.ECDH(public)
			must(t, err)
			if !bytes.Equal(secret, same) {
				t.Errorf("%x %x", secret, same)
			}
		})
	}
	t.Run("a public key as Go knows it", func(t *testing.T) {
		public, err := generate(t, newClient(t), keystead.X25519Key()).Public(background)
		must(t, err)
		if _, isECDH := public.(*ecdh.PublicKey); !isECDH {
			t.Errorf("%T", public)
		}
	})
}

func TestAKeyThatGoHasNoTypeForIsSaidToBeOne(t *testing.T) {
	attributes := keystead.ECDSAP256Key()
	attributes.Type = keystead.ECCKeyPair(keystead.SecpK1)
	key := generate(t, newClient(t), attributes)
	if _, err := key.Signer(background); keystead.KindOf(err) != keystead.KindUsage {
		t.Errorf("%v", err)
	}
}
