// What a key is and what it may be used for.
package dev.keystead;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a key is and what it may be used for. {@link Presets} has the usual ones.
 *
 * @param type its type
 * @param bits its size in bits; 0 stands for the size that imported data has
 * @param usage what it may be used for. {@link Usage#SIGN_HASH} and {@link Usage#VERIFY_HASH} add the flags for messages,
 *     as the service does (wire contract 4.5)
 * @param algorithm the one algorithm that it may be used with
 */
public record KeyAttributes(KeyType type, int bits, Set<Usage> usage, Algorithm algorithm) {
    /** Copies the usage flags. */
    public KeyAttributes {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(algorithm, "algorithm");
        if (bits < 0) {
            throw new KeysteadException.Usage("a key of " + bits + " bits");
        }
        usage = Collections.unmodifiableSet(widened(usage));
    }

    /** The same, with the flags one after the other. */
    public static KeyAttributes of(KeyType type, int bits, Algorithm algorithm, Usage... usage) {
        return new KeyAttributes(type, bits, Set.copyOf(List.of(usage)), algorithm);
    }

    /** The same with another size. */
    public KeyAttributes withBits(int bits) {
        return new KeyAttributes(type, bits, usage, algorithm);
    }

    /** The same with other usage flags. */
    public KeyAttributes withUsage(Usage... usage) {
        return of(type, bits, algorithm, usage);
    }

    /** The same with another algorithm. */
    public KeyAttributes withAlgorithm(Algorithm algorithm) {
        return new KeyAttributes(type, bits, usage, algorithm);
    }

    private static EnumSet<Usage> widened(Collection<Usage> usage) {
        EnumSet<Usage> flags = EnumSet.noneOf(Usage.class);
        flags.addAll(usage);
        if (flags.contains(Usage.SIGN_HASH)) {
            flags.add(Usage.SIGN_MESSAGE);
        }
        if (flags.contains(Usage.VERIFY_HASH)) {
            flags.add(Usage.VERIFY_MESSAGE);
        }
        return flags;
    }
}
