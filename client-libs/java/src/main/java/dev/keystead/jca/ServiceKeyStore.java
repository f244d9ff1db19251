// The caller's keys as a key store.
package dev.keystead.jca;

import dev.keystead.KeyAttributes;
import dev.keystead.KeyInfo;
import dev.keystead.KeysteadClient;
import dev.keystead.KeysteadException;
import dev.keystead.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyStoreException;
import java.security.KeyStoreSpi;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The key store of type Keystead: aliases are the names of the caller's keys on the client's provider, and every question is
 * one to the service. Passwords are not looked at. Certificates are kept here, and in the stream of {@code store} and
 * {@code load}; deleting an entry destroys its key.
 */
final class ServiceKeyStore extends KeyStoreSpi {
    private final Supplier<KeysteadClient> client;
    private Certificates certificates = new Certificates();

    ServiceKeyStore(Supplier<KeysteadClient> client) {
        this.client = client;
    }

    @Override
    public Key engineGetKey(String alias, char[] password) throws UnrecoverableKeyException {
        try {
            KeyAttributes attributes = client.get().attributes(alias);
            return Keys.isShown(attributes) ? Keys.of(client.get().key(alias), attributes) : null;
        } catch (KeysteadException | InvalidKeyException error) {
            if (error instanceof KeysteadException refused && refused.status() == Status.PSA_ERROR_DOES_NOT_EXIST) {
                return null;
            }
            UnrecoverableKeyException failure = new UnrecoverableKeyException(error.getMessage());
            failure.initCause(error);
            throw failure;
        }
    }

    private List<String> names() {
        int provider = client.get().provider();
        return client.get().listKeys().stream()
                .filter(key -> key.provider() == provider && Keys.isShown(key.attributes()))
                .map(KeyInfo::name)
                .toList();
    }

    @Override
    public Certificate[] engineGetCertificateChain(String alias) {
        return certificates.chain(alias);
    }

    @Override
    public Certificate engineGetCertificate(String alias) {
        Certificate[] chain = certificates.chain(alias);
        return chain == null ? null : chain[0];
    }

    /** The service does not say when a key was made: 1970. */
    @Override
    public Date engineGetCreationDate(String alias) {
        return engineContainsAlias(alias) ? new Date(0) : null;
    }

    /** Puts a chain to a key that is in the service already. Keys are made by the generators, or by the plain client. */
    @Override
    public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain) throws KeyStoreException {
        if (!(key instanceof KeysteadKey handle) || !handle.handle().name().equals(alias)) {
            throw new KeyStoreException("only a key of the service can be set, under its own name: import it first");
        }
        certificates.put(alias, chain);
    }

    @Override
    public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) throws KeyStoreException {
        throw new KeyStoreException("keys of the service have no encoding");
    }

    @Override
    public void engineSetCertificateEntry(String alias, Certificate certificate) throws KeyStoreException {
        throw new KeyStoreException("the service keeps keys, and no certificates of others");
    }

    @Override
    public void engineDeleteEntry(String alias) throws KeyStoreException {
        try {
            client.get().destroy(alias);
            certificates.remove(alias);
        } catch (KeysteadException error) {
            throw new KeyStoreException(error.getMessage(), error);
        }
    }

    @Override
    public Enumeration<String> engineAliases() {
        return Collections.enumeration(names());
    }

    @Override
    public boolean engineContainsAlias(String alias) {
        return names().contains(alias);
    }

    @Override
    public int engineSize() {
        return names().size();
    }

    @Override
    public boolean engineIsKeyEntry(String alias) {
        return engineContainsAlias(alias);
    }

    @Override
    public boolean engineIsCertificateEntry(String alias) {
        return false;
    }

    @Override
    public String engineGetCertificateAlias(Certificate certificate) {
        return certificates.nameOf(certificate);
    }

    /** Writes the certificates. */
    @Override
    public void engineStore(OutputStream out, char[] password) throws IOException, CertificateException {
        certificates.write(out);
    }

    /** Reads certificates that {@code store} wrote; null for none. */
    @Override
    public void engineLoad(InputStream in, char[] password) throws IOException, CertificateException {
        certificates = in == null ? new Certificates() : Certificates.read(in);
    }
}
