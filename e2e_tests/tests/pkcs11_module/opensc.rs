//! OpenSC's `pkcs11-tool`: keys made, used, brought and destroyed, certificates and data, in every place for keys.

use keystead_e2e_tests::place::Place;

use crate::desk::{Desk, is_here};

#[test]
fn pkcs11_tool_makes_and_uses_keys_in_every_place() {
    const WHAT: &str = "pkcs11_tool_makes_and_uses_keys_in_every_place";
    if !is_here("pkcs11-tool", "opensc", WHAT) {
        return;
    }
    let desk = Desk::with_every_place(WHAT);
    desk.file("message", "what is signed");
    for (slot, label) in desk.slots() {
        let tool = |arguments: &str| desk.tool(slot, &arguments.split(' ').collect::<Vec<_>>());
        assert!(tool("-L").contains(label));
        // Nobody needs a PIN, and whoever brings one may.
        tool("--login --pin 0000 --keypairgen --key-type rsa:2048 --label signer --id a1");
        tool("--keypairgen --key-type EC:secp256r1 --label curve --id a2");
        tool("--keypairgen --key-type rsa:2048 --usage-decrypt --label reader --id a3");
        let objects = tool("-O");
        for shown in ["signer", "curve", "reader", "never extractable", "ID:         a2"] {
            assert!(objects.contains(shown), "{objects}");
        }
        for (id, mechanism) in [("a1", "SHA256-RSA-PKCS"), ("a2", "ECDSA-SHA256")] {
            let format = if id == "a2" { " --signature-format openssl" } else { "" };
            tool(&format!("--sign -m {mechanism} --id {id} -i message -o signature{format}"));
            tool(&format!("--read-object --type pubkey --id {id} -o public"));
            desk.openssl("dgst -sha256 -verify public -keyform DER -signature signature message");
            let verified =
                tool(&format!("--verify -m {mechanism} --id {id} -i message --signature-file signature{format}"));
            assert!(verified.contains("Signature is valid"), "{verified}");
        }
        tool("--read-object --type pubkey --id a3 -o public");
        desk.openssl("pkeyutl -encrypt -pubin -inkey public -keyform DER -in message -out sealed");
        tool("--decrypt -m RSA-PKCS --id a3 -i sealed -o opened");
        assert_eq!(desk.read("opened"), b"what is signed");
        let test = tool("--test");
        assert!(test.contains("RSA-PKCS: OK") && test.contains("No errors"), "{test}");
        tool("--delete-object --type privkey --id a3");
        assert!(!tool("-O").contains("reader"), "the public half went with the private one");
    }
    // The same keys by their names.
    let names: Vec<_> =
        desk.client().list_keys().expect("a list").into_iter().map(|key| key.name.into_string()).collect();
    assert_eq!(names, ["curve", "signer"].repeat(desk.slots().count()), "records are not listed");
}

#[test]
fn pkcs11_tool_keeps_certificates_and_data_beside_keys_of_every_place() {
    const WHAT: &str = "pkcs11_tool_keeps_certificates_and_data_beside_keys_of_every_place";
    if !is_here("pkcs11-tool", "opensc", WHAT) {
        return;
    }
    let desk = Desk::with_every_place(WHAT);
    desk.openssl("req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=x -days 2");
    desk.openssl("x509 -in cert.pem -outform DER -out cert.der");
    desk.file("note", "data of an application");
    for (slot, _) in desk.slots() {
        let tool = |arguments: &str| desk.tool(slot, &arguments.split(' ').collect::<Vec<_>>());
        tool("--write-object cert.der --type cert --label card --id b1");
        tool("--write-object note --type data --label note --application-label app");
        tool("--read-object --type cert --id b1 -o copy.der");
        tool("--read-object --type data --label note -o copy");
        assert_eq!(desk.read("copy.der"), desk.read("cert.der"));
        assert_eq!(desk.read("copy"), b"data of an application");
        // Another slot's are not seen here.
        assert_eq!(tool("-O").matches("Certificate Object").count(), 1);
        tool("--delete-object --type cert --id b1");
        tool("--delete-object --type data --label note");
        assert!(!tool("-O").contains("card"));
    }
    assert!(desk.client().list_keys_and_records().expect("a list").is_empty(), "nothing is left");
}

