// The client: how every call is made. The operations are in the files beside it.

package keystead

import (
	"context"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"
)

// Client is a client of the service. It may be used by many goroutines at once; it keeps as many connections as calls are
// made at once. Nothing is sent before the first call.
type Client struct {
	shared  *shared
	chosen  ProviderID
	timeout time.Duration
}

// shared is what a client has in common with those that were made from it.
type shared struct {
	endpoint   Endpoint
	credential Credential
	maxAnswer  int
	pool       pool
	// firstProvider is the first of ListProviders, asked once; 0 before.
	firstProvider atomic.Uint32
}

// Option is a wish for a new Client.
type Option func(*Client)

// WithEndpoint names the service, in the place of EndpointFromEnvironment.
func WithEndpoint(endpoint Endpoint) Option {
	return func(c *Client) { c.shared.endpoint = endpoint }
}

// WithCredential identifies the client, in the place of CredentialFromEnvironment.
func WithCredential(credential Credential) Option {
	return func(c *Client) { c.shared.credential = credential }
}

// WithMaxAnswer takes answers with bodies of up to so many bytes, in the place of DefaultMaxAnswer: for services whose
// limits were raised.
func WithMaxAnswer(bytes int) Option {
	return func(c *Client) { c.shared.maxAnswer = bytes }
}

// NewClient gives a client of the service that the environment names (see EndpointFromEnvironment). It is identified by
// tokens if the environment names an identity provider too, else by the process's effective uid (see
// CredentialFromEnvironment).
func NewClient(options ...Option) (*Client, error) {
	client := &Client{shared: &shared{maxAnswer: DefaultMaxAnswer}, timeout: DefaultTimeout}
	for _, wish := range options {
		wish(client)
	}
	var err error
	if client.shared.endpoint == "" {
		client.shared.endpoint, err = EndpointFromEnvironment()
	} else {
		_, err = client.shared.endpoint.path()
	}
	switch credential := client.shared.credential; {
	case err != nil:
	case credential.kind == authNone:
		client.shared.credential, err = CredentialFromEnvironment()
	case credential.kind == authToken && credential.source == nil:
		err = usage("a credential of tokens needs their source")
	}
	if err != nil {
		return nil, err
	}
	return client, nil
}

// WithProvider gives the same client, with its cryptographic calls going to this provider instead of the first that the
// service lists. Both share their connections.
func (c *Client) WithProvider(provider ProviderID) *Client {
	other := *c
	other.chosen = provider
	return &other
}

// WithTimeout gives the same client, with another time limit for each of its calls than DefaultTimeout. A context that ends
// sooner counts too.
func (c *Client) WithTimeout(timeout time.Duration) *Client {
	other := *c
	other.timeout = timeout
	return &other
}

// Endpoint is where the service listens.
func (c *Client) Endpoint() Endpoint { return c.shared.endpoint }

// Close ends the connections that are kept and not in use. The client can still be used; it connects again.
func (c *Client) Close() error {
	c.shared.pool.closeIdle()
	return nil
}

// Provider gives the provider to which cryptographic calls go: the chosen one, else the first that the service lists.
func (c *Client) Provider(ctx context.Context) (ProviderID, error) {
	return c.provider(c.deadline(ctx))
}

func (c *Client) provider(d deadline) (ProviderID, error) {
	if c.chosen != ProviderCore {
		return c.chosen, nil
	}
	if first := c.shared.firstProvider.Load(); first != 0 {
		return ProviderID(first), nil
	}
	providers, err := c.providers(d)
	if err != nil {
		return 0, err
	}
	if len(providers) == 0 || providers[0].ID == ProviderCore {
		return 0, usage("the service has no provider of cryptography")
	}
	c.shared.firstProvider.Store(uint32(providers[0].ID))
	return providers[0].ID, nil
}

func (c *Client) deadline(ctx context.Context) deadline { return deadlineAfter(ctx, c.timeout) }

// call asks and decodes the answer into result.
func (c *Client) call(ctx context.Context, op Opcode, question, result proto.Message) error {
	return c.callBy(c.deadline(ctx), op, question, result)
}

func (c *Client) callBy(d deadline, op Opcode, question, result proto.Message) error {
	request, err := c.request(d, op, question)
	if err != nil {
		return of(op, err)
	}
	defer request.wipe()
	return c.send(d, request, result)
}

// send sends a request and decodes its answer into result.
func (c *Client) send(d deadline, request *request, result proto.Message) error {
	answer, err := c.exchange(request, d)
	if err == nil {
		err = answer.decode(request.op, result)
	}
	return of(request.op, err)
}

// request encodes a question. What anybody may ask is sent without the credential.
func (c *Client) request(d deadline, op Opcode, question proto.Message) (*request, error) {
	provider := ProviderCore
	var err error
	if !operations[op].core {
		if provider, err = c.provider(d); err != nil {
			return nil, err
		}
	}
	if operations[op].open {
		return newRequest(op, provider, question, authNone, nil)
	}
	kind, proof, token, err := c.shared.credential.proof(d)
	if err != nil {
		return nil, err
	}
	request, err := newRequest(op, provider, question, kind, proof)
	if err == nil {
		request.token = token
	}
	return request, err
}

// exchange sends a request and receives its answer. What was refused for a stale token was not begun: it is sent again with
// a new one, at first at once, then with pauses, until the deadline.
func (c *Client) exchange(request *request, d deadline) (*answer, error) {
	var pauses *backoff
	for {
		answer, err := c.exchangeOnce(request, d)
		if err != nil || request.token == nil || answer.header.status() != StatusAuthStale {
			return answer, err
		}
		// A new token may be as stale: the service has not heard of the identity provider's new key yet.
		if pauses == nil {
			pauses = new(backoff)
		} else if !pauses.pause(d) {
			return answer, nil
		}
		token, err := c.shared.credential.source.other(request.token, d)
		if err != nil {
			return nil, err
		}
		if err := request.showToken(token); err != nil {
			return nil, err
		}
	}
}

// exchangeOnce sends a request and receives its answer. A kept connection may turn out to have been closed by the service: a
// request that did not leave whole was not executed, and one that changes nothing may be executed twice, so both are
// repeated once, on a fresh connection.
func (c *Client) exchangeOnce(request *request, d deadline) (*answer, error) {
	changes := operations[request.op].changes
	if kept := c.shared.pool.take(changes); kept != nil {
		answer, left, err := kept.tryExchange(request, d)
		c.shared.pool.giveBack(kept)
		if err == nil || !isBrokenConnection(err) || left && changes {
			return answer, err
		}
	}
	fresh, err := connect(c.shared.endpoint, d, c.shared.maxAnswer)
	if err != nil {
		return nil, err
	}
	defer c.shared.pool.giveBack(fresh)
	return fresh.exchange(request, d)
}
