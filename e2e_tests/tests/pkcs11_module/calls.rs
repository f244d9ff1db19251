//! What the usual programs do not do: several threads, messages and texts in pieces, keys for a session, refusals.

use cryptoki::error::RvError;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};

use crate::desk::Desk;
use crate::inside;

/// CKA_EC_PARAMS of P-256.
pub const P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";

#[test]
fn messages_and_texts_come_in_pieces() {
    const NAME: &str = "calls::messages_and_texts_come_in_pieces";
    let Some(module) = inside::module(NAME) else { return outside(NAME) };
    let session = inside::session(&module);
    let [public, private] = pair(&session, true);
    let piece = vec![b'x'; 1_000_000];
    // Longer than what the service takes: only the hash is sent.
    session.sign_init(&Mechanism::EcdsaSha256, private).expect("begun");
    (0..3).for_each(|_| session.sign_update(&piece).expect("taken"));
    let signature = session.sign_final().expect("signed");
    session.verify_init(&Mechanism::EcdsaSha256, public).expect("begun");
    session.verify_update(&piece.repeat(3)).expect("taken");
    session.verify_final(&signature).expect("it is right");
    let wrong = session.verify(&Mechanism::EcdsaSha256, public, &piece, &signature);
    assert_eq!(inside::refusal(wrong), Some(RvError::SignatureInvalid));

    let whole = session.digest(&Mechanism::Sha256, &piece.repeat(2)).expect("hashed");
    session.digest_init(&Mechanism::Sha256).expect("begun");
    (0..2).for_each(|_| session.digest_update(&piece).expect("taken"));
    assert_eq!(session.digest_final().expect("hashed"), whole);

    let key = secret(&session, MechanismType::AES_CBC_PAD);
    let mechanism = Mechanism::AesCbcPad([7; 16]);
    session.encrypt_init(&mechanism, key).expect("begun");
    let mut sealed = session.encrypt_update(b"one ").expect("taken");
    sealed.extend(session.encrypt_update(b"two").expect("taken"));
    sealed.extend(session.encrypt_final().expect("encrypted"));
    assert_eq!(sealed, session.encrypt(&mechanism, key, b"one two").expect("encrypted"));
    assert_eq!(session.decrypt(&mechanism, key, &sealed).expect("decrypted"), b"one two");
    session.decrypt_init(&mechanism, key).expect("begun");
    let mut opened = session.decrypt_update(&sealed).expect("taken");
    opened.extend(session.decrypt_final().expect("decrypted"));
    assert_eq!(opened, b"one two");

    // NIST SP 800-38A, F.2.1: the caller's IV is what the text is encrypted under.
    let nist = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::Token(true),
        Attribute::AllowedMechanisms(vec![MechanismType::AES_CBC]),
        Attribute::Value(0x2b7e151628aed2a6abf7158809cf4f3c_u128.to_be_bytes().to_vec()),
    ];
    let nist = session.create_object(&nist).expect("taken in");
    let mechanism_of_nist = Mechanism::AesCbc(0x000102030405060708090a0b0c0d0e0f_u128.to_be_bytes());
    let block = 0x6bc1bee22e409f96e93d7e117393172a_u128.to_be_bytes();
    let sealed = session.encrypt(&mechanism_of_nist, nist, &block).expect("encrypted");
    assert_eq!(sealed, 0x7649abac8119b246cee98e9b12e9197d_u128.to_be_bytes());

    // What goes to the service whole has a limit, and is over when it is passed.
    session.encrypt_init(&mechanism, key).expect("begun");
    session.encrypt_update(&piece).expect("taken");
    assert_eq!(inside::refusal(session.encrypt_update(b"more")), Some(RvError::DataLenRange));
    assert_eq!(inside::refusal(session.encrypt_final()), Some(RvError::OperationNotInitialized));
}

