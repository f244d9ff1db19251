// The certificates that belong to keys, as a text that can be kept anywhere.
package dev.keystead.jca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Chains of certificates by the names of their keys. The service keeps keys and no certificates, so this is what a key store
 * of this provider writes and reads: for each chain a line {@code key NAME} with the name's UTF-8 in hexadecimal, and its
 * certificates in PEM. Nothing in it is secret.
 */
final class Certificates {
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final String KEY = "key ";

    private final Map<String, Certificate[]> chains = new TreeMap<>();

    /** The chain of a key, else null. */
    Certificate[] chain(String name) {
        Certificate[] chain = chains.get(name);
        return chain == null ? null : chain.clone();
    }

    void put(String name, Certificate[] chain) {
        if (chain == null || chain.length == 0) {
            chains.remove(name);
        } else {
            chains.put(name, chain.clone());
        }
    }

    void remove(String name) {
        chains.remove(name);
    }

    /** The key whose chain begins with this certificate, else null. */
    String nameOf(Certificate certificate) {
        return chains.entrySet().stream()
                .filter(entry -> entry.getValue()[0].equals(certificate))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    void write(OutputStream out) throws IOException, CertificateException {
        Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Certificate[]> entry : chains.entrySet()) {
            byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
            text.append(KEY).append(HexFormat.of().formatHex(name)).append('\n');
            for (Certificate certificate : entry.getValue()) {
                text.append("-----BEGIN CERTIFICATE-----\n")
                        .append(base64.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            }
        }
        out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    static Certificates read(InputStream in) throws IOException, CertificateException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new IOException("more than " + MAX_BYTES + " bytes are no key store of this provider");
        }
        Certificates certificates = new Certificates();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        String text = new String(bytes, StandardCharsets.US_ASCII);
        for (String section : text.split("(?m)^(?=key )")) {
            if (section.isBlank()) {
                continue;
            }
            int end = section.indexOf('\n');
            if (!section.startsWith(KEY) || end < 0) {
                throw new IOException("this is no key store of this provider");
            }
            String name;
            try {
                name = new String(HexFormat.of().parseHex(section.substring(KEY.length(), end).trim()), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException error) {
                throw new IOException("the name of a key cannot be read", error);
            }
            byte[] pem = section.substring(end + 1).getBytes(StandardCharsets.US_ASCII);
            certificates.put(
                    name, factory.generateCertificates(new ByteArrayInputStream(pem)).toArray(new Certificate[0]));
        }
        return certificates;
    }
}
