// What a connection makes of answers that are cut, wrong, late or another's.

package keystead

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"keystead/client-go/internal/wire"
)

func ping(c *Client) error {
	_, _, err := c.Ping(context.Background())
	return err
}

// pong is the answer to a Ping, with some of its bytes changed.
func pong(flags uint16, changes map[int]byte) []byte {
	answer := answerBytes(OpPing, flags, 0, &wire.PingResult{WireProtocolVersionMaj: 1})
	for at, value := range changes {
		answer[at] = value
	}
	return answer
}

func TestAnswersThatCannotBeUnderstoodAreErrorsAndEndTheConnection(t *testing.T) {
	for name, answer := range map[string][]byte{
		"magic":          pong(flagKeepAlive, map[int]byte{0: 0x11}),
		"header size":    pong(flagKeepAlive, map[int]byte{atHeaderSize: 31}),
		"version":        pong(flagKeepAlive, map[int]byte{atMajor: 2}),
		"minor version":  pong(flagKeepAlive, map[int]byte{atMinor: 1}),
		"content type":   pong(flagKeepAlive, map[int]byte{atContentType: 1}),
		"reserved":       pong(flagKeepAlive, map[int]byte{atReserved: 1}),
		"reserved, 2nd":  pong(flagKeepAlive, map[int]byte{atReserved + 1: 1}),
		"opcode":         pong(flagKeepAlive, map[int]byte{atOpcode: byte(OpListKeys)}),
		"unknown opcode": pong(flagKeepAlive, map[int]byte{atOpcode + 3: 0xff}),
		"body":           pong(flagKeepAlive, map[int]byte{headerLen: 0xff}),
		"over-long body": pong(flagKeepAlive, map[int]byte{atBodyLen + 3: 0x7f}),
	} {
		t.Run(name, func(t *testing.T) {
			service := startScript(t, []step{reply(answer)})
			client := service.client()
			err := ping(client)
			if KindOf(err) != KindResponse || IsWorthRetrying(err) {
				t.Errorf("%v", err)
			}
			if !strings.Contains(err.Error(), "Ping") {
				t.Errorf("%q does not name the operation", err)
			}
			client.Close()
			service.finished()
		})
	}
}

func TestAnAnswerToAnotherRequestIsNotTaken(t *testing.T) {
	other := func(connection net.Conn, _ []byte) bool {
		_, err := connection.Write(pong(flagKeepAlive, map[int]byte{atSession: 7}))
		return err == nil
	}
	client := startScript(t, []step{reply(pong(flagKeepAlive, nil)), other}).client()
	equal(t, "first", ping(client), nil)
	err := ping(client)
	equal(t, "kind", KindOf(err), KindResponse)
	equal(t, "connections kept", len(client.shared.pool.idle), 0)
}

func TestABodyThatIsTooLongIsRefusedBeforeMemoryIsHadForIt(t *testing.T) {
	answer := pong(0, nil)
	binary.LittleEndian.PutUint32(answer[atBodyLen:], DefaultMaxAnswer+1)
	equal(t, "kind", KindOf(ping(startScript(t, []step{reply(answer)}).client())), KindResponse)
	// It is taken by a client that was told to, and then it is cut.
	client := startScript(t, []step{reply(answer)}).client(WithMaxAnswer(DefaultMaxAnswer + 1))
	equal(t, "kind with another limit", KindOf(ping(client)), KindConnection)
}

func TestACutAnswerIsABrokenConnection(t *testing.T) {
	whole := pong(flagKeepAlive, nil)
	for length := 0; length < len(whole); length++ {
		beginning := whole[:length]
		cut := func(connection net.Conn, _ []byte) bool {
			_, _ = connection.Write(beginning)
			return false
		}
		err := ping(startScript(t, []step{cut}).client())
		if KindOf(err) != KindConnection || !IsWorthRetrying(err) || !isBrokenConnection(err) {
			t.Errorf("after %d bytes: %v", length, err)
		}
	}
}

func TestAnAnswerThatComesAByteAtATimeIsRead(t *testing.T) {
	equal(t, "error", ping(startScript(t, []step{bytewise(pong(flagKeepAlive, nil))}).client()), nil)
}

func TestALongRequestAndALongAnswerPassThroughASmallSocketBuffer(t *testing.T) {
	random := make([]byte, 1<<20)
	random[0], random[1<<20-1] = 1, 2
	hash := result(OpHashCompute, &wire.PsaHashComputeResult{Hash: random})
	service := startScript(t, []step{hash})
	client := service.client()
	given, err := client.HashCompute(context.Background(), SHA256, random)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "answer", string(given) == string(random), true)
	client.Close()
	var asked wire.PsaHashCompute
	if err := proto.Unmarshal(bodyOf(service.finished()[0][0]), &asked); err != nil {
		t.Fatal(err)
	}
	equal(t, "request", string(asked.Input) == string(random), true)
}

func TestAKeptConnectionIsUsedAgainAndItsRequestsAreNumbered(t *testing.T) {
	service := startScript(t, []step{reply(pong(flagKeepAlive, nil)), reply(pong(flagKeepAlive, nil)), reply(pong(0, nil))},
		[]step{reply(pong(flagKeepAlive, nil))})
	client := service.client()
	for i := 0; i < 4; i++ {
		equal(t, "error", ping(client), nil)
	}
	client.Close()
	seen := service.finished()
	equal(t, "requests of the first connection", len(seen[0]), 3)
	for i, request := range seen[0] {
		equal(t, "session", binary.LittleEndian.Uint64(request[atSession:]), uint64(i))
	}
}

