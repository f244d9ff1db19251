//! Hashes: their names in PKCS#11, how one is computed here piece by piece, and what a DigestInfo says.

use cryptoki_sys::*;
use keystead_client::interface::algorithm::Hash;
use keystead_der::{self as der, Reader, tag};
use sha2::digest::DynDigest;

use crate::error::{Refusal, Result};

/// A hash with every name that PKCS#11 gives to something made of it.
pub(crate) struct HashNames {
    /// The hash.
    pub(crate) hash: Hash,
    /// The hash itself.
    pub(crate) digest: CK_MECHANISM_TYPE,
    /// HMAC.
    pub(crate) hmac: CK_MECHANISM_TYPE,
    /// A key for that.
    pub(crate) hmac_key: CK_KEY_TYPE,
    /// RSASSA-PKCS1-v1_5, RSASSA-PSS and ECDSA over it.
    pub(crate) signatures: [CK_MECHANISM_TYPE; 3],
    /// MGF1 with it.
    pub(crate) mask: CK_RSA_PKCS_MGF_TYPE,
    /// The contents of its object identifier.
    oid: &'static [u8],
}

/// Those that are computed here; the order is that of preference.
#[rustfmt::skip]
pub(crate) const HASHES: &[HashNames] = &[
    HashNames { hash: Hash::Sha256, digest: CKM_SHA256, hmac: CKM_SHA256_HMAC, hmac_key: CKK_SHA256_HMAC,
        signatures: [CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS, CKM_ECDSA_SHA256], mask: CKG_MGF1_SHA256,
        oid: b"\x60\x86\x48\x01\x65\x03\x04\x02\x01" },
    HashNames { hash: Hash::Sha384, digest: CKM_SHA384, hmac: CKM_SHA384_HMAC, hmac_key: CKK_SHA384_HMAC,
        signatures: [CKM_SHA384_RSA_PKCS, CKM_SHA384_RSA_PKCS_PSS, CKM_ECDSA_SHA384], mask: CKG_MGF1_SHA384,
        oid: b"\x60\x86\x48\x01\x65\x03\x04\x02\x02" },
    HashNames { hash: Hash::Sha512, digest: CKM_SHA512, hmac: CKM_SHA512_HMAC, hmac_key: CKK_SHA512_HMAC,
        signatures: [CKM_SHA512_RSA_PKCS, CKM_SHA512_RSA_PKCS_PSS, CKM_ECDSA_SHA512], mask: CKG_MGF1_SHA512,
        oid: b"\x60\x86\x48\x01\x65\x03\x04\x02\x03" },
    HashNames { hash: Hash::Sha224, digest: CKM_SHA224, hmac: CKM_SHA224_HMAC, hmac_key: CKK_SHA224_HMAC,
        signatures: [CKM_SHA224_RSA_PKCS, CKM_SHA224_RSA_PKCS_PSS, CKM_ECDSA_SHA224], mask: CKG_MGF1_SHA224,
        oid: b"\x60\x86\x48\x01\x65\x03\x04\x02\x04" },
    HashNames { hash: Hash::Sha1, digest: CKM_SHA_1, hmac: CKM_SHA_1_HMAC, hmac_key: CKK_SHA_1_HMAC,
        signatures: [CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS, CKM_ECDSA_SHA1], mask: CKG_MGF1_SHA1,
        oid: b"\x2b\x0e\x03\x02\x1a" },
    HashNames { hash: Hash::Sha3_224, digest: CKM_SHA3_224, hmac: CKM_SHA3_224_HMAC, hmac_key: CKK_SHA3_224_HMAC,
        signatures: [CKM_SHA3_224_RSA_PKCS, CKM_SHA3_224_RSA_PKCS_PSS, CKM_ECDSA_SHA3_224], mask: CKG_MGF1_SHA3_224,
        oid: b"\x60\x86\x48\x01\x65\x03\x04\x02\x07" },
    HashNames { hash: Hash::Sha3_256, digest: CKM_SHA3_256, hmac: CKM_SHA3_256_HMAC, hmac_key: CKK_SHA3_256_HMAC,
        signatures: [CKM_SHA3_256_RSA_PKCS, CKM_SHA3_256_RSA_PKCS_PSS, CKM_ECDSA_SHA3_256], mask: CKG_MGF1_SHA3_256,
        oid: b"\x60\x86\x48\x01\x65\x03\x04\x02\x08" },
    HashNames { hash: Hash::Sha3_384, digest: CKM_SHA3_384, hmac: CKM_SHA3_384_HMAC, hmac_key: CKK_SHA3_384_HMAC,
        signatures: [CKM_SHA3_384_RSA_PKCS, CKM_SHA3_384_RSA_PKCS_PSS, CKM_ECDSA_SHA3_384], mask: CKG_MGF1_SHA3_384,
        oid: b"\x60\x86\x48\x01\x65\x03\x04\x02\x09" },
    HashNames { hash: Hash::Sha3_512, digest: CKM_SHA3_512, hmac: CKM_SHA3_512_HMAC, hmac_key: CKK_SHA3_512_HMAC,
        signatures: [CKM_SHA3_512_RSA_PKCS, CKM_SHA3_512_RSA_PKCS_PSS, CKM_ECDSA_SHA3_512], mask: CKG_MGF1_SHA3_512,
        oid: b"\x60\x86\x48\x01\x65\x03\x04\x02\x0a" },
];

