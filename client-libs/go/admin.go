// What an administrator may ask.

package keystead

import (
	"context"
	"time"

	"keystead/client-go/internal/wire"
)

// Health is how the service is doing.
type Health struct {
	// Version is the service's.
	Version string
	// Uptime is how long it has been running, in whole seconds.
	Uptime time.Duration
	// Requests were answered since the start; Panics were caught, each of which ended one of them.
	Requests, Panics uint64
	// Connections are open now; Keys are in the store.
	Connections, Keys uint64
	// Providers are those of the configuration.
	Providers []ProviderHealth
	// Damaged are the keys whose record no longer opens.
	Damaged []DamagedRecord
	// Quarantined are the clients that are refused until an administrator releases them.
	Quarantined []QuarantinedClient
}

// ProviderHealth is how a provider is doing.
type ProviderHealth struct {
	ID ProviderID
	// Name is the one in the configuration.
	Name      string
	Available bool
	// Reason is why it is not available.
	Reason string
}

// DamagedRecord is a key whose record no longer opens: it was changed from outside, or by a failing disk.
type DamagedRecord struct {
	AuthType uint32
	Client   string
	Provider ProviderID
	KeyName  string
}

// QuarantinedClient is a client whose uid was given to another account, or has none any more.
type QuarantinedClient struct {
	AuthType       uint32
	Client, Reason string
}

// ListClients gives the names of the clients of the administrator's own authentication type that own keys.
func (c *Client) ListClients(ctx context.Context) ([]string, error) {
	var result wire.ListClientsResult
	err := c.call(ctx, OpListClients, &wire.ListClients{}, &result)
	return result.Clients, err
}

// DeleteClient destroys all keys of a client of the administrator's own authentication type. One that owns nothing is no
// error. If the answer is lost, the request is not sent again by itself: the client may have made new keys since.
func (c *Client) DeleteClient(ctx context.Context, client string) error {
	return c.call(ctx, OpDeleteClient, &wire.DeleteClient{Client: client}, &wire.DeleteClientResult{})
}

// Health tells how the service is doing. Parsec does not have this operation.
func (c *Client) Health(ctx context.Context) (Health, error) {
	var result wire.HealthResult
	if err := c.call(ctx, OpHealth, &wire.Health{}, &result); err != nil {
		return Health{}, err
	}
	health := Health{
		Version:     result.Version,
		Uptime:      time.Duration(min(result.UptimeSeconds, 1<<33)) * time.Second,
		Requests:    result.Requests,
		Panics:      result.Panics,
		Connections: result.Connections,
		Keys:        result.Keys,
	}
	for _, p := range result.Providers {
		info := ProviderHealth{ID: ProviderID(p.ProviderId), Name: p.Name, Available: p.Available, Reason: p.Reason}
		health.Providers = append(health.Providers, info)
	}
	for _, r := range result.DamagedRecords {
		record := DamagedRecord{r.AuthType, r.Client, ProviderID(r.ProviderId), r.KeyName}
		health.Damaged = append(health.Damaged, record)
	}
	for _, q := range result.Quarantined {
		health.Quarantined = append(health.Quarantined, QuarantinedClient{q.AuthType, q.Client, q.Reason})
	}
	return health, nil
}