#[test]
fn texts_and_codes_are_authenticated() {
    const NAME: &str = "calls::texts_and_codes_are_authenticated";
    let Some(module) = inside::module(NAME) else { return outside(NAME) };
    let session = inside::session(&module);
    let key = secret(&session, MechanismType::AES_GCM);
    let sealed = gcm(b"data", |mechanism| session.encrypt(mechanism, key, b"text")).expect("encrypted");
    assert_eq!(sealed.len(), 4 + 16);
    assert_eq!(gcm(b"data", |mechanism| session.decrypt(mechanism, key, &sealed)).expect("decrypted"), b"text");
    let forged = gcm(b"other", |mechanism| session.decrypt(mechanism, key, &sealed));
    assert_eq!(inside::refusal(forged), Some(RvError::EncryptedDataInvalid));
    let long = gcm(&vec![0; 1_000_001], |mechanism| session.encrypt(mechanism, key, b"text"));
    assert_eq!(inside::refusal(long), Some(RvError::MechanismParamInvalid), "it is not even copied");

    let template = [Attribute::ValueLen(32.into()), Attribute::Token(true), Attribute::Sign(true)];
    let hmac = session.generate_key(&Mechanism::GenericSecretKeyGen, &template).expect("made");
    let cmac = secret(&session, MechanismType::AES_CMAC);
    for (mechanism, key, length) in [(Mechanism::Sha256Hmac, hmac, 32), (Mechanism::AesCMac, cmac, 16)] {
        let code = session.sign(&mechanism, key, b"text").expect("computed");
        assert_eq!(code.len(), length);
        session.verify(&mechanism, key, b"text", &code).expect("it is right");
        assert_eq!(inside::refusal(session.verify(&mechanism, key, b"texT", &code)), Some(RvError::SignatureInvalid));
        let short = session.verify(&mechanism, key, b"text", &code[1..]);
        assert_eq!(inside::refusal(short), Some(RvError::SignatureLenRange));
    }
    // A result that there is no room for is asked for again: the first call was told how long it is.
    let (a, b) =
        (session.generate_random_vec(2_000_000).expect("random"), session.generate_random_vec(16).expect("random"));
    assert!(a.len() == 2_000_000 && a[..16] != b[..]);
}

#[test]
fn what_a_key_is_not_for_is_refused() {
    const NAME: &str = "calls::what_a_key_is_not_for_is_refused";
    let Some(module) = inside::module(NAME) else { return outside(NAME) };
    let session = inside::session(&module);
    let public = [Attribute::ModulusBits(2048.into()), Attribute::Token(true)];
    let private = [Attribute::Token(true), Attribute::Sign(true), Attribute::Decrypt(true)];
    let made = session.generate_key_pair(&Mechanism::RsaPkcsKeyPairGen, &public, &private);
    let (public, private) = made.expect("made");
    // It signs with PKCS#1 v1.5, as its attributes say, whatever else was asked for.
    let told = session.get_attributes(private, &[AttributeType::Sign, AttributeType::Decrypt]).expect("told");
    assert_eq!(told, [Attribute::Sign(true), Attribute::Decrypt(false)]);
    session.sign(&Mechanism::Sha384RsaPkcs, private, b"text").expect("signed");
    let refused = |result| inside::refusal::<Vec<u8>>(result);
    assert_eq!(refused(session.sign(&pss(), private, &[1; 32])), Some(RvError::MechanismInvalid));
    assert_eq!(refused(session.sign(&Mechanism::RsaPkcs, private, &[1; 32])), Some(RvError::DataInvalid));
    let sealed = [1; 256];
    assert_eq!(refused(session.decrypt(&Mechanism::RsaPkcs, private, &sealed)), Some(RvError::KeyFunctionNotPermitted));
    assert_eq!(refused(session.sign(&Mechanism::Ecdsa, private, &[1; 32])), Some(RvError::MechanismInvalid));
    assert_eq!(refused(session.sign(&Mechanism::Sha256RsaPkcs, public, b"")), Some(RvError::KeyFunctionNotPermitted));
    let key = session.get_attributes(private, &[AttributeType::PrivateExponent]).expect("an answer");
    assert_eq!(key, [], "it never leaves");

    let wrapped = session.wrap_key(&Mechanism::RsaPkcs, public, private);
    assert_eq!(inside::refusal(wrapped), Some(RvError::FunctionNotSupported));
    assert_eq!(inside::refusal(module.get_slot_event()), Some(RvError::FunctionNotSupported));

    let reading = module.open_ro_session(inside::slot()).expect("a session");
    assert_eq!(inside::refusal(reading.destroy_object(private)), Some(RvError::SessionReadOnly));
    let unknown =
        session.generate_key(&Mechanism::AesKeyGen, &[Attribute::ValueLen(16.into()), Attribute::Url(vec![1])]);
    assert_eq!(inside::refusal(unknown), Some(RvError::AttributeTypeInvalid));
    assert_eq!(inside::refusal(session.login(UserType::So, None)), Some(RvError::UserTypeInvalid));
    session.login(UserType::User, None).expect("nobody needs a PIN");
    assert_eq!(inside::refusal(session.login(UserType::User, None)), Some(RvError::UserAlreadyLoggedIn));
    session.logout().expect("as one likes");
}

