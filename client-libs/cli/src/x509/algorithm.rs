//! The names of signature algorithms in certificates (AlgorithmIdentifier, RFC 5280 4.1.1.2).

use keystead_client::interface::algorithm::{AsymmetricSignature, Hash, SignHash};
use keystead_der::{element, sequence, tag, unsigned};

/// ecdsa-with-SHA2 (RFC 5758 3.2): the last number tells the hash.
const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];
/// PKCS#1 (RFC 8017 A): the last number tells the scheme, or the scheme and its hash.
const PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
/// NIST's hash functions (RFC 8017 B.1).
const NIST_HASH: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

const MGF1: u8 = 8;
const RSASSA_PSS: u8 = 10;

/// Each hash with its last number: in NIST's list, as ecdsa-with-SHA2, and as sha2WithRSAEncryption.
const HASHES: &[(Hash, u8, u8, u8)] =
    &[(Hash::Sha224, 4, 1, 14), (Hash::Sha256, 1, 2, 11), (Hash::Sha384, 2, 3, 12), (Hash::Sha512, 3, 4, 13)];

/// The AlgorithmIdentifier of signatures by an algorithm with a specific hash; `None` if certificates have no name for it.
pub(crate) fn signature_algorithm(alg: AsymmetricSignature) -> Option<Vec<u8>> {
    let SignHash::Specific(hash) = alg.hash()? else { return None };
    let (_, nist, ecdsa, rsa) = HASHES.iter().find(|(known, ..)| *known == hash)?;
    Some(match alg {
        AsymmetricSignature::Ecdsa(_) | AsymmetricSignature::DeterministicEcdsa(_) => sequence(&[&oid(ECDSA, *ecdsa)]),
        AsymmetricSignature::RsaPkcs1v15Sign(_) => sequence(&[&oid(PKCS1, *rsa), &null()]),
        AsymmetricSignature::RsaPss(_) => sequence(&[&oid(PKCS1, RSASSA_PSS), &pss(*nist, hash)]),
        AsymmetricSignature::RsaPkcs1v15SignRaw | AsymmetricSignature::EcdsaAny => return None,
    })
}

/// RSASSA-PSS-params (RFC 8017 A.2.3) as the service signs: MGF1 with the same hash, and a salt as long as the hash.
fn pss(nist: u8, hash: Hash) -> Vec<u8> {
    let hash_name = sequence(&[&oid(NIST_HASH, nist), &null()]);
    let mask = sequence(&[&oid(PKCS1, MGF1), &hash_name]);
    let salt = unsigned(&[hash.len() as u8]);
    sequence(&[&element(0xa0, &hash_name), &element(0xa1, &mask), &element(0xa2, &salt)])
}

fn oid(arc: &[u8], last: u8) -> Vec<u8> {
    element(tag::OID, &[arc, &[last]].concat())
}

fn null() -> Vec<u8> {
    element(tag::NULL, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    #[test]
    fn algorithms_have_the_names_of_the_standards() {
        let name = |alg| signature_algorithm(alg).map(|name| hex::print(&name));
        let sha256 = SignHash::Specific(Hash::Sha256);
        assert_eq!(name(AsymmetricSignature::Ecdsa(sha256)).unwrap(), "300a06082a8648ce3d040302");
        assert_eq!(name(AsymmetricSignature::RsaPkcs1v15Sign(sha256)).unwrap(), "300d06092a864886f70d01010b0500");
        assert_eq!(name(AsymmetricSignature::Ecdsa(SignHash::Any)), None);
        assert_eq!(name(AsymmetricSignature::EcdsaAny), None);
        assert_eq!(name(AsymmetricSignature::RsaPss(SignHash::Specific(Hash::Sha3_256))), None);
    }
}
