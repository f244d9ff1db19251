// The service before a client that behaves on the wire as Parsec's old Go client does (wire contract section 5): a connection
// for each request, one write, no flags, reading to the end of the stream without a deadline; it refuses to read an answer
// whose header has flags, reserved bytes, a provider above 4 or a status that is not Parsec's, then compares the opcode, and
// decodes the body before it looks at the status. It lists authenticators and providers without authentication. It is written
// anew here and shares nothing with this library but the messages.

package keystead_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	keystead "keystead/client-go"
	"keystead/client-go/internal/wire"
)

// legacyHeader is the header in the order of the contract, both ways.
type legacyHeader struct {
	Magic                   uint32
	Size                    uint16
	Major, Minor            uint8
	Flags                   uint16
	Provider                uint8
	Session                 uint64
	ContentType, AcceptType uint8
	AuthType                uint8
	BodyLen                 uint32
	AuthLen                 uint16
	Opcode                  uint32
	Status                  uint16
	Reserved1, Reserved2    uint8
}

// legacyStatus is a refusal.
type legacyStatus uint16

func (s legacyStatus) Error() string { return fmt.Sprintf("status %d", uint16(s)) }

// legacy asks as the old client does. The result may be nil.
func legacy(opcode uint32, provider uint8, question, result proto.Message) error {
	body, err := proto.Marshal(question)
	if err != nil {
		return err
	}
	authType, auth := uint8(3), binary.LittleEndian.AppendUint32(nil, uint32(os.Getuid()))
	if opcode == 0x08 || opcode == 0x0E {
		authType, auth = 0, nil
	}
	var frame bytes.Buffer
	err = binary.Write(&frame, binary.LittleEndian, legacyHeader{
		Magic: 0x5EC0A710, Size: 30, Major: 1, Provider: provider, AuthType: authType, BodyLen: uint32(len(body)),
		AuthLen: uint16(len(auth)), Opcode: opcode,
	})
	if err != nil {
		return err
	}
	frame.Write(body)
	frame.Write(auth)
	connection, err := net.Dial("unix", strings.TrimPrefix(service.Endpoint, "unix:"))
	if err != nil {
		return err
	}
	defer connection.Close()
	if _, err := connection.Write(frame.Bytes()); err != nil {
		return err
	}
	answer, err := io.ReadAll(connection)
	if err != nil {
		return err
	}
	return legacyAnswer(opcode, answer, result)
}

func legacyAnswer(opcode uint32, answer []byte, result proto.Message) error {
	var header legacyHeader
	reader := bytes.NewReader(answer)
	if err := binary.Read(reader, binary.LittleEndian, &header); err != nil {
		return err
	}
	isKnown := header.Status <= 21 || header.Status >= 1132 && header.Status <= 1152
	switch {
	case header.Magic != 0x5EC0A710 || header.Size != 30 || header.Major != 1 || header.Minor != 0:
		return errors.New("no answer")
	case header.Flags != 0 || header.Reserved1 != 0 || header.Reserved2 != 0:
		return errors.New("flags or reserved bytes are set")
	case header.Provider > 4 || header.Opcode > 0x1C:
		return fmt.Errorf("unknown provider %d or opcode %d", header.Provider, header.Opcode)
	case header.ContentType != 0 || header.AuthType > 4:
		return fmt.Errorf("unknown content type %d or authentication %d", header.ContentType, header.AuthType)
	case !isKnown:
		return fmt.Errorf("unknown status %d", header.Status)
	case header.Opcode != opcode:
		return fmt.Errorf("opcode %d, not %d", header.Opcode, opcode)
	case int(header.BodyLen) != reader.Len():
		return fmt.Errorf("a body of %d bytes, announced as %d", reader.Len(), header.BodyLen)
	}
	body, err := io.ReadAll(reader)
	if err != nil {
		return err
	}
	if result != nil {
		if err := proto.Unmarshal(body, result); err != nil {
			return err
		}
	}
	if header.Status != 0 {
		return legacyStatus(header.Status)
	}
	return nil
}