/// The hash that this mechanism stands for.
pub(crate) fn of_digest(mechanism: CK_MECHANISM_TYPE) -> Option<Hash> {
    HASHES.iter().find(|names| names.digest == mechanism).map(|names| names.hash)
}

/// The names of a hash; `None` for one that is not computed here.
pub(crate) fn names(hash: Hash) -> Option<&'static HashNames> {
    HASHES.iter().find(|names| names.hash == hash)
}

/// A hash that is being computed.
pub(crate) struct Hasher(Box<dyn DynDigest + Send>);

impl Hasher {
    /// Begins one. Errors for a hash that is not in [`HASHES`].
    pub(crate) fn new(hash: Hash) -> Result<Hasher> {
        Ok(Hasher(match hash {
            Hash::Sha1 => Box::<sha1::Sha1>::default(),
            Hash::Sha224 => Box::<sha2::Sha224>::default(),
            Hash::Sha256 => Box::<sha2::Sha256>::default(),
            Hash::Sha384 => Box::<sha2::Sha384>::default(),
            Hash::Sha512 => Box::<sha2::Sha512>::default(),
            Hash::Sha3_224 => Box::<sha3::Sha3_224>::default(),
            Hash::Sha3_256 => Box::<sha3::Sha3_256>::default(),
            Hash::Sha3_384 => Box::<sha3::Sha3_384>::default(),
            Hash::Sha3_512 => Box::<sha3::Sha3_512>::default(),
            _ => return Err(Refusal(CKR_MECHANISM_INVALID)),
        }))
    }

    /// Takes more of the message.
    pub(crate) fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// Length of the result in bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.output_size()
    }

    /// The hash of everything.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.finalize().into_vec()
    }
}

/// The hash and its value in a DigestInfo (RFC 8017, 9.2), with the parameters NULL or left out. `None` for anything else.
pub(crate) fn digest_info(bytes: &[u8]) -> Option<(Hash, &[u8])> {
    let mut info = Reader(der::whole(bytes, tag::SEQUENCE)?);
    let mut algorithm = Reader(info.take(tag::SEQUENCE)?);
    let value = info.take(tag::OCTET_STRING)?;
    let oid = algorithm.take(tag::OID)?;
    let has_no_parameters = algorithm.is_empty() || algorithm.take(tag::NULL) == Some(&[]) && algorithm.is_empty();
    let hash = HASHES.iter().find(|names| names.oid == oid)?.hash;
    (info.is_empty() && has_no_parameters && value.len() == hash.len()).then_some((hash, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_info_is_read_with_its_parameters_and_without() {
        let value = [7; 32];
        for parameters in [&b"\x05\x00"[..], b""] {
            let mut algorithm = der::element(tag::OID, b"\x60\x86\x48\x01\x65\x03\x04\x02\x01");
            algorithm.extend_from_slice(parameters);
            let mut info = der::element(tag::SEQUENCE, &algorithm);
            info.extend_from_slice(&der::element(tag::OCTET_STRING, &value));
            let whole = der::element(tag::SEQUENCE, &info);
            assert_eq!(digest_info(&whole), Some((Hash::Sha256, &value[..])));
            assert_eq!(digest_info(&[&whole[..], &[0]].concat()), None, "with something behind it");
        }
        assert_eq!(digest_info(&value), None, "a hash by itself");
    }

    /// FIPS 180-4 and FIPS 202: how long the results are, and that pieces make no difference.
    #[test]
    fn hashes_are_as_long_as_they_should_be_and_come_piece_by_piece() {
        for names in HASHES {
            let (mut whole, mut pieces) = (Hasher::new(names.hash).unwrap(), Hasher::new(names.hash).unwrap());
            whole.update(b"abc");
            pieces.update(b"a");
            pieces.update(b"bc");
            let whole = whole.finish();
            assert_eq!(whole.len(), names.hash.len());
            assert_eq!(whole, pieces.finish());
        }
    }
}
