"""Every limit of the client, with its unit and reason."""

# How long a call may take in all, in seconds, from looking for a connection to the last byte of its answer. Slow tokens
# make RSA keys for tens of seconds; Parsec's Rust client waits as long.
DEFAULT_TIMEOUT = 60.0

# How long the client looks for a key whose creation ran out of time, in seconds beyond the call's own: one short
# question to the service's records, which no token slows down.
LOOK_UP_TIMEOUT = 5.0

# How long an unused connection is kept, in seconds. The service closes after 30; before that it is closed here, so that
# a request rarely meets a connection that has just gone.
MAX_IDLE = 25.0

# A connection unused for longer than this, in seconds, is looked at before a request is put on it.
TRUSTED_IDLE = 1.0

# Unused connections kept by a client: more threads than that are rare, and the service counts connections by uid.
MAX_KEPT_CONNECTIONS = 32

# Longest body of an answer in bytes: the contract's 1,048,576 of payload, and a margin for what is around it.
MAX_ANSWER_BYTES = 1_048_576 + 65_536

# Longest body of a request in bytes, and longest authentication part: what a header can say.
MAX_BODY_BYTES = 0xFFFF_FFFF
MAX_AUTH_BYTES = 0xFFFF

# Bytes read from the socket at once: most answers whole.
INBOX_BYTES = 8 * 1024

# The first pause, in seconds, before something that may soon be possible is tried again (a token that is not there yet,
# or that the service does not know yet). An identity provider that was restarted is believed again within about 0.1 s.
FIRST_PAUSE = 0.020

# Pauses double up to this, in seconds, so that nobody waits much longer than for what it waits.
LONGEST_PAUSE = 0.5

# How long an identity provider whose socket nobody serves is waited for, in seconds: long enough for its restart, short
# enough for whoever named a wrong socket.
ABSENT_PROVIDER_PATIENCE = 5.0

# How long the renewal of a token that is still good may hold up the call that happens to begin it, in seconds.
RENEWAL_TIMEOUT = 1.0

# How long after a renewal that failed the next is tried, in seconds, while the token is still good.
RENEWAL_RETRY = 5.0

# No token is kept for longer, in seconds, whatever it says: the ceiling of the service too.
MAX_TOKEN_LIFETIME = 3_600.0
