// A program that knows nothing of Keystead: it lists the private keys of a PKCS#11 token beside their certificates, signs with
// each, and verifies the signature with Java's own cryptography. Arguments: the module, and a slot.

import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.util.Collections;

public class SunPkcs11 {
    public static void main(String[] arguments) throws Exception {
        String settings = "--name=Keystead" + arguments[1] + "\nlibrary=" + arguments[0] + "\nslot=" + arguments[1] + "\n";
        Provider provider = Security.getProvider("SunPKCS11").configure(settings);
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        store.load(null, null);
        for (String alias : Collections.list(store.aliases())) {
            PrivateKey key = (PrivateKey) store.getKey(alias, null);
            PublicKey publicKey = store.getCertificate(alias).getPublicKey();
            String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            byte[] message = "what is signed".getBytes("UTF-8");
            Signature signing = Signature.getInstance(algorithm, provider);
            signing.initSign(key);
            signing.update(message);
            byte[] signature = signing.sign();
            // The provider is not installed, so this is Java's own.
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(publicKey);
            verifying.update(message);
            // With the token's, Java brings the public key to it.
            Signature again = Signature.getInstance(algorithm, provider);
            again.initVerify(publicKey);
            again.update(message);
            System.out.println(alias + " " + verifying.verify(signature) + " " + again.verify(signature));
        }
    }
}
