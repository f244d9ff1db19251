// The JCA provider: which services there are, and who does them.
package dev.keystead.jca;

import dev.keystead.AeadAlgorithm;
import dev.keystead.CipherAlgorithm;
import dev.keystead.Credential;
import dev.keystead.Endpoint;
import dev.keystead.HashAlgorithm;
import dev.keystead.KeyType;
import dev.keystead.KeysteadClient;
import dev.keystead.MacAlgorithm;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The JCA provider "Keystead": keys of the service for programs that are written against Java's own interfaces.
 *
 * <pre>{@code
 * Security.addProvider(new KeysteadProvider());
 * KeyStore keys = KeyStore.getInstance("Keystead");
 * keys.load(null, null);
 * PrivateKey key = (PrivateKey) keys.getKey("signing-key", null);
 * }</pre>
 *
 * <p>Private and secret keys are handles: they work with this provider only, and have no encoding. What needs a public key
 * only is done by the other providers.
 */
public final class KeysteadProvider extends Provider {
    private static final long serialVersionUID = 1;
    private static final String PRIVATE_KEYS = KeysteadKey.Private.class.getName();
    private static final String SECRET_KEYS = KeysteadKey.Secret.class.getName();
    private static final List<HashAlgorithm> HASHES = List.of(
            HashAlgorithm.SHA_1,
            HashAlgorithm.SHA_224,
            HashAlgorithm.SHA_256,
            HashAlgorithm.SHA_384,
            HashAlgorithm.SHA_512);

    /** Made when first needed: the endpoint may be wrong, and a provider's constructor must not fail for it. */
    private transient KeysteadClient client;

    /** What makes an object that does a service's work. */
    private interface Maker {
        Object make() throws NoSuchAlgorithmException;
    }

    /** A service whose objects are made by a function and not by their class's name. */
    private static final class MadeService extends Service {
        private final Maker maker;

        MadeService(Provider provider, String type, String algorithm, Map<String, String> attributes, Maker maker) {
            super(provider, type, algorithm, KeysteadProvider.class.getName(), null, attributes);
            this.maker = maker;
        }

        @Override
        public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
            return maker.make();
        }
    }

    /** The service that the environment names, as {@link KeysteadClient#create} finds it. */
    public KeysteadProvider() {
        this(null);
    }

    /** The service, provider and time limit of this client. It must not be closed while the provider is in use. */
    public KeysteadProvider(KeysteadClient client) {
        super("Keystead", "0.1.0", "Keys of the key service Keystead");
        this.client = client;
        signatures();
        ciphers();
        others();
    }

    /** Another service, by its endpoint as in {@code unix:/path}: for java.security and {@code keytool -providerarg}. */
    @Override
    public Provider configure(String endpoint) {
        return new KeysteadProvider(KeysteadClient.at(Endpoint.parse(endpoint), Credential.fromEnvironment()));
    }

    @Override
    public boolean isConfigured() {
        return true;
    }

    private synchronized KeysteadClient client() {
        if (client == null) {
            client = KeysteadClient.create();
        }
        return client;
    }

    private void signatures() {
        for (HashAlgorithm hash : HASHES) {
            String prefix = Hashes.nameOf(hash).replace("-", "") + "with";
            signature(prefix + "ECDSA", ServiceSignature.Form.DER, hash);
            signature(prefix + "ECDSAinP1363Format", ServiceSignature.Form.P1363, hash);
            signature(prefix + "RSA", ServiceSignature.Form.PLAIN, hash);
        }
        signature("NONEwithECDSA", ServiceSignature.Form.DER, null);
        signature("NONEwithECDSAinP1363Format", ServiceSignature.Form.P1363, null);
        signature("NONEwithRSA", ServiceSignature.Form.PLAIN, null);
        put("Signature", "RSASSA-PSS", PRIVATE_KEYS, PssSignature::new);
    }

    private void signature(String name, ServiceSignature.Form form, HashAlgorithm hash) {
        put("Signature", name, PRIVATE_KEYS, () -> new ServiceSignature(name, form, hash));
    }

    private void ciphers() {
        put("Cipher", "AES/GCM/NoPadding", SECRET_KEYS, () -> new AeadCipher(AeadAlgorithm.Scheme.GCM));
        put("Cipher", "ChaCha20-Poly1305", SECRET_KEYS, () -> new AeadCipher(AeadAlgorithm.Scheme.CHACHA20_POLY1305));
        put("Cipher", "AES/CBC/PKCS5Padding", SECRET_KEYS, () -> new BlockCipher(CipherAlgorithm.CBC_PKCS7));
        put("Cipher", "AES/CBC/NoPadding", SECRET_KEYS, () -> new BlockCipher(CipherAlgorithm.CBC_NO_PADDING));
        put("Cipher", "AES/CTR/NoPadding", SECRET_KEYS, () -> new BlockCipher(CipherAlgorithm.CTR));
        put("Cipher", "RSA/ECB/PKCS1Padding", PRIVATE_KEYS, () -> new RsaCipher(null));
        for (HashAlgorithm hash : HASHES) {
            String name = "RSA/ECB/OAEPWith" + Hashes.nameOf(hash) + "AndMGF1Padding";
            put("Cipher", name, PRIVATE_KEYS, () -> new RsaCipher(hash));
        }
    }

    private void others() {
        Supplier<KeysteadClient> client = this::client;
        for (HashAlgorithm hash : HASHES) {
            String name = "Hmac" + Hashes.nameOf(hash).replace("-", "");
            put("Mac", name, SECRET_KEYS, () -> new ServiceMac(MacAlgorithm.hmac(hash)));
            put("KeyGenerator", name, null, () -> new SecretGenerator(client, KeyType.HMAC));
        }
        put("Mac", "AESCMAC", SECRET_KEYS, () -> new ServiceMac(MacAlgorithm.CMAC));
        put("KeyGenerator", "AES", null, () -> new SecretGenerator(client, KeyType.AES));
        put("KeyGenerator", "ChaCha20", null, () -> new SecretGenerator(client, KeyType.CHACHA20));
        put("KeyPairGenerator", "EC", null, () -> new PairGenerator(client, "EC"));
        put("KeyPairGenerator", "RSA", null, () -> new PairGenerator(client, "RSA"));
        put("KeyPairGenerator", "XDH", null, () -> new PairGenerator(client, "XDH"));
        put("KeyAgreement", "ECDH", PRIVATE_KEYS, () -> new ServiceAgreement(KeysteadKey.Ec.class));
        put("KeyAgreement", "XDH", PRIVATE_KEYS, () -> new ServiceAgreement(KeysteadKey.Xec.class));
        put("KeyStore", "Keystead", null, () -> new ServiceKeyStore(client));
        put("SecureRandom", "Keystead", null, () -> new ServiceRandom(client));
    }

    /** The classes of keys tell Java which provider is meant where none is named. */
    private void put(String type, String algorithm, String keys, Maker maker) {
        Map<String, String> attributes = keys == null ? Map.of() : Map.of("SupportedKeyClasses", keys);
        putService(new MadeService(this, type, algorithm, attributes, maker));
    }
}
