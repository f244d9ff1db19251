// The daemons' programs: where they are, how they start and end.

package testservice

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Variable names the service's binary; the other daemons' lie beside it. Without it, the service that was built last in this
// repository is taken.
const Variable = "KEYSTEAD_SERVICE_BINARY"

// patience is how long a daemon may take to start and to stop, on a machine that does much else.
const patience = 60 * time.Second

// run starts a process, and waits for a line with these words, with which it says that it is ready.
func run(words string, arguments ...string) (*exec.Cmd, error) {
	process := exec.Command(arguments[0], arguments[1:]...)
	// It must not outlive tests that are killed.
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	output, err := process.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, err
	}
	ready := make(chan error, 1)
	go func() {
		var said strings.Builder
		isReady := false
		for lines := bufio.NewScanner(output); lines.Scan(); {
			// What comes later is read too, so that the process never waits for a reader.
			if !isReady && strings.Contains(lines.Text(), words) {
				isReady = true
				ready <- nil
			}
			if !isReady {
				said.WriteString(lines.Text() + "\n")
			}
		}
		if !isReady {
			ready <- fmt.Errorf("%s ended: %s", filepath.Base(arguments[0]), said.String())
		}
	}()
	select {
	case err = <-ready:
	case <-time.After(patience):
		err = fmt.Errorf("%s does not start", filepath.Base(arguments[0]))
	}
	if err != nil {
		end(process)
		return nil, err
	}
	return process, nil
}

// end asks a process to end, and kills it if it does not.
func end(process *exec.Cmd) {
	_ = process.Process.Signal(syscall.SIGTERM)
	killer := time.AfterFunc(patience, func() { _ = process.Process.Kill() })
	_ = process.Wait()
	killer.Stop()
}

// binary finds a daemon's program.
func binary(name string) (string, error) {
	service := os.Getenv(Variable)
	if service == "" {
		var err error
		if service, err = newest(); err != nil {
			return "", err
		}
	}
	path := service
	if name != "keystead-service" {
		path = filepath.Join(filepath.Dir(service), name)
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("build the daemons with `cargo build --workspace`: %w", err)
	}
	return path, nil
}

// newest is the service that was built last in this repository.
func newest() (string, error) {
	root, err := workspace()
	if err != nil {
		return "", err
	}
	found, when := "", time.Time{}
	for _, profile := range []string{"debug", "release"} {
		path := filepath.Join(root, "target", profile, "keystead-service")
		if info, err := os.Stat(path); err == nil && info.ModTime().After(when) {
			found, when = path, info.ModTime()
		}
	}
	if found == "" {
		return "", fmt.Errorf("no service to test with: build it with `cargo build --workspace`, or set %s", Variable)
	}
	return found, nil
}

// workspace is the repository's root: tests run in their package's folder.
func workspace() (string, error) {
	at, err := os.Getwd()
	for err == nil && at != "/" {
		if _, missing := os.Stat(filepath.Join(at, "Cargo.lock")); missing == nil {
			return at, nil
		}
		at = filepath.Dir(at)
	}
	return "", errors.New("the tests do not run in the repository")
}
