// Package testservice runs the real service for tests, with a configuration and a state of its own.
package testservice

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Service is a running service with the software provider alone, whose administrator is the user who runs the tests.
type Service struct {
	// Endpoint is where it listens.
	Endpoint  string
	folder    string
	arguments []string
	process   *exec.Cmd
}

// Start starts a service and waits until it listens. extra is added to the end of its configuration.
func Start(extra string) (*Service, error) {
	binary, err := binary("keystead-service")
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "keystead-go-")
	if err != nil {
		return nil, err
	}
	config := fmt.Sprintf(`[service]
socket_path = "s.sock"
admin_socket_path = "service-admin.sock"
state_directory = "state"
[[authenticator]]
kind = "unix-peer-credentials"
admins = ["self"]
[[provider]]
kind = "software"
%s`, extra)
	file := filepath.Join(folder, "config.toml")
	service := &Service{
		Endpoint: "unix:" + filepath.Join(folder, "s.sock"), folder: folder, arguments: []string{binary, "--config", file},
	}
	if err = os.WriteFile(file, []byte(config), 0o600); err == nil {
		service.process, err = run("serving endpoint=", service.arguments...)
	}
	if err != nil {
		_ = os.RemoveAll(folder)
		return nil, err
	}
	return service, nil
}

// Stop ends the service and removes what it wrote.
func (s *Service) Stop() {
	end(s.process)
	_ = os.RemoveAll(s.folder)
}

// Restart ends the process and starts another with the same state, at the same endpoint.
func (s *Service) Restart() (err error) {
	end(s.process)
	s.process, err = run("serving endpoint=", s.arguments...)
	return err
}
