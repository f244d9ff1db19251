// What needs no key: hashes and random bytes.

package keystead

import (
	"context"
	"io"

	"keystead/client-go/internal/wire"
)

// HashCompute computes a hash.
func (c *Client) HashCompute(ctx context.Context, algorithm Hash, input []byte) ([]byte, error) {
	var result wire.PsaHashComputeResult
	err := c.call(ctx, OpHashCompute, &wire.PsaHashCompute{Alg: wire.Hash(algorithm), Input: input}, &result)
	return result.Hash, err
}

// HashCompare computes a hash and compares it. Another one is a refusal with PsaErrorInvalidSignature.
func (c *Client) HashCompare(ctx context.Context, algorithm Hash, input, hash []byte) error {
	question := &wire.PsaHashCompare{Alg: wire.Hash(algorithm), Input: input, Hash: hash}
	return c.call(ctx, OpHashCompare, question, &wire.PsaHashCompareResult{})
}

// RandomBytes gives exactly so many random bytes, in one request; by default the service gives 1,048,576 at most.
func (c *Client) RandomBytes(ctx context.Context, size int) ([]byte, error) {
	if size < 0 {
		return nil, of(OpGenerateRandom, usage("%d bytes cannot be had", size))
	}
	var result wire.PsaGenerateRandomResult
	err := c.call(ctx, OpGenerateRandom, &wire.PsaGenerateRandom{Size: uint64(size)}, &result)
	if err != nil {
		return nil, err
	}
	// What is too short may become a nonce or a key.
	if given := len(result.RandomBytes); given != size {
		return nil, of(OpGenerateRandom, badResponse("it holds %d bytes, and %d were asked for", given, size))
	}
	return result.RandomBytes, nil
}

// Random gives a source of random bytes that asks the service at each Read, whole: Read gives fewer bytes than it was asked
// for only with an error. Every Read ends with the context. Put a bufio.Reader before it to read a few bytes at a time.
func (c *Client) Random(ctx context.Context) io.Reader { return randomReader{client: c, ctx: ctx} }

type randomReader struct {
	client *Client
	ctx    context.Context
}

func (r randomReader) Read(into []byte) (int, error) {
	done := 0
	for done < len(into) {
		random, err := r.client.RandomBytes(r.ctx, min(len(into)-done, maxRandomRequest))
		if err != nil {
			return done, err
		}
		done += copy(into[done:], random)
		clear(random)
	}
	return done, nil
}
