// Random bytes from the service.
package dev.keystead.jca;

import dev.keystead.KeysteadClient;
import dev.keystead.KeysteadException;
import java.security.ProviderException;
import java.security.SecureRandomSpi;
import java.util.Arrays;
import java.util.function.Supplier;

/** Random bytes from the service. It needs no seed and takes none. It cannot be serialised. */
final class ServiceRandom extends SecureRandomSpi {
    private static final long serialVersionUID = 1;
    /** Bytes asked for at once: the service's limit is 1 MiB, and tokens are slow. */
    private static final int CHUNK_BYTES = 64 * 1024;

    private final transient Supplier<KeysteadClient> client;

    ServiceRandom(Supplier<KeysteadClient> client) {
        this.client = client;
    }

    @Override
    protected void engineSetSeed(byte[] seed) {
        // The contract of SecureRandom: a seed adds to what is there. There is nothing to add here.
    }

    @Override
    protected void engineNextBytes(byte[] into) {
        try {
            for (int done = 0; done < into.length; done += CHUNK_BYTES) {
                byte[] bytes = client.get().random(Math.min(into.length - done, CHUNK_BYTES));
                System.arraycopy(bytes, 0, into, done, bytes.length);
                Arrays.fill(bytes, (byte) 0);
            }
        } catch (KeysteadException error) {
            throw new ProviderException(error.getMessage(), error);
        }
    }

    @Override
    protected byte[] engineGenerateSeed(int size) {
        byte[] seed = new byte[size];
        engineNextBytes(seed);
        return seed;
    }
}
