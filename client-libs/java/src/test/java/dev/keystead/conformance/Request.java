// One line of a scenario's runner.
package dev.keystead.conformance;

import dev.keystead.Algorithm;
import dev.keystead.KeyAttributes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * An operation and its arguments, as they were read.
 *
 * @param operation the first word
 * @param arguments the others, by name
 */
record Request(String operation, Map<String, String> arguments) {
    static Request parse(String line) {
        String[] words = line.split(" ");
        Map<String, String> arguments = new HashMap<>();
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            arguments.put(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        return new Request(words[0], arguments);
    }

    String word(String name) {
        String word = arguments.get(name);
        if (word == null) {
            throw new IllegalArgumentException(operation + " without " + name);
        }
        return word;
    }

    int number(String name) {
        return Integer.parseInt(word(name));
    }

    byte[] bytes(String name) {
        return HexFormat.of().parseHex(word(name));
    }

    /** The key's name. */
    String name() {
        return new String(bytes("name"), StandardCharsets.UTF_8);
    }

    KeyAttributes attributes() {
        return new KeyAttributes(
                Words.type(word("type")),
                number("bits"),
                Words.usage(word("usage")),
                Words.algorithm(word("algorithm")));
    }

    /** The algorithm, if it is of a family that the operation takes. */
    <A extends Algorithm> A algorithm(Class<A> family) {
        Algorithm algorithm = Words.algorithm(word("algorithm"));
        if (!family.isInstance(algorithm)) {
            throw new Words.Unsupported(word("algorithm"));
        }
        return family.cast(algorithm);
    }
}
