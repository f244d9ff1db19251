// How every call is made: which provider, which connection, what is repeated and when.
package dev.keystead;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import java.time.Duration;
import java.util.function.Function;

/** What all typed methods of {@link KeysteadClient} are made of. */
abstract class Calls {
    /** What a client and those made from it have in common. */
    static final class Shared {
        final Endpoint endpoint;
        final Credential credential;
        final Pool pool = new Pool();
        /** The first of ListProviders, asked once; 0 (the service itself) until then. */
        volatile int firstProvider;

        Shared(Endpoint endpoint, Credential credential) {
            this.endpoint = endpoint;
            this.credential = credential;
        }
    }

    final Shared shared;
    /** The provider that was chosen; 0 (the service itself) if none was. */
    final int chosenProvider;
    final Duration timeout;

    Calls(Shared shared, int chosenProvider, Duration timeout) {
        this.shared = shared;
        this.chosenProvider = chosenProvider;
        this.timeout = timeout;
    }

    /** The provider to which cryptographic calls go, asked for if need be. */
    abstract int providerBy(Deadline deadline);

    final Deadline deadline() {
        return Deadline.after(timeout);
    }

    /** Sends a request, and gives what {@code extract} takes out of its answer: copies, because the answer is wiped. */
    final <M extends MessageLite, R> R call(
            Opcode opcode, MessageLite request, Parser<M> parser, Function<M, R> extract) {
        return call(opcode, request, parser, extract, deadline());
    }

    final <M extends MessageLite, R> R call(
            Opcode opcode, MessageLite request, Parser<M> parser, Function<M, R> extract, Deadline deadline) {
        RequestFrame frame = frame(opcode, request, deadline);
        try {
            return send(frame, parser, extract, deadline);
        } finally {
            frame.wipe();
        }
    }

    final RequestFrame frame(Opcode opcode, MessageLite request, Deadline deadline) {
        int provider = opcode.target() == Opcode.Target.SERVICE ? 0 : providerBy(deadline);
        return new RequestFrame(opcode, provider, request, shared.credential, deadline);
    }

    final <M extends MessageLite, R> R send(
            RequestFrame frame, Parser<M> parser, Function<M, R> extract, Deadline deadline) {
        AnswerFrame answer = exchange(frame, deadline);
        try {
            return extract.apply(answer.decode(frame.opcode(), parser));
        } finally {
            answer.wipe();
        }
    }

    /**
     * Sends a request and receives its answer. What was refused for a stale token was not begun: it is sent again with a new
     * one, at first at once, then with pauses, until the deadline.
     */
    private AnswerFrame exchange(RequestFrame frame, Deadline deadline) {
        Backoff backoff = null;
        while (true) {
            AnswerFrame answer = exchangeOnce(frame, deadline);
            if (!answer.isAuthStale()) {
                return answer;
            }
            // A new token may be as stale: the service has not heard of the identity provider's new key yet.
            if (backoff == null) {
                backoff = new Backoff();
            } else if (!backoff.pause(deadline)) {
                return answer;
            }
            if (!frame.renew(shared.credential, deadline)) {
                return answer;
            }
        }
    }

    /**
     * Sends a request and receives its answer. A kept connection may turn out to have been closed by the service: a request
     * that did not leave whole was not executed, and one that changes nothing may be executed twice, so both are repeated
     * once, on a fresh connection.
     */
    private AnswerFrame exchangeOnce(RequestFrame frame, Deadline deadline) {
        boolean changes = frame.opcode().effect() == Opcode.Effect.CHANGES;
        Connection connection = shared.pool.take(changes);
        if (connection != null) {
            boolean sent = false;
            try {
                connection.send(frame, deadline);
                sent = true;
                return received(connection, deadline);
            } catch (KeysteadException.Connection lost) {
                connection.close();
                if (sent && changes) {
                    throw lost;
                }
            } catch (RuntimeException error) {
                connection.close();
                throw error;
            }
        }
        connection = Connection.open(shared.endpoint, deadline);
        try {
            connection.send(frame, deadline);
        } catch (KeysteadException.Connection lost) {
            throw refusedEarly(connection, frame, deadline, lost);
        } catch (RuntimeException error) {
            connection.close();
            throw error;
        }
        try {
            return received(connection, deadline);
        } catch (RuntimeException error) {
            connection.close();
            throw error;
        }
    }

    private AnswerFrame received(Connection connection, Deadline deadline) {
        AnswerFrame answer = connection.receive(deadline);
        shared.pool.giveBack(connection);
        return answer;
    }

    /** Why sending failed: an early refusal may stand in the stream although the service stopped reading. */
    private static KeysteadException refusedEarly(
            Connection connection, RequestFrame frame, Deadline deadline, KeysteadException.Connection lost) {
        try (connection) {
            int status = connection.receive(deadline).header().status();
            return status == 0 ? lost : new KeysteadException.Refused(frame.opcode(), status);
        } catch (KeysteadException error) {
            return lost;
        }
    }

    /** The caller's bytes in a message, without a copy: the message does not outlive the call. */
    static ByteString wrap(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** For answers that say nothing but that it was done. */
    static <M> Void nothing(M message) {
        return null;
    }
}
