// A signing key: made, used, checked and destroyed.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	keystead "keystead/client-go"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	client, err := keystead.NewClient()
	if err != nil {
		return err
	}
	key, err := client.Generate(ctx, fmt.Sprintf("quickstart-%d", os.Getpid()), keystead.ECDSAP256Key())
	if err != nil {
		return err
	}
	signature, err := key.Sign(ctx, []byte("a message"))
	if err != nil {
		return err
	}
	fmt.Printf("signature: %d bytes\n", len(signature))
	fmt.Println("right message:", key.Verify(ctx, []byte("a message"), signature) == nil)
	wrong := key.Verify(ctx, []byte("another message"), signature)
	fmt.Println("wrong message:", !errors.Is(wrong, keystead.PsaErrorInvalidSignature))
	return key.Destroy(ctx)
}
