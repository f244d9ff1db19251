// A token as it was given.
package dev.keystead;

import java.time.Duration;

/**
 * A token, and how long it is used. It is bound to the process, or to what only the kernel changes of it.
 *
 * @param bytes a JWT in its compact form
 * @param due from then on another is fetched, while this one is still good; on the clock of {@link System#nanoTime}
 * @param end from then on it is not used
 * @param uid for whom it was given
 */
record Token(byte[] bytes, long due, long end, int uid) {
    /**
     * Takes a token that ends at {@code expiresAt} (seconds since 1970). {@code asked} is the moment before it was asked for,
     * so that it is never taken for good too long.
     */
    static Token given(byte[] bytes, long expiresAt, long asked, int uid) {
        long most = Limits.MAX_TOKEN_LIFETIME.toSeconds();
        long left = expiresAt - System.currentTimeMillis() / 1000;
        // An unsigned number that looks negative lies beyond every clock.
        long seconds = expiresAt < 0 || left > most ? most : Math.max(left, 0);
        long lifetime = Duration.ofSeconds(seconds).toNanos();
        return new Token(bytes, asked + lifetime / 4 * 3, asked + lifetime, uid);
    }

    boolean isGoodFor(int uid, long now) {
        return this.uid == uid && now - end < 0;
    }

    boolean isDue(long now) {
        return now - due >= 0;
    }

    /** Tokens are secrets. */
    @Override
    public String toString() {
        return "Token";
    }
}
