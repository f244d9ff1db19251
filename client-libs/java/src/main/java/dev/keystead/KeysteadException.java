// How a call can fail, and whose fault it is.
package dev.keystead;

/**
 * Why a call failed. Every failure of this library is one of the classes in here; all are unchecked.
 *
 * <p>{@link #isWorthRetrying} says whether the same call may succeed when it is made again. Calls that create or destroy a
 * key and ran out of time may have had their effect: look the key up first.
 */
public abstract sealed class KeysteadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private KeysteadException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed when it is made again, without a change. */
    public boolean isWorthRetrying() {
        return false;
    }

    /**
     * The status with which the service, or the identity provider, refused; {@link Status#SUCCESS} if the failure is no
     * refusal, {@link Status#UNKNOWN} if it is one that this library does not know.
     */
    public Status status() {
        return Status.SUCCESS;
    }

    /** The service understood the request and refused it. */
    public static final class Refused extends KeysteadException {
        private static final long serialVersionUID = 1;
        private final Opcode opcode;
        private final int number;

        private Refused(String what, Opcode opcode, int number) {
            super(what + ": " + Status.of(number).text() + " (" + number + ")", null);
            this.opcode = opcode;
            this.number = number;
        }

        Refused(Opcode opcode, int number) {
            this(opcode.text() + " was refused", opcode, number);
        }

        /** A key that is not in the list of the caller's keys. */
        static Refused noSuchKey(String name) {
            return new Refused("there is no key '" + name + "'", Opcode.LIST_KEYS, Status.PSA_ERROR_DOES_NOT_EXIST.number());
        }

        @Override
        public Status status() {
            return Status.of(number);
        }

        /** The status as it came, also if it is unknown here. */
        public int statusNumber() {
            return number;
        }

        /** What was asked. */
        public Opcode opcode() {
            return opcode;
        }

        @Override
        public boolean isWorthRetrying() {
            return status().isWorthRetrying();
        }
    }

    /** An argument cannot be right, or the client cannot be used so; nothing was sent. */
    public static final class Usage extends KeysteadException {
        private static final long serialVersionUID = 1;

        Usage(String message) {
            super(message, null);
        }

        Usage(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Nothing listens at the endpoint, or it may not be reached, or the connection broke. */
    public static final class Connection extends KeysteadException {
        private static final long serialVersionUID = 1;
        private final boolean connected;
        private final boolean forbidden;

        private Connection(String message, Throwable cause, boolean connected, boolean forbidden) {
            super(message, cause);
            this.connected = connected;
            this.forbidden = forbidden;
        }

        static Connection toOpen(Endpoint endpoint, Throwable cause, boolean forbidden) {
            return new Connection("cannot connect to " + endpoint + ": " + cause.getMessage(), cause, false, forbidden);
        }

        static Connection broken(Throwable cause) {
            return new Connection("the connection broke: " + cause.getMessage(), cause, true, false);
        }

        static Connection closed() {
            return new Connection("the service closed the connection without an answer", null, true, false);
        }

        /** Whether a connection was lost, and nobody knows what became of the request; else nothing was sent. */
        public boolean wasConnected() {
            return connected;
        }

        @Override
        public boolean isWorthRetrying() {
            return !forbidden;
        }
    }

    /** The call took longer than it may. If it changes something, that may still be done. */
    public static final class Timeout extends KeysteadException {
        private static final long serialVersionUID = 1;

        Timeout() {
            super("no answer in time", null);
        }

        @Override
        public boolean isWorthRetrying() {
            return true;
        }
    }

    /** The calling thread was interrupted; it still is. If the call changes something, that may still be done. */
    public static final class Cancelled extends KeysteadException {
        private static final long serialVersionUID = 1;

        Cancelled() {
            super("the thread was interrupted", null);
        }
    }

    /**
     * The identity provider gave no token; {@link #getCause} says why. The request was not sent, and the client does not
     * identify itself in another way instead.
     */
    public static final class Identity extends KeysteadException {
        private static final long serialVersionUID = 1;
        private final KeysteadException reason;

        Identity(KeysteadException reason) {
            super("no token from the identity provider: " + reason.getMessage(), reason);
            this.reason = reason;
        }

        @Override
        public Status status() {
            return reason.status();
        }

        @Override
        public boolean isWorthRetrying() {
            return reason.isWorthRetrying();
        }
    }

    /** What came back is not an answer of this protocol, or not the answer to what was asked. */
    public static final class Response extends KeysteadException {
        private static final long serialVersionUID = 1;

        Response(String message) {
            super("the answer cannot be understood: " + message, null);
        }

        Response(String message, Throwable cause) {
            super("the answer cannot be understood: " + message, cause);
        }
    }
}
