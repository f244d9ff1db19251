// A TLS server whose key is in the service.
package dev.keystead.jca;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.keystead.KeyAttributes;
import dev.keystead.KeysteadClient;
import dev.keystead.Presets;
import dev.keystead.SignatureAlgorithm;
import dev.keystead.TestService;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class TlsTest {
    @ParameterizedTest
    @CsvSource({"TLSv1.3, EC", "TLSv1.2, EC", "TLSv1.3, RSA", "TLSv1.2, RSA"})
    void aServerProvesItselfWithAKeyOfTheService(String protocol, String kind) throws Exception {
        // In TLS the client has a say in the hash; RSA signs with PSS in both versions.
        KeyAttributes attributes = kind.equals("EC")
                ? Presets.ecdsaP256()
                : Presets.rsaPss(2048).withAlgorithm(new SignatureAlgorithm(SignatureAlgorithm.Scheme.RSA_PSS, null));
        try (TestService service = TestService.start();
                KeysteadClient client = service.client()) {
            Security.addProvider(new KeysteadProvider(client));
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(kind, "Keystead");
                generator.initialize(new KeysteadKeySpec("tls", attributes));
                KeyPair pair = generator.generateKeyPair();
                // The client trusts this very certificate, whoever signed it.
                PrivateKey issuer = KeyPairGenerator.getInstance("EC", "SunEC").generateKeyPair().getPrivate();
                Certificate certificate = SelfSigned.certificate(issuer, pair.getPublic());
                assertEquals("hello", exchange(server(certificate), trusting(certificate), protocol));
            } finally {
                Security.removeProvider("Keystead");
            }
        }
    }

    private static SSLContext server(Certificate certificate) throws Exception {
        KeyStore keys = KeyStore.getInstance("Keystead");
        keys.load(null, null);
        keys.setKeyEntry("tls", keys.getKey("tls", null), null, new Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
        managers.init(keys, null);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static SSLContext trusting(Certificate certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate);
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static String exchange(SSLContext server, SSLContext client, String protocol) throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        InetAddress here = InetAddress.getLoopbackAddress();
        try (SSLServerSocket listener =
                (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, here)) {
            Callable<Void> serve = () -> {
                try (var socket = listener.accept()) {
                    socket.getOutputStream().write("hello".getBytes());
                }
                return null;
            };
            Future<Void> served = threads.submit(serve);
            try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(here, listener.getLocalPort())) {
                socket.setEnabledProtocols(new String[] {protocol});
                String heard = new String(socket.getInputStream().readNBytes(5));
                served.get();
                return heard;
            }
        } finally {
            threads.shutdown();
        }
    }
}
