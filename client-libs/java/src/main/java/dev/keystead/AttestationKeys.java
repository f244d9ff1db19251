// What a verifier needs to challenge a key in a TPM.
package dev.keystead;

/**
 * What a verifier needs to make a challenge for a key in a TPM (TPM2_MakeCredential).
 *
 * @param name the contents of the attested key's TPM2B_NAME
 * @param publicArea the contents of its TPM2B_PUBLIC
 * @param attestingPublicKey the public half of the attesting key, in the format of {@link KeysteadClient#publicKey}
 */
public record AttestationKeys(byte[] name, byte[] publicArea, byte[] attestingPublicKey) {}
