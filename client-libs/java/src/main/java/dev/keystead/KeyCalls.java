// Making, moving and destroying keys.
package dev.keystead;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.keystead.wire.KeysMessages;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Making, moving and destroying keys.
 *
 * <p>These calls change something, so they are never just sent again. When the connection breaks or time runs out, the key
 * is looked up first: a create whose key is there was done, a destroy whose key is gone was done. What a look cannot tell,
 * the caller is told as the error that it was.
 */
abstract class KeyCalls extends CoreCalls {
    /** Whether a key that was found is the one that was to be made. */
    private enum Match {
        YES,
        NO,
        NOBODY_CAN_TELL
    }

    KeyCalls(Shared shared, int chosenProvider, Duration timeout) {
        super(shared, chosenProvider, timeout);
    }

    /** A handle for a key that exists already; nothing is asked yet. */
    public abstract KeyHandle key(String name);

    /**
     * Makes a new key. Refused as {@link Status#PSA_ERROR_ALREADY_EXISTS} if the name is taken.
     *
     * <p>If the connection breaks during the call, a key of that name and these attributes that is there afterwards counts
     * as made by it.
     */
    public KeyHandle generate(String name, KeyAttributes attributes) {
        var request = KeysMessages.PsaGenerateKey.newBuilder()
                .setKeyName(Names.checked(name))
                .setAttributes(AttributesCodec.encode(attributes))
                .build();
        create(Opcode.PSA_GENERATE_KEY, request, KeysMessages.PsaGenerateKeyResult.parser(), name, attributes, null);
        return key(name);
    }

    /**
     * Takes a key over; {@code data} is in the format of the contract (a big-endian scalar, PKCS#1 DER, the bytes
     * themselves). 0 bits in the attributes stand for the size that the data has.
     *
     * <p>If the connection breaks during the call, a public key that is there afterwards with that name, these attributes
     * and this data counts as imported by it. With the other kinds of keys nobody can compare the data, so the call gives
     * the error: destroy the key and import it again, or use it if nobody else makes keys of that name.
     */
    public KeyHandle importKey(String name, KeyAttributes attributes, byte[] data) {
        var request = KeysMessages.PsaImportKey.newBuilder()
                .setKeyName(Names.checked(name))
                .setAttributes(AttributesCodec.encode(attributes))
                .setData(wrap(data))
                .build();
        create(Opcode.PSA_IMPORT_KEY, request, KeysMessages.PsaImportKeyResult.parser(), name, attributes, data);
        return key(name);
    }

    /**
     * Destroys a key; its name is free afterwards. If the connection breaks during the call and a key of that name is there
     * afterwards, the call gives the error and destroys nothing more: it may be another key, made since.
     */
    public void destroy(String name) {
        var request = KeysMessages.PsaDestroyKey.newBuilder().setKeyName(Names.checked(name)).build();
        try {
            call(Opcode.PSA_DESTROY_KEY, request, KeysMessages.PsaDestroyKeyResult.parser(), Calls::nothing);
        } catch (KeysteadException error) {
            if (!leavesDoubt(error) || lookedUp(name, error).isPresent()) {
                throw error;
            }
        }
    }

    /**
     * The public half of a key, in the format of wire contract 4.2: PKCS#1 DER for RSA, an uncompressed point for
     * Weierstrass curves, little-endian bytes for Montgomery curves.
     */
    public byte[] publicKey(String name) {
        return publicKey(Names.checked(name), deadline());
    }

    /** The key itself; its usage flags must allow it. The caller should clear the array when it is done. */
    public byte[] export(String name) {
        var request = KeysMessages.PsaExportKey.newBuilder().setKeyName(Names.checked(name)).build();
        return call(Opcode.PSA_EXPORT_KEY, request, KeysMessages.PsaExportKeyResult.parser(), result ->
                result.getData().toByteArray());
    }

    private byte[] publicKey(String name, Deadline deadline) {
        var request = KeysMessages.PsaExportPublicKey.newBuilder().setKeyName(name).build();
        return call(Opcode.PSA_EXPORT_PUBLIC_KEY, request, KeysMessages.PsaExportPublicKeyResult.parser(), result ->
                result.getData().toByteArray(), deadline);
    }

    private <M extends MessageLite> void create(
            Opcode opcode, MessageLite request, Parser<M> parser, String name, KeyAttributes asked, byte[] data) {
        Deadline deadline = deadline();
        RequestFrame frame = frame(opcode, request, deadline);
        try {
            send(frame, parser, Calls::nothing, deadline);
        } catch (KeysteadException error) {
            if (!leavesDoubt(error)) {
                throw error;
            }
            KeyAttributes found = lookedUp(name, error).orElse(null);
            if (found == null) {
                if (!(error instanceof KeysteadException.Connection)) {
                    throw error;
                }
                found = sentAgain(frame, parser, name, deadline);
            }
            if (found != null) {
                judge(opcode, name, found, asked, data, error);
            }
        } finally {
            frame.wipe();
        }
    }

    /** Sends a create whose key was not there after the connection broke. Null if that did it, else the key that is there. */
    private <M extends MessageLite> KeyAttributes sentAgain(
            RequestFrame frame, Parser<M> parser, String name, Deadline deadline) {
        try {
            send(frame, parser, Calls::nothing, deadline);
            return null;
        } catch (KeysteadException again) {
            // The first request may have been carried out after the look.
            if (!leavesDoubt(again) && again.status() != Status.PSA_ERROR_ALREADY_EXISTS) {
                throw again;
            }
            return lookedUp(name, again).orElseThrow(() -> again);
        }
    }

    private void judge(
            Opcode opcode, String name, KeyAttributes found, KeyAttributes asked, byte[] data, KeysteadException error) {
        switch (match(name, found, asked, data)) {
            case YES -> {}
            case NO -> throw new KeysteadException.Refused(opcode, Status.PSA_ERROR_ALREADY_EXISTS.number());
            case NOBODY_CAN_TELL -> throw error;
        }
    }

    private Match match(String name, KeyAttributes found, KeyAttributes asked, byte[] data) {
        if (!found.equals(asked.bits() == 0 ? asked.withBits(found.bits()) : asked)) {
            return Match.NO;
        }
        if (data == null) {
            return Match.YES;
        }
        if (!asked.type().isPublic()) {
            return Match.NOBODY_CAN_TELL;
        }
        try {
            byte[] there = publicKey(name, Deadline.after(Limits.LOOK_UP_TIMEOUT));
            return Arrays.equals(there, data) ? Match.YES : Match.NO;
        } catch (KeysteadException error) {
            return Match.NOBODY_CAN_TELL;
        }
    }

    /** Asks for a key with time of its own, because the call's may be over; the first error if that fails too. */
    private Optional<KeyAttributes> lookedUp(String name, KeysteadException first) {
        try {
            return find(name, Deadline.after(Limits.LOOK_UP_TIMEOUT));
        } catch (KeysteadException error) {
            throw first;
        }
    }

    /** Whether the service may have done what the client did not hear of. */
    private static boolean leavesDoubt(KeysteadException error) {
        return (error instanceof KeysteadException.Connection lost && lost.wasConnected())
                || error instanceof KeysteadException.Timeout
                || error.status() == Status.DEADLINE_EXCEEDED
                || error.status() == Status.CONNECTION_ERROR;
    }
}
