//! Every operation of the published `parsec-client`, and OpenSSL's opinion of what came out.

use keystead_e2e_tests::service::Service;
use keystead_legacy_tests::OpenSsl;
use parsec_client::core::interface::operations::can_do_crypto::CheckType;
use parsec_client::core::interface::operations::psa_algorithm::{
    Aead, AeadWithDefaultLengthTag, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, Hash, KeyAgreement,
    RawKeyAgreement,
};
use parsec_client::core::interface::operations::psa_key_attributes::{
    Attributes, EccFamily, Lifetime, Policy, Type, UsageFlags,
};
use parsec_client::core::interface::requests::{AuthType, Opcode, ProviderId, ResponseStatus};
use parsec_client::error::{ClientErrorKind, Error, Result};
use parsec_client::BasicClient;

const P256: Type = Type::EccKeyPair { curve_family: EccFamily::SecpR1 };
const MESSAGE: &[u8] = b"as it was and as it shall be";

#[test]
fn every_operation_of_the_published_client() {
    let service = Service::plain();
    keystead_legacy_tests::point_clients_to(&service);
    let client = BasicClient::new(None).expect("the client finds the service");
    let openssl = OpenSsl::new(service.home().path());

    discover(&client);
    sign_with_rsa(&client, &openssl);
    sign_with_curves(&client);
    encrypt_with_rsa(&client, &openssl);
    encrypt_with_secret_keys(&client);
    hash_and_draw(&client);
    agree(&client);
    answer_what_can_be_done(&client);
    destroy(&client);
}

fn attributes(
    key_type: Type,
    bits: usize,
    usage: &[fn(&mut UsageFlags) -> &mut UsageFlags],
    alg: impl Into<Algorithm>,
) -> Attributes {
    let mut usage_flags = UsageFlags::default();
    for set in usage {
        let _ = set(&mut usage_flags);
    }
    let policy = Policy { usage_flags, permitted_algorithms: alg.into() };
    Attributes { lifetime: Lifetime::Persistent, key_type, bits, policy }
}

#[track_caller]
fn assert_status<T: std::fmt::Debug>(result: Result<T>, status: ResponseStatus) {
    match result {
        Err(Error::Service(told)) => assert_eq!(told, status),
        other => panic!("{status:?} was expected and not {other:?}"),
    }
}

fn discover(client: &BasicClient) {
    assert_eq!(client.ping().expect("ping"), (1, 0));
    let providers = client.list_providers().expect("providers");
    let ids: Vec<_> = providers.iter().map(|provider| provider.id).collect();
    assert_eq!(ids, [ProviderId::MbedCrypto, ProviderId::Core]);
    let authenticators = client.list_authenticators().expect("authenticators");
    let ids: Vec<_> = authenticators.iter().map(|authenticator| authenticator.id).collect();
    assert_eq!(ids, [AuthType::UnixPeerCredentials]);
    let core = client.list_opcodes(ProviderId::Core).expect("the service's opcodes");
    let listed =
        [Opcode::Ping, Opcode::ListProviders, Opcode::ListOpcodes, Opcode::ListAuthenticators, Opcode::ListKeys];
    assert_eq!(core, listed.into());
    let opcodes = client.list_opcodes(ProviderId::MbedCrypto).expect("the provider's opcodes");
    assert!(opcodes.contains(&Opcode::PsaSignHash) && !opcodes.contains(&Opcode::AttestKey), "{opcodes:?}");
    assert!(client.list_keys().expect("keys").is_empty());
}

fn sign_with_rsa(client: &BasicClient, openssl: &OpenSsl) {
    let hash = client.psa_hash_compute(Hash::Sha256, MESSAGE).expect("a hash");
    openssl.write("message", MESSAGE);
    let pss = AsymmetricSignature::RsaPss { hash_alg: Hash::Sha256.into() };
    let plain = AsymmetricSignature::RsaPkcs1v15Sign { hash_alg: Hash::Sha256.into() };
    let options = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha256";
    for (name, alg, options) in [("rsa pss", pss, options), ("rsa v1.5", plain, "-sigopt rsa_padding_mode:pkcs1")] {
        let usage: &[fn(&mut UsageFlags) -> &mut UsageFlags] =
            &[UsageFlags::set_sign_hash, UsageFlags::set_verify_hash];
        let made = attributes(Type::RsaKeyPair, 2048, usage, alg);
        client.psa_generate_key(name, made).expect("a key is made");
        assert_status(client.psa_generate_key(name, made), ResponseStatus::PsaErrorAlreadyExists);

        let signature = client.psa_sign_hash(name, &hash, alg).expect("a signature");
        client.psa_verify_hash(name, &hash, alg, &signature).expect("it is right");
        assert_status(
            client.psa_verify_hash(name, &[0; 32], alg, &signature),
            ResponseStatus::PsaErrorInvalidSignature,
        );
        let public = client.psa_export_public_key(name).expect("the public half");
        openssl.write("public.der", public);
        openssl.write("signature", signature);
        openssl.run("rsa -RSAPublicKey_in -inform DER -in public.der -pubout -out public.pem");
        openssl.run(&format!("dgst -sha256 {options} -verify public.pem -signature signature message"));
    }
}

