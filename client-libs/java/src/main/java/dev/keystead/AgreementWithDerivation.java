// Key agreement whose secret is only derived from.
package dev.keystead;

import java.util.Objects;

/**
 * A key agreement followed by a derivation, in a key's policy.
 *
 * @param agreement how the secret is agreed on
 * @param derivation what is made of it
 */
public record AgreementWithDerivation(AgreementAlgorithm agreement, DerivationAlgorithm derivation) implements Algorithm {
    /** Both must be given. */
    public AgreementWithDerivation {
        Objects.requireNonNull(agreement, "agreement");
        Objects.requireNonNull(derivation, "derivation");
    }
}
