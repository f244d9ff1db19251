// Signs with an ECDSA P-256 key over one kept connection for some seconds, and prints signatures per second.
package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime/pprof"
	"time"

	keystead "keystead/client-go"
)

func main() {
	duration := flag.Duration("for", 3*time.Second, "how long to sign")
	profile := flag.String("profile", "", "where to write a profile of the processor's time")
	flag.Parse()
	if err := run(context.Background(), *duration, *profile); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, duration time.Duration, profile string) error {
	client, err := keystead.NewClient()
	if err != nil {
		return err
	}
	name := fmt.Sprintf("sign-bench-%d", os.Getpid())
	key, err := client.Generate(ctx, name, keystead.ECDSAP256Key())
	if err != nil {
		return err
	}
	if profile != "" {
		file, err := os.Create(profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	digest := sha256.Sum256([]byte("a message"))
	count, start := 0, time.Now()
	for time.Since(start) < duration {
		if _, err := client.SignHash(ctx, name, keystead.ECDSA(keystead.SHA256), digest[:]); err != nil {
			return err
		}
		count++
	}
	fmt.Printf("%.0f/s\n", float64(count)/time.Since(start).Seconds())
	return key.Destroy(ctx)
}
