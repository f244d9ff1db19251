// A certificate for a key of the service, made with nothing but Java's own interfaces.
package dev.keystead.jca;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;

/** Makes a certificate for CN=localhost, signed by its own key with ECDSA and SHA-256. */
final class SelfSigned {
    private SelfSigned() {}

    static Certificate certificate(PrivateKey key, PublicKey publicKey) throws Exception {
        byte[] algorithm = hex("300a06082a8648ce3d040302");
        byte[] name = Der.element(0x30, Der.element(0x31, Der.element(0x30, hex("0603550403"), text(0x0C, "localhost"))));
        byte[] validity = Der.element(0x30, text(0x17, "200101000000Z"), text(0x17, "490101000000Z"));
        byte[] alternative = Der.element(0x30, hex("0603551d11"), Der.element(0x04, Der.element(0x30, text(0x82, "localhost"))));
        byte[] extensions = Der.element(0xA3, Der.element(0x30, alternative));
        byte[] content = Der.element(0x30,
                hex("a003020102"), hex("020101"), algorithm, name, validity, name, publicKey.getEncoded(), extensions);
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(key);
        signer.update(content);
        byte[] signature = Der.element(0x03, new byte[1], signer.sign());
        byte[] certificate = Der.element(0x30, content, algorithm, signature);
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static byte[] text(int tag, String text) {
        return Der.element(tag, text.getBytes(StandardCharsets.US_ASCII));
    }
}