#[test]
fn keys_that_are_brought_for_a_session_serve_every_algorithm_of_their_type() {
    const NAME: &str = "calls::keys_that_are_brought_for_a_session_serve_every_algorithm_of_their_type";
    let Some(module) = inside::module(NAME) else { return outside(NAME) };
    let session = inside::session(&module);
    let allowed = Attribute::AllowedMechanisms(vec![MechanismType::RSA_PKCS_PSS]);
    let size = Attribute::ModulusBits(2048.into());
    let pairs = [vec![Attribute::Token(true), allowed], vec![Attribute::Token(true)]].map(|private| {
        session.generate_key_pair(&Mechanism::RsaPkcsKeyPairGen, std::slice::from_ref(&size), &private).expect("made")
    });
    for ((public, private), mechanism) in pairs.into_iter().zip([pss(), Mechanism::Sha256RsaPkcs]) {
        let message = [7; 32];
        let signature = session.sign(&mechanism, private, &message).expect("signed");
        let mut template =
            session.get_attributes(public, &[AttributeType::Modulus, AttributeType::PublicExponent]).expect("told");
        template.extend([Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::KeyType(KeyType::RSA)]);
        // Nothing says what it is for.
        let brought = session.create_object(&template).expect("taken in");
        session.verify(&mechanism, brought, &message, &signature).expect("it is right");
        template.push(Attribute::Verify(false));
        let silent = session.create_object(&template).expect("taken in");
        let refused = session.verify(&mechanism, silent, &message, &signature);
        assert_eq!(inside::refusal(refused), Some(RvError::KeyFunctionNotPermitted), "it is not for that");
        session.destroy_object(brought).expect("destroyed");
        assert_eq!(inside::refusal(session.destroy_object(brought)), Some(RvError::ObjectHandleInvalid));
    }
}

#[test]
fn the_objects_of_a_pair_are_one_key() {
    const NAME: &str = "calls::the_objects_of_a_pair_are_one_key";
    let Some(module) = inside::module(NAME) else { return outside(NAME) };
    let session = inside::session(&module);
    let of_class = |class| session.find_objects(&[Attribute::Class(class)]).expect("found");
    let [public, private] = pair(&session, true);
    session.destroy_object(public).expect("destroyed");
    assert_eq!(of_class(ObjectClass::PUBLIC_KEY), [], "it is no longer shown");
    session.sign(&Mechanism::Ecdsa, private, &[1; 32]).expect("the key is there");
    session.destroy_object(private).expect("destroyed");
    assert_eq!(of_class(ObjectClass::PRIVATE_KEY), []);

    let [public, private] = pair(&session, true);
    session.destroy_object(private).expect("destroyed");
    assert_eq!(of_class(ObjectClass::PUBLIC_KEY), [], "it went with the key");
    session.destroy_object(public).expect("and to destroy it is no mistake");
    assert_eq!(inside::refusal(session.destroy_object(public)), Some(RvError::ObjectHandleInvalid));
    assert_eq!(session.find_objects(&[]).expect("found"), []);
}