fn sign_with_curves(client: &BasicClient) {
    let alg = AsymmetricSignature::Ecdsa { hash_alg: Hash::Sha256.into() };
    let made = attributes(P256, 256, &[UsageFlags::set_sign_message, UsageFlags::set_export], alg);
    client.psa_generate_key("pair", made).expect("a key is made");
    let signature = client.psa_sign_message("pair", MESSAGE, alg).expect("a signature");
    assert_status(client.psa_sign_hash("pair", &[0; 32], alg), ResponseStatus::PsaErrorNotPermitted);

    let public = client.psa_export_public_key("pair").expect("the public half");
    let public_type = Type::EccPublicKey { curve_family: EccFamily::SecpR1 };
    let made = attributes(public_type, 0, &[UsageFlags::set_verify_message, UsageFlags::set_verify_hash], alg);
    client.psa_import_key("public", &public, made).expect("the public half is a key too");
    client.psa_verify_message("public", MESSAGE, alg, &signature).expect("it is right");
    let kept = client.key_attributes("public").expect("it is listed");
    assert_eq!(kept.bits, 256, "the real size is kept");

    // The same scalar under another name makes signatures that the first key's public half verifies.
    let scalar = client.psa_export_key("pair").expect("its policy lets it go");
    assert_eq!(scalar.len(), 32);
    let made = attributes(P256, 256, &[UsageFlags::set_sign_hash], alg);
    client.psa_import_key("twin", &scalar, made).expect("a key is taken over");
    assert_status(client.psa_export_key("twin"), ResponseStatus::PsaErrorNotPermitted);
    let hash = client.psa_hash_compute(Hash::Sha256, MESSAGE).expect("a hash");
    let signature = client.psa_sign_hash("twin", &hash, alg).expect("a signature");
    client.psa_verify_hash("public", &hash, alg, &signature).expect("it is right");
}

fn encrypt_with_rsa(client: &BasicClient, openssl: &OpenSsl) {
    let usage: &[fn(&mut UsageFlags) -> &mut UsageFlags] =
        &[UsageFlags::set_encrypt, UsageFlags::set_decrypt, UsageFlags::set_export];
    let oaep = AsymmetricEncryption::RsaOaep { hash_alg: Hash::Sha256 };
    client.psa_generate_key("oaep", attributes(Type::RsaKeyPair, 2048, usage, oaep)).expect("a key is made");
    let sealed = client.psa_asymmetric_encrypt("oaep", oaep, MESSAGE, Some(b"label")).expect("a ciphertext");
    let opened = client.psa_asymmetric_decrypt("oaep", oaep, &sealed, Some(b"label")).expect("a plaintext");
    assert_eq!(opened, MESSAGE);
    assert_status(
        client.psa_asymmetric_decrypt("oaep", oaep, &sealed, Some(b"other")),
        ResponseStatus::PsaErrorInvalidPadding,
    );

    // OpenSSL opens what we sealed, and we open what it sealed; 6c6162656c is "label".
    openssl.write("pair.der", client.psa_export_key("oaep").expect("its policy lets it go"));
    openssl.write("sealed", &sealed);
    let options = "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_oaep_label:6c6162656c";
    openssl.run(&format!("pkeyutl -decrypt -inkey pair.der -keyform DER {options} -in sealed -out opened"));
    assert_eq!(openssl.read("opened"), MESSAGE);
    openssl.write("plain", MESSAGE);
    openssl.run(&format!("pkeyutl -encrypt -inkey pair.der -keyform DER {options} -in plain -out sealed"));
    let opened = client.psa_asymmetric_decrypt("oaep", oaep, &openssl.read("sealed"), Some(b"label"));
    assert_eq!(opened.expect("a plaintext"), MESSAGE);

    let plain = AsymmetricEncryption::RsaPkcs1v15Crypt;
    client.psa_generate_key("v1.5", attributes(Type::RsaKeyPair, 2048, usage, plain)).expect("a key is made");
    let mut sealed = client.psa_asymmetric_encrypt("v1.5", plain, MESSAGE, None).expect("a ciphertext");
    assert_eq!(client.psa_asymmetric_decrypt("v1.5", plain, &sealed, None).expect("a plaintext"), MESSAGE);
    sealed[100] ^= 1;
    assert_status(client.psa_asymmetric_decrypt("v1.5", plain, &sealed, None), ResponseStatus::PsaErrorInvalidPadding);
}

