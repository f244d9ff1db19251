// The quickstart, as somebody does it who reads the README.

package keystead_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	keystead "keystead/client-go"
)

// block gives the first block of code of this language.
func block(t *testing.T, readme []byte, language string) string {
	t.Helper()
	found := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindSubmatch(readme)
	if found == nil {
		t.Fatalf("the README has no %s", language)
	}
	return string(found[1])
}

func TestTheQuickstartOfTheReadmeWorksInAnEmptyFolder(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	must(t, err)
	checkout, err := filepath.Abs("../..")
	must(t, err)
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(block(t, readme, "go")), 0o600))

	command := exec.Command("sh", "-ec", block(t, readme, "sh")+"\ngo run .")
	command.Dir = folder
	command.Env = append(os.Environ(), "CHECKOUT="+checkout, "KEYSTEAD_SERVICE_ENDPOINT="+service.Endpoint,
		"KEYSTEAD_IDENTITY_ENDPOINT=", "GOWORK=off")
	output, err := command.CombinedOutput()
	if err != nil || !regexp.MustCompile(`signature: [0-9a-f]{128}\n`).Match(output) {
		t.Fatalf("%s: %v", output, err)
	}
	client := newClient(t)
	attributes, err := client.KeyAttributes(background, "signing-key")
	must(t, err)
	if attributes != keystead.ECDSAP256Key() {
		t.Errorf("%+v", attributes)
	}
	must(t, client.Destroy(background, "signing-key"))
}
