// Tokens from the identity provider: fetched when first needed, kept, and renewed before they end.
package dev.keystead;

import dev.keystead.wire.IdentityMessages.GetToken;
import dev.keystead.wire.IdentityMessages.GetTokenResult;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where this program's tokens come from: the identity provider's socket. The identity provider looks at the process that
 * asks, so the program shows nothing. Safe for many threads: one of them fetches, and the others wait for what it gets.
 */
public final class TokenSource {
    private final Endpoint endpoint;
    private final String audience;
    private final String identity;
    private final ReentrantLock lock = new ReentrantLock();
    /** Told whenever a fetch ends. */
    private final Condition fetched = lock.newCondition();
    private Token kept;
    private boolean fetching;
    /** A renewal failed: none is tried before this moment while the kept token is good. */
    private long noRenewalBefore = System.nanoTime();

    private TokenSource(Endpoint endpoint, String audience, String identity) {
        this.endpoint = endpoint;
        this.audience = audience;
        this.identity = identity;
    }

    /** The identity provider at {@code endpoint}, with tokens for the key service. */
    public static TokenSource at(Endpoint endpoint) {
        return new TokenSource(endpoint, "", "");
    }

    /**
     * The same identity provider, with tokens of this identity (a SPIFFE ID). Only a process that houses applications of
     * several identities has to say which.
     */
    public TokenSource withIdentity(String identity) {
        return new TokenSource(endpoint, audience, Names.checked(identity));
    }

    /** The same identity provider, with tokens for this audience (a SPIFFE ID) and not the key service it knows first. */
    public TokenSource withAudience(String audience) {
        return new TokenSource(endpoint, Names.checked(audience), identity);
    }

    /** Where the identity provider listens. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /**
     * The token that is kept, else a new one. An identity provider that has to be waited for (it does not know yet who this
     * process is, or is being restarted) is asked again until the deadline; one whose socket nobody serves, for
     * {@link Limits#ABSENT_PROVIDER_PATIENCE}. Every failure is an identity error.
     */
    Token token(Deadline deadline) {
        return otherThan(null, deadline);
    }

    /** The same, but never the token {@code stale}, which the service does not take. */
    Token otherThan(Token stale, Deadline deadline) {
        Backoff backoff = new Backoff();
        Deadline patience = Deadline.after(Limits.ABSENT_PROVIDER_PATIENCE);
        while (true) {
            try {
                return keptOrFetched(stale, deadline);
            } catch (KeysteadException.Cancelled cancelled) {
                throw cancelled;
            } catch (KeysteadException error) {
                boolean absent = error instanceof KeysteadException.Connection lost && !lost.wasConnected();
                boolean mayPass = error.isWorthRetrying() && !(absent && patience.hasPassed());
                if (!mayPass || !backoff.pause(deadline)) {
                    throw new KeysteadException.Identity(error);
                }
            }
        }
    }

    /** One look, and at most one question. */
    private Token keptOrFetched(Token stale, Deadline deadline) {
        int uid = ProcessRights.effectiveUidNow();
        Token good;
        lock.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                good = kept != null && kept != stale && kept.isGoodFor(uid, now) ? kept : null;
                boolean renewedNow = good != null && good.isDue(now) && now - noRenewalBefore >= 0;
                if (good != null && (fetching || !renewedNow)) {
                    return good;
                }
                if (!fetching) {
                    break;
                }
                fetched.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            }
            fetching = true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KeysteadException.Cancelled();
        } finally {
            lock.unlock();
        }
        Token token = null;
        try {
            token = fetch(uid, good == null ? deadline : deadline.sooner(Deadline.after(Limits.RENEWAL_TIMEOUT)));
            return token;
        } catch (KeysteadException error) {
            if (good == null || error instanceof KeysteadException.Cancelled) {
                throw error;
            }
            return good;
        } finally {
            endFetch(token);
        }
    }

    /** Ends a fetch: keeps what it gave, or, if that is null, puts the next renewal off. */
    void endFetch(Token token) {
        lock.lock();
        try {
            fetching = false;
            if (token != null) {
                kept = token;
            }
            noRenewalBefore = System.nanoTime() + (token == null ? Limits.RENEWAL_RETRY.toNanos() : 0);
            fetched.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Token fetch(int uid, Deadline deadline) {
        GetToken question = GetToken.newBuilder().setAudience(audience).setIdentity(identity).build();
        RequestFrame frame = new RequestFrame(Opcode.GET_TOKEN, 0, question, Credential.NONE, deadline);
        long asked = System.nanoTime();
        try (Connection connection = Connection.open(endpoint, deadline)) {
            connection.send(frame, deadline);
            AnswerFrame answer = connection.receive(deadline);
            GetTokenResult given = answer.decode(Opcode.GET_TOKEN, GetTokenResult.parser());
            byte[] bytes = given.getTokenBytes().toByteArray();
            answer.wipe();
            if (bytes.length == 0 || bytes.length > Limits.MAX_NAME_BYTES) {
                throw new KeysteadException.Response("a token of " + bytes.length + " bytes");
            }
            return Token.given(bytes, given.getExpiresAt(), asked, uid);
        }
    }
}
