// How a call can fail, and whose fault it is.

package keystead

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Kind tells whose fault an error is.
type Kind int

const (
	// KindRefused: the service understood the request and refused it, with a status.
	KindRefused Kind = iota + 1
	// KindUsage: the caller asked for something that cannot be asked. Nothing was sent.
	KindUsage
	// KindConnection: the service cannot be reached, or the connection broke. What changes something may have been done.
	KindConnection
	// KindTimeout: the call took longer than it may. What changes something may still be done.
	KindTimeout
	// KindCanceled: the call's context was canceled. What changes something may still be done.
	KindCanceled
	// KindIdentity: the identity provider gave no token. The request was not sent, and the client does not identify
	// itself in another way instead.
	KindIdentity
	// KindResponse: what came back is not an answer of this protocol, or not to this request.
	KindResponse
)

var kindNames = [...]string{"", "refused", "usage", "connection", "timeout", "canceled", "identity", "response"}

// String is one word.
func (k Kind) String() string {
	if k < KindRefused || k > KindResponse {
		return "unknown"
	}
	return kindNames[k]
}

// Error is what every call of this library fails with; errors.As finds it.
//
// errors.Is finds statuses (see Status) in it, context.DeadlineExceeded in timeouts, and context.Canceled in calls that were
// canceled.
type Error struct {
	// Kind tells whose fault it is.
	Kind Kind
	// Op is what was asked; 0 if the call did not come so far.
	Op Opcode
	// Status is the service's, for KindRefused and for a KindIdentity that is a refusal of the identity provider; else 0.
	Status Status
	// Err is the cause, if there is one.
	Err error
}

// Error says what was asked and what came of it.
func (e *Error) Error() string {
	var text string
	switch {
	case e.Kind == KindRefused:
		text = "was refused: " + e.Status.Error()
	case e.Kind == KindTimeout:
		text = "no answer in time"
	case e.Kind == KindCanceled:
		text = "canceled"
	case e.Kind == KindIdentity:
		text = fmt.Sprintf("no token from the identity provider: %v", e.Err)
	case e.Kind == KindResponse:
		text = fmt.Sprintf("the answer cannot be understood: %v", e.Err)
	default:
		text = e.Err.Error()
	}
	if e.Op == 0 {
		return "keystead: " + text
	}
	if e.Kind == KindRefused {
		return fmt.Sprintf("keystead: %v %s", e.Op, text)
	}
	return fmt.Sprintf("keystead: %v: %s", e.Op, text)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is finds statuses, and the errors of contexts.
func (e *Error) Is(target error) bool {
	if status, ok := target.(Status); ok {
		return e.Status == status && e.Status != StatusSuccess
	}
	switch target {
	case context.DeadlineExceeded:
		return e.Kind == KindTimeout
	case context.Canceled:
		return e.Kind == KindCanceled
	}
	return false
}

// StatusOf gives the status with which the service, or the identity provider, refused; 0 if err is no refusal.
func StatusOf(err error) Status {
	var failure *Error
	if errors.As(err, &failure) {
		return failure.Status
	}
	return StatusSuccess
}

// KindOf tells whose fault err is; 0 if it is not this library's.
func KindOf(err error) Kind {
	var failure *Error
	if errors.As(err, &failure) {
		return failure.Kind
	}
	return 0
}

// IsWorthRetrying tells whether the same call may succeed when it is made again, without a change. Calls that create or
// destroy a key and ran out of time may have had their effect: look the key up first.
func IsWorthRetrying(err error) bool {
	var failure *Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Kind {
	case KindRefused:
		return failure.Status.IsWorthRetrying()
	case KindIdentity:
		return IsWorthRetrying(failure.Err)
	case KindTimeout:
		return true
	case KindConnection:
		var connecting *connectError
		if errors.As(err, &connecting) {
			return connecting.mayPass()
		}
		return true
	}
	return false
}

// connectError: nothing listens at the endpoint, or it may not be reached.
type connectError struct {
	endpoint Endpoint
	err      error
}

func (e *connectError) Error() string {
	return fmt.Sprintf("cannot connect to %v: %v", e.endpoint, e.err)
}
func (e *connectError) Unwrap() error { return e.err }

// mayPass: a service that is being started or is overwhelmed is there in a moment; missing rights stay missing.
func (e *connectError) mayPass() bool {
	return errors.Is(e.err, syscall.ECONNREFUSED) || errors.Is(e.err, os.ErrNotExist) || errors.Is(e.err, syscall.EAGAIN)
}

// errClosed: the service closed the connection before its answer was whole.
var errClosed = errors.New("the service closed the connection without an answer")

func refused(op Opcode, status Status) *Error {
	return &Error{Kind: KindRefused, Op: op, Status: status}
}

func usage(format string, values ...any) *Error {
	return &Error{Kind: KindUsage, Err: fmt.Errorf(format, values...)}
}

func badResponse(format string, values ...any) *Error {
	return &Error{Kind: KindResponse, Err: fmt.Errorf(format, values...)}
}

// isBrokenConnection: the connection was lost, so that nobody knows what became of the request.
func isBrokenConnection(err error) bool {
	var connecting *connectError
	return KindOf(err) == KindConnection && !errors.As(err, &connecting)
}

// of writes the operation into an error that lacks it.
func of(op Opcode, err error) error {
	if failure, ok := err.(*Error); ok && failure.Op == 0 {
		failure.Op = op
	}
	return err
}
