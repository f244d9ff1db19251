// A Unix socket whose reads and writes end by a deadline.
package dev.keystead;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A connected socket. It is not blocking, because a blocking one has no time limit in Java: a selector of its own waits
 * until something can be done, the deadline passes or the thread is interrupted. Bytes go through two buffers outside the
 * heap, which are cleared at once, so that the JVM keeps no copies of secrets in buffers of its own.
 */
final class Socket implements AutoCloseable {
    private static final byte[] ZEROS = new byte[Limits.BUFFER_BYTES];

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer outbox = ByteBuffer.allocateDirect(Limits.BUFFER_BYTES);
    /** Between its position and its limit is what was read and not yet taken. */
    private final ByteBuffer inbox = ByteBuffer.allocateDirect(Limits.BUFFER_BYTES).limit(0);

    private Socket(SocketChannel channel) throws IOException {
        this.channel = channel;
        selector = Selector.open();
        key = channel.register(selector, SelectionKey.OP_READ);
    }

    /** Connects. A service whose queue of connections is full is waited for until the deadline. */
    static Socket connect(Endpoint endpoint, Deadline deadline) {
        Path path = Path.of(endpoint.path());
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > Limits.MAX_SOCKET_PATH_BYTES) {
            throw new KeysteadException.Usage("the path of a socket has " + Limits.MAX_SOCKET_PATH_BYTES + " bytes at most");
        }
        while (true) {
            try {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                try {
                    channel.configureBlocking(false);
                    if (isConnected(channel, path)) {
                        return new Socket(channel);
                    }
                } catch (IOException | RuntimeException error) {
                    closeQuietly(channel);
                    throw error;
                }
                closeQuietly(channel);
            } catch (ClosedByInterruptException interrupted) {
                throw new KeysteadException.Cancelled();
            } catch (IOException error) {
                boolean forbidden = Files.exists(path) && !Files.isWritable(path);
                throw KeysteadException.Connection.toOpen(endpoint, error, forbidden);
            }
            Backoff.sleep(Math.min(Limits.QUEUE_PAUSE.toNanos(), deadline.remainingNanos()));
        }
    }

    /**
     * Connects, or gives false if the service's queue is full: a Unix socket connects at once or not at all, and nothing
     * tells when there is room. Some versions of Java say so in the result, and others by an exception that has no class of
     * its own; that nobody listens is a ConnectException.
     */
    private static boolean isConnected(SocketChannel channel, Path path) throws IOException {
        try {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException refused) {
            throw refused;
        } catch (SocketException error) {
            if (Files.isWritable(path)) {
                return false;
            }
            throw error;
        }
    }

    /** Sends all parts, in one system call if they fit the buffer and the socket takes them at once. */
    void send(Deadline deadline, byte[]... parts) {
        try {
            for (byte[] part : parts) {
                int done = 0;
                while (done < part.length) {
                    if (!outbox.hasRemaining()) {
                        flush(deadline);
                    }
                    int length = Math.min(part.length - done, outbox.remaining());
                    outbox.put(part, done, length);
                    done += length;
                }
            }
            flush(deadline);
        } finally {
            outbox.clear().put(0, ZEROS, 0, outbox.capacity());
        }
    }

    private void flush(Deadline deadline) {
        outbox.flip();
        try {
            while (outbox.hasRemaining()) {
                if (channel.write(outbox) == 0) {
                    await(SelectionKey.OP_WRITE, deadline);
                }
            }
        } catch (IOException error) {
            throw broken(error);
        }
        outbox.clear();
    }

    /** Reads as many bytes as the array has. */
    void readFully(byte[] into, Deadline deadline) {
        int done = 0;
        while (done < into.length) {
            if (!inbox.hasRemaining()) {
                await(SelectionKey.OP_READ, deadline);
                if (fill() < 0) {
                    throw KeysteadException.Connection.closed();
                }
            }
            int from = inbox.position();
            int length = Math.min(into.length - done, inbox.remaining());
            inbox.get(into, done, length);
            inbox.put(from, ZEROS, 0, length);
            done += length;
        }
    }

    /** Whether nothing arrived that was not taken. */
    boolean hasNothingUnread() {
        return !inbox.hasRemaining();
    }

    /** Whether the service has neither closed the connection nor sent anything unasked. Does not wait. */
    boolean isQuiet() {
        try {
            return hasNothingUnread() && fill() == 0;
        } catch (KeysteadException broken) {
            return false;
        }
    }

    /** Reads what is there into the empty inbox; 0 if nothing is, -1 at the end of the stream. */
    private int fill() {
        inbox.clear();
        int read = -1;
        try {
            read = channel.read(inbox);
        } catch (IOException error) {
            throw broken(error);
        } finally {
            inbox.flip();
        }
        return read;
    }

    private void await(int operation, Deadline deadline) {
        try {
            if (key.interestOps() != operation) {
                key.interestOps(operation);
            }
            // Returns early for no reason at times; the callers try and come again.
            selector.select(ready -> {}, deadline.remainingMillis());
        } catch (IOException error) {
            throw broken(error);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new KeysteadException.Cancelled();
        }
    }

    private static KeysteadException broken(IOException error) {
        boolean interrupted = error instanceof ClosedByInterruptException;
        return interrupted ? new KeysteadException.Cancelled() : KeysteadException.Connection.broken(error);
    }

    @Override
    public void close() {
        closeQuietly(channel);
        closeQuietly(selector);
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception error) {
            // Nothing more is wanted of it, and the kernel has closed the descriptor in any case.
        }
    }
}
