/** How long a call may take in all, in milliseconds: slow tokens make RSA keys for tens of seconds. */
export const DEFAULT_TIMEOUT: 60000;
/**
 * The longest time limit of a call, in milliseconds: what Node's timers can hold (24 days).
 */
export const MAX_TIMEOUT: number;
/**
 * How long the client looks for a key whose creation ran out of time, beyond the call's own time, in milliseconds: one
 * short question to the service's records, which no token slows down.
 */
export const LOOK_UP_TIMEOUT: 5000;
/**
 * How long an unused connection is kept, in milliseconds. The service closes after 30 s; before that it is closed here,
 * so that a request rarely meets a connection that has just gone.
 */
export const MAX_IDLE: 25000;
/** Connections of a client open at once. The service counts connections by uid. */
export const MAX_CONNECTIONS: 32;
/**
 * Connections that requests share before several of them are put on one: the service works on each connection's
 * requests one after the other, so a few connections keep its cores busy, and more only cost.
 */
export const MAX_SHARED_CONNECTIONS: 4;
/** Requests sent ahead of their answers on one connection. The service takes in 32 at most (wire contract 1.6). */
export const MAX_IN_FLIGHT: 32;
/**
 * Longest body of an answer in bytes: the service's limit on what an operation gives (wire contract 1.6), and room for
 * the protobuf fields around it.
 */
export const MAX_ANSWER_BYTES: number;
/** Bytes read from the socket at once. */
export const INBOX_BYTES: 65536;
/** Longest name of a key in bytes of UTF-8 (wire contract 4.4). */
export const MAX_NAME_BYTES: 65535;
/** Longest authentication part of a request in bytes: what its header can say. */
export const MAX_AUTH_BYTES: 65535;
/** Longest path of a Unix socket in bytes; the kernel has room for a terminator after it. */
export const MAX_SOCKET_PATH_BYTES: 107;
/**
 * The first pause, in milliseconds, before something that may soon be possible is tried again (a token that is not there
 * yet, or that the service does not know yet).
 */
export const FIRST_PAUSE: 20;
/** Pauses double up to this many milliseconds, so that nobody waits much longer than for what it waits. */
export const LONGEST_PAUSE: 500;
/**
 * How long an identity provider whose socket nobody serves is waited for, in milliseconds: long enough for its restart,
 * short enough for whoever named a wrong socket.
 */
export const ABSENT_PROVIDER_PATIENCE: 5000;
/** How long the renewal of a token that is still good may hold up the call that begins it, in milliseconds. */
export const RENEWAL_TIMEOUT: 1000;
/** How long after a renewal that failed the next is tried, while the token is still good, in milliseconds. */
export const RENEWAL_RETRY: 5000;
/** No token is kept for longer, whatever it says, in milliseconds: the ceiling of the service too. */
export const MAX_TOKEN_LIFETIME: 3600000;