#[test]
fn without_a_place_for_records_keys_are_made_that_need_none() {
    const WHAT: &str = "without_a_place_for_records_keys_are_made_that_need_none";
    let Some(place) = Place::swtpm(WHAT).filter(|_| is_here("pkcs11-tool", "opensc", WHAT)) else { return };
    let slot = place.number();
    let desk = Desk::with_only(place);
    let make = ["--keypairgen", "--key-type", "EC:secp256r1", "--label", "plain"];
    desk.tool(slot, &make);
    let (module, slot_number) = (desk.module().display().to_string(), slot.to_string());
    let with_id =
        ["--module", &module, "--slot", &slot_number, "--keypairgen", "--key-type", "EC:secp256r1", "--id", "01"];
    let refused = desk.try_run("pkcs11-tool", &with_id).expect_err("there is no place for the CKA_ID");
    assert!(refused.contains("CKR_TOKEN_WRITE_PROTECTED"), "{refused}");
    let names: Vec<_> =
        desk.client().list_keys_and_records().expect("a list").into_iter().map(|key| key.name.into_string()).collect();
    assert_eq!(names, ["plain"], "what could not be kept whole was taken back");
    desk.file("message", "what is signed");
    desk.tool(slot, &["--sign", "-m", "ECDSA-SHA256", "--label", "plain", "-i", "message", "-o", "signature"]);
}

#[test]
fn pkcs11_tool_brings_keys_agrees_on_secrets_and_encrypts() {
    const WHAT: &str = "pkcs11_tool_brings_keys_agrees_on_secrets_and_encrypts";
    if !is_here("pkcs11-tool", "opensc", WHAT) {
        return;
    }
    let desk = Desk::with_software();
    let tool = |arguments: &str| desk.tool(1, &arguments.split(' ').collect::<Vec<_>>());
    desk.file("message", "what is signed");
    desk.openssl("ecparam -name prime256v1 -genkey -noout -outform DER -out key.der");
    desk.openssl("ec -inform DER -in key.der -pubout -outform DER -out public.der");
    // Twice under one label, which PKCS#11 allows and the service's names do not.
    tool("--write-object key.der --type privkey --label brought --id c1 --usage-sign");
    tool("--write-object key.der --type privkey --label brought --id c2 --usage-sign");
    assert_eq!(tool("-O --type privkey").matches("brought").count(), 2);
    tool("--sign -m ECDSA-SHA384 --id c2 -i message -o signature --signature-format openssl");
    desk.openssl("dgst -sha384 -verify public.der -keyform DER -signature signature message");

    tool("--keypairgen --key-type EC:secp256r1 --usage-derive --label agrees --id c3");
    tool("--read-object --type pubkey --id c3 -o theirs.der");
    tool("--derive -m ECDH1-DERIVE --id c3 -i public.der -o ours");
    desk.openssl("pkeyutl -derive -inkey key.der -keyform DER -peerkey theirs.der -peerform DER -out secret");
    assert_eq!(desk.read("ours"), desk.read("secret"));
    tool("--keypairgen --key-type EC:curve25519 --label x25519 --id c4");

    tool("--keygen --key-type AES:16 --label aes --id c5 --allowed-mechanisms AES-CBC-PAD");
    let iv = "000102030405060708090a0b0c0d0e0f";
    tool(&format!("--encrypt -m AES-CBC-PAD --iv {iv} --id c5 -i message -o sealed"));
    tool(&format!("--decrypt -m AES-CBC-PAD --iv {iv} --id c5 -i sealed -o opened"));
    assert_eq!(desk.read("opened"), b"what is signed");
}
