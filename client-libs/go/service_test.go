// The library as programs use it, against the real service; Go's own cryptography checks what comes back.

package keystead_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	keystead "keystead/client-go"
	"keystead/client-go/internal/testservice"
)

var (
	background = context.Background()
	service    *testservice.Service
)

func TestMain(m *testing.M) {
	if os.Getenv(applicationVariable) != "" {
		application()
		return
	}
	var err error
	if service, err = testservice.Start(""); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	service.Stop()
	os.Exit(code)
}

// newClient gives a client of the service that has nothing in common with other tests but the caller's keys.
func newClient(t *testing.T) *keystead.Client {
	t.Helper()
	client, err := keystead.NewClient(
		keystead.WithEndpoint(keystead.Endpoint(service.Endpoint)), keystead.WithCredential(keystead.PeerCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// generate makes a key with the test's name and destroys it at its end.
func generate(t *testing.T, client *keystead.Client, attributes keystead.KeyAttributes) *keystead.Key {
	t.Helper()
	key, err := client.Generate(background, t.Name(), attributes)
	must(t, err)
	t.Cleanup(func() { must(t, key.Destroy(background)) })
	return key
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refusedWith fails the test unless the call was refused with this status.
func refusedWith(t *testing.T, status keystead.Status, err error) {
	t.Helper()
	if !errors.Is(err, status) || keystead.KindOf(err) != keystead.KindRefused {
		t.Errorf("not refused with %v: %v", status, err)
	}
}

func TestASigningKeyIsMadeUsedFoundAndDestroyed(t *testing.T) {
	client := newClient(t)
	key, err := client.Generate(background, t.Name(), keystead.ECDSAP256Key())
	must(t, err)
	signature, err := key.Sign(background, []byte("hello"))
	must(t, err)
	if len(signature) != 64 {
		t.Errorf("a signature of %d bytes", len(signature))
	}
	must(t, key.Verify(background, []byte("hello"), signature))
	refusedWith(t, keystead.PsaErrorInvalidSignature, key.Verify(background, []byte("hullo"), signature))

	_, err = client.Generate(background, t.Name(), keystead.ECDSAP256Key())
	refusedWith(t, keystead.PsaErrorAlreadyExists, err)
	attributes, err := newClient(t).Key(t.Name()).Attributes(background)
	must(t, err)
	if attributes != keystead.ECDSAP256Key() {
		t.Errorf("%+v", attributes)
	}
	must(t, key.Destroy(background))
	refusedWith(t, keystead.PsaErrorDoesNotExist, key.Destroy(background))
	_, err = client.KeyAttributes(background, t.Name())
	refusedWith(t, keystead.PsaErrorDoesNotExist, err)
}

func TestTheServiceSaysWhatItIs(t *testing.T) {
	client := newClient(t)
	major, minor, err := client.Ping(background)
	must(t, err)
	providers, err := client.ListProviders(background)
	must(t, err)
	if major != 1 || minor != 0 || len(providers) != 2 || providers[0].ID != keystead.ProviderSoftware {
		t.Errorf("version %d.%d, providers %+v", major, minor, providers)
	}
	authenticators, err := client.ListAuthenticators(background)
	must(t, err)
	if len(authenticators) != 1 || authenticators[0].ID != 3 {
		t.Errorf("%+v", authenticators)
	}
	opcodes, err := client.ListOpcodes(background, keystead.ProviderCore)
	must(t, err)
	seen := map[keystead.Opcode]bool{}
	for _, opcode := range opcodes {
		seen[opcode] = true
	}
	// Health is shown to those alone that ask for what Parsec does not have.
	if !seen[keystead.OpPing] || !seen[keystead.OpHealth] {
		t.Errorf("%v", opcodes)
	}
	health, err := client.Health(background)
	must(t, err)
	if health.Requests == 0 || len(health.Providers) != 1 || !health.Providers[0].Available {
		t.Errorf("%+v", health)
	}
	_, err = client.ListOpcodes(background, 9)
	refusedWith(t, keystead.StatusProviderDoesNotExist, err)
}

func TestCanDoIsAnAnswer(t *testing.T) {
	client := newClient(t)
	can, err := client.CanDo(background, keystead.CheckGenerate, keystead.ECDSAP256Key())
	if !can || err != nil {
		t.Errorf("%v %v", can, err)
	}
	can, err = client.CanDo(background, keystead.CheckDerive, keystead.ECDSAP256Key())
	if can || err != nil {
		t.Errorf("%v %v", can, err)
	}
}

func TestAnAdministratorSeesAndDeletesClients(t *testing.T) {
	client := newClient(t)
	_, err := client.Generate(background, t.Name(), keystead.ECDSAP256Key())
	must(t, err)
	clients, err := client.ListClients(background)
	must(t, err)
	if len(clients) != 1 || clients[0] != fmt.Sprint(os.Geteuid()) {
		t.Errorf("%q", clients)
	}
	must(t, client.DeleteClient(background, clients[0]))
	keys, err := client.ListKeys(background)
	must(t, err)
	if len(keys) != 0 {
		t.Errorf("%+v", keys)
	}
}

func TestSealedDataIsOpenedByGoToo(t *testing.T) {
	attributes := keystead.AES256GCMKey()
	attributes.Usage |= keystead.UsageExport
	key := generate(t, newClient(t), attributes)
	sealed, err := key.Seal(background, []byte("secret"), []byte("about it"))
	must(t, err)
	opened, err := key.Open(background, sealed, []byte("about it"))
	must(t, err)
	material, err := key.Export(background)
	must(t, err)
	block, err := aes.NewCipher(material)
	must(t, err)
	gcm, err := cipher.NewGCM(block)
	must(t, err)
	byGo, err := gcm.Open(nil, sealed[:12], sealed[12:], []byte("about it"))
	must(t, err)
	if string(opened) != "secret" || string(byGo) != "secret" {
		t.Errorf("%q %q", opened, byGo)
	}
	for _, changed := range [][]byte{append([]byte{sealed[0] ^ 1}, sealed[1:]...), sealed[:len(sealed)-1]} {
		_, err = key.Open(background, changed, []byte("about it"))
		refusedWith(t, keystead.PsaErrorInvalidSignature, err)
	}
	_, err = key.Open(background, nil, nil)
	refusedWith(t, keystead.PsaErrorInvalidArgument, err)
}

func TestCiphertextsAreDecryptedByGoToo(t *testing.T) {
	client := newClient(t)
	material := make([]byte, 16)
	attributes := keystead.KeyAttributes{
		Type: keystead.AES, Usage: keystead.UsageEncrypt | keystead.UsageDecrypt, Algorithm: keystead.CTR,
	}
	key, err := client.Import(background, t.Name(), attributes, material)
	must(t, err)
	t.Cleanup(func() { must(t, key.Destroy(background)) })
	ciphertext, err := client.CipherEncrypt(background, key.Name(), keystead.CTR, []byte("text"))
	must(t, err)
	block, err := aes.NewCipher(material)
	must(t, err)
	byGo := make([]byte, 4)
	cipher.NewCTR(block, ciphertext[:16]).XORKeyStream(byGo, ciphertext[16:])
	byService, err := client.CipherDecrypt(background, key.Name(), keystead.CTR, ciphertext)
	must(t, err)
	if string(byGo) != "text" || string(byService) != "text" {
		t.Errorf("%q %q", byGo, byService)
	}
}

func TestAnAuthenticationCodeIsGosToo(t *testing.T) {
	client := newClient(t)
	key, err := client.Import(background, t.Name(), keystead.HMACSHA256Key(), bytes.Repeat([]byte{7}, 32))
	must(t, err)
	t.Cleanup(func() { must(t, key.Destroy(background)) })
	mac, err := key.MAC(background, []byte("message"))
	must(t, err)
	byGo := hmac.New(sha256.New, bytes.Repeat([]byte{7}, 32))
	byGo.Write([]byte("message"))
	if !hmac.Equal(mac, byGo.Sum(nil)) {
		t.Errorf("%x", mac)
	}
	must(t, key.VerifyMAC(background, []byte("message"), mac))
	refusedWith(t, keystead.PsaErrorInvalidSignature, key.VerifyMAC(background, []byte("massage"), mac))
}

func TestHashesAreGosToo(t *testing.T) {
	client := newClient(t)
	hash, err := client.HashCompute(background, keystead.SHA512, []byte("message"))
	must(t, err)
	byGo := sha512.Sum512([]byte("message"))
	if !bytes.Equal(hash, byGo[:]) {
		t.Errorf("%x", hash)
	}
	must(t, client.HashCompare(background, keystead.SHA512, []byte("message"), hash))
	refusedWith(t, keystead.PsaErrorInvalidSignature, client.HashCompare(background, keystead.SHA512, nil, hash))
}

func TestRandomBytesFillWhatTheyAreReadInto(t *testing.T) {
	client := newClient(t)
	// More than the service gives at once.
	into := make([]byte, 3<<19)
	read, err := io.ReadFull(client.Random(background), into)
	must(t, err)
	if read != len(into) || bytes.Equal(into[:32], into[len(into)-32:]) || bytes.Equal(into[len(into)-32:], make([]byte, 32)) {
		t.Errorf("%d bytes", read)
	}
	_, err = client.RandomBytes(background, 1<<20+1)
	refusedWith(t, keystead.StatusResponseTooLarge, err)
	ended, cancel := context.WithCancel(background)
	cancel()
	if _, err = client.Random(ended).Read(into); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestManyGoroutinesUseOneClient(t *testing.T) {
	client := newClient(t)
	key := generate(t, client, keystead.ECDSAP256Key())
	digests := make([][32]byte, 24)
	var all sync.WaitGroup
	failures := make(chan error, len(digests))
	for i := range digests {
		digest := sha256.Sum256([]byte{byte(i)})
		all.Add(1)
		go func() {
			defer all.Done()
			for round := 0; round < 20; round++ {
				signature, err := client.SignHash(background, key.Name(), keystead.ECDSA(keystead.SHA256), digest[:])
				if err == nil {
					err = client.VerifyHash(background, key.Name(), keystead.ECDSA(keystead.SHA256), digest[:], signature)
				}
				if err != nil {
					failures <- err
					return
				}
			}
		}()
	}
	all.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
}

func TestCallsThatAreCanceledHarmNoOthers(t *testing.T) {
	client := newClient(t)
	key := generate(t, client, keystead.ECDSAP256Key())
	for i := 0; i < 200; i++ {
		ctx, cancel := context.WithTimeout(background, time.Duration(i%20)*10*time.Microsecond)
		_, err := client.SignHash(ctx, key.Name(), keystead.ECDSA(keystead.SHA256), make([]byte, 32))
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		cancel()
		message := []byte{byte(i)}
		signature, err := key.Sign(background, message)
		must(t, err)
		must(t, key.Verify(background, message, signature))
	}
}

func TestARestartOfTheServiceIsNotNoticed(t *testing.T) {
	own, err := testservice.Start("")
	must(t, err)
	t.Cleanup(func() { own.Stop() })
	client, err := keystead.NewClient(
		keystead.WithEndpoint(keystead.Endpoint(own.Endpoint)), keystead.WithCredential(keystead.PeerCredentials()))
	must(t, err)
	key, err := client.Generate(background, "k", keystead.ECDSAP256Key())
	must(t, err)
	must(t, own.Restart())
	_, err = key.Sign(background, []byte("message"))
	must(t, err)
	must(t, own.Restart())
	// What changes something is put on a connection only that is surely open.
	must(t, key.Destroy(background))
}

func TestALongMessageIsSignedAndALongerOneRefused(t *testing.T) {
	client := newClient(t)
	key := generate(t, client, keystead.ECDSAP256Key())
	message := make([]byte, 1<<20-1000)
	_, err := rand.Read(message)
	must(t, err)
	signature, err := key.Sign(background, message)
	must(t, err)
	must(t, key.Verify(background, message, signature))
	_, err = key.Sign(background, make([]byte, 2<<20))
	refusedWith(t, keystead.StatusBodySizeExceedsLimit, err)
	// The connection was lost with that, and another is made.
	_, err = key.Sign(background, message)
	must(t, err)
}

func TestAttestationWithoutATPMIsRefused(t *testing.T) {
	client := newClient(t)
	key := generate(t, client, keystead.ECDSAP256Key())
	_, err := client.PrepareKeyAttestation(background, key.Name(), "")
	refusedWith(t, keystead.PsaErrorNotSupported, err)
	_, err = client.AttestKey(background, key.Name(), "", []byte{1}, []byte{2})
	refusedWith(t, keystead.PsaErrorNotSupported, err)
	_, err = client.TPMCertify(background, key.Name(), key.Name(), nil)
	refusedWith(t, keystead.PsaErrorNotSupported, err)
	_, err = client.TPMQuote(background, key.Name(), keystead.SHA256, []uint32{0}, nil)
	refusedWith(t, keystead.PsaErrorNotSupported, err)
	_, err = client.TPMEndorsementCertificates(background)
	refusedWith(t, keystead.PsaErrorNotSupported, err)
}

func TestAKeyIsUsedOnlyForWhatItIsFor(t *testing.T) {
	key := generate(t, newClient(t), keystead.AES256GCMKey())
	_, signing := key.Sign(background, nil)
	_, signer := key.Signer(background)
	_, decrypter := key.Decrypter(background)
	_, mac := key.MAC(background, nil)
	for _, err := range []error{signing, signer, decrypter, mac} {
		if keystead.KindOf(err) != keystead.KindUsage {
			t.Errorf("%v", err)
		}
	}
	_, err := key.Public(background)
	refusedWith(t, keystead.PsaErrorInvalidArgument, err)
	_, err = key.Export(background)
	refusedWith(t, keystead.PsaErrorNotPermitted, err)
}
