// Which key shall be made.
package dev.keystead.jca;

import dev.keystead.KeyAttributes;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Objects;

/**
 * Which key a {@link java.security.KeyPairGenerator} or {@link javax.crypto.KeyGenerator} of this provider shall make. Keys in
 * the service stay until they are destroyed, so every one has a name.
 *
 * @param name its name, and its alias in the key store
 * @param attributes what it is; {@link dev.keystead.Presets} has the usual ones
 */
public record KeysteadKeySpec(String name, KeyAttributes attributes) implements AlgorithmParameterSpec {
    /** Both must be given. */
    public KeysteadKeySpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(attributes, "attributes");
    }
}
