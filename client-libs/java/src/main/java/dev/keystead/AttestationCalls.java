// Proof to others that a key lives in a TPM.
package dev.keystead;

import dev.keystead.wire.AttestationMessages;
import java.time.Duration;

/** Proof to others that a key lives in a TPM (TPM2_ActivateCredential). */
abstract class AttestationCalls extends SymmetricCalls {
    AttestationCalls(Shared shared, int chosenProvider, Duration timeout) {
        super(shared, chosenProvider, timeout);
    }

    /**
     * What a verifier needs to make a challenge for a key in a TPM. An empty {@code attesting} is the TPM's default
     * endorsement key.
     */
    public AttestationKeys prepareKeyAttestation(String attested, String attesting) {
        var request = AttestationMessages.PrepareKeyAttestation.newBuilder()
                .setParameters(AttestationMessages.PrepareKeyAttestationParameters.newBuilder()
                        .setActivateCredential(AttestationMessages.PrepareActivateCredential.newBuilder()
                                .setAttestedKeyName(Names.checked(attested))
                                .setAttestingKeyName(Names.checked(attesting))))
                .build();
        var parser = AttestationMessages.PrepareKeyAttestationResult.parser();
        return call(Opcode.PREPARE_KEY_ATTESTATION, request, parser, result -> {
            var keys = result.getOutput().getActivateCredential();
            return new AttestationKeys(
                    keys.getName().toByteArray(),
                    keys.getPublic().toByteArray(),
                    keys.getAttestingKeyPub().toByteArray());
        });
    }

    /**
     * Answers a verifier's challenge: the contents of its TPM2B_ID_OBJECT and TPM2B_ENCRYPTED_SECRET. The result is what the
     * verifier hid in it; the caller should clear it.
     */
    public byte[] attestKey(String attested, String attesting, byte[] credentialBlob, byte[] secret) {
        var request = AttestationMessages.AttestKey.newBuilder()
                .setAttestedKeyName(Names.checked(attested))
                .setAttestingKeyName(Names.checked(attesting))
                .setParameters(AttestationMessages.AttestKeyParameters.newBuilder()
                        .setActivateCredential(AttestationMessages.ActivateCredentialChallenge.newBuilder()
                                .setCredentialBlob(wrap(credentialBlob))
                                .setSecret(wrap(secret))))
                .build();
        return call(Opcode.ATTEST_KEY, request, AttestationMessages.AttestKeyResult.parser(), result ->
                result.getOutput().getActivateCredential().getCredential().toByteArray());
    }
}
