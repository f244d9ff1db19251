// Requests as bytes to send, and answers as they came.

package keystead

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/proto"
)

// request is one encoded request: header ‖ body ‖ authentication part. It can be sent more than once.
type request struct {
	op      Opcode
	bytes   []byte
	bodyLen int
	// token is what the authentication part holds, if it is one.
	token *token
}

// newRequest encodes a message. All memory is had at once, so that no copy of a secret stays in memory that was outgrown.
func newRequest(op Opcode, provider ProviderID, message proto.Message, kind authType, proof []byte) (*request, error) {
	bodyLen := proto.Size(message)
	if int64(bodyLen) > math.MaxUint32 || len(proof) > math.MaxUint16 {
		return nil, usage("the request is too long: %d bytes and a credential of %d", bodyLen, len(proof))
	}
	h := requestHeader(op, provider, kind, bodyLen, len(proof))
	bytes := make([]byte, headerLen, headerLen+bodyLen+len(proof))
	copy(bytes, h[:])
	bytes, err := proto.MarshalOptions{Deterministic: true, UseCachedSize: true}.MarshalAppend(bytes, message)
	if err != nil {
		// The only thing that can be wrong with these messages: text that is not UTF-8.
		return nil, &Error{Kind: KindUsage, Err: err}
	}
	return &request{op: op, bytes: append(bytes, proof...), bodyLen: bodyLen}, nil
}

// number writes the request's number on its connection, which the answer repeats.
func (r *request) number(n uint64) { binary.LittleEndian.PutUint64(r.bytes[atSession:], n) }

// showToken puts another token in the place of the one that the request carries.
func (r *request) showToken(t *token) error {
	if len(t.text) > math.MaxUint16 {
		return badResponse("a token of %d bytes is too long", len(t.text))
	}
	whole := make([]byte, 0, headerLen+r.bodyLen+len(t.text))
	whole = append(append(whole, r.bytes[:headerLen+r.bodyLen]...), t.text...)
	r.wipe()
	r.bytes, r.token = whole, t
	binary.LittleEndian.PutUint16(r.bytes[atAuthLen:], uint16(len(t.text)))
	return nil
}

// wipe clears what was sent: it may be a secret.
func (r *request) wipe() { clear(r.bytes) }

// answer is an answer whose header is one of this protocol.
type answer struct {
	header header
	body   []byte
}

// decode takes it as the answer to a request of this operation, and clears it. The status is looked at first: a refusal of a
// request that could not be read names another operation.
func (a *answer) decode(op Opcode, result proto.Message) error {
	defer clear(a.body)
	switch {
	case a.header.status() != StatusSuccess:
		return refused(op, a.header.status())
	case a.header.opcode() != op:
		return badResponse("it belongs to %v", a.header.opcode())
	}
	if err := proto.Unmarshal(a.body, result); err != nil {
		return &Error{Kind: KindResponse, Err: err}
	}
	return nil
}
