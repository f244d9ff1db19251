// Bytes that leave no copy behind.
package dev.keystead.jca;

import java.util.Arrays;

/** Collects bytes that may be secret: what was outgrown or taken is cleared. */
final class SecretBuffer {
    private static final int FIRST_BYTES = 256;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int count;

    int size() {
        return count;
    }

    void write(byte[] from, int offset, int length) {
        if (length > bytes.length - count) {
            byte[] outgrown = bytes;
            // Doubled, so that many small pieces are not copied again for each; a sum beyond an int is no array at all.
            long doubled = Math.min(count * 2L, Integer.MAX_VALUE - 8);
            bytes = Arrays.copyOf(outgrown, Math.max(Math.addExact(count, length), (int) doubled));
            Arrays.fill(outgrown, (byte) 0);
        }
        System.arraycopy(from, offset, bytes, count, length);
        count += length;
    }

    /** All bytes, for the caller to clear. */
    byte[] take() {
        byte[] taken = Arrays.copyOf(bytes, count);
        wipe();
        return taken;
    }

    void wipe() {
        Arrays.fill(bytes, 0, count, (byte) 0);
        count = 0;
    }
}
