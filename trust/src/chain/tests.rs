//! What fits the profile passes, and each deviation is refused for its own reason.

use aws_lc_rs::signature::{ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyIdMethod, KeyUsagePurpose, PKCS_ECDSA_P384_SHA384, PublicKeyData, SerialNumber, SignatureAlgorithm,
};
use time::OffsetDateTime;

use super::make::RootKey;
use super::*;
use crate::jws::SigningKey;

const NOW: u64 = 1_800_000_000;
const HOUR: u64 = 3600;

fn date(seconds: u64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds as i64).expect("a date")
}

fn root() -> (RootKey, Root) {
    let key = RootKey::generate().expect("a root");
    let root = Root::parse(key.certificate()).expect("it fits");
    (key, root)
}

#[test]
fn an_intermediate_is_believed_by_its_own_root_while_it_is_valid() {
    let (root_key, root) = root();
    let (_, other_root) = self::root();
    let key = SigningKey::generate().expect("a key");
    let der = root_key.certify(&key, (NOW, NOW + HOUR)).expect("a certificate");
    assert!(der.len() < 500 && root_key.certificate().len() < 500);

    let verified = root.verify(&der, NOW).expect("it fits");
    assert_eq!((verified.key_id(), verified.not_after()), (key.key_id(), NOW + HOUR));
    let signed = key.sign(b"{}", b"{}").expect("a signature");
    let parts = crate::jws::Compact::parse(signed.as_bytes()).expect("three parts");
    assert_eq!(verified.key().verify(Algorithm::Es256, parts.signed, &parts.signature), Ok(()));

    assert!(root.verify(&der, NOW + HOUR).is_ok());
    assert_eq!(root.verify(&der, NOW - 1).err(), Some(Unfit::NotNow));
    assert_eq!(root.verify(&der, NOW + HOUR + 1).err(), Some(Unfit::NotNow));
    assert_eq!(other_root.verify(&der, NOW).err(), Some(Unfit::Extensions), "it names the key of its own root");
}

#[test]
fn a_root_is_no_intermediate_and_the_other_way_round() {
    let (root_key, root) = root();
    let key = SigningKey::generate().expect("a key");
    let der = root_key.certify(&key, (NOW, NOW + HOUR)).expect("a certificate");
    assert_eq!(root.verify(root_key.certificate(), NOW).err(), Some(Unfit::Name));
    assert_eq!(Root::parse(&der).err(), Some(Unfit::Name));
}

#[test]
fn no_byte_can_be_changed_left_out_or_added() {
    let (root_key, root) = root();
    let key = SigningKey::generate().expect("a key");
    let intermediate = root_key.certify(&key, (NOW, NOW + HOUR)).expect("a certificate");
    let refused = |der: &[u8]| Root::parse(der).is_err() && root.verify(der, NOW).is_err();
    for der in [root_key.certificate(), &intermediate] {
        for at in 0..der.len() {
            let mut changed = der.to_vec();
            changed[at] ^= 1 << (at % 8);
            assert!(refused(&changed), "byte {at} was changed");
            assert!(refused(&der[..at]), "cut after {at} bytes");
        }
        assert!(refused(&[der, &[0]].concat()));
        assert!(refused(&[der, der].concat()));
    }
    assert_eq!(Root::parse(&vec![0x30; MAX_CERTIFICATE_BYTES + 1]).err(), Some(Unfit::TooLong));
}

#[test]
fn validity_has_a_limit() {
    let (root_key, root) = root();
    let key = SigningKey::generate().expect("a key");
    let valid =
        |from, until| root.verify(&root_key.certify(&key, (from, until)).expect("a certificate"), NOW).map(drop);
    assert_eq!(valid(NOW, NOW + MAX_INTERMEDIATE_SECONDS), Ok(()));
    assert_eq!(valid(NOW, NOW + MAX_INTERMEDIATE_SECONDS + 1), Err(Unfit::Validity));
    assert_eq!(valid(NOW, NOW), Err(Unfit::Validity));
    assert_eq!(valid(NOW + 1, NOW), Err(Unfit::Validity));
    assert_eq!(valid(0, ROOT_VALIDITY.1), Err(Unfit::Validity));
}

