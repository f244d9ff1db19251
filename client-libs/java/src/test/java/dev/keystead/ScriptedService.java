// A small service that does what a test says, with real sockets.
package dev.keystead;

import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Accepts connections one after the other, and gives each to the next of the conversations it was told. */
final class ScriptedService implements AutoCloseable {
    /** What happens on one connection; it is closed afterwards. */
    interface Conversation {
        void with(Peer client) throws IOException;
    }

    /** The service's end of a connection. */
    static final class Peer {
        final SocketChannel channel;

        Peer(SocketChannel channel) {
            this.channel = channel;
        }

        /** Reads a whole request; null at the end of the stream. */
        Received read() throws IOException {
            ByteBuffer header = ByteBuffer.allocate(Header.BYTES);
            if (!fill(header)) {
                return null;
            }
            Header read = Header.decode(header.flip());
            ByteBuffer body = ByteBuffer.allocate((int) read.bodyLength());
            ByteBuffer auth = ByteBuffer.allocate(read.authLength());
            fill(body);
            fill(auth);
            return new Received(read, body.array(), auth.array());
        }

        private boolean fill(ByteBuffer buffer) throws IOException {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    return false;
                }
            }
            return true;
        }

        void answer(Received request, int status, boolean keep, MessageLite body) throws IOException {
            send(encoded(request.header(), status, keep, body.toByteArray()));
        }

        /** Answers "done", and keeps the connection. */
        void done(Received request, MessageLite body) throws IOException {
            answer(request, 0, true, body);
        }

        void refuse(Received request, Status status) throws IOException {
            send(encoded(request.header(), status.number(), true, new byte[0]));
        }

        void send(byte[] bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        /** Waits until the client closes. */
        void awaitClose() throws IOException {
            while (channel.read(ByteBuffer.allocate(1024)) >= 0) {}
        }
    }

    /** A request as it came. */
    record Received(Header header, byte[] body, byte[] auth) {}

    private final Path path;
    private final ServerSocketChannel listener;
    private final Thread thread;
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    ScriptedService(Conversation... conversations) throws IOException {
        path = Files.createTempDirectory(Path.of("/tmp"), "keystead-java-").resolve("s.sock");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(path));
        thread = new Thread(() -> serve(conversations), "scripted service");
        thread.start();
    }

    private void serve(Conversation... conversations) {
        try {
            for (Conversation conversation : conversations) {
                try (SocketChannel channel = listener.accept()) {
                    conversation.with(new Peer(channel));
                }
            }
        } catch (Throwable failure) {
            failures.add(failure);
        }
    }

    static byte[] encoded(Header request, int status, boolean keep, byte[] body) {
        ByteBuffer out = ByteBuffer.allocate(Header.BYTES + body.length);
        int flags = keep ? Header.KEEP_ALIVE : 0;
        new Header(flags, request.provider(), request.session(), 0, body.length, 0, request.opcode(), status).encode(out);
        return out.put(body).array();
    }

    Endpoint endpoint() {
        return new Endpoint(path.toString());
    }

    KeysteadClient client() {
        return KeysteadClient.at(endpoint(), Credential.PEER_CREDENTIALS);
    }

    /** Waits until all conversations were had; a failure of one is the test's. */
    void finish() throws InterruptedException {
        thread.join(60_000);
        if (thread.isAlive()) {
            throw new AssertionError("not all conversations were had");
        }
        for (Throwable failure : failures) {
            throw new AssertionError("the scripted service failed", failure);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Files.deleteIfExists(path);
        Files.deleteIfExists(path.getParent());
    }
}