fn encrypt_with_secret_keys(client: &BasicClient) {
    let usage: &[fn(&mut UsageFlags) -> &mut UsageFlags] = &[UsageFlags::set_encrypt, UsageFlags::set_decrypt];
    let gcm = Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Gcm);
    client.psa_import_key("gcm", &[7; 16], attributes(Type::Aes, 128, usage, gcm)).expect("a key is taken over");
    let mut sealed = client.psa_aead_encrypt("gcm", gcm, &[1; 12], b"data", MESSAGE).expect("a ciphertext");
    assert_eq!(sealed.len(), MESSAGE.len() + 16);
    assert_eq!(client.psa_aead_decrypt("gcm", gcm, &[1; 12], b"data", &sealed).expect("a plaintext"), MESSAGE);
    sealed[0] ^= 1;
    assert_status(
        client.psa_aead_decrypt("gcm", gcm, &[1; 12], b"data", &sealed),
        ResponseStatus::PsaErrorInvalidSignature,
    );

    client.psa_generate_key("cbc", attributes(Type::Aes, 256, usage, Cipher::CbcPkcs7)).expect("a key is made");
    let sealed = client.psa_cipher_encrypt("cbc".into(), Cipher::CbcPkcs7, MESSAGE).expect("a ciphertext");
    assert_eq!(sealed.len(), 16 + 32);
    assert_eq!(client.psa_cipher_decrypt("cbc".into(), Cipher::CbcPkcs7, &sealed).expect("a plaintext"), MESSAGE);
}

fn hash_and_draw(client: &BasicClient) {
    // FIPS 180-2, appendix B.1.
    const ABC: [u8; 32] = [
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03,
        0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
    ];
    assert_eq!(client.psa_hash_compute(Hash::Sha256, b"abc").expect("a hash"), ABC);
    client.psa_hash_compare(Hash::Sha256, b"abc", &ABC).expect("it is right");
    assert_status(client.psa_hash_compare(Hash::Sha256, b"abd", &ABC), ResponseStatus::PsaErrorInvalidSignature);
    for length in [0, 1, 4_096, 1_048_576] {
        assert_eq!(client.psa_generate_random(length).expect("random bytes").len(), length);
    }
}

fn agree(client: &BasicClient) {
    let alg = KeyAgreement::Raw(RawKeyAgreement::Ecdh);
    let public = ["alice", "bob"].map(|name| {
        client.psa_generate_key(name, attributes(P256, 256, &[UsageFlags::set_derive], alg)).expect("a key is made");
        client.psa_export_public_key(name).expect("the public half")
    });
    let shared = [("alice", &public[1]), ("bob", &public[0])]
        .map(|(name, peer)| client.psa_raw_key_agreement(RawKeyAgreement::Ecdh, name, peer).expect("a shared secret"));
    assert_eq!(shared[0], shared[1]);
    assert_eq!(shared[0].len(), 32);
}

fn answer_what_can_be_done(client: &BasicClient) {
    let alg = AsymmetricSignature::Ecdsa { hash_alg: Hash::Sha256.into() };
    let can = attributes(P256, 256, &[UsageFlags::set_sign_hash], alg);
    for check in [CheckType::Use, CheckType::Generate, CheckType::Import] {
        client.can_do_crypto(check, can).expect("yes");
    }
    assert_status(client.can_do_crypto(CheckType::Derive, can), ResponseStatus::PsaErrorNotSupported);
    // Attestation is for TPMs; without one the old client says so itself, from what ListProviders told it.
    let attested = client.prepare_activate_credential("pair".into(), None);
    assert!(matches!(attested, Err(Error::Client(ClientErrorKind::NoProvider))));
    let attested = client.activate_credential_attestation("pair".into(), None, vec![1], vec![1]);
    assert!(matches!(attested, Err(Error::Client(ClientErrorKind::NoProvider))));
}

fn destroy(client: &BasicClient) {
    client.psa_destroy_key("pair").expect("a key is destroyed");
    assert_status(client.psa_destroy_key("pair"), ResponseStatus::PsaErrorDoesNotExist);
    assert!(client.list_keys().expect("keys").iter().all(|key| key.name != "pair"));

    let clients = client.list_clients().expect("clients, for an administrator");
    assert_eq!(clients.len(), 1, "{clients:?}");
    client.delete_client("nobody at all").expect("one that owns nothing is no error");
    client.delete_client(&clients[0]).expect("a client is deleted");
    assert!(client.list_keys().expect("keys").is_empty());
    assert!(client.list_clients().expect("clients").is_empty());
}
