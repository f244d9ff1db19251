// The table of operations: what the library does for each.
package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	keystead "keystead/client-go"
)

type operation func(context.Context, *keystead.Client, *request) (string, error)

var operations = map[string]operation{
	"ping":           ping,
	"providers":      providers,
	"authenticators": authenticators,
	"opcodes":        opcodes,
	"keys":           keys,
	"attributes":     attributes,
	"generate":       generate,
	"import":         importKey,
	"destroy": func(ctx context.Context, c *keystead.Client, r *request) (string, error) {
		return "", done(r, func() error { return c.Destroy(ctx, r.name()) })
	},
	"export": func(ctx context.Context, c *keystead.Client, r *request) (string, error) {
		return give("data", r, func() ([]byte, error) { return c.Export(ctx, r.name()) })
	},
	"export-public": func(ctx context.Context, c *keystead.Client, r *request) (string, error) {
		return give("data", r, func() ([]byte, error) { return c.PublicKeyBytes(ctx, r.name()) })
	},
	"sign-hash":          signHash,
	"sign-message":       signMessage,
	"verify-hash":        verifyHash,
	"verify-message":     verifyMessage,
	"asymmetric-encrypt": asymmetricEncrypt,
	"asymmetric-decrypt": asymmetricDecrypt,
	"aead-encrypt":       aeadEncrypt,
	"aead-decrypt":       aeadDecrypt,
	"cipher-encrypt":     cipherEncrypt,
	"cipher-decrypt":     cipherDecrypt,
	"mac-compute":        macCompute,
	"mac-verify":         macVerify,
	"hash-compute":       hashCompute,
	"hash-compare":       hashCompare,
	"agree":              agree,
	"random": func(ctx context.Context, c *keystead.Client, r *request) (string, error) {
		size := r.number("size")
		return give("data", r, func() ([]byte, error) { return c.RandomBytes(ctx, size) })
	},
	"can-do":     canDo,
	"high-level": highLevel,
}

// done and give do an operation only if its line was understood.
func done(r *request, call func() error) error {
	if r.failure != nil {
		return r.failure
	}
	return call()
}

func give(name string, r *request, call func() ([]byte, error)) (string, error) {
	if r.failure != nil {
		return "", r.failure
	}
	bytes, err := call()
	return name + "=" + hex.EncodeToString(bytes), err
}

func ping(ctx context.Context, c *keystead.Client, _ *request) (string, error) {
	major, minor, err := c.Ping(ctx)
	return fmt.Sprintf("version=%d.%d", major, minor), err
}

func providers(ctx context.Context, c *keystead.Client, _ *request) (string, error) {
	list, err := c.ListProviders(ctx)
	return "ids=" + joined(list, func(p keystead.ProviderInfo) string { return fmt.Sprint(p.ID) }), err
}

func authenticators(ctx context.Context, c *keystead.Client, _ *request) (string, error) {
	list, err := c.ListAuthenticators(ctx)
	return "ids=" + joined(list, func(a keystead.AuthenticatorInfo) string { return fmt.Sprint(a.ID) }), err
}

func opcodes(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	list, err := c.ListOpcodes(ctx, r.provider())
	return "opcodes=" + joined(list, func(o keystead.Opcode) string { return fmt.Sprint(uint32(o)) }), err
}

func keys(ctx context.Context, c *keystead.Client, _ *request) (string, error) {
	list, err := c.ListKeys(ctx)
	return "keys=" + joined(list, func(key keystead.KeyInfo) string {
		return fmt.Sprintf("%d:%s", key.Provider, hex.EncodeToString([]byte(key.Name)))
	}), err
}

func joined[T any](list []T, word func(T) string) string {
	words := make([]string, len(list))
	for i, one := range list {
		words[i] = word(one)
	}
	return strings.Join(words, ",")
}

func attributes(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	a, err := c.KeyAttributes(ctx, r.name())
	text := fmt.Sprintf("type=%s bits=%d usage=%v algorithm=%s", typeWord(a.Type), a.Bits, a.Usage, algorithmWord(a.Algorithm))
	return text, err
}

func generate(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	attributes := r.attributes()
	return "", done(r, func() error {
		_, err := c.Generate(ctx, r.name(), attributes)
		return err
	})
}

func importKey(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	attributes, data := r.attributes(), r.bytes("data")
	return "", done(r, func() error {
		_, err := c.Import(ctx, r.name(), attributes, data)
		return err
	})
}

func canDo(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	checks := map[string]keystead.Check{
		"use": keystead.CheckUse, "generate": keystead.CheckGenerate, "import": keystead.CheckImport,
		"derive": keystead.CheckDerive,
	}
	attributes, check := r.attributes(), checks[r.word("check")]
	return "", done(r, func() error {
		can, err := c.CanDo(ctx, check, attributes)
		if err == nil && !can {
			return errNo
		}
		return err
	})
}

// highLevel is what the quickstart shows.
func highLevel(ctx context.Context, c *keystead.Client, r *request) (string, error) {
	name := r.name()
	if r.failure != nil {
		return "", r.failure
	}
	key, err := c.Generate(ctx, name, keystead.ECDSAP256Key())
	if err != nil {
		return "", err
	}
	signature, err := key.Sign(ctx, []byte("hello"))
	if err != nil {
		return "", err
	}
	if err := key.Verify(ctx, []byte("hello"), signature); err != nil {
		return "", err
	}
	public, err := c.PublicKeyBytes(ctx, name)
	return fmt.Sprintf("public=%x signature=%x", public, signature), err
}
