// The 36 bytes at the beginning of each request and answer (wire contract 1.1).

package keystead

import "encoding/binary"

// ProviderID is the number of a provider: 0 is the service itself, the others do cryptography.
type ProviderID uint8

// The well-known providers (wire contract 2.2). Further ones of the same kinds have numbers from 16.
const (
	ProviderCore     ProviderID = 0
	ProviderSoftware ProviderID = 1
	ProviderPKCS11   ProviderID = 2
	ProviderTPM      ProviderID = 3
)

const (
	headerLen = 36
	// afterSize is what the header says of its own size: the bytes after that field.
	afterSize = 30
	magic     = 0x5EC0A710

	// flagKeepAlive asks for the connection to stay, and says that it does.
	flagKeepAlive = 0x0001
	// flagExtended asks for what Parsec does not have. Parsec ignores both.
	flagExtended = 0x0002
)

// The offsets of the fields, all little-endian.
const (
	atMagic       = 0
	atHeaderSize  = 4
	atMajor       = 6
	atMinor       = 7
	atFlags       = 8
	atProvider    = 10
	atSession     = 11
	atContentType = 19
	atAcceptType  = 20
	atAuthType    = 21
	atBodyLen     = 22
	atAuthLen     = 26
	atOpcode      = 28
	atStatus      = 32
	atReserved    = 34
)

// header is a header's bytes.
type header [headerLen]byte

// requestHeader is that of a request for this operation, of protocol 1.0, bodies in protobuf.
func requestHeader(op Opcode, provider ProviderID, auth authType, bodyLen, authLen int) header {
	var h header
	binary.LittleEndian.PutUint32(h[atMagic:], magic)
	binary.LittleEndian.PutUint16(h[atHeaderSize:], afterSize)
	h[atMajor] = 1
	binary.LittleEndian.PutUint16(h[atFlags:], flagKeepAlive|flagExtended)
	h[atProvider] = byte(provider)
	h[atAuthType] = byte(auth)
	binary.LittleEndian.PutUint32(h[atBodyLen:], uint32(bodyLen))
	binary.LittleEndian.PutUint16(h[atAuthLen:], uint16(authLen))
	binary.LittleEndian.PutUint32(h[atOpcode:], uint32(op))
	return h
}

func (h *header) session() uint64  { return binary.LittleEndian.Uint64(h[atSession:]) }
func (h *header) bodyLen() uint32  { return binary.LittleEndian.Uint32(h[atBodyLen:]) }
func (h *header) opcode() Opcode   { return Opcode(binary.LittleEndian.Uint32(h[atOpcode:])) }
func (h *header) status() Status   { return Status(binary.LittleEndian.Uint16(h[atStatus:])) }
func (h *header) keepsAlive() bool { return binary.LittleEndian.Uint16(h[atFlags:])&flagKeepAlive != 0 }

// checkAnswer tells why these bytes are not the header of an answer that this client understands.
func (h *header) checkAnswer() error {
	switch {
	case binary.LittleEndian.Uint32(h[atMagic:]) != magic:
		return badResponse("it does not begin as answers do")
	case binary.LittleEndian.Uint16(h[atHeaderSize:]) != afterSize:
		return badResponse("its header has another size")
	case h[atMajor] != 1 || h[atMinor] != 0:
		return badResponse("it is of protocol version %d.%d", h[atMajor], h[atMinor])
	case h[atContentType] != 0 || h[atReserved] != 0 || h[atReserved+1] != 0:
		return badResponse("its header holds a value that no answer has")
	}
	return nil
}
