// The words of the scenarios.
package dev.keystead.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "none", "sha-1", "sha-512-224", "sha3-256", "ripemd160", "rsa-pkcs1v15-sign:sha-256", "rsa-pkcs1v15-sign:any",
                "rsa-pkcs1v15-sign-raw", "rsa-pss:sha-384", "ecdsa:any", "ecdsa-any", "deterministic-ecdsa:sha-512",
                "rsa-pkcs1v15-crypt", "rsa-oaep:sha3-512", "gcm", "ccm:4", "chacha20-poly1305", "stream-cipher", "ctr", "cfb",
                "ofb", "xts", "ecb", "cbc", "cbc-pkcs7", "hmac:sha-256", "hmac:sha-256:16", "cbc-mac", "cmac:8", "ecdh", "ffdh"
            })
    void algorithmsAreWrittenAsTheyWereRead(String word) {
        assertEquals(word, Words.word(Words.algorithm(word)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "raw-data", "hmac", "derive", "aes", "des", "camellia", "arc4", "chacha20", "rsa-key-pair", "rsa-public-key",
                "ecc-key-pair:secp-r1", "ecc-public-key:brainpool-p-r1", "ecc-key-pair:montgomery", "dh-key-pair:rfc7919",
                "dh-public-key:rfc7919"
            })
    void typesAreWrittenAsTheyWereRead(String word) {
        assertEquals(word, Words.word(Words.type(word)));
    }

    @Test
    void usagesAreWrittenAsTheyWereRead() {
        assertEquals("", Words.word(Words.usage("")));
        assertEquals("export,sign-message,derive", Words.word(Words.usage("export,sign-message,derive")));
    }

    @Test
    void whatTheLibraryDoesNotHaveIsToldApart() {
        assertThrows(Words.Unsupported.class, () -> Words.algorithm("tiger"));
        assertThrows(Words.Unsupported.class, () -> Words.type("ecc-key-pair:twisted-edwards"));
    }
}
