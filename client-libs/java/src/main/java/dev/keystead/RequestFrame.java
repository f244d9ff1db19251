// One request, encoded.
package dev.keystead;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.util.Arrays;

/** One encoded request; it can be sent more than once. Its body may hold a secret: {@link #wipe} it afterwards. */
final class RequestFrame {
    private final Opcode opcode;
    private final int provider;
    private final byte[] body;
    private Proof proof;

    /**
     * Encodes a request. It asks for the connection to stay and for Keystead's extensions; Parsec ignores both. Operations
     * that anybody may use are sent without the credential.
     */
    RequestFrame(Opcode opcode, int provider, MessageLite message, Credential credential, Deadline deadline) {
        this.opcode = opcode;
        this.provider = provider;
        this.proof = opcode.access() == Opcode.Access.ANYONE ? Proof.NONE : Proof.of(credential, deadline);
        this.body = new byte[message.getSerializedSize()];
        CodedOutputStream out = CodedOutputStream.newInstance(body);
        try {
            message.writeTo(out);
        } catch (IOException error) {
            throw new IllegalStateException("a message fits the array that was made for it", error);
        }
    }

    Opcode opcode() {
        return opcode;
    }

    /** The header with the request's number on its connection, which the answer repeats. */
    Header header(long number) {
        int flags = Header.KEEP_ALIVE | Header.EXTENDED;
        return new Header(
                flags, provider, number, proof.type(), body.length, proof.bytes().length, opcode.number(), 0);
    }

    byte[] body() {
        return body;
    }

    byte[] auth() {
        return proof.bytes();
    }

    /** Puts another token in the place of the one that it carries, which the service does not take. False if it has none. */
    boolean renew(Credential credential, Deadline deadline) {
        if (proof.token() == null || !(credential instanceof Credential.Tokens tokens)) {
            return false;
        }
        proof = Proof.of(tokens.source().otherThan(proof.token(), deadline));
        return true;
    }

    void wipe() {
        Arrays.fill(body, (byte) 0);
    }
}
