// What the service says of an authenticator.
package dev.keystead;

/**
 * A way in which the service lets clients identify themselves.
 *
 * @param id its number (wire contract 2.1); 3 is that of peer credentials, 2 that of tokens
 * @param description for people
 */
public record AuthenticatorInfo(int id, String description) {}
