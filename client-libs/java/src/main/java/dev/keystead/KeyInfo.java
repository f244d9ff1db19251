// An entry in the list of the caller's keys.
package dev.keystead;

/**
 * A key of the caller's.
 *
 * @param provider the number of the provider that has it
 * @param name its name there; a key of that name on another provider is another key
 * @param attributes what it is
 */
public record KeyInfo(int provider, String name, KeyAttributes attributes) {}
