// Other providers, for what needs no key of the service.
package dev.keystead.jca;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.Security;

/** Finds another provider for work with public keys: it needs no secret, and so no service. */
final class Platform {
    /** Work that some provider may be able to do. */
    interface Work<T> {
        T with(Provider provider) throws GeneralSecurityException;
    }

    private Platform() {}

    /** The result of the first provider that has this service, is not ours, and can do the work. */
    static <T> T first(String service, Work<T> work) throws InvalidKeyException {
        GeneralSecurityException last = null;
        Provider[] providers = Security.getProviders(service);
        for (Provider provider : providers == null ? new Provider[0] : providers) {
            if (provider instanceof KeysteadProvider) {
                continue;
            }
            try {
                return work.with(provider);
            } catch (GeneralSecurityException error) {
                last = error;
            }
        }
        throw new InvalidKeyException("no other provider takes this public key for " + service, last);
    }
}