#[test]
fn a_root_that_deviates_is_refused() {
    let with = |change: fn(&mut CertificateParams)| {
        Root::parse(RootKey::generate_but(change).expect("a root").certificate()).map(drop)
    };
    assert_eq!(with(|_| {}), Ok(()));
    assert_eq!(with(|root| root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)), Err(Unfit::Extensions));
    assert_eq!(with(|root| root.is_ca = IsCa::Ca(BasicConstraints::Constrained(1))), Err(Unfit::Extensions));
    assert_eq!(with(|root| root.is_ca = IsCa::ExplicitNoCa), Err(Unfit::Extensions));
    assert_eq!(with(|root| root.is_ca = IsCa::NoCa), Err(Unfit::Extensions));
    assert_eq!(with(|root| root.key_usages.clear()), Err(Unfit::Extensions));
    assert_eq!(with(|root| root.key_usages.push(KeyUsagePurpose::DigitalSignature)), Err(Unfit::Extensions));
    assert_eq!(
        with(|root| root.key_identifier_method = KeyIdMethod::PreSpecified(vec![7; 20])),
        Err(Unfit::Extensions)
    );
    assert_eq!(with(|root| root.custom_extensions = vec![unknown_extension(true)]), Err(Unfit::Extensions));
    assert_eq!(with(|root| root.custom_extensions = vec![unknown_extension(false)]), Err(Unfit::Extensions));
    assert_eq!(with(|root| root.not_after = date(NOW)), Err(Unfit::Validity));
    assert_eq!(with(|root| root.not_before = date(1)), Err(Unfit::Validity));
    assert_eq!(with(|root| root.not_before -= std::time::Duration::from_secs(1)), Err(Unfit::Validity));
    assert_eq!(with(|root| root.serial_number = Some(SerialNumber::from(0))), Err(Unfit::Serial));
    assert_eq!(with(|root| root.serial_number = Some(SerialNumber::from(vec![1; 21]))), Err(Unfit::Serial));
    assert_eq!(with(|root| root.distinguished_name.push(DnType::CommonName, "Keystead rooT")), Err(Unfit::Name));
    assert_eq!(with(|root| root.distinguished_name.push(DnType::OrganizationName, "x")), Err(Unfit::Name));
}

#[test]
fn an_intermediate_that_deviates_is_refused() {
    let (root_key, root) = root();
    let key = SigningKey::generate().expect("a key");
    let with = |change: fn(&mut CertificateParams)| {
        let der = root_key.certify_but(&make::Public(key.point()), (NOW, NOW + HOUR), change).expect("a certificate");
        root.verify(&der, NOW).map(drop)
    };
    assert_eq!(with(|_| {}), Ok(()));
    assert_eq!(with(|one| one.is_ca = IsCa::Ca(BasicConstraints::Constrained(0))), Err(Unfit::Extensions));
    assert_eq!(with(|one| one.is_ca = IsCa::NoCa), Err(Unfit::Extensions));
    assert_eq!(with(|one| one.key_usages = vec![KeyUsagePurpose::KeyCertSign]), Err(Unfit::Extensions));
    assert_eq!(with(|one| one.key_usages.push(KeyUsagePurpose::KeyAgreement)), Err(Unfit::Extensions));
    assert_eq!(with(|one| one.use_authority_key_identifier_extension = false), Err(Unfit::Extensions));
    assert_eq!(with(|one| one.extended_key_usages = vec![ExtendedKeyUsagePurpose::Any]), Err(Unfit::Extensions));
    assert_eq!(with(|one| one.custom_extensions = vec![unknown_extension(true)]), Err(Unfit::Extensions));
    assert_eq!(with(|one| one.distinguished_name = DistinguishedName::new()), Err(Unfit::Name));
    assert_eq!(with(|one| one.not_before = date(0)), Err(Unfit::Validity));
}

#[test]
fn a_key_on_another_curve_is_refused() {
    let (root_key, root) = root();
    let key = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).expect("a key");
    let der = root_key.certify_but(&P384(key), (NOW, NOW + HOUR), |_| {}).expect("a certificate");
    assert_eq!(root.verify(&der, NOW).err(), Some(Unfit::Key));
}

/// An extension that nobody knows: a private OID, NULL.
fn unknown_extension(critical: bool) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
    extension.set_criticality(critical);
    extension
}

struct P384(EcdsaKeyPair);

impl PublicKeyData for P384 {
    fn der_bytes(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ECDSA_P384_SHA384
    }
}
