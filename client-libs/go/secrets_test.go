// Secrets that passed through the library are nowhere in the process's memory but where the caller has them.

package keystead_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"testing"

	keystead "keystead/client-go"
)

// copies counts where a secret stands in the memory that this process may write to.
func copies(t *testing.T, secret []byte) int {
	t.Helper()
	maps, err := os.Open("/proc/self/maps")
	must(t, err)
	defer maps.Close()
	memory, err := os.Open("/proc/self/mem")
	must(t, err)
	defer memory.Close()
	window := make([]byte, 1<<20)
	var own int64
	_, err = fmt.Sscanf(fmt.Sprintf("%p", window), "0x%x", &own)
	must(t, err)
	found := map[int64]bool{}
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		// Other mappings can hold no copies; and the kernel's own have addresses that do not fit.
		if !strings.Contains(lines.Text(), " rw") {
			continue
		}
		var from, to int64
		_, err := fmt.Sscanf(lines.Text(), "%x-%x", &from, &to)
		must(t, err)
		// Windows overlap, so that no secret lies across two.
		for at := from; at < to; at += int64(len(window) - len(secret)) {
			read, err := memory.ReadAt(window[:min(int64(len(window)), to-at)], at)
			if err != nil {
				continue
			}
			for start := 0; ; start++ {
				next := bytes.Index(window[start:read], secret)
				if next < 0 {
					break
				}
				start += next
				// The window itself is memory too.
				if place := at + int64(start); place < own || place >= own+int64(len(window)) {
					found[place] = true
				}
			}
		}
		clear(window)
	}
	return len(found)
}

func TestNoCopyOfASecretIsLeft(t *testing.T) {
	client := newClient(t)
	sealing := generate(t, client, keystead.AES256GCMKey())
	// Longer than registers, which are saved to memory when a goroutine is interrupted.
	secret := make([]byte, 1000)
	_, err := rand.Read(secret)
	must(t, err)
	if before := copies(t, secret); before != 1 {
		t.Fatalf("%d copies before anything was done", before)
	}
	attributes := keystead.KeyAttributes{Type: keystead.RawData, Usage: keystead.UsageExport}
	key, err := client.Import(background, "raw", attributes, secret)
	must(t, err)
	t.Cleanup(func() { must(t, key.Destroy(background)) })
	if left := copies(t, secret); left != 1 {
		t.Errorf("%d copies after it was imported", left)
	}
	exported, err := key.Export(background)
	must(t, err)
	if left := copies(t, secret); left != 2 || !bytes.Equal(exported, secret) {
		t.Errorf("%d copies after it was exported, not the two that are ours", left)
	}
	clear(exported)
	sealed, err := sealing.Seal(background, secret, nil)
	must(t, err)
	opened, err := sealing.Open(background, sealed, nil)
	must(t, err)
	if left := copies(t, secret); left != 2 || !bytes.Equal(opened, secret) {
		t.Errorf("%d copies after it was sealed and opened, not the two that are ours", left)
	}
}
