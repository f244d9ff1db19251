//! GnuTLS's `p11tool`.

use crate::desk::{Desk, is_here};

#[test]
fn p11tool_makes_keys_signs_and_keeps_certificates_in_every_place() {
    const WHAT: &str = "p11tool_makes_keys_signs_and_keeps_certificates_in_every_place";
    if !is_here("p11tool", "gnutls-bin", WHAT) {
        return;
    }
    let desk = Desk::with_every_place(WHAT);
    let module = desk.module().display().to_string();
    let p11tool = |arguments: &[&str]| desk.run("p11tool", &[&["--provider", &module, "--batch"], arguments].concat());
    desk.openssl("req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=x -days 2");
    for (_, label) in desk.slots() {
        let token = format!("pkcs11:token={}", label.replace(' ', "%20"));
        let object = |name: &str, kind: &str| format!("{token};object={name};type={kind}");
        p11tool(&["--generate-ecc", "--curve=secp256r1", "--label", "curve", &token]);
        p11tool(&["--generate-rsa", "--bits=2048", "--label", "rsa", &token]);
        let all = p11tool(&["--list-all", &token]);
        assert!(all.contains("Private key (EC/ECDSA-SECP256R1)") && all.contains("Private key (RSA-2048)"), "{all}");
        for name in ["curve", "rsa"] {
            let signed = p11tool(&["--test-sign", &object(name, "private")]);
            assert!(signed.contains("Verifying against public key in the token... ok"), "{signed}");
        }
        let exported = p11tool(&["--export-pubkey", &object("curve", "public")]);
        assert!(exported.contains("BEGIN PUBLIC KEY"), "{exported}");
        p11tool(&["--write", "--load-certificate", "cert.pem", "--label", "card", &token]);
        p11tool(&["--export", &object("card", "cert"), "--outfile", "copy.pem"]);
        let fingerprint = |file: &str| desk.openssl(&format!("x509 -in {file} -noout -fingerprint -sha256"));
        assert_eq!(fingerprint("copy.pem"), fingerprint("cert.pem"));
        p11tool(&["--delete", &format!("{token};object=rsa")]);
        assert!(!p11tool(&["--list-all", &token]).contains("object=rsa"));
    }
}
