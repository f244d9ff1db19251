// Tokens, with small scripted daemons.
package dev.keystead;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keystead.wire.CoreMessages.ListKeysResult;
import dev.keystead.wire.IdentityMessages.GetToken;
import dev.keystead.wire.IdentityMessages.GetTokenResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TokenTest {
    private static final long HOUR = 3600;

    private static ScriptedService.Conversation gives(String token, long seconds) {
        return client -> client.done(
                client.read(),
                GetTokenResult.newBuilder()
                        .setToken(token)
                        .setExpiresAt(System.currentTimeMillis() / 1000 + seconds)
                        .build());
    }

    private static ScriptedService.Conversation refuses(Status status) {
        return client -> client.refuse(client.read(), status);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    /** A service that takes these tokens in this order, each for one ListKeys; others are stale. */
    private static ScriptedService.Conversation takes(String... tokens) {
        return client -> {
            for (String token : tokens) {
                while (true) {
                    ScriptedService.Received request = client.read();
                    assertEquals(2, request.header().authType());
                    if (new String(request.auth(), StandardCharsets.US_ASCII).equals(token)) {
                        client.done(request, ListKeysResult.getDefaultInstance());
                        break;
                    }
                    client.refuse(request, Status.AUTH_STALE);
                }
            }
        };
    }

    private static KeysteadClient client(ScriptedService service, ScriptedService identity) {
        return KeysteadClient.at(service.endpoint(), Credential.token(TokenSource.at(identity.endpoint())));
    }

    @Test
    void aTokenIsFetchedOnceAndKept() throws Exception {
        try (ScriptedService identity = new ScriptedService(client -> {
                    ScriptedService.Received request = client.read();
                    assertEquals(0, request.header().authType());
                    GetToken asked = GetToken.parseFrom(request.body());
                    assertEquals("", asked.getAudience());
                    assertEquals("spiffe://td/web", asked.getIdentity());
                    long end = System.currentTimeMillis() / 1000 + HOUR;
                    client.done(request, GetTokenResult.newBuilder().setToken("a.b.c").setExpiresAt(end).build());
                });
                ScriptedService service = new ScriptedService(takes("a.b.c", "a.b.c"))) {
            TokenSource source = TokenSource.at(identity.endpoint()).withIdentity("spiffe://td/web");
            try (KeysteadClient client = KeysteadClient.at(service.endpoint(), Credential.token(source))) {
                client.listKeys();
                client.listKeys();
            }
            identity.finish();
            service.finish();
        }
    }

    @Test
    void aStaleTokenIsFetchedAgainAndTheRequestRepeated() throws Exception {
        try (ScriptedService identity = new ScriptedService(gives("old", HOUR), gives("as old", HOUR), gives("new", HOUR));
                ScriptedService service = new ScriptedService(takes("new"))) {
            try (KeysteadClient client = client(service, identity)) {
                assertEquals(List.of(), client.listKeys());
            }
            identity.finish();
            service.finish();
        }
    }

    @Test
    void aServiceThatTakesNoTokenIsAskedUntilTheDeadline() throws Exception {
        ScriptedService.Conversation[] endless = new ScriptedService.Conversation[100];
        Arrays.setAll(endless, i -> gives("token " + i, HOUR));
        try (ScriptedService identity = new ScriptedService(endless);
                ScriptedService service = new ScriptedService(client -> {
                    for (ScriptedService.Received request = client.read(); request != null; request = client.read()) {
                        client.refuse(request, Status.AUTH_STALE);
                    }
                })) {
            try (KeysteadClient client = client(service, identity).withTimeout(Duration.ofMillis(300))) {
                KeysteadException error = assertThrows(KeysteadException.class, client::listKeys);
                assertTrue(error.isWorthRetrying());
                assertTrue(error.status() == Status.AUTH_STALE || error instanceof KeysteadException.Timeout
                        || error instanceof KeysteadException.Identity, error.toString());
            }
            service.finish();
        }
    }

    @Test
    void anIdentityProviderThatIsNotReadyIsAskedAgain() throws Exception {
        try (ScriptedService identity =
                        new ScriptedService(refuses(Status.BUSY), client -> client.read(), gives("a.b.c", HOUR));
                ScriptedService service = new ScriptedService(takes("a.b.c"))) {
            try (KeysteadClient client = client(service, identity)) {
                client.listKeys();
            }
            identity.finish();
            service.finish();
        }
    }

    @Test
    void noTokenIsAnErrorAndNoReasonToIdentifyInAnotherWay() throws Exception {
        try (ScriptedService identity = new ScriptedService(refuses(Status.AUTHENTICATION_ERROR));
                ScriptedService service = new ScriptedService()) {
            KeysteadException.Identity error =
                    assertThrows(KeysteadException.Identity.class, () -> client(service, identity).listKeys());
            assertEquals(Status.AUTHENTICATION_ERROR, error.status());
            assertFalse(error.isWorthRetrying());
            identity.finish();
        }
    }

    @Test
    void anAbsentIdentityProviderIsAnErrorWhenTheDeadlineIsOver() throws Exception {
        try (ScriptedService service = new ScriptedService()) {
            TokenSource source = TokenSource.at(new Endpoint("/nonexistent/identity.sock"));
            KeysteadClient client = KeysteadClient.at(service.endpoint(), Credential.token(source));
            KeysteadClient hasty = client.withTimeout(Duration.ofMillis(100));
            var error = assertThrows(KeysteadException.Identity.class, hasty::listKeys);
            assertTrue(error.getCause() instanceof KeysteadException.Connection);
            assertTrue(error.isWorthRetrying());
        }
    }

    @Test
    void whatAnybodyMayAskNeedsNoToken() throws Exception {
        try (ScriptedService service = new ScriptedService(client -> {
            ScriptedService.Received request = client.read();
            assertEquals(0, request.header().authType());
            assertArrayEquals(new byte[0], request.auth());
            client.done(request, dev.keystead.wire.CoreMessages.PingResult.getDefaultInstance());
        })) {
            TokenSource source = TokenSource.at(new Endpoint("/nonexistent/identity.sock"));
            KeysteadClient.at(service.endpoint(), Credential.token(source)).ping();
            service.finish();
        }
    }

    @Test
    void manyThreadsFetchOneToken() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (ScriptedService identity = new ScriptedService(gives("a.b.c", HOUR))) {
            TokenSource source = TokenSource.at(identity.endpoint());
            Callable<Token> fetch = () -> source.token(soon());
            Token first = null;
            for (Future<Token> token : threads.invokeAll(Collections.nCopies(8, fetch))) {
                first = first == null ? token.get() : first;
                assertSame(first, token.get());
            }
            identity.finish();
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aTokenIsDueAfterThreeQuartersOfItsLifeAndOfNoUseAtItsEnd() {
        long asked = System.nanoTime();
        long second = 1_000_000_000L;
        Token token = Token.given(new byte[1], System.currentTimeMillis() / 1000 + 400, asked, 7);
        assertFalse(token.isDue(asked + 290 * second));
        assertTrue(token.isDue(asked + 301 * second));
        assertTrue(token.isGoodFor(7, asked + 398 * second));
        assertFalse(token.isGoodFor(7, asked + 401 * second));
        assertFalse(token.isGoodFor(8, asked), "another user's");
        for (long endless : new long[] {Long.MAX_VALUE, -1}) {
            assertFalse(Token.given(new byte[1], endless, asked, 7).isGoodFor(7, asked + 3601 * second));
        }
        assertFalse(Token.given(new byte[1], 5, asked, 7).isGoodFor(7, asked), "it ended in 1970");
    }

    /** A token that is due and still good for a while, as the one that is kept. */
    private static Token dueIn(TokenSource source) {
        long now = System.nanoTime();
        Token due = new Token(new byte[1], now, now + 600_000_000_000L, ProcessRights.effectiveUidNow());
        source.endFetch(due);
        return due;
    }

    @Test
    void aRenewalThatFailsLeavesTheTokenThatIsStillGood() throws Exception {
        try (ScriptedService identity = new ScriptedService(refuses(Status.BUSY))) {
            TokenSource source = TokenSource.at(identity.endpoint());
            Token due = dueIn(source);
            assertSame(due, source.token(soon()));
            assertSame(due, source.token(soon()), "and it is not tried again at once");
            identity.finish();
        }
    }

    @Test
    void aTokenIsRenewedWhenItIsDue() throws Exception {
        try (ScriptedService identity = new ScriptedService(gives("second", HOUR))) {
            TokenSource source = TokenSource.at(identity.endpoint());
            dueIn(source);
            assertEquals("second", new String(source.token(soon()).bytes(), StandardCharsets.US_ASCII));
            identity.finish();
        }
    }
}
