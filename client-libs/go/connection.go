// One connection: a request goes out, its answer comes back.

package keystead

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// connection is a connection to a daemon. After an error other than a refusal it is of no more use: what arrives later may
// be the answer to an earlier request. One goroutine uses it at a time.
type connection struct {
	socket    *net.UnixConn
	maxAnswer int
	// inbox[start:end] was read and not yet taken.
	inbox      []byte
	start, end int
	// sent is how many requests were sent. Each has its number in the header's session, from 0: Parsec, which answers one
	// request per connection, gets the 0 that its own clients send.
	sent uint64
	// kept: the last answer said that the service keeps the connection. Parsec never does.
	kept bool
	// broken: something failed, and nobody knows any more which answer comes next.
	broken bool
	// uid is who connected: the service knows the peer as it was then.
	uid      int
	lastUsed time.Time
}

// connect opens a connection. A service whose queue of connections is full is waited for until the deadline.
func connect(endpoint Endpoint, d deadline, maxAnswer int) (*connection, error) {
	path, err := endpoint.path()
	if err != nil {
		return nil, err
	}
	var pauses backoff
	for {
		if _, err := d.remaining(); err != nil {
			return nil, err
		}
		dialer := net.Dialer{Deadline: d.at}
		socket, err := dialer.DialContext(d.ctx, "unix", path)
		if err == nil {
			return &connection{
				socket:    socket.(*net.UnixConn),
				maxAnswer: maxAnswer,
				inbox:     make([]byte, inboxBytes),
				uid:       syscall.Geteuid(),
			}, nil
		}
		// Go connects without blocking, so a full queue is an error here and not a wait.
		if errors.Is(err, syscall.EAGAIN) && pauses.pause(d) {
			continue
		}
		if _, over := d.remaining(); over != nil {
			return nil, over
		}
		return nil, &Error{Kind: KindConnection, Err: &connectError{endpoint: endpoint, err: err}}
	}
}

// exchange sends a request and receives its answer, which may be a refusal.
func (c *connection) exchange(r *request, d deadline) (*answer, error) {
	answer, _, err := c.tryExchange(r, d)
	return answer, err
}

// tryExchange is exchange, and tells whether the whole request left: one that did not was not executed.
func (c *connection) tryExchange(r *request, d deadline) (received *answer, left bool, err error) {
	if _, err := d.remaining(); err != nil {
		return nil, false, err
	}
	// Set first, so that it holds whatever way this ends.
	c.broken = true
	if err := c.socket.SetDeadline(d.at); err != nil {
		return nil, false, &Error{Kind: KindConnection, Err: err}
	}
	interrupted := c.interruptedBy(d.ctx)
	number := c.sent
	c.sent++
	r.number(number)
	_, sendErr := c.socket.Write(r.bytes)
	if errors.Is(sendErr, os.ErrDeadlineExceeded) {
		interrupted()
		return nil, false, d.over()
	}
	// An early refusal may stand in the stream although the service stopped reading.
	received, err = c.receive(number, d)
	spoilt := interrupted()
	switch {
	case sendErr != nil && (err != nil || received.header.status() == StatusSuccess):
		return nil, false, &Error{Kind: KindConnection, Err: sendErr}
	case err != nil:
		return nil, true, err
	}
	// An answer that came as the context ended counts, but the socket's deadline is spoilt.
	c.broken, c.lastUsed = spoilt || sendErr != nil, time.Now()
	return received, true, nil
}

// interruptedBy ends what the socket is doing when the context is done; the result stops that, and tells whether it came to
// it.
func (c *connection) interruptedBy(ctx context.Context) func() bool {
	if ctx.Done() == nil {
		return func() bool { return false }
	}
	stop := context.AfterFunc(ctx, func() {
		// It can only fail for a socket that was closed, and then nothing waits.
		_ = c.socket.SetDeadline(time.Unix(1, 0))
	})
	return func() bool { return !stop() }
}

// receive reads an answer and checks that it is that of the request with this number.
func (c *connection) receive(number uint64, d deadline) (*answer, error) {
	var received answer
	if err := c.readFull(received.header[:], d); err != nil {
		return nil, err
	}
	if err := received.header.checkAnswer(); err != nil {
		return nil, err
	}
	length := received.header.bodyLen()
	if uint64(length) > uint64(c.maxAnswer) {
		return nil, badResponse("a body of %d bytes is too long", length)
	}
	// A request that the service could not read is refused without its number (wire contract 1.3).
	given := received.header.session()
	isUnnumbered := given == 0 && received.header.status() != StatusSuccess
	if given != number && !isUnnumbered {
		return nil, badResponse("it belongs to request %d on this connection, and that of request %d is due", given, number)
	}
	received.body = make([]byte, length)
	if err := c.readFull(received.body, d); err != nil {
		return nil, err
	}
	c.kept = received.header.keepsAlive()
	return &received, nil
}

// readFull fills into, by way of the inbox, which it clears behind it: it may hold a secret.
func (c *connection) readFull(into []byte, d deadline) error {
	for {
		taken := copy(into, c.inbox[c.start:c.end])
		clear(c.inbox[c.start : c.start+taken])
		c.start += taken
		if into = into[taken:]; len(into) == 0 {
			return nil
		}
		var read int
		var err error
		// What is longer than the inbox goes where it belongs, without a copy in between.
		if len(into) >= inboxBytes {
			read, err = c.socket.Read(into)
			into = into[read:]
		} else {
			read, err = c.socket.Read(c.inbox)
			c.start, c.end = 0, read
		}
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			return d.over()
		case errors.Is(err, io.EOF):
			return &Error{Kind: KindConnection, Err: errClosed}
		default:
			return &Error{Kind: KindConnection, Err: err}
		}
	}
}

// isReusable: the service said that it keeps the connection, and nothing ever failed on it.
func (c *connection) isReusable() bool { return c.kept && !c.broken && c.start == c.end }

// isFresh: a request may be put on it now. surely asks the kernel even if it was used a moment ago.
func (c *connection) isFresh(surely bool) bool {
	idle := time.Since(c.lastUsed)
	if c.uid != syscall.Geteuid() || idle >= maxIdle {
		return false
	}
	return idle < trustedIdle && !surely || c.isQuiet()
}

// isQuiet looks, without waiting, whether the connection is open and nothing arrived unasked.
func (c *connection) isQuiet() bool {
	raw, err := c.socket.SyscallConn()
	if err != nil {
		return false
	}
	quiet := false
	err = raw.Control(func(fd uintptr) {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = errors.Is(err, syscall.EAGAIN)
	})
	return err == nil && quiet
}

// close ends it, and clears what was read and not taken. It can fail only for one that is closed already.
func (c *connection) close() {
	clear(c.inbox)
	_ = c.socket.Close()
}
