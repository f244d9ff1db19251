// Every operation of the runner, line by line, against the real service.
package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	keystead "keystead/client-go"
	"keystead/client-go/internal/testservice"
)

var client *keystead.Client

func TestMain(m *testing.M) {
	service, err := testservice.Start("")
	if err == nil {
		client, err = keystead.NewClient(
			keystead.WithEndpoint(keystead.Endpoint(service.Endpoint)), keystead.WithCredential(keystead.PeerCredentials()))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	service.Stop()
	os.Exit(code)
}

// digest is a hash of 32 bytes.
var digest = strings.Repeat("00", 32)

// story is lines and what must answer them. What an answer holds in round brackets is remembered, and {} in the next lines is
// replaced by the last that was.
var story = [][2]string{
	{"ping", `ok version=1\.0`},
	{"providers", `ok ids=1,0`},
	{"authenticators", `ok ids=3`},
	{"opcodes provider=1", `ok opcodes=2,3,4,.*`},
	{"opcodes provider=7", `error status=6`},
	{"keys", `ok keys=`},
	{"nonsense", `unsupported`},

	{"high-level provider=1 name=6869", `ok public=04[0-9a-f]{128} signature=[0-9a-f]{128}`},
	{"attributes provider=1 name=6869", `ok type=ecc-key-pair:secp-r1 bits=256 ` +
		`usage=sign-message,verify-message,sign-hash,verify-hash algorithm=ecdsa:sha-256`},
	{"attributes provider=1 name=", `error status=1140`},
	{"export-public provider=1 name=6869", `ok data=04[0-9a-f]{128}`},
	{"export provider=1 name=6869", `error status=1133`},
	{"sign-hash provider=1 name=6869 algorithm=ecdsa:sha-256 hash=" + digest, `ok signature=([0-9a-f]{128})`},
	{"verify-hash provider=1 name=6869 algorithm=ecdsa:sha-256 hash=" + digest + " signature={}", `ok`},
	{"verify-hash provider=1 name=6869 algorithm=ecdsa:sha-256 hash=" + digest + " signature=", `error status=1149`},
	{"sign-message provider=1 name=6869 algorithm=ecdsa:sha-256 message=", `ok signature=([0-9a-f]{128})`},
	{"verify-message provider=1 name=6869 algorithm=ecdsa:sha-256 message= signature={}", `ok`},
	{"verify-message provider=1 name=6869 algorithm=ecdsa:sha-256 message=00 signature={}", `error status=1149`},
	{"sign-message provider=1 name=6869 algorithm=ecdsa:any message=", `error status=1133`},
	{"sign-message provider=1 name=6869 algorithm=gcm message=", `unsupported`},

	{"generate provider=1 name=61 type=aes bits=256 usage=encrypt,decrypt algorithm=gcm:12", `ok`},
	{"generate provider=1 name=61 type=aes bits=256 usage=encrypt algorithm=gcm", `error status=1139`},
	{"attributes provider=1 name=61", `ok type=aes bits=256 usage=encrypt,decrypt algorithm=gcm:12`},
	{"aead-encrypt provider=1 name=61 algorithm=gcm:12 nonce=" + digest[:24] + " aad= plaintext=0102", `ok ciphertext=([0-9a-f]{28})`},
	{"aead-decrypt provider=1 name=61 algorithm=gcm:12 nonce=" + digest[:24] + " aad= ciphertext={}", `ok plaintext=0102`},
	{"aead-decrypt provider=1 name=61 algorithm=gcm:12 nonce=" + digest[:24] + " aad=00 ciphertext={}", `error status=1149`},
	{"generate provider=1 name=63 type=aes bits=128 usage=encrypt,decrypt algorithm=cbc-pkcs7", `ok`},
	{"cipher-encrypt provider=1 name=63 algorithm=cbc-pkcs7 plaintext=01", `ok ciphertext=([0-9a-f]{64})`},
	{"cipher-decrypt provider=1 name=63 algorithm=cbc-pkcs7 ciphertext={}", `ok plaintext=01`},
	{"import provider=1 name=68 type=hmac bits=0 usage=sign-message,verify-message,export algorithm=hmac:sha-256:16 data=" + digest, `ok`},
	{"attributes provider=1 name=68", `ok type=hmac bits=256 usage=export,sign-message,verify-message algorithm=hmac:sha-256:16`},
	{"export provider=1 name=68", `ok data=` + digest},
	{"mac-compute provider=1 name=68 algorithm=hmac:sha-256:16 data=00", `ok mac=([0-9a-f]{32})`},
	{"mac-verify provider=1 name=68 algorithm=hmac:sha-256:16 data=00 mac={}", `ok`},
	{"mac-verify provider=1 name=68 algorithm=hmac:sha-256:16 data=01 mac={}", `error status=1149`},
	{"generate provider=1 name=72 type=rsa-key-pair bits=2048 usage=encrypt,decrypt algorithm=rsa-oaep:sha-256", `ok`},
	{"asymmetric-encrypt provider=1 name=72 algorithm=rsa-oaep:sha-256 salt=01 plaintext=0102", `ok ciphertext=([0-9a-f]{512})`},
	{"asymmetric-decrypt provider=1 name=72 algorithm=rsa-oaep:sha-256 salt=01 ciphertext={}", `ok plaintext=0102`},
	{"asymmetric-decrypt provider=1 name=72 algorithm=rsa-oaep:sha-256 salt= ciphertext={}", `error status=1150`},
	{"generate provider=1 name=78 type=ecc-key-pair:montgomery bits=255 usage=derive algorithm=ecdh", `ok`},
	{"agree provider=1 name=78 algorithm=ecdh peer=09" + digest[2:], `ok secret=[0-9a-f]{64}`},
	{"keys", `ok keys=1:61,1:63,1:68,1:6869,1:72,1:78`},

	{"hash-compute provider=1 algorithm=sha-256 data=", `ok hash=(e3b0c442[0-9a-f]{56})`},
	{"hash-compare provider=1 algorithm=sha-256 data= hash={}", `ok`},
	{"hash-compare provider=1 algorithm=sha-256 data=00 hash={}", `error status=1149`},
	{"random provider=1 size=16", `ok data=[0-9a-f]{32}`},
	{"random provider=1 size=0", `ok data=`},
	{"random provider=9 size=1", `error status=6`},
	{"can-do provider=1 check=generate type=aes bits=128 usage=encrypt algorithm=gcm", `ok`},
	{"can-do provider=1 check=derive type=aes bits=128 usage=encrypt algorithm=gcm", `no`},
	{"can-do provider=1 check=use type=sphinx bits=128 usage= algorithm=none", `unsupported`},

	{"generate provider=1 name=7a type=aes bits=128 usage=dance algorithm=none", `unsupported`},
	{"generate provider=1 name=7a type=aes bits=128 usage= algorithm=ecdsa:md7", `unsupported`},
	{"generate provider=1 name=ff type=aes bits=128 usage= algorithm=none", `error client=usage`},
	{"generate provider=1 name=7a", `error client=usage`},
	{"sign-hash provider=1 name=zz algorithm=ecdsa-any hash=", `error client=usage`},
	{"destroy provider=1 name=61", `ok`},
	{"destroy provider=1 name=61", `error status=1140`},
}

func TestEveryLineIsAnswered(t *testing.T) {
	told, remembered := map[string]bool{}, ""
	for _, lines := range story {
		line := strings.ReplaceAll(lines[0], "{}", remembered)
		told[strings.Fields(line)[0]] = true
		given := answer(context.Background(), client, line)
		found := regexp.MustCompile("^" + lines[1] + "$").FindStringSubmatch(given)
		if found == nil {
			t.Errorf("%s\n  gave %s\n  and not %s", line, given, lines[1])
		}
		if len(found) > 1 {
			remembered = found[1]
		}
	}
	for operation := range operations {
		if !told[operation] {
			t.Errorf("%s is not tested", operation)
		}
	}
}

func TestAServiceThatIsNotThereIsSaidToBe(t *testing.T) {
	nobody, err := keystead.NewClient(keystead.WithEndpoint("unix:/nonexistent/s.sock"))
	if err != nil {
		t.Fatal(err)
	}
	if given := answer(context.Background(), nobody, "ping"); given != "error client=connection" {
		t.Error(given)
	}
}

func TestTheWordsOfAlgorithmsAndTypesComeBack(t *testing.T) {
	for _, word := range []string{"none", "sha3-512", "rsa-pkcs1v15-sign:sha-256", "rsa-pkcs1v15-sign-raw", "rsa-pss:any",
		"ecdsa:any", "ecdsa-any", "deterministic-ecdsa:sha-512-256", "rsa-pkcs1v15-crypt", "rsa-oaep:sha-1", "gcm", "ccm:4",
		"chacha20-poly1305", "stream-cipher", "ctr", "cfb", "ofb", "xts", "ecb", "cbc", "cbc-pkcs7", "hmac:sha-256",
		"cbc-mac", "cmac", "hmac:sha-384:20", "cbc-mac:8", "cmac:0", "ecdh", "ffdh"} {
		r := &request{}
		if back := algorithmWord(r.algorithm(word)); back != word || r.failure != nil {
			t.Errorf("%s became %s: %v", word, back, r.failure)
		}
	}
	for _, word := range []string{"raw-data", "hmac", "derive", "aes", "des", "camellia", "arc4", "chacha20", "rsa-key-pair",
		"rsa-public-key", "ecc-key-pair:frp", "ecc-public-key:sect-r1", "dh-key-pair:rfc7919", "dh-public-key:rfc7919"} {
		r := &request{}
		if back := typeWord(r.keyType(word)); back != word || r.failure != nil {
			t.Errorf("%s became %s: %v", word, back, r.failure)
		}
	}
}
