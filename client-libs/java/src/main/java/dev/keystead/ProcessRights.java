// As whom this process runs, as the kernel says.
package dev.keystead;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The real and effective ids of this process, from {@code /proc/self/status} (proc(5)): Java has no call for them, and the
 * owner of {@code /proc/self} is another where the process may not be dumped.
 *
 * @param realUid who started it
 * @param effectiveUid whose rights it has, and what the kernel tells the service of its connections
 * @param realGid the group of who started it
 * @param effectiveGid the group whose rights it has
 */
record ProcessRights(long realUid, long effectiveUid, long realGid, long effectiveGid) {
    private static final Path STATUS = Path.of("/proc/self/status");

    /** An effective uid and when it was read. */
    private record Seen(long uid, long when) {}

    private static volatile Seen seen;

    /** The effective uid, as it was at most {@link Limits#TRUSTED_UID} ago. */
    static int effectiveUidNow() {
        Seen last = seen;
        long now = System.nanoTime();
        if (last == null || now - last.when() > Limits.TRUSTED_UID.toNanos()) {
            last = new Seen(read().effectiveUid(), now);
            seen = last;
        }
        return (int) last.uid();
    }

    static ProcessRights read() {
        try (InputStream status = Files.newInputStream(STATUS)) {
            return parse(new String(status.readNBytes(Limits.MAX_PROC_BYTES), StandardCharsets.ISO_8859_1));
        } catch (IOException error) {
            throw new KeysteadException.Usage("cannot tell the effective uid from " + STATUS, error);
        }
    }

    static ProcessRights parse(String status) {
        long[] uids = ids(status, "Uid:");
        long[] gids = ids(status, "Gid:");
        return new ProcessRights(uids[0], uids[1], gids[0], gids[1]);
    }

    /** Whether it has no other rights than who started it. */
    boolean areTheCallers() {
        return realUid == effectiveUid && realGid == effectiveGid;
    }

    /** The first two numbers of a line: the real and the effective id. */
    private static long[] ids(String status, String label) {
        for (String line : status.split("\n")) {
            if (line.startsWith(label)) {
                String[] words = line.substring(label.length()).trim().split("\\s+");
                if (words.length >= 2) {
                    return new long[] {number(words[0]), number(words[1])};
                }
            }
        }
        throw new KeysteadException.Usage("there is no line '" + label + "' in " + STATUS);
    }

    private static long number(String word) {
        try {
            return Integer.parseUnsignedInt(word) & 0xFFFF_FFFFL;
        } catch (NumberFormatException error) {
            throw new KeysteadException.Usage("'" + word + "' in " + STATUS + " is no id", error);
        }
    }
}
