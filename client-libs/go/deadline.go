// The end of a call's time, and the pauses within it.

package keystead

import (
	"context"
	"errors"
	"time"
)

// deadline is when a call ends: at a moment, or when its context is done.
type deadline struct {
	ctx context.Context
	at  time.Time
}

// deadlineAfter ends after the limit, or sooner if the context says so.
func deadlineAfter(ctx context.Context, limit time.Duration) deadline {
	at := time.Now().Add(limit)
	if sooner, ok := ctx.Deadline(); ok && sooner.Before(at) {
		at = sooner
	}
	return deadline{ctx: ctx, at: at}
}

// sooner ends after the limit if that is before this one's end.
func (d deadline) sooner(limit time.Duration) deadline {
	if at := time.Now().Add(limit); at.Before(d.at) {
		d.at = at
	}
	return d
}

// remaining is how long it is until the end; an error if that is over.
func (d deadline) remaining() (time.Duration, error) {
	if err := d.ctx.Err(); err != nil {
		return 0, d.over()
	}
	if left := time.Until(d.at); left > 0 {
		return left, nil
	}
	return 0, d.over()
}

// over is the error of a call whose time is over.
func (d deadline) over() error {
	if err := d.ctx.Err(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return &Error{Kind: KindCanceled, Err: context.Cause(d.ctx)}
	}
	return &Error{Kind: KindTimeout, Err: context.DeadlineExceeded}
}

// wait waits until the channel is closed, for the limit at most. An error if the call's time ended before.
func (d deadline) wait(done <-chan struct{}, limit time.Duration) error {
	left, err := d.remaining()
	if err != nil {
		return err
	}
	timer := time.NewTimer(min(left, limit))
	defer timer.Stop()
	select {
	case <-done:
		return nil
	case <-d.ctx.Done():
		return d.over()
	case <-timer.C:
		_, err := d.remaining()
		return err
	}
}

// backoff makes pauses, each twice as long as the one before.
type backoff struct{ next time.Duration }

// pause waits, for half of the time that is left at most, so that the next attempt has the other half. False, without
// waiting to the end, if the time is as good as over.
func (b *backoff) pause(d deadline) bool {
	left, err := d.remaining()
	if err != nil || left < firstPause {
		return false
	}
	if b.next == 0 {
		b.next = firstPause
	}
	err = d.wait(nil, min(b.next, left/2))
	b.next = min(b.next*2, longestPause)
	return err == nil
}
