// Package testservice runs the real service for tests, with a configuration and a state of its own.
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

// Variable names the service's binary. Without it, the one that was built last in this repository is taken.
const Variable = "KEYSTEAD_SERVICE_BINARY"

// patience is how long the service may take to start and to stop, on a machine that does much else.
const patience = 60 * time.Second

// Service is a running service with the software provider alone, whose administrator is the user who runs the tests.
type Service struct {
	// Endpoint is where it listens.
	Endpoint string
	folder   string
	process  *exec.Cmd
}

// Start starts a service and waits until it listens. extra is added to the end of its configuration.
func Start(extra string) (*Service, error) {
	binary, err := binary()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "keystead-go-")
	if err != nil {
		return nil, err
	}
	socket := filepath.Join(folder, "s.sock")
	config := fmt.Sprintf(`[service]
socket_path = %q
state_directory = %q
[[authenticator]]
kind = "unix-peer-credentials"
admins = ["self"]
[[provider]]
kind = "software"
%s`, socket, filepath.Join(folder, "state"), extra)
	file := filepath.Join(folder, "config.toml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return nil, err
	}
	service := &Service{Endpoint: "unix:" + socket, folder: folder, process: exec.Command(binary, "--config", file)}
	// It must not outlive a test that was killed.
	service.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := service.run(); err != nil {
		service.Stop()
		return nil, err
	}
	return service, nil
}

// run starts the process, and waits for the line with which it says that it serves.
func (s *Service) run() error {
	output, err := s.process.StderrPipe()
	if err != nil {
		return err
	}
	if err := s.process.Start(); err != nil {
		return err
	}
	ready := make(chan error, 1)
	go func() {
		var said strings.Builder
		told := false
		for lines := bufio.NewScanner(output); lines.Scan(); {
			if !told && strings.Contains(lines.Text(), "serving endpoint=") {
				ready <- nil
				told = true
			}
			if !told {
				said.WriteString(lines.Text() + "\n")
			}
		}
		if !told {
			ready <- errors.New("the service ended: " + said.String())
		}
	}()
	select {
	case err := <-ready:
		return err
	case <-time.After(patience):
		return errors.New("the service does not start")
	}
}

// Stop ends the service and removes what it wrote.
func (s *Service) Stop() {
	if s.process.Process != nil {
		_ = s.process.Process.Signal(syscall.SIGTERM)
		killer := time.AfterFunc(patience, func() { _ = s.process.Process.Kill() })
		_ = s.process.Wait()
		killer.Stop()
	}
	_ = os.RemoveAll(s.folder)
}

// Restart stops the process and starts another with the same state, at the same endpoint.
func (s *Service) Restart() error {
	arguments := s.process.Args
	_ = s.process.Process.Signal(syscall.SIGTERM)
	_ = s.process.Wait()
	s.process = exec.Command(arguments[0], arguments[1:]...)
	s.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return s.run()
}

func binary() (string, error) {
	if path := os.Getenv(Variable); path != "" {
		return path, nil
	}
	root, err := workspace()
	if err != nil {
		return "", err
	}
	newest, when := "", time.Time{}
	for _, profile := range []string{"debug", "release"} {
		path := filepath.Join(root, "target", profile, "keystead-service")
		if info, err := os.Stat(path); err == nil && info.ModTime().After(when) {
			newest, when = path, info.ModTime()
		}
	}
	if newest == "" {
		return "", fmt.Errorf("no service to test with: build it with `cargo build`, or set %s", Variable)
	}
	return newest, nil
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
