// The client: what programs begin with.
package dev.keystead;

import java.time.Duration;
import java.util.Objects;

/**
 * A client of the key service of this host. A signing key in three lines:
 *
 * <pre>{@code
 * var client = KeysteadClient.create();
 * var key = client.generate("signing-key", Presets.ecdsaP256());
 * var signature = key.sign("a message".getBytes());
 * }</pre>
 *
 * <p>Nothing is sent before the first call. A client is safe for many threads, and keeps a connection for each call that is
 * under way at the same time. Every call has one time limit for all that it does, 60 s unless {@link #withTimeout} says
 * otherwise, and ends as {@link KeysteadException.Cancelled} when its thread is interrupted. All failures are
 * {@link KeysteadException}s.
 */
public final class KeysteadClient extends AdminCalls implements AutoCloseable {
    private KeysteadClient(Shared shared, int chosenProvider, Duration timeout) {
        super(shared, chosenProvider, timeout);
    }

    /**
     * A client of the service that the environment names (see {@link Endpoint#fromEnvironment}). Its credential is a token if
     * the environment names an identity provider too, else the process's effective uid.
     */
    public static KeysteadClient create() {
        return at(Endpoint.fromEnvironment(), Credential.fromEnvironment());
    }

    /** A client of the service at {@code endpoint}. */
    public static KeysteadClient at(Endpoint endpoint, Credential credential) {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(credential, "credential");
        return new KeysteadClient(new Shared(endpoint, credential), 0, Limits.DEFAULT_TIMEOUT);
    }

    /**
     * The same client, with its calls going to the provider of this number (1 to 255) instead of the first that the service
     * lists. Both share their connections.
     */
    public KeysteadClient withProvider(int provider) {
        if (provider < 1 || provider > 255) {
            throw new KeysteadException.Usage(provider + " is no provider of cryptography");
        }
        return new KeysteadClient(shared, provider, timeout);
    }

    /** The same client, with another time limit for each of its calls. Both share their connections. */
    public KeysteadClient withTimeout(Duration timeout) {
        return new KeysteadClient(shared, chosenProvider, Objects.requireNonNull(timeout, "timeout"));
    }

    /** Where the service listens. */
    public Endpoint endpoint() {
        return shared.endpoint;
    }

    /** The provider to which cryptographic calls go: the chosen one, else the first that the service lists. */
    public int provider() {
        return providerBy(deadline());
    }

    @Override
    public KeyHandle key(String name) {
        return new KeyHandle(this, Names.checked(name));
    }

    /** Closes the connections that are kept, also for the clients made from this one; calls made afterwards fail. */
    @Override
    public void close() {
        shared.pool.close();
    }

    @Override
    int providerBy(Deadline deadline) {
        if (chosenProvider != 0) {
            return chosenProvider;
        }
        if (shared.firstProvider == 0) {
            int first = providers(deadline).stream().findFirst().map(ProviderInfo::id).orElse(0);
            if (first < 1 || first > 255) {
                throw new KeysteadException.Usage("the service has no provider of cryptography");
            }
            shared.firstProvider = first;
        }
        return shared.firstProvider;
    }

    @Override
    public String toString() {
        return "KeysteadClient(" + shared.endpoint + ")";
    }
}
