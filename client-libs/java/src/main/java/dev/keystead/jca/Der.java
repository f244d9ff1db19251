// As much of DER as keys and signatures need.
package dev.keystead.jca;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.SignatureException;

/** Writes and reads DER (X.690): lengths below 2³¹, tags of one byte. */
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int SEQUENCE = 0x30;

    private Der() {}

    /** An element with this tag, and these contents one after the other. */
    static byte[] element(int tag, byte[]... contents) {
        int length = 0;
        for (byte[] part : contents) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >>> (8 * i));
            }
        }
        for (byte[] part : contents) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Takes an element with this tag from the buffer, and gives its contents. */
    static ByteBuffer contents(ByteBuffer in, int tag) {
        if (in.remaining() < 2 || (in.get() & 0xFF) != tag) {
            throw new IllegalArgumentException("no element with the tag " + tag);
        }
        int length = in.get() & 0xFF;
        if (length >= 0x80) {
            int bytes = length & 0x7F;
            if (bytes == 0 || bytes > 4 || bytes > in.remaining()) {
                throw new IllegalArgumentException("no such length");
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | in.get() & 0xFF;
            }
        }
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("an element is cut off");
        }
        ByteBuffer contents = in.slice(in.position(), length);
        in.position(in.position() + length);
        return contents;
    }

    /** r ‖ s as the sequence of two integers that Java's signatures are. */
    static byte[] signature(byte[] halves) throws SignatureException {
        if (halves.length == 0 || halves.length % 2 != 0) {
            throw new SignatureException("an ECDSA signature of " + halves.length + " bytes");
        }
        int half = halves.length / 2;
        byte[] r = new BigInteger(1, halves, 0, half).toByteArray();
        byte[] s = new BigInteger(1, halves, half, half).toByteArray();
        return element(SEQUENCE, element(INTEGER, r), element(INTEGER, s));
    }
}
