// What is sent again when a connection breaks, and what is not.
package dev.keystead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import dev.keystead.wire.CoreMessages.KeyInfo;
import dev.keystead.wire.CoreMessages.ListKeysResult;
import dev.keystead.wire.CoreMessages.ListProvidersResult;
import dev.keystead.wire.CoreMessages.PingResult;
import dev.keystead.wire.CoreMessages.ProviderInfo;
import dev.keystead.wire.KeysMessages.PsaDestroyKeyResult;
import dev.keystead.wire.KeysMessages.PsaExportPublicKeyResult;
import dev.keystead.wire.KeysMessages.PsaGenerateKeyResult;
import dev.keystead.wire.SignMessages.PsaSignHashResult;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RetryTest {
    private static final PingResult PONG = PingResult.newBuilder().setWireProtocolVersionMaj(1).build();
    private static final KeyAttributes P256 = Presets.ecdsaP256();

    private static ScriptedService.Received expect(ScriptedService.Peer client, Opcode opcode) throws IOException {
        ScriptedService.Received request = client.read();
        assertEquals(opcode.number(), request == null ? 0 : request.header().opcode());
        return request;
    }

    /** Answers a ping and keeps the connection, and then does the rest. */
    private static ScriptedService.Conversation afterPing(ScriptedService.Conversation rest) {
        return client -> {
            client.done(expect(client, Opcode.PING), PONG);
            rest.with(client);
        };
    }

    private static ScriptedService.Conversation keys(KeyAttributes... found) {
        return client -> {
            ListKeysResult.Builder list = ListKeysResult.newBuilder();
            for (KeyAttributes attributes : found) {
                list.addKeys(KeyInfo.newBuilder()
                        .setProviderId(1)
                        .setName("k")
                        .setAttributes(AttributesCodec.encode(attributes)));
            }
            client.done(expect(client, Opcode.LIST_KEYS), list.build());
        };
    }

    private static ScriptedService.Conversation dies(Opcode opcode) {
        return client -> expect(client, opcode);
    }

    /** What comes of a call on a service that does this. */
    private static void with(Consumer<KeysteadClient> call, ScriptedService.Conversation... script)
            throws Exception {
        try (ScriptedService service = new ScriptedService(script)) {
            try (KeysteadClient client = service.client().withProvider(1)) {
                call.accept(client);
            }
            service.finish();
        }
    }

    @Test
    void whatChangesNothingIsSentAgainWhenAKeptConnectionTurnsOutToBeClosed() throws Exception {
        with(
                client -> {
                    client.ping();
                    assertEquals(1, client.signHash("k", SignatureAlgorithm.ECDSA_ANY, new byte[32]).length);
                },
                afterPing(dies(Opcode.PSA_SIGN_HASH)),
                client -> {
                    ScriptedService.Received request = expect(client, Opcode.PSA_SIGN_HASH);
                    assertEquals(0, request.header().session());
                    client.done(request, PsaSignHashResult.newBuilder().setSignature(ByteString.copyFrom(new byte[1])).build());
                });
    }

    @Test
    void itIsSentAgainOnceAndNotOnAFreshConnection() throws Exception {
        with(
                client -> {
                    client.ping();
                    assertThrows(KeysteadException.Connection.class, client::ping);
                },
                afterPing(dies(Opcode.PING)),
                dies(Opcode.PING));
    }

    @Test
    void aServiceThatKeepsNoConnectionIsAskedOnANewOneEachTime() throws Exception {
        ScriptedService.Conversation parsec = client -> {
            ScriptedService.Received request = expect(client, Opcode.PING);
            assertEquals(0, request.header().session());
            client.answer(request, 0, false, PONG);
        };
        with(client -> {
            client.ping();
            client.ping();
        }, parsec, parsec);
    }

    @Test
    void anEarlyRefusalIsHeardAlthoughTheServiceStoppedReading() throws Exception {
        with(
                client -> {
                    var refused = assertThrows(KeysteadException.Refused.class, () ->
                            client.computeHash(HashAlgorithm.SHA_256, new byte[8_000_000]));
                    assertEquals(Status.BODY_SIZE_EXCEEDS_LIMIT, refused.status());
                },
                client -> {
                    Header echo = new Header(0, 1, 0, 0, 0, 0, Opcode.PSA_HASH_COMPUTE.number(), 0);
                    client.send(ScriptedService.encoded(echo, Status.BODY_SIZE_EXCEEDS_LIMIT.number(), false, new byte[0]));
                    client.channel.shutdownInput();
                    client.channel.shutdownOutput();
                });
    }

    @Test
    void aCreateWhoseAnswerWasLostIsLookedUpAndNotSentAgain() throws Exception {
        with(client -> client.generate("k", P256), dies(Opcode.PSA_GENERATE_KEY), keys(P256));
    }

    @Test
    void aCreateThatWasNotDoneIsSentAgain() throws Exception {
        with(
                client -> client.generate("k", P256),
                dies(Opcode.PSA_GENERATE_KEY),
                client -> {
                    keys().with(client);
                    client.done(expect(client, Opcode.PSA_GENERATE_KEY), PsaGenerateKeyResult.getDefaultInstance());
                });
    }

    @Test
    void aKeyOfOtherAttributesIsSomebodyElses() throws Exception {
        with(
                client -> {
                    var refused = assertThrows(KeysteadException.Refused.class, () -> client.generate("k", P256));
                    assertEquals(Status.PSA_ERROR_ALREADY_EXISTS, refused.status());
                },
                dies(Opcode.PSA_GENERATE_KEY),
                keys(Presets.aes256Gcm()));
    }

    @Test
    void nobodyCanTellWhetherAnImportedSecretIsThisOne() throws Exception {
        with(
                client -> assertThrows(KeysteadException.Connection.class, () ->
                        client.importKey("k", Presets.aes256Gcm(), new byte[32])),
                dies(Opcode.PSA_IMPORT_KEY),
                keys(Presets.aes256Gcm()));
    }

    @Test
    void anImportedPublicKeyIsCompared() throws Exception {
        KeyAttributes attributes = KeyAttributes.of(
                KeyType.eccPublicKey(EccFamily.SECP_R1), 256, SignatureAlgorithm.ECDSA_ANY, Usage.VERIFY_HASH);
        byte[] point = {4, 1, 2};
        with(
                client -> client.importKey("k", attributes.withBits(0), point),
                dies(Opcode.PSA_IMPORT_KEY),
                client -> {
                    keys(attributes).with(client);
                    var there = PsaExportPublicKeyResult.newBuilder().setData(ByteString.copyFrom(point)).build();
                    client.done(expect(client, Opcode.PSA_EXPORT_PUBLIC_KEY), there);
                });
    }

    @Test
    void aDestroyWhoseAnswerWasLostIsLookedUpAndNotSentAgain() throws Exception {
        with(client -> client.destroy("k"), dies(Opcode.PSA_DESTROY_KEY), keys());
        with(
                client -> assertThrows(KeysteadException.Connection.class, () -> client.destroy("k")),
                dies(Opcode.PSA_DESTROY_KEY),
                keys(P256));
    }

    @Test
    void anAdministratorsDeleteIsNotSentAgain() throws Exception {
        with(
                client -> {
                    client.ping();
                    assertThrows(KeysteadException.Connection.class, () -> client.deleteClient("1000"));
                },
                afterPing(dies(Opcode.DELETE_CLIENT)));
    }

    @Test
    void aKeptConnectionThatIsKnownToBeClosedGetsNoRequestThatChangesSomething() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        with(
                client -> {
                    client.ping();
                    ConnectionTest.await(closed);
                    client.destroy("k");
                },
                afterPing(client -> {
                    // It still takes requests, as a service does that discards what comes before it closes.
                    client.channel.shutdownOutput();
                    closed.countDown();
                    client.awaitClose();
                }),
                client -> client.done(expect(client, Opcode.PSA_DESTROY_KEY), PsaDestroyKeyResult.getDefaultInstance()));
    }

    @Test
    void theFirstProviderOfTheServiceIsAskedForOnce() throws Exception {
        try (ScriptedService service = new ScriptedService(client -> {
            var list = ListProvidersResult.newBuilder()
                    .addProviders(ProviderInfo.newBuilder().setId(17))
                    .addProviders(ProviderInfo.newBuilder().setId(0))
                    .build();
            client.done(expect(client, Opcode.LIST_PROVIDERS), list);
            for (int i = 0; i < 2; i++) {
                ScriptedService.Received request = expect(client, Opcode.PSA_SIGN_HASH);
                assertEquals(17, request.header().provider());
                assertEquals(3, request.header().authType());
                client.done(request, PsaSignHashResult.getDefaultInstance());
            }
        })) {
            try (KeysteadClient client = service.client()) {
                client.signHash("k", SignatureAlgorithm.ECDSA_ANY, new byte[32]);
                client.signHash("k", SignatureAlgorithm.ECDSA_ANY, new byte[32]);
            }
            service.finish();
        }
    }

    @Test
    void aServiceWithoutCryptographyIsToldApart() throws Exception {
        try (ScriptedService service = new ScriptedService(client ->
                client.done(client.read(), ListProvidersResult.getDefaultInstance()))) {
            assertThrows(KeysteadException.Usage.class, () -> service.client().random(8));
            service.finish();
        }
    }

    @Test
    void aCreateThatRanOutOfTimeIsLookedUpWithTimeOfItsOwn() throws Exception {
        try (ScriptedService service = new ScriptedService(
                client -> {
                    expect(client, Opcode.PSA_GENERATE_KEY);
                    client.awaitClose();
                },
                keys(P256))) {
            try (KeysteadClient client = service.client().withProvider(1)) {
                assertEquals("k", client.withTimeout(Duration.ofMillis(50)).generate("k", P256).name());
            }
            service.finish();
        }
    }
}
