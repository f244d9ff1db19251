// What the service says of a provider.
package dev.keystead;

/**
 * A provider of the service.
 *
 * @param id its number, for {@link KeysteadClient#withProvider}; 0 is the service itself
 * @param uuid of its kind
 * @param description for people
 * @param vendor for people; may be empty
 * @param version its version: major, minor and revision, with points between
 */
public record ProviderInfo(int id, String uuid, String description, String vendor, String version) {}
