// An identity provider beside the service, and applications with identities.

package testservice

import (
	"os"
	"os/exec"
	"path/filepath"
)

// tokens are what the service's configuration says of the identity provider.
const tokens = `[[authenticator]]
kind = "jwt"
trust_domain = "localhost"
identity_provider_user = "self"
`

const identityProvider = `[identity_provider]
socket_path = "identity.sock"
admin_socket_path = "identity-admin.sock"
[[service]]
admin_socket_path = "service-admin.sock"
spiffe_id = "spiffe://localhost/keystead-service"
[[mapping]]
identity = "spiffe://localhost/{*}"
`

const orchestrator = `[orchestrator]
socket_path = "orchestrator.sock"
identity_admin_socket_path = "identity-admin.sock"
state_path = "orchestrator"
[[allow]]
uids = ["self"]
identities = ["spiffe://localhost/*"]
`

// Parties are a service, the identity provider whose tokens it believes, and the orchestrator that vouches for applications.
type Parties struct {
	Service                *Service
	provider, orchestrator *exec.Cmd
}

// StartParties starts all three.
func StartParties() (*Parties, error) {
	service, err := Start(tokens)
	if err != nil {
		return nil, err
	}
	p := &Parties{Service: service}
	if err = p.startOthers(); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

func (p *Parties) startOthers() (err error) {
	if p.provider, err = p.start("keystead-identity-provider", identityProvider); err != nil {
		return err
	}
	p.orchestrator, err = p.start("keystead-orchestrator", orchestrator, "daemon")
	return err
}

func (p *Parties) start(name, config string, arguments ...string) (*exec.Cmd, error) {
	path, err := binary(name)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(p.Service.folder, name+".toml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return nil, err
	}
	arguments = append(append([]string{path}, arguments...), "--config", file)
	return run(" ready ", arguments...)
}

// Command is a command that has an identity from its first instruction on, and finds the service and the identity provider in
// its environment.
func (p *Parties) Command(identity string, command ...string) (*exec.Cmd, error) {
	path, err := binary("keystead-orchestrator")
	if err != nil {
		return nil, err
	}
	folder := p.Service.folder
	arguments := []string{"run", "--identity", identity, "--socket", filepath.Join(folder, "orchestrator.sock"), "--"}
	application := exec.Command(path, append(arguments, command...)...)
	application.Env = append(os.Environ(), "KEYSTEAD_SERVICE_ENDPOINT="+p.Service.Endpoint,
		"KEYSTEAD_IDENTITY_ENDPOINT=unix:"+filepath.Join(folder, "identity.sock"))
	return application, nil
}

// RestartIdentityProvider ends the identity provider and starts another, which knows nobody at first.
func (p *Parties) RestartIdentityProvider() (err error) {
	end(p.provider)
	p.provider, err = p.start("keystead-identity-provider", identityProvider)
	return err
}

// Stop ends all three.
func (p *Parties) Stop() {
	for _, process := range []*exec.Cmd{p.orchestrator, p.provider} {
		if process != nil {
			end(process)
		}
	}
	p.Service.Stop()
}
