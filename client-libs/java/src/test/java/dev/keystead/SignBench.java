// How many signatures a second: one thread, one kept connection.
package dev.keystead;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Signs a hash with an ECDSA P-256 key for some seconds (the argument; 5), and prints signatures per second. */
public final class SignBench {
    private static final Duration WARM_UP = Duration.ofSeconds(3);

    private SignBench() {}

    /** Prints {@code NUMBER/s}. */
    public static void main(String[] arguments) {
        Duration time = Duration.ofSeconds(arguments.length > 0 ? Long.parseLong(arguments[0]) : 5);
        try (KeysteadClient client = KeysteadClient.create()) {
            KeyHandle key = client.generate("sign-bench-" + ProcessHandle.current().pid(), Presets.ecdsaP256());
            try {
                sign(key, WARM_UP);
                System.out.printf("%.0f/s%n", sign(key, time));
            } finally {
                key.destroy();
            }
        }
    }

    private static double sign(KeyHandle key, Duration time) {
        byte[] message = "a message of some bytes".getBytes(StandardCharsets.US_ASCII);
        Instant start = Instant.now();
        long count = 0;
        while (Duration.between(start, Instant.now()).compareTo(time) < 0) {
            key.sign(message);
            count++;
        }
        return count / (Duration.between(start, Instant.now()).toNanos() / 1e9);
    }
}
