// One line: its words, and the answer to it.
package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	keystead "keystead/client-go"
)

// request is a line's words. What is wrong with them is remembered in failure, so that operations can be read in one go.
type request struct {
	words   map[string]string
	failure error
}

// errUnsupported: the library has no such operation, type or algorithm.
var errUnsupported = errors.New("unsupported")

// errNo: the library's own answer is no, without an error.
var errNo = errors.New("no")

// answer does what a line says.
func answer(ctx context.Context, client *keystead.Client, line string) string {
	name, arguments, _ := strings.Cut(line, " ")
	r := &request{words: map[string]string{}}
	for _, word := range strings.Fields(arguments) {
		key, value, _ := strings.Cut(word, "=")
		r.words[key] = value
	}
	operation, known := operations[name]
	if !known {
		return "unsupported"
	}
	if _, named := r.words["provider"]; named {
		client = client.WithProvider(r.provider())
	}
	result, err := operation(ctx, client, r)
	if r.failure != nil {
		err = r.failure
	}
	switch {
	case err != nil:
		return failure(err)
	case result == "":
		return "ok"
	}
	return "ok " + result
}

func failure(err error) string {
	switch {
	case errors.Is(err, errUnsupported):
		return "unsupported"
	case errors.Is(err, errNo):
		return "no"
	case keystead.KindOf(err) == keystead.KindRefused:
		return fmt.Sprintf("error status=%d", keystead.StatusOf(err))
	case keystead.KindOf(err) == 0:
		// Not the library's: the line is not one of the specification.
		fmt.Fprintln(os.Stderr, err)
		return "error client=usage"
	}
	fmt.Fprintln(os.Stderr, err)
	return fmt.Sprintf("error client=%v", keystead.KindOf(err))
}

func (r *request) fail(err error) {
	if r.failure == nil {
		r.failure = err
	}
}

func (r *request) word(name string) string {
	value, given := r.words[name]
	if !given {
		r.fail(fmt.Errorf("%s is missing", name))
	}
	return value
}

func (r *request) number(name string) int {
	number, err := strconv.Atoi(r.word(name))
	if err != nil {
		r.fail(err)
	}
	return number
}

func (r *request) bytes(name string) []byte {
	bytes, err := hex.DecodeString(r.word(name))
	if err != nil {
		r.fail(err)
	}
	return bytes
}

func (r *request) provider() keystead.ProviderID { return keystead.ProviderID(r.number("provider")) }

// name is the name of a key.
func (r *request) name() string { return string(r.bytes("name")) }

func (r *request) attributes() keystead.KeyAttributes {
	return keystead.KeyAttributes{
		Type:      r.keyType(r.word("type")),
		Bits:      r.number("bits"),
		Usage:     r.usage(r.word("usage")),
		Algorithm: r.algorithm(r.word("algorithm")),
	}
}

// algorithmOf reads the algorithm of an operation, which is of one family.
func algorithmOf[A keystead.Algorithm](r *request) A {
	algorithm, fits := r.algorithm(r.word("algorithm")).(A)
	if !fits {
		r.fail(errUnsupported)
	}
	return algorithm
}
