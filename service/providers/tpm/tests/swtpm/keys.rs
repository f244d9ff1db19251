//! Keys of every kind: made, taken over, used and given away.

use aws_lc_rs::encoding::{AsBigEndian, AsDer, EcPrivateKeyBin};
use aws_lc_rs::signature::KeyPair;
use keystead_interface::algorithm::Algorithm;
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyShape, KeyType, Usage};
use keystead_provider::rsa::RsaPublicKey;
use keystead_provider::{ErrorKind, Provider};

use crate::process::Process;
use crate::ring::{Held, ecc, public_of, rsa};

#[test]
fn what_is_generated_signs_as_others_verify_and_gives_only_its_public_half_away() {
    let tpm = Process::new();
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    for attributes in [ecc(256), ecc(384), ecc(521), rsa(2048), rsa(3072)] {
        if !provider.vault().generates(attributes.shape()) {
            assert!(matches!(attributes.bits(), 521 | 3072), "a TPM has the others");
            continue;
        }
        let key = Held::generate(&provider, attributes).expect("a key");
        assert_eq!(key.attributes, attributes);
        key.signs_rightly(&provider);
        assert!(!provider.vault().exports(attributes.shape()));
        assert_eq!(provider.vault().export(key.key()).err().map(|error| error.kind), Some(ErrorKind::NotSupported));
        let public = Held::import(&provider, public_of(&attributes), &key.public_key(&provider)).expect("a key");
        assert_eq!(public.public_key(&provider), key.public_key(&provider));
        let signature = key.sign(&provider, b"message").expect("it signs");
        public.verify(&provider, b"message", &signature).expect("it verifies");
        let wrong = public.verify(&provider, b"another", &signature);
        assert_eq!(wrong.err().map(|error| error.kind), Some(ErrorKind::InvalidSignature));
    }
}

#[test]
fn nothing_is_possible_while_it_was_never_connected() {
    let provider = crate::process::provider_at(crate::process::free_ports());
    assert_eq!(provider.health().err().map(|error| error.kind), Some(ErrorKind::CommunicationFailure));
    assert_eq!(provider.connect().err().map(|error| error.kind), Some(ErrorKind::CommunicationFailure));
    assert!(!provider.vault().generates(ecc(256).shape()));
    assert!(!provider.vault().imports(ecc(256).shape()));
    assert!(provider.capabilities().signing.is_none() && provider.capabilities().random.is_none());
}

#[test]
fn pairs_on_curves_are_taken_over_with_the_public_half_that_they_have() {
    let tpm = Process::new();
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    for (bits, alg) in [
        (256, &aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING),
        (384, &aws_lc_rs::signature::ECDSA_P384_SHA384_FIXED_SIGNING),
        (521, &aws_lc_rs::signature::ECDSA_P521_SHA512_FIXED_SIGNING),
    ] {
        if !provider.vault().imports(ecc(bits).shape()) {
            assert_eq!(bits, 521, "a TPM has the others");
            continue;
        }
        let pair = aws_lc_rs::signature::EcdsaKeyPair::generate(alg).expect("a pair");
        let scalar: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().expect("a scalar");
        for attributes in [ecc(bits), ecc(0)] {
            let key = Held::import(&provider, attributes, scalar.as_ref()).expect("a key");
            assert_eq!(key.attributes.bits(), bits);
            assert_eq!(key.public_key(&provider), pair.public_key().as_ref());
            key.signs_rightly(&provider);
        }
        let zero = vec![0; scalar.as_ref().len()];
        let beyond = vec![0xFF; scalar.as_ref().len()];
        for wrong in [&zero[..], &beyond, &scalar.as_ref()[1..], &[]] {
            let refused = Held::import(&provider, ecc(bits), wrong).err().map(|error| error.kind);
            assert_eq!(refused, Some(ErrorKind::InvalidArgument));
        }
    }
}

#[test]
fn rsa_pairs_are_taken_over_and_what_is_none_is_refused() {
    let tpm = Process::new();
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a pair");
    let pkcs8 = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).expect("DER");
    // PKCS#8 ends with the PKCS#1 key; its head is of one length for this size.
    let der = &pkcs8.as_ref()[26..];
    for attributes in [rsa(2048), rsa(0)] {
        let key = Held::import(&provider, attributes, der).expect("a key");
        assert_eq!(key.public_key(&provider), pair.public_key().as_ref());
        key.signs_rightly(&provider);
    }
    let mut broken = der.to_vec();
    // In the middle of p, so that it does not divide n.
    broken[600] ^= 4;
    for wrong in [&broken[..], &der[1..], &[]] {
        let refused = Held::import(&provider, rsa(2048), wrong).err().map(|error| error.kind);
        assert_eq!(refused, Some(ErrorKind::InvalidArgument), "{}", wrong.len());
    }
    let another_size = Held::import(&provider, rsa(3072), der).err().map(|error| error.kind);
    assert_eq!(another_size, Some(ErrorKind::InvalidArgument));
}

#[test]
fn an_exponent_that_a_tpm_lacks_is_not_malformed() {
    let tpm = Process::new();
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a pair");
    let public = RsaPublicKey::from_der(pair.public_key().as_ref()).expect("a key");
    for exponent in [&[3][..], &[1, 0, 3], &[1, 0, 0, 0, 1]] {
        let key = RsaPublicKey { exponent: exponent.to_vec(), ..public.clone() };
        match Held::import(&provider, public_of(&rsa(2048)), &key.to_der().expect("DER")) {
            Ok(imported) => assert_eq!(imported.public_key(&provider), key.to_der().expect("DER")),
            Err(error) => assert_eq!(error.kind, ErrorKind::NotSupported, "{exponent:?}: {error}"),
        }
    }
}

#[test]
fn points_off_the_curve_and_of_wrong_lengths_are_refused() {
    let tpm = Process::new();
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    let key = Held::generate(&provider, ecc(256)).expect("a key");
    let point = key.public_key(&provider);
    let mut off = point.clone();
    off[64] ^= 1;
    let compressed = [&[2], &point[1..33]].concat();
    for (wrong, bits) in [(&off[..], 256), (&point[..64], 256), (&compressed, 256), (&[], 0), (&point, 384)] {
        let attributes = public_of(&ecc(bits));
        let refused = Held::import(&provider, attributes, wrong).err().map(|error| error.kind);
        assert_eq!(refused, Some(ErrorKind::InvalidArgument));
    }
}

#[test]
fn sizes_that_a_tpm_lacks_are_named_before_they_are_asked_for() {
    let tpm = Process::new();
    let provider = tpm.provider();
    provider.connect().expect("it connects");
    let shape = |key_type, bits| KeyShape { key_type, bits };
    let montgomery = KeyType::EccKeyPair(EccFamily::Montgomery);
    for lacking in [shape(KeyType::RsaKeyPair, 8192), shape(montgomery, 255), shape(KeyType::Chacha20, 256)] {
        assert!(!provider.vault().generates(lacking) && !provider.vault().imports(lacking));
        let attributes = KeyAttributes::new(lacking.key_type, lacking.bits, Usage::NONE, Algorithm::None);
        let refused = Held::generate(&provider, attributes).err().map(|error| error.kind);
        assert_eq!(refused, Some(ErrorKind::NotSupported));
    }
}
