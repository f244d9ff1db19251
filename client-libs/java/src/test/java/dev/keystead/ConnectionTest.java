// What comes over a connection, and when.
package dev.keystead;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.keystead.wire.CoreMessages.PingResult;
import dev.keystead.wire.HashMessages.PsaHashComputeResult;
import dev.keystead.wire.HashMessages.PsaHashCompute;
import dev.keystead.wire.RandomMessages.PsaGenerateRandomResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ConnectionTest {
    private static final PingResult PONG = PingResult.newBuilder().setWireProtocolVersionMaj(1).build();

    /** What a ping ends with if the answer's bytes were changed so. */
    private static KeysteadException failure(UnaryOperator<byte[]> change) throws Exception {
        try (ScriptedService service = new ScriptedService(client -> {
            ScriptedService.Received request = client.read();
            client.send(change.apply(ScriptedService.encoded(request.header(), 0, true, PONG.toByteArray())));
        })) {
            KeysteadException error = assertThrows(KeysteadException.class, () -> service.client().ping());
            service.finish();
            return error;
        }
    }

    private static UnaryOperator<byte[]> setting(int offset, int value) {
        return answer -> {
            answer[offset] = (byte) value;
            return answer;
        };
    }

    @Test
    void whatIsNoAnswerIsRefused() throws Exception {
        assertTrue(failure(setting(0, 0x11)) instanceof KeysteadException.Response, "the magic");
        assertTrue(failure(setting(4, 31)) instanceof KeysteadException.Response, "the header's size");
        assertTrue(failure(setting(6, 2)) instanceof KeysteadException.Response, "the version");
        assertTrue(failure(setting(19, 1)) instanceof KeysteadException.Response, "the body's encoding");
        assertTrue(failure(setting(34, 1)) instanceof KeysteadException.Response, "a reserved byte");
        assertTrue(failure(setting(28, 8)) instanceof KeysteadException.Response, "another operation");
        assertTrue(failure(setting(11, 1)) instanceof KeysteadException.Response, "another request's number");
        assertTrue(failure(setting(36, 0xFF)) instanceof KeysteadException.Response, "the body");
    }

    @Test
    void aBodyThatIsTooLongIsRefusedBeforeItIsRead() throws Exception {
        // 4 GiB less a byte, of which nothing comes.
        KeysteadException error = failure(answer -> {
            for (int i = 22; i < 26; i++) {
                answer[i] = (byte) 0xFF;
            }
            return answer;
        });
        assertTrue(error instanceof KeysteadException.Response && error.getMessage().contains("4294967295"));
    }

    @Test
    void anAnswerThatIsCutOffIsABrokenConnection() throws Exception {
        for (int length : new int[] {0, 1, 35, 36, 37}) {
            KeysteadException error = failure(answer -> Arrays.copyOf(answer, length));
            assertTrue(error instanceof KeysteadException.Connection lost && lost.wasConnected(), length + " bytes");
            assertTrue(error.isWorthRetrying());
        }
    }

    @Test
    void anUnknownStatusIsARefusalWithItsNumber() throws Exception {
        KeysteadException error = failure(answer -> {
            answer[32] = 0x0F;
            answer[33] = 0x27;
            return answer;
        });
        assertEquals(Status.UNKNOWN, error.status());
        assertEquals(9999, ((KeysteadException.Refused) error).statusNumber());
        assertFalse(error.isWorthRetrying());
    }

    @Test
    void bytesMayComeAndGoInAnyPieces() throws Exception {
        byte[] input = new byte[3_000_000];
        new Random(1).nextBytes(input);
        byte[] result = new byte[Limits.BUFFER_BYTES * 3 + 7];
        new Random(2).nextBytes(result);
        try (ScriptedService service = new ScriptedService(client -> {
            // The request is more than the sockets hold: the client's writes are short until this side reads.
            ScriptedService.Received request = client.read();
            assertArrayEquals(input, PsaHashCompute.parseFrom(request.body()).getInput().toByteArray());
            var answer = PsaHashComputeResult.newBuilder().setHash(ByteString.copyFrom(result)).build();
            byte[] bytes = ScriptedService.encoded(request.header(), 0, true, answer.toByteArray());
            for (int i = 0; i < 100; i++) {
                client.send(new byte[] {bytes[i]});
            }
            client.send(Arrays.copyOfRange(bytes, 100, bytes.length));
        })) {
            byte[] hash = service.client().withProvider(1).computeHash(HashAlgorithm.SHA_256, input);
            assertArrayEquals(result, hash);
            service.finish();
        }
    }

    @Test
    void requestsOnAConnectionAreNumberedAndAskToKeepIt() throws Exception {
        try (ScriptedService service = new ScriptedService(client -> {
            for (int i = 0; i < 3; i++) {
                ScriptedService.Received request = client.read();
                assertEquals(i, request.header().session());
                assertEquals(3, request.header().flags());
                assertEquals(0, request.header().authType());
                client.done(request, PONG);
            }
        })) {
            try (KeysteadClient client = service.client()) {
                for (int i = 0; i < 3; i++) {
                    assertEquals("1.0", client.ping());
                }
            }
            service.finish();
        }
    }

    @Test
    void aCallEndsAtItsDeadlineAndItsConnectionIsNotUsedAgain() throws Exception {
        CountDownLatch timedOut = new CountDownLatch(1);
        try (ScriptedService service = new ScriptedService(
                client -> {
                    ScriptedService.Received request = client.read();
                    await(timedOut);
                    client.awaitClose();
                },
                client -> client.done(client.read(), PONG))) {
            try (KeysteadClient client = service.client()) {
                KeysteadClient hasty = client.withTimeout(Duration.ofMillis(50));
                long start = System.nanoTime();
                KeysteadException error = assertThrows(KeysteadException.Timeout.class, hasty::ping);
                assertTrue(System.nanoTime() - start >= 50_000_000);
                assertTrue(error.isWorthRetrying());
                timedOut.countDown();
                assertEquals("1.0", client.ping());
            }
            service.finish();
        }
    }

    @Test
    void anAnswerThatDripsDoesNotOutlastTheDeadline() throws Exception {
        try (ScriptedService service = new ScriptedService(client -> {
            ScriptedService.Received request = client.read();
            byte[] announced = new byte[Limits.MAX_ANSWER_BYTES];
            byte[] bytes = ScriptedService.encoded(request.header(), 0, true, announced);
            try {
                for (byte next : bytes) {
                    client.send(new byte[] {next});
                    Thread.sleep(1);
                }
            } catch (IOException closed) {
                return;
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            throw new AssertionError("the client took it all");
        })) {
            KeysteadClient hasty = service.client().withTimeout(Duration.ofMillis(300));
            assertThrows(KeysteadException.Timeout.class, hasty::ping);
            service.finish();
        }
    }

    @Test
    void anInterruptEndsACallAndStaysSet() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedService service = new ScriptedService(client -> {
            client.read();
            asked.countDown();
            client.awaitClose();
        })) {
            List<Object> seen = new ArrayList<>();
            Thread caller = new Thread(() -> {
                try {
                    service.client().ping();
                } catch (KeysteadException error) {
                    seen.add(error);
                    seen.add(Thread.currentThread().isInterrupted());
                }
            });
            caller.start();
            await(asked);
            caller.interrupt();
            caller.join();
            assertTrue(seen.get(0) instanceof KeysteadException.Cancelled);
            assertEquals(true, seen.get(1));
            service.finish();
        }
    }

    @Test
    void aServiceWhoseQueueIsFullIsWaitedForUntilTheDeadline() throws Exception {
        Path path = Files.createTempDirectory(Path.of("/tmp"), "keystead-java-").resolve("s.sock");
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        List<SocketChannel> queued = new ArrayList<>();
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(address, 1);
            while (true) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.configureBlocking(false);
                queued.add(channel);
                try {
                    if (!channel.connect(address)) {
                        break;
                    }
                } catch (SocketException full) {
                    break;
                }
            }
            KeysteadClient client = KeysteadClient.at(new Endpoint(path.toString()), Credential.NONE);
            KeysteadClient hasty = client.withTimeout(Duration.ofMillis(100));
            assertThrows(KeysteadException.Timeout.class, hasty::ping);
            Thread service = new Thread(() -> {
                try {
                    // Takes those that waited before, and then the client.
                    for (int i = 0; i < queued.size() - 1; i++) {
                        listener.accept().close();
                    }
                    ScriptedService.Peer peer = new ScriptedService.Peer(listener.accept());
                    peer.done(peer.read(), PONG);
                } catch (IOException error) {
                    throw new UncheckedIOException(error);
                }
            });
            service.start();
            assertEquals("1.0", client.ping());
            service.join();
        } finally {
            for (SocketChannel channel : queued) {
                channel.close();
            }
            Files.delete(path);
            Files.delete(path.getParent());
        }
    }

    @Test
    void nobodyAtTheEndpointIsAnErrorOfItsOwn() {
        KeysteadClient client = KeysteadClient.at(new Endpoint("/nonexistent/socket"), Credential.NONE);
        KeysteadException.Connection error = assertThrows(KeysteadException.Connection.class, client::ping);
        assertFalse(error.wasConnected());
        assertTrue(error.getMessage().contains("unix:/nonexistent/socket"));
        KeysteadClient tooLong = KeysteadClient.at(new Endpoint("/" + "a".repeat(200)), Credential.NONE);
        assertThrows(KeysteadException.Usage.class, tooLong::ping);
    }

    @Test
    void theBytesOfAnAnswerEndWhenItIsWiped() throws Exception {
        byte[] body = PsaGenerateRandomResult.newBuilder()
                .setRandomBytes(ByteString.copyFromUtf8("a secret"))
                .build()
                .toByteArray();
        Header header = new Header(0, 1, 0, 0, body.length, 0, Opcode.PSA_GENERATE_RANDOM.number(), 0);
        AnswerFrame answer = new AnswerFrame(header, body);
        var message = answer.decode(Opcode.PSA_GENERATE_RANDOM, PsaGenerateRandomResult.parser());
        assertEquals("a secret", message.getRandomBytes().toStringUtf8());
        answer.wipe();
        // No copy was made on the way that would outlive it.
        assertArrayEquals(new byte[8], message.getRandomBytes().toByteArray());
    }

    @Test
    void aClosedClientSaysSo() {
        KeysteadClient client = KeysteadClient.at(new Endpoint("/nonexistent/socket"), Credential.NONE);
        client.close();
        assertThrows(KeysteadException.Usage.class, client::ping);
        assertThrows(KeysteadException.Usage.class, () -> client.withProvider(0));
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
