// Every operation against the real service.
package dev.keystead;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ServiceTest {
    private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];
    private static TestService service;
    private static KeysteadClient client;

    @BeforeAll
    static void start() throws Exception {
        service = TestService.start();
        client = service.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        service.close();
    }

    private static void refused(Status status, Runnable call) {
        assertEquals(status, assertThrows(KeysteadException.Refused.class, call::run).status());
    }

    @Test
    void theServiceTellsOfItself() {
        assertEquals("1.0", client.ping());
        assertEquals(List.of(1, 0), client.listProviders().stream().map(ProviderInfo::id).toList());
        assertEquals(1, client.provider());
        assertEquals(List.of(3), client.listAuthenticators().stream().map(AuthenticatorInfo::id).toList());
        assertTrue(client.listOpcodes(0).contains(Opcode.HEALTH.number()), "the extended ones too");
        assertTrue(client.listOpcodes(1).contains(Opcode.PSA_MAC_COMPUTE.number()));
        refused(Status.PROVIDER_DOES_NOT_EXIST, () -> client.listOpcodes(9));
    }

    @Test
    void theThreeLinesOfTheQuickstartWork() {
        KeyHandle key = client.generate("signing-key", Presets.ecdsaP256());
        byte[] signature = key.sign(MESSAGE);
        assertTrue(key.verify(MESSAGE, signature));
        assertFalse(key.verify(NOTHING, signature));
        assertEquals(Presets.ecdsaP256(), client.key("signing-key").attributes());
        assertEquals(65, key.publicKey().length);
        refused(Status.PSA_ERROR_ALREADY_EXISTS, () -> client.generate("signing-key", Presets.ecdsaP256()));
        refused(Status.PSA_ERROR_NOT_PERMITTED, key::export);
        key.destroy();
        refused(Status.PSA_ERROR_DOES_NOT_EXIST, key::destroy);
        refused(Status.PSA_ERROR_DOES_NOT_EXIST, () -> client.attributes("signing-key"));
    }

    @Test
    void hashesAreSignedAndVerified() {
        SignatureAlgorithm any = new SignatureAlgorithm(SignatureAlgorithm.Scheme.ECDSA, null);
        KeyHandle key = client.generate("hashes", Presets.ecdsaP256().withAlgorithm(any));
        for (HashAlgorithm hash : List.of(HashAlgorithm.SHA_256, HashAlgorithm.SHA_384)) {
            byte[] digest = client.computeHash(hash, MESSAGE);
            byte[] signature = client.signHash("hashes", any.with(hash), digest);
            assertTrue(client.verifyMessage("hashes", any.with(hash), MESSAGE, signature));
            assertTrue(client.verifyHash("hashes", any.with(hash), digest, signature));
            digest[0] ^= 1;
            assertFalse(client.verifyHash("hashes", any.with(hash), digest, signature));
        }
        assertTrue(key.verify(MESSAGE, key.sign(MESSAGE)), "SHA-256 where any will do");
    }

    @Test
    void rsaEncryptsAndSigns() {
        KeyHandle oaep = client.generate("oaep", Presets.rsaOaep(2048));
        assertArrayEquals(MESSAGE, oaep.decrypt(oaep.encrypt(MESSAGE)));
        EncryptionAlgorithm algorithm = EncryptionAlgorithm.rsaOaep(HashAlgorithm.SHA_256);
        byte[] labelled = client.asymmetricEncrypt("oaep", algorithm, MESSAGE, new byte[] {1});
        assertArrayEquals(MESSAGE, client.asymmetricDecrypt("oaep", algorithm, labelled, new byte[] {1}));
        refused(Status.PSA_ERROR_INVALID_PADDING, () -> oaep.decrypt(labelled));
        assertThrows(KeysteadException.Usage.class, () -> oaep.sign(MESSAGE));
        KeyHandle pss = client.generate("pss", Presets.rsaPss(2048));
        assertTrue(pss.verify(MESSAGE, pss.sign(MESSAGE)));
    }

    @Test
    void symmetricKeysSealAndAuthenticate() {
        KeyHandle aes = client.generate("aes", Presets.aes256Gcm());
        byte[] sealed = aes.seal(MESSAGE, new byte[] {1, 2});
        assertEquals(12 + 2 + 16, sealed.length);
        assertArrayEquals(new byte[] {1, 2}, aes.open(MESSAGE, sealed));
        assertArrayEquals(NOTHING, aes.open(NOTHING, aes.seal(NOTHING, NOTHING)));
        refused(Status.PSA_ERROR_INVALID_SIGNATURE, () -> aes.open(NOTHING, sealed));
        assertThrows(KeysteadException.Usage.class, () -> aes.open(NOTHING, new byte[11]));
        KeyHandle mac = client.generate("mac", Presets.hmacSha256());
        assertTrue(mac.verifyMac(MESSAGE, mac.mac(MESSAGE)));
        assertFalse(mac.verifyMac(NOTHING, mac.mac(MESSAGE)));
    }

    @Test
    void ciphersHaveTheServicesIv() {
        for (CipherAlgorithm mode : List.of(CipherAlgorithm.CBC_PKCS7, CipherAlgorithm.CTR)) {
            KeyAttributes attributes = KeyAttributes.of(KeyType.AES, 128, mode, Usage.ENCRYPT, Usage.DECRYPT);
            client.generate("cipher " + mode, attributes);
            byte[] ciphertext = client.cipherEncrypt("cipher " + mode, mode, MESSAGE);
            assertArrayEquals(MESSAGE, client.cipherDecrypt("cipher " + mode, mode, ciphertext));
        }
    }

    @Test
    void bothSidesOfAnAgreementHaveOneSecret() {
        for (KeyAttributes attributes : List.of(Presets.x25519(), Presets.ecdhP256())) {
            KeyHandle one = client.generate("one" + attributes.bits(), attributes);
            KeyHandle other = client.generate("other" + attributes.bits(), attributes);
            assertArrayEquals(one.agree(other.publicKey()), other.agree(one.publicKey()));
            refused(Status.PSA_ERROR_INVALID_ARGUMENT, () -> one.agree(new byte[3]));
        }
    }

    @Test
    void keysAreImportedAndExported() {
        byte[] secret = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
        KeyAttributes attributes = Presets.aes256Gcm().withBits(0).withUsage(Usage.ENCRYPT, Usage.EXPORT);
        KeyHandle key = client.importKey("imported", attributes, secret);
        assertEquals(128, key.attributes().bits());
        assertArrayEquals(secret, key.export());
        refused(Status.PSA_ERROR_INVALID_ARGUMENT, () -> client.importKey("bad", Presets.aes256Gcm(), new byte[7]));
    }

    @Test
    void namesAreAnyText() {
        for (String name : List.of("", "ключ", "../../etc/passwd", "a\0b", "𝄞")) {
            client.generate(name, Presets.hmacSha256());
            assertTrue(client.listKeys().stream().anyMatch(key -> key.name().equals(name)), name);
            client.destroy(name);
        }
    }

    @Test
    void hashesAndRandomBytesNeedNoKey() {
        byte[] digest = client.computeHash(HashAlgorithm.SHA_256, NOTHING);
        assertTrue(HexFormat.of().formatHex(digest).startsWith("e3b0c442"));
        assertTrue(client.compareHash(HashAlgorithm.SHA_256, NOTHING, digest));
        assertFalse(client.compareHash(HashAlgorithm.SHA_256, MESSAGE, digest));
        assertEquals(1_048_576, client.random(1_048_576).length);
        assertEquals(0, client.random(0).length);
        refused(Status.RESPONSE_TOO_LARGE, () -> client.random(1_048_577));
        assertThrows(KeysteadException.Usage.class, () -> client.random(-1));
        refused(Status.BODY_SIZE_EXCEEDS_LIMIT, () -> client.computeHash(HashAlgorithm.SHA_256, new byte[1_048_577]));
    }

    @Test
    void whatCanBeDoneIsAskedFor() {
        assertTrue(client.canDo(Check.GENERATE, Presets.ecdsaP256()));
        assertFalse(client.canDo(Check.GENERATE, Presets.ecdsaP256().withBits(255)));
        assertFalse(client.canDo(Check.DERIVE, Presets.aes256Gcm()));
        refused(Status.PSA_ERROR_NOT_SUPPORTED, () -> client.prepareKeyAttestation("a", ""));
        refused(Status.PSA_ERROR_NOT_SUPPORTED, () -> client.attestKey("a", "", NOTHING, NOTHING));
    }

    @Test
    void anAdministratorIsServed() {
        String self = Integer.toUnsignedString(ProcessRights.effectiveUidNow());
        client.generate("of an administrator", Presets.hmacSha256());
        assertEquals(List.of(self), client.listClients());
        ServiceHealth health = client.health();
        assertTrue(health.keys() >= 1 && health.providers().get(0).available());
        client.deleteClient("nobody-of-this-name");
    }

    @Test
    void withoutAnIdentityThereAreNoKeys() {
        try (KeysteadClient anonymous = KeysteadClient.at(service.endpoint(), Credential.NONE)) {
            assertEquals("1.0", anonymous.ping());
            refused(Status.NOT_AUTHENTICATED, anonymous::listKeys);
        }
    }

    @Test
    void manyThreadsShareAClient() throws Exception {
        KeyHandle key = client.generate("of many", Presets.ecdsaP256());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                byte[] message = {(byte) i};
                calls.add(() -> key.verify(message, key.sign(message)));
            }
            for (Future<Boolean> right : threads.invokeAll(calls)) {
                assertTrue(right.get());
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aServiceThatIsGoneIsToldAtOnce() throws Exception {
        TestService first = TestService.start();
        try (KeysteadClient restarted = first.client().withTimeout(Duration.ofSeconds(10))) {
            restarted.ping();
            first.close();
            KeysteadException error = assertThrows(KeysteadException.Connection.class, restarted::ping);
            assertTrue(error.isWorthRetrying());
        }
    }
}
