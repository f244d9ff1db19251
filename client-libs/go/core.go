// What the service says of itself, and of the caller's keys.

package keystead

import (
	"context"
	"errors"

	"keystead/client-go/internal/wire"
)

// ProviderInfo is what the service says of one of its providers.
type ProviderInfo struct {
	// ID is the provider's number, for Client.WithProvider.
	ID ProviderID
	// UUID stands for the kind of provider.
	UUID string
	// Description and Vendor are for people.
	Description, Vendor string
	// Major, Minor and Revision are its version.
	Major, Minor, Revision uint32
}

// AuthenticatorInfo is what the service says of one way to identify oneself.
type AuthenticatorInfo struct {
	// ID is the authentication type (wire contract 2.1).
	ID uint32
	// Description is for people.
	Description string
	// Major, Minor and Revision are its version.
	Major, Minor, Revision uint32
}

// KeyInfo is what the service says of one of the caller's keys.
type KeyInfo struct {
	// Provider is where the key lives.
	Provider ProviderID
	// Name is how the caller calls it.
	Name string
	// Attributes are its type, size and policy.
	Attributes KeyAttributes
}

// Check is a question about keys of some attributes.
type Check int32

// The questions, by their numbers in the contract.
const (
	CheckUse      Check = 1
	CheckGenerate Check = 2
	CheckImport   Check = 3
	CheckDerive   Check = 4
)

// Ping asks whether anybody is there; the answer is the version of the protocol.
func (c *Client) Ping(ctx context.Context) (major, minor uint32, err error) {
	var result wire.PingResult
	err = c.call(ctx, OpPing, &wire.Ping{}, &result)
	return result.WireProtocolVersionMaj, result.WireProtocolVersionMin, err
}

// ListProviders gives the providers in the order in which they are configured, the service itself last. The first is the
// default. Providers with numbers above 255, which no header can name, are left out.
func (c *Client) ListProviders(ctx context.Context) ([]ProviderInfo, error) {
	return c.providers(c.deadline(ctx))
}

func (c *Client) providers(d deadline) ([]ProviderInfo, error) {
	var result wire.ListProvidersResult
	if err := c.callBy(d, OpListProviders, &wire.ListProviders{}, &result); err != nil {
		return nil, err
	}
	providers := make([]ProviderInfo, 0, len(result.Providers))
	for _, p := range result.Providers {
		if p.Id > 255 {
			continue
		}
		providers = append(providers, ProviderInfo{
			ID: ProviderID(p.Id), UUID: p.Uuid, Description: p.Description, Vendor: p.Vendor,
			Major: p.VersionMaj, Minor: p.VersionMin, Revision: p.VersionRev,
		})
	}
	return providers, nil
}

// ListOpcodes gives the operations that a provider has.
func (c *Client) ListOpcodes(ctx context.Context, provider ProviderID) ([]Opcode, error) {
	var result wire.ListOpcodesResult
	if err := c.call(ctx, OpListOpcodes, &wire.ListOpcodes{ProviderId: uint32(provider)}, &result); err != nil {
		return nil, err
	}
	opcodes := make([]Opcode, len(result.Opcodes))
	for i, opcode := range result.Opcodes {
		opcodes[i] = Opcode(opcode)
	}
	return opcodes, nil
}

// ListAuthenticators gives the authenticators in the order in which they are configured.
func (c *Client) ListAuthenticators(ctx context.Context) ([]AuthenticatorInfo, error) {
	var result wire.ListAuthenticatorsResult
	if err := c.call(ctx, OpListAuthenticators, &wire.ListAuthenticators{}, &result); err != nil {
		return nil, err
	}
	authenticators := make([]AuthenticatorInfo, len(result.Authenticators))
	for i, a := range result.Authenticators {
		authenticators[i] = AuthenticatorInfo{
			ID: a.Id, Description: a.Description, Major: a.VersionMaj, Minor: a.VersionMin, Revision: a.VersionRev,
		}
	}
	return authenticators, nil
}

// ListKeys gives the caller's keys on all providers.
func (c *Client) ListKeys(ctx context.Context) ([]KeyInfo, error) { return c.keys(c.deadline(ctx)) }

func (c *Client) keys(d deadline) ([]KeyInfo, error) {
	var result wire.ListKeysResult
	if err := c.callBy(d, OpListKeys, &wire.ListKeys{}, &result); err != nil {
		return nil, err
	}
	keys := make([]KeyInfo, 0, len(result.Keys))
	for _, key := range result.Keys {
		if key.ProviderId > 255 {
			continue
		}
		info := KeyInfo{Provider: ProviderID(key.ProviderId), Name: key.Name, Attributes: attributesOf(key.Attributes)}
		keys = append(keys, info)
	}
	return keys, nil
}

// KeyAttributes gives the attributes of the caller's key of this name on this client's provider. A key of that name on
// another provider is another key. No such key is a refusal with PsaErrorDoesNotExist, as of other operations.
func (c *Client) KeyAttributes(ctx context.Context, name string) (KeyAttributes, error) {
	d := c.deadline(ctx)
	attributes, err := c.findKey(d, name)
	if err != nil {
		return KeyAttributes{}, err
	}
	if attributes == nil {
		return KeyAttributes{}, refused(OpListKeys, PsaErrorDoesNotExist)
	}
	return *attributes, nil
}

// findKey gives nil if there is no such key.
func (c *Client) findKey(d deadline, name string) (*KeyAttributes, error) {
	provider, err := c.provider(d)
	if err != nil {
		return nil, err
	}
	keys, err := c.keys(d)
	if err != nil {
		return nil, err
	}
	for i := range keys {
		if keys[i].Provider == provider && keys[i].Name == name {
			return &keys[i].Attributes, nil
		}
	}
	return nil, nil
}

// CanDo tells whether this client's provider could do that with a key of these attributes; 0 bits stand for any size.
func (c *Client) CanDo(ctx context.Context, check Check, attributes KeyAttributes) (bool, error) {
	message, err := attributes.message()
	if err != nil {
		return false, of(OpCanDoCrypto, err)
	}
	question := &wire.CanDoCrypto{CheckType: wire.CheckType(check), Attributes: message}
	err = c.call(ctx, OpCanDoCrypto, question, &wire.CanDoCryptoResult{})
	if errors.Is(err, PsaErrorNotSupported) {
		return false, nil
	}
	return err == nil, err
}
