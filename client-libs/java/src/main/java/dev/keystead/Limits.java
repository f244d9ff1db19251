// Every limit of the client, with its unit and reason.
package dev.keystead;

import java.time.Duration;

/** The numbers that bound what the client takes, keeps and waits for. */
final class Limits {
    /** How long a call may take in all: slow tokens make RSA keys for tens of seconds. Parsec's Rust client waits as long. */
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    /** How long a key whose creation was in doubt is looked for, beyond the call's own time: one short question. */
    static final Duration LOOK_UP_TIMEOUT = Duration.ofSeconds(5);

    /** How long an unused connection is kept. The service closes after 30 s; closing before makes that meeting rare. */
    static final Duration MAX_IDLE = Duration.ofSeconds(25);

    /** A connection unused for longer than this is looked at before a request is put on it. */
    static final Duration TRUSTED_IDLE = Duration.ofSeconds(1);

    /** How long an effective uid that was read is believed: reading it costs as much as a fifth of a signature. */
    static final Duration TRUSTED_UID = Duration.ofSeconds(1);

    /** Unused connections kept by a client: more threads than that are rare, and the service counts connections by uid. */
    static final int MAX_KEPT_CONNECTIONS = 32;

    /** Longest body of an answer in bytes: the contract's 1 MiB of payload, and what the encoding adds (wire contract 1.6). */
    static final int MAX_ANSWER_BYTES = 1_048_576 + 65_536;

    /** Longest name, and longest authentication part, in bytes (wire contract 4.4 and 1.1). */
    static final int MAX_NAME_BYTES = 65_535;

    /** Longest path of a socket in bytes (unix(7): 108 with the zero at its end). */
    static final int MAX_SOCKET_PATH_BYTES = 107;

    /** Bytes moved by one system call; most requests and answers fit. */
    static final int BUFFER_BYTES = 16 * 1024;

    /** Bytes of a file of /proc that are looked at: the real ones are shorter. */
    static final int MAX_PROC_BYTES = 16 * 1024;

    /** The first pause before something that may soon be possible is tried again. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    /** Pauses double up to this, so that nobody waits much longer than for what it waits. */
    static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    /** The pause before a service whose queue of connections is full is tried again. */
    static final Duration QUEUE_PAUSE = Duration.ofMillis(5);

    /** How long an identity provider whose socket nobody serves is waited for: long enough for its restart. */
    static final Duration ABSENT_PROVIDER_PATIENCE = Duration.ofSeconds(5);

    /** How long the renewal of a token that is still good may hold up the call that happens to begin it. */
    static final Duration RENEWAL_TIMEOUT = Duration.ofSeconds(1);

    /** How long after a renewal that failed the next is tried, while the token is still good. */
    static final Duration RENEWAL_RETRY = Duration.ofSeconds(5);

    /** No token is kept for longer, whatever it says: the ceiling of the service too. */
    static final Duration MAX_TOKEN_LIFETIME = Duration.ofHours(1);

    private Limits() {}
}
