// The runner of e2e_tests/scenarios: reads a request a line, does it with the library, writes an answer a line. It knows
// nothing of stories.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"

	keystead "keystead/client-go"
)

// maxLine is the longest line in bytes: a body of the service's limit in hexadecimal, and room for the rest.
const maxLine = 4 << 20

func main() {
	client, err := keystead.NewClient()
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, maxLine)
	answers := bufio.NewWriter(os.Stdout)
	for lines.Scan() {
		if lines.Text() == "" {
			continue
		}
		fmt.Fprintln(answers, answer(context.Background(), client, lines.Text()))
		if err := answers.Flush(); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
