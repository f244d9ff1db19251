// Where a daemon listens (wire contract 6.8).
package dev.keystead;

import java.util.Map;
import java.util.Optional;

/**
 * The Unix socket of a daemon: the key service, or the identity provider.
 *
 * @param path the socket's absolute path
 */
public record Endpoint(String path) {
    /** The variable that is asked first. */
    public static final String SERVICE_VARIABLE = "KEYSTEAD_SERVICE_ENDPOINT";
    /** The variable that Parsec's clients know, asked second. */
    public static final String PARSEC_VARIABLE = "PARSEC_SERVICE_ENDPOINT";
    /** The variable that names the identity provider. Whoever sets it wants tokens. */
    public static final String IDENTITY_VARIABLE = "KEYSTEAD_IDENTITY_ENDPOINT";
    /** Where the service is if no variable is set. */
    public static final Endpoint DEFAULT = new Endpoint("/run/keystead/service.sock");
    /** Where an identity provider listens that was told nothing else. */
    public static final Endpoint DEFAULT_IDENTITY = new Endpoint("/run/keystead/identity.sock");

    /** The path must be absolute. */
    public Endpoint {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new KeysteadException.Usage("'" + path + "' is no endpoint: the path of a socket must be absolute");
        }
    }

    /** Reads {@code unix:/path} or {@code unix:///path}. The path is taken as it stands, without percent-decoding. */
    public static Endpoint parse(String uri) {
        if (!uri.startsWith("unix:")) {
            throw new KeysteadException.Usage("'" + uri + "' is no endpoint: it must begin with unix:");
        }
        String path = uri.substring("unix:".length());
        if (path.startsWith("//")) {
            path = path.substring(2);
            if (!path.startsWith("/")) {
                throw new KeysteadException.Usage("'" + uri + "' names a host, and a Unix socket has none");
            }
        }
        return new Endpoint(path);
    }

    /**
     * The service that the environment names, else the default one. An empty variable counts as unset; a wrong one is an
     * error and no reason to try the next.
     *
     * <p>A program that runs with other rights than its caller's (set-uid, set-gid) gets the default whatever the
     * environment says: the caller, who made the environment, must not choose to whom the program's secrets go.
     */
    public static Endpoint fromEnvironment() {
        return fromEnvironment(callersVariables());
    }

    /** The identity provider that the environment names, if it names one. */
    public static Optional<Endpoint> identityFromEnvironment() {
        return named(IDENTITY_VARIABLE, callersVariables());
    }

    static Endpoint fromEnvironment(Map<String, String> variables) {
        return named(SERVICE_VARIABLE, variables)
                .or(() -> named(PARSEC_VARIABLE, variables))
                .orElse(DEFAULT);
    }

    static Optional<Endpoint> named(String variable, Map<String, String> variables) {
        return Optional.ofNullable(variables.get(variable)).filter(uri -> !uri.isEmpty()).map(Endpoint::parse);
    }

    private static Map<String, String> callersVariables() {
        return ProcessRights.read().areTheCallers() ? System.getenv() : Map.of();
    }

    @Override
    public String toString() {
        return "unix:" + path;
    }
}
