// The JCA provider with the real service; what it makes is checked by Java's own providers.
package dev.keystead.jca;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.keystead.AeadAlgorithm;
import dev.keystead.Algorithm;
import dev.keystead.CipherAlgorithm;
import dev.keystead.EccFamily;
import dev.keystead.EncryptionAlgorithm;
import dev.keystead.HashAlgorithm;
import dev.keystead.KeyAttributes;
import dev.keystead.KeyType;
import dev.keystead.KeysteadClient;
import dev.keystead.MacAlgorithm;
import dev.keystead.Presets;
import dev.keystead.SignatureAlgorithm;
import dev.keystead.TestService;
import dev.keystead.Usage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ProviderTest {
    private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.US_ASCII);
    private static TestService service;
    private static KeysteadClient client;

    @BeforeAll
    static void start() throws Exception {
        service = TestService.start();
        client = service.client();
        // The last of all: whatever is found without a name is found by the key's class.
        Security.addProvider(new KeysteadProvider(client));
    }

    @AfterAll
    static void stop() {
        Security.removeProvider("Keystead");
        client.close();
        service.close();
    }

    private static KeyPair pair(String algorithm, String name, KeyAttributes attributes) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, "Keystead");
        generator.initialize(new KeysteadKeySpec(name, attributes));
        return generator.generateKeyPair();
    }

    private static SecretKey secret(String algorithm, String name, KeyAttributes attributes) throws Exception {
        KeyGenerator generator = KeyGenerator.getInstance(algorithm, "Keystead");
        generator.init(new KeysteadKeySpec(name, attributes));
        return generator.generateKey();
    }

    private static KeyAttributes anyHash(SignatureAlgorithm.Scheme scheme, KeyAttributes like) {
        return like.withAlgorithm(new SignatureAlgorithm(scheme, null));
    }

    /** Signs without naming a provider, and has Java's own verify. */
    private static void assertSigns(String algorithm, KeyPair pair, AlgorithmParameterSpec params, byte[] message)
            throws Exception {
        Signature signer = Signature.getInstance(algorithm);
        // Where no provider is named, Java takes the first for the parameters unless the key is given before.
        signer.initSign(pair.getPrivate());
        if (params != null) {
            signer.setParameter(params);
        }
        assertEquals("Keystead", signer.getProvider().getName());
        for (int i = 0; i < 2; i++) {
            signer.update(message[0]);
            signer.update(message, 1, message.length - 1);
            byte[] signature = signer.sign();
            for (String provider : new String[] {null, "Keystead"}) {
                Signature verifier =
                        provider == null ? Signature.getInstance(algorithm) : Signature.getInstance(algorithm, provider);
                verifier.initVerify(pair.getPublic());
                if (params != null) {
                    verifier.setParameter(params);
                }
                verifier.update(message);
                assertTrue(verifier.verify(signature), algorithm + " by " + verifier.getProvider());
                verifier.update(message, 0, 1);
                assertFalse(verifier.verify(signature));
            }
        }
    }

    @Test
    void ecdsaSignatures() throws Exception {
        for (int bits : new int[] {256, 384, 521}) {
            KeyAttributes attributes = anyHash(SignatureAlgorithm.Scheme.ECDSA, Presets.ecdsaP256()).withBits(bits);
            KeyPair pair = pair("EC", "ec" + bits, attributes);
            for (String hash : List.of("SHA224", "SHA256", "SHA384", "SHA512")) {
                assertSigns(hash + "withECDSA", pair, null, MESSAGE);
                assertSigns(hash + "withECDSAinP1363Format", pair, null, MESSAGE);
            }
            byte[] hash = MessageDigest.getInstance("SHA-384").digest(MESSAGE);
            assertSigns("NONEwithECDSA", pair, null, hash);
        }
    }

    @Test
    void rsaSignatures() throws Exception {
        KeyPair pair = pair("RSA", "rsa", anyHash(SignatureAlgorithm.Scheme.RSA_PKCS1V15, Presets.rsaPkcs1v15(2048)));
        assertSigns("SHA256withRSA", pair, null, MESSAGE);
        assertSigns("SHA512withRSA", pair, null, MESSAGE);
        KeyPair pss = pair("RSA", "pss", anyHash(SignatureAlgorithm.Scheme.RSA_PSS, Presets.rsaPss(2048)));
        for (String hash : List.of("SHA-256", "SHA-384")) {
            int salt = MessageDigest.getInstance(hash).getDigestLength();
            assertSigns("RSASSA-PSS", pss, new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), salt, 1), MESSAGE);
        }
        Signature signer = Signature.getInstance("RSASSA-PSS", "Keystead");
        assertThrows(InvalidAlgorithmParameterException.class, () ->
                signer.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA1, 32, 1)));
        assertThrows(InvalidKeyException.class, () -> signer.initSign(pair.getPrivate()));
    }

    @Test
    void aKeyMakesOnlySignaturesThatItsPolicyPermits() throws Exception {
        KeyPair pair = pair("EC", "one hash", Presets.ecdsaP256());
        assertSigns("SHA256withECDSA", pair, null, MESSAGE);
        Signature other = Signature.getInstance("SHA384withECDSA", "Keystead");
        assertThrows(InvalidKeyException.class, () -> other.initSign(pair.getPrivate()));
        Signature rsa = Signature.getInstance("SHA256withRSA", "Keystead");
        assertThrows(InvalidKeyException.class, () -> rsa.initSign(pair.getPrivate()));
        KeyPair plain = KeyPairGenerator.getInstance("EC", "SunEC").generateKeyPair();
        assertThrows(InvalidKeyException.class, () -> other.initSign(plain.getPrivate()));
        KeyPair sha384 = pair("RSA", "pss with SHA-384", Presets.rsaPss(2048)
                .withAlgorithm(SignatureAlgorithm.rsaPss(HashAlgorithm.SHA_384)));
        assertSigns("RSASSA-PSS", sha384, new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1), MESSAGE);
        Signature pss = Signature.getInstance("RSASSA-PSS", "Keystead");
        KeyPair one = pair("RSA", "pss of one hash", Presets.rsaPss(2048));
        pss.initSign(one.getPrivate());
        assertThrows(InvalidAlgorithmParameterException.class, () ->
                pss.setParameter(new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1)));
    }

    @Test
    void keysAreHandles() throws Exception {
        KeyPair pair = pair("EC", "handle", Presets.ecdsaP256());
        assertNull(pair.getPrivate().getEncoded());
        assertNull(pair.getPrivate().getFormat());
        assertEquals("EC", pair.getPrivate().getAlgorithm());
        assertFalse(pair.getPrivate().toString().isEmpty());
        ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream());
        assertThrows(NotSerializableException.class, () -> out.writeObject(pair.getPrivate()));
    }

    @Test
    void keysHaveNames() throws Exception {
        KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC", "Keystead");
        assertThrows(InvalidParameterException.class, () -> pairs.initialize(256));
        assertThrows(InvalidAlgorithmParameterException.class, () -> pairs.initialize(new ECGenParameterSpec("secp256r1")));
        KeysteadKeySpec rsa = new KeysteadKeySpec("wrong", Presets.rsaPss(2048));
        assertThrows(InvalidAlgorithmParameterException.class, () -> pairs.initialize(rsa));
        KeyAttributes koblitz = KeyAttributes.of(KeyType.eccKeyPair(EccFamily.SECP_K1), 256, Algorithm.NONE);
        assertThrows(InvalidAlgorithmParameterException.class, () ->
                pairs.initialize(new KeysteadKeySpec("unknown to Java", koblitz)));
        KeyGenerator secrets = KeyGenerator.getInstance("AES", "Keystead");
        assertThrows(InvalidParameterException.class, () -> secrets.init(128));
    }

    @Test
    void gcmEncryptsAndDecrypts() throws Exception {
        KeyAttributes exportable =
                Presets.aes256Gcm().withUsage(Usage.ENCRYPT, Usage.DECRYPT, Usage.EXPORT);
        SecretKey key = secret("AES", "gcm", exportable);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key);
        cipher.updateAAD(MESSAGE);
        cipher.update(MESSAGE, 0, 4);
        byte[] ciphertext = cipher.doFinal(MESSAGE, 4, MESSAGE.length - 4);
        assertEquals("Keystead", cipher.getProvider().getName());
        assertThrows(IllegalStateException.class, () -> cipher.doFinal(MESSAGE));

        SecretKey plain = new SecretKeySpec(client.export("gcm"), "AES");
        Cipher java = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        java.init(Cipher.DECRYPT_MODE, plain, cipher.getParameters());
        java.updateAAD(MESSAGE);
        assertArrayEquals(MESSAGE, java.doFinal(ciphertext));

        GCMParameterSpec spec = new GCMParameterSpec(128, cipher.getIV());
        cipher.init(Cipher.DECRYPT_MODE, key, spec);
        cipher.updateAAD(MESSAGE);
        assertArrayEquals(MESSAGE, cipher.doFinal(ciphertext));
        ciphertext[0] ^= 1;
        cipher.updateAAD(MESSAGE);
        assertThrows(AEADBadTagException.class, () -> cipher.doFinal(ciphertext));
        assertThrows(InvalidAlgorithmParameterException.class, () ->
                cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(96, spec.getIV())));
        assertThrows(InvalidKeyException.class, () -> cipher.init(Cipher.DECRYPT_MODE, key));
    }

    @Test
    void shortenedTagsAndOtherAeads() throws Exception {
        AeadAlgorithm shortened = new AeadAlgorithm(AeadAlgorithm.Scheme.GCM, 12);
        SecretKey key = secret("AES", "gcm 12", Presets.aes256Gcm().withAlgorithm(shortened));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", "Keystead");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(96, new byte[12]));
        assertEquals(MESSAGE.length + 12, cipher.doFinal(MESSAGE).length);
        KeyAttributes attributes = KeyAttributes.of(
                KeyType.CHACHA20, 256, AeadAlgorithm.CHACHA20_POLY1305, Usage.ENCRYPT, Usage.DECRYPT);
        SecretKey chacha = secret("ChaCha20", "chacha", attributes);
        Cipher poly = Cipher.getInstance("ChaCha20-Poly1305", "Keystead");
        poly.init(Cipher.ENCRYPT_MODE, chacha);
        byte[] ciphertext = poly.doFinal(MESSAGE);
        poly.init(Cipher.DECRYPT_MODE, chacha, new IvParameterSpec(poly.getIV()));
        assertArrayEquals(MESSAGE, poly.doFinal(ciphertext));
    }

    @Test
    void blockCiphersGiveTheirIvAfterwards() throws Exception {
        for (String mode : List.of("CBC/PKCS5Padding", "CTR/NoPadding", "CBC/NoPadding")) {
            CipherAlgorithm algorithm = switch (mode) {
                case "CBC/PKCS5Padding" -> CipherAlgorithm.CBC_PKCS7;
                case "CTR/NoPadding" -> CipherAlgorithm.CTR;
                default -> CipherAlgorithm.CBC_NO_PADDING;
            };
            byte[] message = new byte[32];
            KeyAttributes attributes = KeyAttributes.of(
                    KeyType.AES, 128, algorithm, Usage.ENCRYPT, Usage.DECRYPT, Usage.EXPORT);
            SecretKey key = secret("AES", mode, attributes);
            Cipher cipher = Cipher.getInstance("AES/" + mode);
            cipher.init(Cipher.ENCRYPT_MODE, key);
            assertNull(cipher.getIV());
            byte[] into = new byte[48];
            byte[] ciphertext = Arrays.copyOf(into, cipher.doFinal(message, 0, 32, into));
            ciphertext = Arrays.copyOf(into, ciphertext.length);

            Cipher java = Cipher.getInstance("AES/" + mode, "SunJCE");
            SecretKeySpec plain = new SecretKeySpec(client.export(mode), "AES");
            java.init(Cipher.DECRYPT_MODE, plain, new IvParameterSpec(cipher.getIV()));
            assertArrayEquals(message, java.doFinal(ciphertext), mode);
            cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(cipher.getIV()));
            assertArrayEquals(message, cipher.doFinal(ciphertext), mode);
            assertThrows(InvalidAlgorithmParameterException.class, () ->
                    cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[16])));
        }
    }

    @Test
    void rsaDecryptsWhatOthersEncrypted() throws Exception {
        KeyAttributes pkcs1 = Presets.rsaOaep(2048).withAlgorithm(EncryptionAlgorithm.RSA_PKCS1V15);
        KeyPair pair = pair("RSA", "rsa encryption", pkcs1);
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, pair.getPublic());
        byte[] ciphertext = cipher.doFinal(MESSAGE);
        Cipher decryptor = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        decryptor.init(Cipher.DECRYPT_MODE, pair.getPrivate());
        assertEquals("Keystead", decryptor.getProvider().getName());
        assertArrayEquals(MESSAGE, decryptor.doFinal(ciphertext));
        ciphertext[100] ^= 1;
        assertThrows(BadPaddingException.class, () -> decryptor.doFinal(ciphertext));

        KeyPair oaep = pair("RSA", "oaep", Presets.rsaOaep(2048));
        Cipher service = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding", "Keystead");
        OAEPParameterSpec spec = new OAEPParameterSpec(
                "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, new PSource.PSpecified(new byte[] {1}));
        service.init(Cipher.WRAP_MODE, oaep.getPublic(), spec);
        byte[] wrapped = service.wrap(new SecretKeySpec(MESSAGE, "AES"));
        service.init(Cipher.UNWRAP_MODE, oaep.getPrivate(), spec);
        assertArrayEquals(MESSAGE, service.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded());
        Cipher java = Cipher.getInstance("RSA/ECB/OAEPPadding", "SunJCE");
        java.init(Cipher.ENCRYPT_MODE, oaep.getPublic(), service.getParameters());
        assertArrayEquals(MESSAGE, service.unwrap(java.doFinal(MESSAGE), "AES", Cipher.SECRET_KEY).getEncoded());
        OAEPParameterSpec mixed =
                new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT);
        assertThrows(InvalidAlgorithmParameterException.class, () ->
                service.init(Cipher.DECRYPT_MODE, oaep.getPrivate(), mixed));
    }

    @Test
    void authenticationCodes() throws Exception {
        KeyAttributes attributes = Presets.hmacSha256().withUsage(Usage.SIGN_MESSAGE, Usage.EXPORT);
        SecretKey key = secret("HmacSHA256", "mac", attributes);
        assertEquals("HmacSHA256", key.getAlgorithm());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        assertEquals("Keystead", mac.getProvider().getName());
        Mac java = Mac.getInstance("HmacSHA256", "SunJCE");
        java.init(new SecretKeySpec(client.export("mac"), "HmacSHA256"));
        for (int i = 0; i < 2; i++) {
            mac.update(MESSAGE[0]);
            assertArrayEquals(java.doFinal(MESSAGE), mac.doFinal(Arrays.copyOfRange(MESSAGE, 1, MESSAGE.length)));
        }
        KeyAttributes cmac = KeyAttributes.of(KeyType.AES, 128, MacAlgorithm.CMAC, Usage.SIGN_MESSAGE);
        Mac aes = Mac.getInstance("AESCMAC", "Keystead");
        aes.init(secret("AES", "cmac", cmac));
        assertEquals(16, aes.doFinal(MESSAGE).length);
        assertThrows(InvalidKeyException.class, () -> aes.init(key));
    }

    @Test
    void keyAgreements() throws Exception {
        KeyPair ec = pair("EC", "ecdh", Presets.ecdhP256());
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "SunEC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        assertAgree("ECDH", ec, generator.generateKeyPair());
        KeyPair xdh = pair("XDH", "xdh", Presets.x25519());
        KeyPairGenerator x25519 = KeyPairGenerator.getInstance("X25519", "SunEC");
        assertAgree("XDH", xdh, x25519.generateKeyPair());
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH", "Keystead");
        agreement.init(ec.getPrivate());
        assertThrows(InvalidKeyException.class, () -> agreement.doPhase(xdh.getPublic(), true));
    }

    private static void assertAgree(String algorithm, KeyPair service, KeyPair other) throws Exception {
        KeyAgreement ours = KeyAgreement.getInstance(algorithm);
        ours.init(service.getPrivate());
        assertEquals("Keystead", ours.getProvider().getName());
        ours.doPhase(other.getPublic(), true);
        KeyAgreement theirs = KeyAgreement.getInstance(algorithm, "SunEC");
        theirs.init(other.getPrivate());
        theirs.doPhase(service.getPublic(), true);
        assertArrayEquals(theirs.generateSecret(), ours.generateSecret());
        ours.doPhase(other.getPublic(), true);
        assertEquals("TlsPremasterSecret", ours.generateSecret("TlsPremasterSecret").getAlgorithm());
    }

    @Test
    void randomBytes() throws Exception {
        SecureRandom random = SecureRandom.getInstance("Keystead");
        byte[] bytes = new byte[200_000];
        random.nextBytes(bytes);
        byte[] others = new byte[200_000];
        random.nextBytes(others);
        assertNotEquals(Arrays.hashCode(bytes), Arrays.hashCode(others));
        assertEquals(7, random.generateSeed(7).length);
    }

    @Test
    void theKeyStoreShowsTheCallersKeys() throws Exception {
        KeyPair pair = pair("EC", "stored", Presets.ecdsaP256());
        client.generate("no key of Java's", KeyAttributes.of(KeyType.eccKeyPair(EccFamily.SECP_K1), 256, Algorithm.NONE));
        Certificate certificate = SelfSigned.certificate(pair.getPrivate(), pair.getPublic());
        KeyStore store = KeyStore.getInstance("Keystead");
        store.load(null, null);
        assertTrue(Collections.list(store.aliases()).contains("stored"));
        assertFalse(Collections.list(store.aliases()).contains("no key of Java's"));
        assertTrue(store.isKeyEntry("stored") && store.containsAlias("stored"));
        assertFalse(store.containsAlias("absent"));
        assertNull(store.getKey("absent", null));
        PrivateKey key = (PrivateKey) store.getKey("stored", null);
        assertEquals("EC", key.getAlgorithm());
        store.setKeyEntry("stored", key, null, new Certificate[] {certificate});
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, null);

        KeyStore again = KeyStore.getInstance("Keystead");
        again.load(new ByteArrayInputStream(out.toByteArray()), null);
        assertEquals(certificate, again.getCertificate("stored"));
        assertEquals("stored", again.getCertificateAlias(certificate));
        byte[] garbage = "garbage".getBytes(StandardCharsets.US_ASCII);
        assertThrows(IOException.class, () -> again.load(new ByteArrayInputStream(garbage), null));

        KeyPair plain = KeyPairGenerator.getInstance("EC").generateKeyPair();
        assertThrows(KeyStoreException.class, () ->
                store.setKeyEntry("plain", plain.getPrivate(), null, new Certificate[] {certificate}));
        store.deleteEntry("stored");
        assertNull(store.getKey("stored", null));
        assertThrows(KeyStoreException.class, () -> store.deleteEntry("stored"));
    }

    @Test
    void theEndpointCanBeGivenInJavasConfiguration() throws Exception {
        var provider = new KeysteadProvider().configure(service.endpoint().toString());
        assertEquals(3, SecureRandom.getInstance("Keystead", provider).generateSeed(3).length);
    }

    @Test
    void hashesHaveTheNamesOfJava() throws Exception {
        for (HashAlgorithm hash : HashAlgorithm.values()) {
            assertEquals(hash, Hashes.ofName(Hashes.nameOf(hash)));
        }
        assertEquals(HashAlgorithm.SHA_512_256, Hashes.ofName("SHA512/256"));
        assertNull(Hashes.ofName("TIGER"));
    }
}
