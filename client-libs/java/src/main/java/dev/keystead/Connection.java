// One connection: requests go out, answers come back in the same order.
package dev.keystead;

import java.nio.ByteBuffer;

/**
 * A connection to the service, for one request at a time. After an error other than a refusal it is closed: what arrives
 * later may be the answer to an earlier request.
 */
final class Connection implements AutoCloseable {
    private final Socket socket;
    /** The service knows the peer as it was when it connected. */
    private final int uid;
    private final byte[] headerBytes = new byte[Header.BYTES];
    /**
     * Requests sent so far. Each has its number in the header's session, from 0: Parsec, which answers one request per
     * connection, gets the 0 that its own clients send.
     */
    private long sent;
    /** Answers received so far. */
    private long answered;
    /** Whether the last answer said that the service keeps the connection. Parsec never does. */
    private boolean kept;
    private boolean closed;
    private long lastUsed = System.nanoTime();

    private Connection(Socket socket, int uid) {
        this.socket = socket;
        this.uid = uid;
    }

    /** Connects to the service. */
    static Connection open(Endpoint endpoint, Deadline deadline) {
        int uid = ProcessRights.effectiveUidNow();
        return new Connection(Socket.connect(endpoint, deadline), uid);
    }

    /** Sends a request. */
    void send(RequestFrame request, Deadline deadline) {
        if (sent != answered) {
            throw new IllegalStateException("a request is under way on this connection");
        }
        long number = sent++;
        ByteBuffer header = ByteBuffer.wrap(headerBytes);
        request.header(number).encode(header);
        socket.send(deadline, headerBytes, request.body(), request.auth());
    }

    /** Receives the answer to the request that was sent. A refusal is an answer too. */
    AnswerFrame receive(Deadline deadline) {
        socket.readFully(headerBytes, deadline);
        Header header = Header.decode(ByteBuffer.wrap(headerBytes));
        if (header.bodyLength() > Limits.MAX_ANSWER_BYTES) {
            throw new KeysteadException.Response("a body of " + header.bodyLength() + " bytes is too long");
        }
        // A request that the service could not read is refused without its number (wire contract 1.3).
        boolean unnumbered = header.session() == 0 && header.status() != 0;
        if (header.session() != answered && !unnumbered) {
            throw new KeysteadException.Response(
                    "it belongs to request " + header.session() + " on this connection, and that of " + answered + " is due");
        }
        byte[] body = new byte[(int) header.bodyLength()];
        socket.readFully(body, deadline);
        AnswerFrame answer = new AnswerFrame(header, body);
        answered++;
        kept = answer.keepsConnection();
        lastUsed = System.nanoTime();
        return answer;
    }

    /** Whether the service said that it keeps the connection, and nothing is under way or was left unread. */
    boolean isReusable() {
        return !closed && kept && sent == answered && socket.hasNothingUnread();
    }

    /** Whether a request may be put on it now. {@code surely} asks the kernel even if it was used a moment ago. */
    boolean isFresh(boolean surely) {
        long idle = System.nanoTime() - lastUsed;
        return !closed
                && uid == ProcessRights.effectiveUidNow()
                && idle < Limits.MAX_IDLE.toNanos()
                && ((idle < Limits.TRUSTED_IDLE.toNanos() && !surely) || socket.isQuiet());
    }

    @Override
    public void close() {
        closed = true;
        socket.close();
    }
}
