//! Every operation, with commands that are encrypted on their way to the TPM.

use keystead_interface::algorithm::{
    Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, FullLengthMac, Hash, KeyAgreement, Mac,
    RawKeyAgreement, SignHash,
};
use keystead_interface::attributes::{EccFamily, KeyType};
use keystead_interface::secret::SecretBytes;
use keystead_provider::Provider;

use crate::attestation::challenge;
use crate::swtpm::{KeptKey, Swtpm};

#[test]
fn every_operation_is_done_over_encrypted_sessions_too() {
    let swtpm = Swtpm::start();
    let provider = swtpm.encrypting_provider();
    let can = provider.capabilities();
    let text = SecretBytes::new(b"a text".to_vec());

    let sha256 = SignHash::Specific(Hash::Sha256);
    let signatures = [
        (KeyType::EccKeyPair(EccFamily::SecpR1), 256, AsymmetricSignature::Ecdsa(sha256)),
        (KeyType::RsaKeyPair, 2048, AsymmetricSignature::RsaPss(sha256)),
        (KeyType::RsaKeyPair, 2048, AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Specific(Hash::Sha224))),
    ];
    for (key_type, bits, alg) in signatures {
        let key = KeptKey::generated(&provider, key_type, bits, Algorithm::AsymmetricSignature(alg));
        let signature = can.signing.unwrap().sign_message(key.key(), alg, b"message").unwrap();
        can.signing.unwrap().verify_message(key.key(), alg, b"message", &signature).unwrap();
    }

    let oaep = AsymmetricEncryption::RsaOaep(Hash::Sha256);
    let key = KeptKey::generated(&provider, KeyType::RsaKeyPair, 2048, Algorithm::AsymmetricEncryption(oaep));
    let encrypting = can.asymmetric_encryption.unwrap();
    let ciphertext = encrypting.encrypt(key.key(), oaep, &text, b"label").unwrap();
    assert_eq!(encrypting.decrypt(key.key(), oaep, &ciphertext, b"label").unwrap().expose(), text.expose());

    let ecdh = RawKeyAgreement::Ecdh;
    let pair = || {
        let alg = Algorithm::KeyAgreement(KeyAgreement::Raw(ecdh));
        KeptKey::generated(&provider, KeyType::EccKeyPair(EccFamily::SecpR1), 256, alg)
    };
    let (one, other) = (pair(), pair());
    let agree = |ours: &KeptKey, theirs: &KeptKey| {
        can.key_agreement.unwrap().agree(ours.key(), ecdh, &theirs.public(&provider)).unwrap().into_exposed()
    };
    assert_eq!(agree(&one, &other), agree(&other, &one));

    let hmac = Mac::FullLength(FullLengthMac::Hmac(Hash::Sha256));
    let key = KeptKey::generated(&provider, KeyType::Hmac, 256, Algorithm::Mac(hmac));
    let mac = can.mac.unwrap().compute(key.key(), hmac, b"input").unwrap();
    can.mac.unwrap().verify(key.key(), hmac, b"input", &mac).unwrap();

    let key = KeptKey::generated(&provider, KeyType::Aes, 128, Algorithm::Cipher(Cipher::Cfb));
    let ciphertext = can.cipher.unwrap().encrypt(key.key(), Cipher::Cfb, &text).unwrap();
    assert_eq!(can.cipher.unwrap().decrypt(key.key(), Cipher::Cfb, &ciphertext).unwrap().expose(), text.expose());

    let sealed = can.sealing.unwrap().seal(&text).unwrap();
    assert_eq!(can.sealing.unwrap().unseal(&sealed).unwrap().expose(), text.expose());

    let keys = can.attestation.unwrap().prepare(one.key(), None).unwrap();
    let answer = can.attestation.unwrap().attest(one.key(), None, &challenge(&keys)).unwrap();
    assert_eq!(answer.expose(), crate::attestation::SECRET);

    let mut random = [0; 100];
    can.random.unwrap().fill(&mut random).unwrap();
    assert_ne!(random[90..], [0; 10]);
}
