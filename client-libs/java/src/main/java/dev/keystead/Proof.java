// The authentication part of a request (wire contract 2.1).
package dev.keystead;

/**
 * What a request shows of its credential.
 *
 * @param type the authentication type in the header
 * @param bytes the authentication part
 * @param token the token that it is; null if it is none
 */
record Proof(int type, byte[] bytes, Token token) {
    static final Proof NONE = new Proof(0, new byte[0], null);

    private static final int JWT = 2;
    private static final int UNIX_PEER_CREDENTIALS = 3;

    /** The proof of a request that is sent now; an identity error if there is no token by the deadline. */
    static Proof of(Credential credential, Deadline deadline) {
        if (credential instanceof Credential.Tokens tokens) {
            return of(tokens.source().token(deadline));
        }
        if (credential instanceof Credential.None) {
            return NONE;
        }
        int uid = ProcessRights.effectiveUidNow();
        byte[] bytes = {(byte) uid, (byte) (uid >>> 8), (byte) (uid >>> 16), (byte) (uid >>> 24)};
        return new Proof(UNIX_PEER_CREDENTIALS, bytes, null);
    }

    static Proof of(Token token) {
        return new Proof(JWT, token.bytes(), token);
    }
}