func TestARefusalNeitherBreaksNorEndsTheConnection(t *testing.T) {
	service := startScript(t, []step{refusal(OpSignHash, 4711), reply(pong(flagKeepAlive, nil))})
	client := service.client()
	_, err := client.SignHash(context.Background(), "k", ECDSA(SHA256), make([]byte, 32))
	var failure *Error
	if !errors.As(err, &failure) || failure.Kind != KindRefused || failure.Status != 4711 || failure.Op != OpSignHash {
		t.Errorf("%v", err)
	}
	equal(t, "text", err.Error(), "keystead: PsaSignHash was refused: the unknown status 4711")
	equal(t, "worth retrying", IsWorthRetrying(err), false)
	equal(t, "error", ping(client), nil)
	client.Close()
	equal(t, "connections", len(service.finished()), 1)
}

func TestACallEndsWithTheClientsTimeout(t *testing.T) {
	client := startScript(t, []step{silence()}).client().WithTimeout(50 * time.Millisecond)
	err := ping(client)
	if KindOf(err) != KindTimeout || !errors.Is(err, context.DeadlineExceeded) || !IsWorthRetrying(err) {
		t.Errorf("%v", err)
	}
	equal(t, "connections kept", len(client.shared.pool.idle), 0)
}

func TestAnAnswerThatDripsDoesNotProlongTheCall(t *testing.T) {
	drip := func(connection net.Conn, _ []byte) bool {
		for {
			if _, err := connection.Write([]byte{0x10}); err != nil {
				return false
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	// The header alone takes 720 ms, and would be no answer's.
	err := ping(startScript(t, []step{drip}).client().WithTimeout(200 * time.Millisecond))
	equal(t, "kind", KindOf(err), KindTimeout)
}

func TestACallEndsWithItsContext(t *testing.T) {
	reached := make(chan struct{})
	wait := func(connection net.Conn, request []byte) bool {
		close(reached)
		return silence()(connection, request)
	}
	client := startScript(t, []step{wait}).client()
	ctx, cancel := context.WithCancelCause(context.Background())
	go func() {
		<-reached
		cancel(errors.New("the user left"))
	}()
	start := time.Now()
	_, _, err := client.Ping(ctx)
	if KindOf(err) != KindCanceled || !errors.Is(err, context.Canceled) || IsWorthRetrying(err) {
		t.Errorf("%v", err)
	}
	if time.Since(start) > patience/2 {
		t.Error("it ended with the client's time, and not with the context")
	}
	equal(t, "cause", errors.Unwrap(err).Error(), "the user left")
	equal(t, "connections kept", len(client.shared.pool.idle), 0)
}

func TestAContextThatEndedSendsNothing(t *testing.T) {
	client := startScript(t).client()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := client.Ping(ctx)
	equal(t, "kind", KindOf(err), KindCanceled)
}

func TestAContextThatEndsAfterwardsDoesNoHarm(t *testing.T) {
	service := startScript(t, []step{reply(pong(flagKeepAlive, nil)), reply(pong(flagKeepAlive, nil))})
	client := service.client()
	ctx, cancel := context.WithCancel(context.Background())
	_, _, err := client.Ping(ctx)
	equal(t, "error", err, nil)
	cancel()
	equal(t, "error", ping(client), nil)
	client.Close()
	equal(t, "connections", len(service.finished()), 1)
}

func TestNobodyListens(t *testing.T) {
	client := startScript(t).client(WithEndpoint("unix:/nonexistent/s.sock"))
	err := ping(client)
	if KindOf(err) != KindConnection || !IsWorthRetrying(err) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if !strings.Contains(err.Error(), "unix:/nonexistent/s.sock") {
		t.Errorf("%q does not say where", err)
	}
}

// TestOtherProcessesDoNotGetTheConnection: a Go program does not fork but to start another program, which gets no
// descriptor that it was not given.
func TestOtherProcessesDoNotGetTheConnection(t *testing.T) {
	client := startScript(t, []step{reply(pong(flagKeepAlive, nil))}).client()
	equal(t, "error", ping(client), nil)
	equal(t, "connections kept", len(client.shared.pool.idle), 1)
	descriptors, err := exec.Command("/bin/ls", "-l", "/proc/self/fd").Output()
	if err != nil || strings.Contains(string(descriptors), "socket:") {
		t.Errorf("a child has %s: %v", descriptors, err)
	}
}

func TestAConnectionOfAnotherUserOrOneThatIsOldIsNotUsed(t *testing.T) {
	client := startScript(t, []step{reply(pong(flagKeepAlive, nil)), silence()}).client()
	equal(t, "error", ping(client), nil)
	kept := client.shared.pool.pop()
	equal(t, "fresh", kept.isFresh(true), true)
	kept.uid++
	equal(t, "fresh for another user", kept.isFresh(false), false)
	kept.uid = syscall.Geteuid()
	kept.lastUsed = time.Now().Add(-maxIdle)
	equal(t, "fresh when old", kept.isFresh(false), false)
}

func TestAConnectionOnWhichSomethingArrivedUnaskedIsNotUsed(t *testing.T) {
	twice := func(connection net.Conn, request []byte) bool {
		answer := pong(flagKeepAlive, nil)
		_, err := connection.Write(append(answer, answer...))
		return err == nil
	}
	client := startScript(t, []step{twice}).client()
	equal(t, "error", ping(client), nil)
	equal(t, "connections kept", len(client.shared.pool.idle), 0)
}
