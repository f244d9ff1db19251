// A service that answers what a script says, and remembers what it was asked.

package keystead

import (
	"encoding/binary"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
)

// patience is longer than any test takes that does not hang.
const patience = 30 * time.Second

// step is what the service does once a whole request has arrived. It is false if the connection ends then.
type step func(connection net.Conn, request []byte) bool

// scripted serves the connections of its script one after the other, and closes each when its steps are done.
type scripted struct {
	t        *testing.T
	endpoint Endpoint
	done     chan struct{}
	// seen are the requests of each connection.
	seen [][][]byte
}

func startScript(t *testing.T, script ...[]step) *scripted {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s := &scripted{t: t, endpoint: Endpoint("unix:" + path), done: make(chan struct{})}
	go func() {
		defer close(s.done)
		for _, steps := range script {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			s.seen = append(s.seen, serve(connection, steps))
			connection.Close()
		}
	}()
	return s
}

func serve(connection net.Conn, steps []step) [][]byte {
	var seen [][]byte
	for _, step := range steps {
		request, err := readRequest(connection)
		if err != nil {
			return seen
		}
		seen = append(seen, request)
		if !step(connection, request) {
			return seen
		}
	}
	return seen
}

func readRequest(connection net.Conn) ([]byte, error) {
	request := make([]byte, headerLen)
	if _, err := io.ReadFull(connection, request); err != nil {
		return nil, err
	}
	rest := make([]byte, int(bodyLenOf(request))+int(binary.LittleEndian.Uint16(request[atAuthLen:])))
	_, err := io.ReadFull(connection, rest)
	return append(request, rest...), err
}

// client gives a client of the script, on provider 1.
func (s *scripted) client(options ...Option) *Client {
	s.t.Helper()
	options = append([]Option{WithEndpoint(s.endpoint), WithCredential(PeerCredentials())}, options...)
	client, err := NewClient(options...)
	if err != nil {
		s.t.Fatal(err)
	}
	return client.WithProvider(1).WithTimeout(patience)
}

// finished gives what was seen, once the script is done to its end.
func (s *scripted) finished() [][][]byte {
	s.t.Helper()
	select {
	case <-s.done:
	case <-time.After(patience):
		s.t.Fatal("the script was not done to its end")
	}
	return s.seen
}

// opcodes are the operations that were asked for, in order.
func (s *scripted) opcodes() []Opcode {
	var asked []Opcode
	for _, connection := range s.finished() {
		for _, request := range connection {
			asked = append(asked, Opcode(binary.LittleEndian.Uint32(request[atOpcode:])))
		}
	}
	return asked
}

// reply answers with these bytes; if they are an answer, with the session of the request.
func reply(answer []byte) step {
	return func(connection net.Conn, request []byte) bool {
		answer := append([]byte(nil), answer...)
		if len(answer) >= headerLen {
			copy(answer[atSession:atSession+8], request[atSession:])
		}
		_, err := connection.Write(answer)
		return err == nil
	}
}

// bytewise is reply, a byte at a time.
func bytewise(answer []byte) step {
	return func(connection net.Conn, request []byte) bool {
		for i := range answer {
			if _, err := connection.Write(answer[i : i+1]); err != nil {
				return false
			}
		}
		return true
	}
}

// hangUp closes the connection without an answer.
func hangUp() step { return func(net.Conn, []byte) bool { return false } }

// silence answers nothing until the client goes.
func silence() step {
	return func(connection net.Conn, _ []byte) bool {
		_, _ = connection.Read(make([]byte, 1))
		return false
	}
}

// result answers with a message, and keeps the connection.
func result(op Opcode, message proto.Message) step {
	return reply(answerBytes(op, flagKeepAlive, 0, message))
}

// once answers with a message, and does not keep the connection: as Parsec does.
func once(op Opcode, message proto.Message) step { return reply(answerBytes(op, 0, 0, message)) }

// refusal answers with a status, and keeps the connection.
func refusal(op Opcode, status Status) step {
	return reply(answerBytes(op, flagKeepAlive, status, nil))
}

func answerBytes(op Opcode, flags uint16, status Status, message proto.Message) []byte {
	var body []byte
	if message != nil {
		var err error
		if body, err = proto.Marshal(message); err != nil {
			panic(err)
		}
	}
	h := requestHeader(op, ProviderCore, authNone, len(body), 0)
	binary.LittleEndian.PutUint16(h[atFlags:], flags)
	binary.LittleEndian.PutUint16(h[atStatus:], uint16(status))
	return append(h[:], body...)
}

// authOf is the authentication type and part of a request.
func authOf(request []byte) (authType, string) {
	return authType(request[atAuthType]), string(request[headerLen+bodyLenOf(request):])
}

func bodyOf(request []byte) []byte { return request[headerLen:][:bodyLenOf(request)] }

func bodyLenOf(request []byte) uint32 { return binary.LittleEndian.Uint32(request[atBodyLen:]) }
