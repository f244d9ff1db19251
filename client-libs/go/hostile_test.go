// Answers of a service that is broken or hostile: nothing panics, and nothing is believed that is not one.

package keystead

import (
	"math/rand"
	"testing"

	"google.golang.org/protobuf/proto"

	"keystead/client-go/internal/wire"
)

// TestDamagedAnswersAreErrorsOrAnswers changes bytes of good answers at random, always in the same way.
func TestDamagedAnswersAreErrorsOrAnswers(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	results := map[string]struct {
		op  Opcode
		new func() proto.Message
	}{
		"V2r":  {OpListOpcodes, func() proto.Message { return &wire.ListOpcodesResult{} }},
		"V6r":  {OpListKeys, func() proto.Message { return &wire.ListKeysResult{} }},
		"V14r": {OpTPMQuote, func() proto.Message { return &wire.TpmQuoteResult{} }},
		"V19r": {OpGetToken, func() proto.Message { return &wire.GetTokenResult{} }},
	}
	for name, row := range results {
		good := vector(t, name)
		for round := 0; round < 5000; round++ {
			bytes := append([]byte(nil), good...)
			for changes := 0; changes <= random.Intn(3); changes++ {
				bytes[random.Intn(len(bytes))] = byte(random.Intn(256))
			}
			var received answer
			copy(received.header[:], bytes)
			received.body = bytes[headerLen:]
			result := row.new()
			if received.header.checkAnswer() != nil || received.decode(row.op, result) != nil {
				continue
			}
			if keys, isKeys := result.(*wire.ListKeysResult); isKeys {
				for _, key := range keys.Keys {
					// Whatever it is, it can be compared and written.
					_ = attributesOf(key.Attributes) == ECDSAP256Key()
					_ = attributesOf(key.Attributes).Usage.String()
				}
			}
			if quote, isQuote := result.(*wire.TpmQuoteResult); isQuote {
				_, _ = statement(OpTPMQuote, nil, quote.Attest, quote.Signature, quote.Alg)
			}
		}
	}
}

func TestPublicKeysThatAreNoneAreErrors(t *testing.T) {
	x25519 := X25519Key()
	for name, row := range map[string]struct {
		attributes KeyAttributes
		bytes      []byte
	}{
		"no point":               {ECDSAP256Key(), make([]byte, 65)},
		"a point of another one": {ECDSAP256Key(), append([]byte{4}, make([]byte, 96)...)},
		"nothing":                {ECDSAP256Key(), nil},
		"no DER":                 {RSAPSSKey(2048), []byte{0x30, 0x80}},
		"a short X25519 key":     {x25519, make([]byte, 31)},
	} {
		if _, err := publicKey(row.attributes, row.bytes); KindOf(err) != KindResponse {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, raw := range [][]byte{nil, {1}, {1, 2, 3}} {
		if _, err := asn1Signature(raw); KindOf(err) != KindResponse {
			t.Errorf("%x: %v", raw, err)
		}
	}
}
