// Making, moving and destroying keys.
//
// These calls change something, so they are never just sent again. When the connection breaks or the client's time runs out,
// the key is looked up first: a create whose key is there was done, a destroy whose key is gone was done. What a look cannot
// tell, the caller is told as the error that it was. A call whose own context ended does not look: whoever ends it does not
// want to wait.

package keystead

import (
	"bytes"
	"context"
	"errors"
	"time"

	"google.golang.org/protobuf/proto"

	"keystead/client-go/internal/wire"
)

// Generate makes a new key. Refused with PsaErrorAlreadyExists if the name is taken.
//
// If the connection breaks during the call, a key of that name and these attributes that is there afterwards counts as made
// by it.
func (c *Client) Generate(ctx context.Context, name string, attributes KeyAttributes) (*Key, error) {
	message, err := attributes.message()
	if err != nil {
		return nil, of(OpGenerateKey, err)
	}
	question := &wire.PsaGenerateKey{KeyName: name, Attributes: message}
	made := creation{name: name, attributes: attributes, op: OpGenerateKey, result: &wire.PsaGenerateKeyResult{}}
	made.isSame = func() (same, known bool) { return true, true }
	return c.create(ctx, made, question)
}

// Import takes a key over; data is in the format of the contract (wire contract 4.2: a big-endian scalar, PKCS#1 DER, the
// bytes themselves). 0 bits in the attributes stand for the size that the data has.
//
// If the connection breaks during the call, a public key that is there afterwards with that name, these attributes and this
// data counts as imported by it. With the other kinds of keys nobody can compare the data, so the call gives the error:
// destroy the key and import it again, or use it if nobody else makes keys of that name.
func (c *Client) Import(ctx context.Context, name string, attributes KeyAttributes, data []byte) (*Key, error) {
	message, err := attributes.message()
	if err != nil {
		return nil, of(OpImportKey, err)
	}
	question := &wire.PsaImportKey{KeyName: name, Attributes: message, Data: data}
	made := creation{name: name, attributes: attributes, op: OpImportKey, result: &wire.PsaImportKeyResult{}}
	made.isSame = func() (same, known bool) {
		if !attributes.Type.IsPublic() {
			return false, false
		}
		public, err := c.WithTimeout(lookUpTimeout).PublicKeyBytes(context.WithoutCancel(ctx), name)
		return bytes.Equal(public, data), err == nil
	}
	return c.create(ctx, made, question)
}

// Key gives a handle for a key that exists already; nothing is asked yet.
func (c *Client) Key(name string) *Key { return &Key{client: c, name: name} }

// Destroy destroys a key; its name is free afterwards. If the connection breaks during the call and a key of that name is
// there afterwards, the call gives the error and destroys nothing more: it may be another key, made since.
func (c *Client) Destroy(ctx context.Context, name string) error {
	err := c.call(ctx, OpDestroyKey, &wire.PsaDestroyKey{KeyName: name}, &wire.PsaDestroyKeyResult{})
	if leavesDoubt(ctx, err) {
		if found, lookErr := c.lookUp(ctx, name); lookErr == nil && found == nil {
			return nil
		}
	}
	return err
}

// PublicKeyBytes gives the public half of a key in the format of the contract (wire contract 4.2): PKCS#1 DER for RSA, an
// uncompressed point for Weierstrass curves, little-endian bytes for Montgomery curves. Key.Public gives it as Go knows it.
func (c *Client) PublicKeyBytes(ctx context.Context, name string) ([]byte, error) {
	var result wire.PsaExportPublicKeyResult
	err := c.call(ctx, OpExportPublicKey, &wire.PsaExportPublicKey{KeyName: name}, &result)
	return result.Data, err
}

// Export gives the key itself, in the format of the contract; its usage must allow it. Clear it when it is no longer needed.
func (c *Client) Export(ctx context.Context, name string) ([]byte, error) {
	var result wire.PsaExportKeyResult
	err := c.call(ctx, OpExportKey, &wire.PsaExportKey{KeyName: name}, &result)
	return result.Data, err
}

// creation is what a new key is asked to be.
type creation struct {
	name       string
	attributes KeyAttributes
	op         Opcode
	result     proto.Message
	// isSame: a key that was found with these attributes is the one that was to be made; not known if nobody can tell.
	isSame func() (same, known bool)
}

func (c *Client) create(ctx context.Context, made creation, question proto.Message) (*Key, error) {
	d := c.deadline(ctx)
	key := c.Key(made.name)
	request, err := c.request(d, made.op, question)
	if err != nil {
		return nil, of(made.op, err)
	}
	defer request.wipe()
	if err = c.send(d, request, made.result); err == nil {
		return key, nil
	}
	if !leavesDoubt(ctx, err) {
		return nil, err
	}
	found, lookErr := c.lookUp(ctx, made.name)
	if lookErr == nil && found == nil && isBrokenConnection(err) {
		// It was not done: once more. The first request may be carried out after the look.
		if err = c.send(d, request, made.result); err == nil {
			return key, nil
		}
		if !leavesDoubt(ctx, err) && !errors.Is(err, PsaErrorAlreadyExists) {
			return nil, err
		}
		found, lookErr = c.lookUp(ctx, made.name)
	}
	if lookErr != nil || found == nil {
		return nil, err
	}
	if !made.fits(*found) {
		return nil, refused(made.op, PsaErrorAlreadyExists)
	}
	switch same, known := made.isSame(); {
	case !known:
		return nil, err
	case !same:
		return nil, refused(made.op, PsaErrorAlreadyExists)
	}
	return key, nil
}

// fits: the attributes that were found are those that were asked for.
func (made *creation) fits(found KeyAttributes) bool {
	asked := made.attributes
	if asked.Bits == 0 {
		asked.Bits = found.Bits
	}
	asked.Usage, found.Usage = asked.Usage.widened(), found.Usage.widened()
	return asked == found
}

// lookUp asks for a key with time of its own: the call's may be over.
func (c *Client) lookUp(ctx context.Context, name string) (*KeyAttributes, error) {
	return c.findKey(deadlineAfter(context.WithoutCancel(ctx), lookUpTimeout), name)
}

// leavesDoubt: the service may have done what the client did not hear of.
func leavesDoubt(ctx context.Context, err error) bool {
	if err == nil || hasEnded(ctx) {
		return false
	}
	return isBrokenConnection(err) || KindOf(err) == KindTimeout ||
		errors.Is(err, StatusDeadlineExceeded) || errors.Is(err, StatusConnectionError)
}

// hasEnded: the context is done, or is about to be: a socket's deadline is not told of by the same clock.
func hasEnded(ctx context.Context) bool {
	end, ends := ctx.Deadline()
	return ctx.Err() != nil || ends && !time.Now().Before(end)
}
