// The one time limit of a whole call.
package dev.keystead;

import java.time.Duration;

/**
 * A moment by which a call must be done, whatever it consists of.
 *
 * @param moment on the clock of {@link System#nanoTime}
 */
record Deadline(long moment) {
    /** What lies beyond is as good as endless, and does not overflow. */
    private static final Duration CENTURY = Duration.ofDays(36_525);

    /** The moment {@code timeout} from now. */
    static Deadline after(Duration timeout) {
        Duration limited = timeout.compareTo(CENTURY) > 0 ? CENTURY : timeout;
        return new Deadline(System.nanoTime() + limited.toNanos());
    }

    /** Whichever of the two comes first. */
    Deadline sooner(Deadline other) {
        return moment - other.moment <= 0 ? this : other;
    }

    boolean hasPassed() {
        return moment - System.nanoTime() <= 0;
    }

    /** Nanoseconds until then, at least 1; a timeout if it has passed. */
    long remainingNanos() {
        long remaining = moment - System.nanoTime();
        if (remaining <= 0) {
            throw new KeysteadException.Timeout();
        }
        return remaining;
    }

    /** The same in milliseconds, rounded up: for a wait that takes 0 as "without end". */
    long remainingMillis() {
        return (remainingNanos() + 999_999) / 1_000_000;
    }
}
