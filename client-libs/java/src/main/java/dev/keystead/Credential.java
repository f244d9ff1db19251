// How a request says who sends it (wire contract 2.1).
package dev.keystead;

/** Who the client says it is. Every request carries it, except those that anybody may send. */
public sealed interface Credential {
    /**
     * The process's effective uid, which the kernel confirms to the service: no secret is needed. A change of it is noticed
     * within a second.
     */
    Credential PEER_CREDENTIALS = new PeerCredentials();

    /** No identity: Ping, the lists of the service, random bytes and hashes are all that can be had. */
    Credential NONE = new None();

    /** A token of the identity provider. If it gives none, calls fail: no other credential takes its place. */
    static Credential token(TokenSource source) {
        return new Tokens(source);
    }

    /** Tokens, if the environment names an identity provider, else the process's effective uid. */
    static Credential fromEnvironment() {
        return Endpoint.identityFromEnvironment()
                .map(endpoint -> token(TokenSource.at(endpoint)))
                .orElse(PEER_CREDENTIALS);
    }

    /** See {@link Credential#PEER_CREDENTIALS}. */
    record PeerCredentials() implements Credential {}

    /** See {@link Credential#NONE}. */
    record None() implements Credential {}

    /**
     * See {@link Credential#token}.
     *
     * @param source where the tokens come from
     */
    record Tokens(TokenSource source) implements Credential {}
}
