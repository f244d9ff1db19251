// Pauses between attempts at what may soon be possible.
package dev.keystead;

/** Each pause is twice as long as the one before. */
final class Backoff {
    private long next = Limits.FIRST_PAUSE.toNanos();

    /**
     * Waits, for half of the time that is left at most, so that the next attempt has the other half. Gives false, and does
     * not wait, if the time is as good as over.
     */
    boolean pause(Deadline deadline) {
        long remaining = deadline.moment() - System.nanoTime();
        if (remaining < Limits.FIRST_PAUSE.toNanos()) {
            return false;
        }
        sleep(Math.min(next, remaining / 2));
        next = Math.min(next * 2, Limits.LONGEST_PAUSE.toNanos());
        return true;
    }

    /** Waits; the thread's interruption ends it as a cancelled call. */
    static void sleep(long nanos) {
        try {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KeysteadException.Cancelled();
        }
    }
}