#[test]
fn what_was_brought_can_be_copied_and_what_was_made_cannot() {
    const NAME: &str = "calls::what_was_brought_can_be_copied_and_what_was_made_cannot";
    let Some(module) = inside::module(NAME) else { return outside(NAME) };
    let session = inside::session(&module);
    let [_, private] = pair(&session, true);
    let to_token = [Attribute::Token(true), Attribute::Label(b"copy".to_vec())];
    assert_eq!(inside::refusal(session.copy_object(private, &to_token)), Some(RvError::ActionProhibited));
    let scalar = [
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(KeyType::EC),
        Attribute::EcParams(P256.to_vec()),
        Attribute::Value(vec![1]),
        Attribute::Id(b"id".to_vec()),
    ];
    let brought = session.create_object(&scalar).expect("taken in");
    let copy = session.copy_object(brought, &to_token).expect("copied");
    session.close().expect("closed");
    let session = inside::session(&module);
    let by_id = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Id(b"id".to_vec())];
    assert_eq!(session.find_objects(&by_id).expect("found"), [copy], "the copy stays, the other went");
    session.sign(&Mechanism::EcdsaSha256, copy, b"text").expect("signed");
}

#[test]
fn threads_sign_at_the_same_time() {
    const NAME: &str = "calls::threads_sign_at_the_same_time";
    let Some(module) = inside::module(NAME) else { return outside(NAME) };
    let [public, private] = pair(&inside::session(&module), true);
    std::thread::scope(|scope| {
        for thread in 0..8_u8 {
            let module = module.clone();
            scope.spawn(move || {
                let session = inside::session(&module);
                for round in 0..25_u8 {
                    let signature =
                        session.sign(&Mechanism::Ecdsa, private, &[thread, round].repeat(16)).expect("signed");
                    session.verify(&Mechanism::Ecdsa, public, &[thread, round].repeat(16), &signature).expect("right");
                }
            });
        }
    });
}

#[test]
fn a_thread_that_looks_takes_nothing_away_from_one_that_makes() {
    const NAME: &str = "calls::a_thread_that_looks_takes_nothing_away_from_one_that_makes";
    let Some(module) = inside::module(NAME) else { return outside(NAME) };
    let makers: usize = 3;
    std::thread::scope(|scope| {
        let making: Vec<_> = (0..makers)
            .map(|_| {
                let module = module.clone();
                scope.spawn(move || {
                    let session = inside::session(&module);
                    for _ in 0..20 {
                        let [public, private] = pair(&session, true);
                        session.update_attributes(private, &[Attribute::Id(b"id".to_vec())]).expect("it is there");
                        session.sign(&Mechanism::Ecdsa, private, &[1; 32]).expect("it is there");
                        let told = session.get_attributes(private, &[AttributeType::Id]).expect("told");
                        assert_eq!(told, [Attribute::Id(b"id".to_vec())]);
                        session.destroy_object(private).expect("it is there");
                        session.destroy_object(public).expect("it went too");
                    }
                })
            })
            .collect();
        let is_over = || making.iter().all(|thread| thread.is_finished());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let session = inside::session(&module);
                    while !is_over() {
                        session.find_objects(&[]).expect("a list");
                    }
                });
            }
        });
    });
    assert_eq!(inside::session(&module).find_objects(&[]).expect("a list"), []);
}

/// A P-256 pair that signs: the public and the private object.
pub fn pair(session: &Session, is_token: bool) -> [ObjectHandle; 2] {
    let public = [Attribute::EcParams(P256.to_vec()), Attribute::Token(is_token)];
    let made = session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &[Attribute::Token(is_token)]);
    let (public, private) = made.expect("made");
    [public, private]
}

/// An AES key for one mechanism.
fn secret(session: &Session, mechanism: MechanismType) -> ObjectHandle {
    let allowed = Attribute::AllowedMechanisms(vec![mechanism]);
    let template = [Attribute::ValueLen(32.into()), Attribute::Token(true), allowed];
    session.generate_key(&Mechanism::AesKeyGen, &template).expect("made")
}

fn gcm<T>(additional: &[u8], call: impl FnOnce(&Mechanism<'_>) -> T) -> T {
    let mut nonce = [9; 12];
    call(&Mechanism::AesGcm(GcmParams::new(&mut nonce, additional, 128.into()).expect("parameters")))
}

fn pss() -> Mechanism<'static> {
    let (hash_alg, mgf, s_len) = (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256, 32.into());
    Mechanism::RsaPkcsPss(PkcsPssParams { hash_alg, mgf, s_len })
}

fn outside(name: &str) {
    // The inner half of another test.
    if !inside::is_inside() {
        inside::run(&Desk::with_software(), name);
    }
}
