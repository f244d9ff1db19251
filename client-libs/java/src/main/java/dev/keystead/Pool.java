// Connections that nobody uses at the moment.
package dev.keystead;

import java.util.ArrayDeque;

/** The connections of a client that are open and idle. As many are open as calls are made at once. */
final class Pool implements AutoCloseable {
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    /** The connection that was used last and is still good, else null. {@code surely}: see {@link Connection#isFresh}. */
    Connection take(boolean surely) {
        while (true) {
            Connection connection;
            synchronized (idle) {
                if (closed) {
                    throw new KeysteadException.Usage("the client was closed");
                }
                connection = idle.pollLast();
            }
            if (connection == null || connection.isFresh(surely)) {
                return connection;
            }
            connection.close();
        }
    }

    /** Keeps a connection for the next call, if the service keeps it too; else closes it. */
    void giveBack(Connection connection) {
        if (connection.isReusable()) {
            synchronized (idle) {
                if (!closed && idle.size() < Limits.MAX_KEPT_CONNECTIONS) {
                    idle.addLast(connection);
                    return;
                }
            }
        }
        connection.close();
    }

    /** Closes what is kept. Calls under way end as they would have. */
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            idle.forEach(Connection::close);
            idle.clear();
        }
    }
}
