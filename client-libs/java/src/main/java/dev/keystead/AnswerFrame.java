// One answer, as it came.
package dev.keystead;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Arrays;

/**
 * An answer whose header is one of this protocol. Its body may hold a secret: {@link #wipe} it afterwards.
 *
 * @param header its header
 * @param body its body, not decoded
 */
record AnswerFrame(Header header, byte[] body) {
    /** Whether the service keeps the connection open. */
    boolean keepsConnection() {
        return (header.flags() & Header.KEEP_ALIVE) != 0;
    }

    /** Whether the service does not take the token that the request carried. Nothing was done then. */
    boolean isAuthStale() {
        return header.status() == Status.AUTH_STALE.number();
    }

    /**
     * Takes it as the answer to a request of this operation, and decodes it. The status is looked at first: a refusal of a
     * request that could not be read names another operation.
     *
     * <p>The bytes in the message are the body's own, and end when it is wiped.
     */
    <M extends MessageLite> M decode(Opcode opcode, Parser<M> parser) {
        if (header.status() != Status.SUCCESS.number()) {
            throw new KeysteadException.Refused(opcode, header.status());
        }
        if (header.opcode() != opcode.number()) {
            throw new KeysteadException.Response("it belongs to operation " + Integer.toUnsignedString(header.opcode()));
        }
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(body).newCodedInput();
        in.enableAliasing(true);
        try {
            M message = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException error) {
            throw new KeysteadException.Response(error.getMessage(), error);
        }
    }

    void wipe() {
        Arrays.fill(body, (byte) 0);
    }
}
