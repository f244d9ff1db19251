// The 36 bytes before every request and answer (wire contract 1.1).
package dev.keystead;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The fields of a header that differ between messages; the others are written and checked here.
 *
 * @param flags {@link #KEEP_ALIVE} and {@link #EXTENDED}
 * @param provider the provider's number
 * @param session the request's number on its connection
 * @param authType what the authentication part is
 * @param bodyLength bytes of the body, as an unsigned number
 * @param authLength bytes of the authentication part
 * @param opcode the operation's number
 * @param status how the request ended; 0 in requests
 */
record Header(
        int flags, int provider, long session, int authType, long bodyLength, int authLength, int opcode, int status) {
    /** Bytes of a header. */
    static final int BYTES = 36;
    /** The connection shall stay, or stays, open after the answer. */
    static final int KEEP_ALIVE = 0x0001;
    /** The answer may show Keystead's extensions. */
    static final int EXTENDED = 0x0002;

    private static final int MAGIC = 0x5EC0_A710;
    /** Header bytes behind the field that says so. */
    private static final short HEADER_SIZE = 30;
    private static final byte MAJOR = 1;
    private static final byte MINOR = 0;
    private static final byte PROTOBUF = 0;

    /** Writes the header; {@code out} must have room. */
    void encode(ByteBuffer out) {
        ByteOrder before = out.order();
        out.order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putShort(HEADER_SIZE).put(MAJOR).put(MINOR).putShort((short) flags).put((byte) provider);
        out.putLong(session).put(PROTOBUF).put(PROTOBUF).put((byte) authType);
        out.putInt((int) bodyLength).putShort((short) authLength).putInt(opcode).putShort((short) status);
        out.putShort((short) 0);
        out.order(before);
    }

    /** Reads a header; a response error if it is none of this protocol. */
    static Header decode(ByteBuffer in) {
        in.order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt() != MAGIC || in.getShort() != HEADER_SIZE) {
            throw new KeysteadException.Response("it does not begin as a header does");
        }
        if (in.get() != MAJOR || in.get() != MINOR) {
            throw new KeysteadException.Response("its version is not 1.0");
        }
        int flags = Short.toUnsignedInt(in.getShort());
        int provider = Byte.toUnsignedInt(in.get());
        long session = in.getLong();
        byte content = in.get();
        byte accept = in.get();
        int authType = Byte.toUnsignedInt(in.get());
        long bodyLength = Integer.toUnsignedLong(in.getInt());
        int authLength = Short.toUnsignedInt(in.getShort());
        int opcode = in.getInt();
        int status = Short.toUnsignedInt(in.getShort());
        if (content != PROTOBUF || accept != PROTOBUF || in.getShort() != 0) {
            throw new KeysteadException.Response("its header holds a value that no message has");
        }
        return new Header(flags, provider, session, authType, bodyLength, authLength, opcode, status);
    }
}