// legacyP256 are attributes as the old client makes them for a signing key.
func legacyP256() *wire.KeyAttributes {
	return &wire.KeyAttributes{
		KeyType: &wire.KeyType{Variant: &wire.KeyType_EccKeyPair{
			EccKeyPair: &wire.EccKey{CurveFamily: wire.EccFamily_ECC_FAMILY_SECP_R1},
		}},
		KeyBits: 256,
		KeyPolicy: &wire.KeyPolicy{
			KeyUsageFlags: &wire.UsageFlags{SignHash: true, VerifyHash: true},
			KeyAlgorithm:  &wire.Algorithm{Variant: &wire.Algorithm_AsymmetricSignature{AsymmetricSignature: legacyECDSA()}},
		},
	}
}

func legacyECDSA() *wire.AsymmetricSignature {
	hash := &wire.SignHash{Variant: &wire.SignHash_Specific{Specific: wire.Hash_HASH_SHA_256}}
	with := &wire.SignatureWithHash{HashAlg: hash}
	return &wire.AsymmetricSignature{Variant: &wire.AsymmetricSignature_Ecdsa{Ecdsa: with}}
}

func TestAnOldClientConfiguresItself(t *testing.T) {
	var pong wire.PingResult
	must(t, legacy(0x01, 0, &wire.Ping{}, &pong))
	var authenticators wire.ListAuthenticatorsResult
	must(t, legacy(0x0E, 0, &wire.ListAuthenticators{}, &authenticators))
	for _, authenticator := range authenticators.Authenticators {
		if authenticator.Id > 4 {
			t.Errorf("authenticator %d", authenticator.Id)
		}
	}
	var providers wire.ListProvidersResult
	must(t, legacy(0x08, 0, &wire.ListProviders{}, &providers))
	if len(authenticators.Authenticators) == 0 || len(providers.Providers) != 2 || providers.Providers[0].Id != 1 {
		t.Errorf("%v %v", &authenticators, &providers)
	}
	var opcodes wire.ListOpcodesResult
	must(t, legacy(0x09, 0, &wire.ListOpcodes{ProviderId: 1}, &opcodes))
	for _, opcode := range opcodes.Opcodes {
		if opcode > 0x20 || opcode == 0x16 || opcode == 0x17 {
			t.Errorf("opcode %d", opcode)
		}
	}
}

func TestAnOldClientsKeyIsTheNewOnesToo(t *testing.T) {
	must(t, legacy(0x02, 1, &wire.PsaGenerateKey{KeyName: t.Name(), Attributes: legacyP256()}, nil))
	key := newClient(t).Key(t.Name())
	var keys wire.ListKeysResult
	must(t, legacy(0x1A, 0, &wire.ListKeys{}, &keys))
	if len(keys.Keys) != 1 || keys.Keys[0].Name != t.Name() || keys.Keys[0].Attributes == nil {
		t.Errorf("%v", &keys)
	}

	digest := sha256.Sum256([]byte("message"))
	var signed wire.PsaSignHashResult
	must(t, legacy(0x04, 1, &wire.PsaSignHash{KeyName: t.Name(), Alg: legacyECDSA(), Hash: digest[:]}, &signed))
	must(t, key.Verify(background, []byte("message"), signed.Signature))
	byNew, err := key.Sign(background, []byte("message"))
	must(t, err)
	must(t, legacy(0x05, 1, &wire.PsaVerifyHash{
		KeyName: t.Name(), Alg: legacyECDSA(), Hash: digest[:], Signature: byNew,
	}, nil))
	must(t, legacy(0x19, 1, &wire.PsaVerifyMessage{
		KeyName: t.Name(), Alg: legacyECDSA(), Message: []byte("message"), Signature: byNew,
	}, nil))
	err = legacy(0x05, 1, &wire.PsaVerifyHash{KeyName: t.Name(), Alg: legacyECDSA(), Hash: digest[:]}, nil)
	legacyRefused(t, keystead.PsaErrorInvalidSignature, err)

	var exported wire.PsaExportPublicKeyResult
	must(t, legacy(0x07, 1, &wire.PsaExportPublicKey{KeyName: t.Name()}, &exported))
	public, err := key.Public(background)
	must(t, err)
	if x := public.(*ecdsa.PublicKey).X.FillBytes(make([]byte, 32)); !bytes.Equal(exported.Data[1:33], x) {
		t.Errorf("%x", exported.Data)
	}
	must(t, legacy(0x03, 1, &wire.PsaDestroyKey{KeyName: t.Name()}, nil))
	_, err = key.Sign(background, nil)
	refusedWith(t, keystead.PsaErrorDoesNotExist, err)
}

