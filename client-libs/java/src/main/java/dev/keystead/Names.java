// Names of keys and clients, as the protocol can carry them.
package dev.keystead;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Checks names before they are sent: any text of at most {@link Limits#MAX_NAME_BYTES} bytes in UTF-8. */
final class Names {
    private Names() {}

    /** The name itself. Half of a surrogate pair is no text: encoded, different names would become one. */
    static String checked(String name) {
        int bytes;
        try {
            bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name)).remaining();
        } catch (CharacterCodingException error) {
            throw new KeysteadException.Usage("the name is no text: half of a surrogate pair is in it", error);
        }
        if (bytes > Limits.MAX_NAME_BYTES) {
            throw new KeysteadException.Usage("a name of " + bytes + " bytes is too long");
        }
        return name;
    }
}
