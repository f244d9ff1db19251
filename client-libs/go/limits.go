// Every limit of the client, with its unit and reason.

package keystead

import "time"

const (
	// DefaultTimeout is how long a call may take in all, from looking for a connection to the last byte of its answer.
	// Slow tokens make RSA keys for tens of seconds.
	DefaultTimeout = 60 * time.Second

	// DefaultMaxAnswer is the longest body of an answer in bytes: the service sends 1 MiB of payload at most, and a
	// little around it. WithMaxAnswer raises it for services that were told to send more.
	DefaultMaxAnswer = 1<<20 + 64<<10

	// lookUpTimeout is how long the client looks for a key whose creation ran out of time, beyond the call's own time:
	// one short question to the service's records, which no token slows down.
	lookUpTimeout = 5 * time.Second

	// maxIdle is how long an unused connection is kept. The service closes after 30 s; before that it is closed here, so
	// that a request rarely meets a connection that has just gone.
	maxIdle = 25 * time.Second

	// trustedIdle: a connection unused for longer is looked at before a request is put on it.
	trustedIdle = time.Second

	// maxKeptConnections is how many unused connections a client keeps: more calls at once than that are rare, and the
	// service counts connections by uid.
	maxKeptConnections = 32

	// inboxBytes are read from the socket at once: most answers whole.
	inboxBytes = 8 << 10

	// maxSocketPath is the longest path of a Unix socket in bytes (unix(7): 108 with the zero that ends it).
	maxSocketPath = 107

	// firstPause is the first pause before something that may soon be possible is tried again (a token that is not there
	// yet, or that the service does not know yet). An identity provider that was restarted is believed again within
	// about 100 ms.
	firstPause = 20 * time.Millisecond

	// longestPause: pauses double up to this, so that nobody waits much longer than for what it waits.
	longestPause = 500 * time.Millisecond

	// absentProviderPatience is how long an identity provider whose socket nobody serves is waited for: long enough for
	// its restart, short enough for whoever named a wrong socket.
	absentProviderPatience = 5 * time.Second

	// renewalTimeout is how long the renewal of a token that is still good may hold up the call that begins it.
	renewalTimeout = time.Second

	// renewalRetry is how long after a renewal that failed the next is tried, while the token is still good.
	renewalRetry = 5 * time.Second

	// maxTokenLifetime: no token is kept for longer, whatever it says: the ceiling of the service too.
	maxTokenLifetime = time.Hour

	// maxRandomRequest is how many random bytes are asked for at once: the service gives no more by default.
	maxRandomRequest = 1 << 20
)