func TestAnOldClientUsesSecretKeys(t *testing.T) {
	client := newClient(t)
	sealing := generate(t, client, keystead.AES256GCMKey()).Name()
	gcm := &wire.Aead{Variant: &wire.Aead_AeadWithDefaultLengthTag{AeadWithDefaultLengthTag: wire.AeadAlg_AEAD_ALG_GCM}}
	nonce := make([]byte, 12)
	var sealed wire.PsaAeadEncryptResult
	must(t, legacy(0x11, 1, &wire.PsaAeadEncrypt{KeyName: sealing, Alg: gcm, Nonce: nonce, Plaintext: []byte("x")}, &sealed))
	var opened wire.PsaAeadDecryptResult
	must(t, legacy(0x12, 1, &wire.PsaAeadDecrypt{
		KeyName: sealing, Alg: gcm, Nonce: nonce, Ciphertext: sealed.Ciphertext,
	}, &opened))
	// A body of more than one packet, and the answer too.
	var random wire.PsaGenerateRandomResult
	must(t, legacy(0x0D, 1, &wire.PsaGenerateRandom{Size: 1 << 20}, &random))
	var hash wire.PsaHashComputeResult
	input := random.RandomBytes[:1<<20-100]
	must(t, legacy(0x0F, 1, &wire.PsaHashCompute{Alg: wire.Hash_HASH_SHA_256, Input: input}, &hash))
	byGo := sha256.Sum256(input)
	if string(opened.Plaintext) != "x" || !bytes.Equal(hash.Hash, byGo[:]) {
		t.Errorf("%q %x", opened.Plaintext, hash.Hash)
	}
	// It verifies a MAC by sending it to where one is computed, and takes every answer but a refusal for a good one. Parsec
	// knows no MACs at all; its answer names no operation that the client would expect.
	must(t, client.Destroy(background, sealing))
	_, err := client.Generate(background, sealing, keystead.HMACSHA256Key())
	must(t, err)
	hmac := &wire.Mac{Variant: &wire.Mac_FullLength{FullLength: &wire.FullLengthMac{
		Variant: &wire.FullLengthMac_Hmac{Hmac: &wire.Hmac{HashAlg: wire.Hash_HASH_SHA_256}},
	}}}
	for _, mac := range [][]byte{[]byte("wrong"), nil} {
		question := &wire.PsaMacVerify{KeyName: sealing, Alg: hmac, Input: []byte("x"), Mac: mac}
		if err := legacy(0x16, 1, question, nil); err == nil {
			t.Errorf("the MAC %q was verified", mac)
		}
	}
}

func TestAnOldClientReadsEveryRefusal(t *testing.T) {
	for name, row := range map[string]struct {
		opcode   uint32
		provider uint8
		question proto.Message
		status   keystead.Status
	}{
		"no such key":         {0x03, 1, &wire.PsaDestroyKey{KeyName: "none"}, keystead.PsaErrorDoesNotExist},
		"no such provider":    {0x0D, 9, &wire.PsaGenerateRandom{Size: 1}, keystead.StatusProviderDoesNotExist},
		"no provider here":    {0x0D, 3, &wire.PsaGenerateRandom{Size: 1}, keystead.StatusProviderNotRegistered},
		"no attributes":       {0x02, 1, &wire.PsaGenerateKey{KeyName: "k"}, keystead.StatusInvalidEncoding},
		"crypto to the core":  {0x0D, 0, &wire.PsaGenerateRandom{Size: 1}, keystead.PsaErrorNotSupported},
		"too much randomness": {0x0D, 1, &wire.PsaGenerateRandom{Size: 1<<20 + 1}, keystead.StatusResponseTooLarge},
		"too long a request": {
			0x0F, 1, &wire.PsaHashCompute{Alg: wire.Hash_HASH_SHA_256, Input: make([]byte, 1<<20)},
			keystead.StatusBodySizeExceedsLimit,
		},
	} {
		t.Run(name, func(t *testing.T) {
			legacyRefused(t, row.status, legacy(row.opcode, row.provider, row.question, nil))
		})
	}
}

func legacyRefused(t *testing.T, status keystead.Status, err error) {
	t.Helper()
	var refusal legacyStatus
	if !errors.As(err, &refusal) || uint16(refusal) != uint16(status) {
		t.Errorf("not refused with %v: %v", status, err)
	}
}
