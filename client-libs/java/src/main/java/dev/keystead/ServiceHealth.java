// How the service is doing.
package dev.keystead;

import java.time.Duration;
import java.util.List;

/**
 * How the service is doing.
 *
 * @param version of the program
 * @param uptime since its start
 * @param requests answered since then
 * @param panics caught since then
 * @param connections open now
 * @param keys in its store
 * @param providers each configured provider
 * @param damagedRecords how many records of keys no longer open
 * @param quarantined names of clients whose uid was given to another account
 */
public record ServiceHealth(
        String version,
        Duration uptime,
        long requests,
        long panics,
        long connections,
        long keys,
        List<Provider> providers,
        int damagedRecords,
        List<String> quarantined) {
    /**
     * A configured provider.
     *
     * @param id its number
     * @param name as the configuration names it
     * @param available whether it can be used now
     * @param reason why not; empty if it can
     */
    public record Provider(int id, String name, boolean available, String reason) {}
}
