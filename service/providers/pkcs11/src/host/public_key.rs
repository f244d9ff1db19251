//! What public keys do where the token does not, if the operator allows it: nothing here is secret but the texts that are
//! encrypted.

use std::os::raw::c_int;
use std::ptr::{self, NonNull};

use aws_lc_sys as c;
use keystead_interface::algorithm::Hash;
use keystead_interface::secret::SecretBytes;

use super::{clear_errors, group};
use crate::named_curves::NamedCurve;

/// An RSA public key.
pub(crate) struct RsaKey(NonNull<c::RSA>);

impl RsaKey {
    /// From the DER of its PKCS#1 RSAPublicKey.
    pub(crate) fn from_der(der: &[u8]) -> Option<RsaKey> {
        // SAFETY: the function reads as many bytes as it is told, and gives a key that is ours, or nothing.
        let key = NonNull::new(unsafe { c::RSA_public_key_from_bytes(der.as_ptr(), der.len()) });
        clear_errors();
        key.map(RsaKey)
    }

    /// Whether it is a PKCS#1 v1.5 signature over this DigestInfo.
    pub(crate) fn verifies_v15(&self, info: &[u8], signature: &[u8]) -> bool {
        let signed = self.transform(c::RSA_verify_raw, signature, c::RSA_PKCS1_PADDING);
        signed.is_some_and(|signed| signed == info)
    }

    /// Whether it is a PSS signature over this hash, with MGF1 with the same hash and a salt as long as the hash.
    pub(crate) fn verifies_pss(&self, alg: Hash, hash: &[u8], signature: &[u8]) -> bool {
        let Some(md) = digest(alg) else { return false };
        let (rsa, salt) = (self.0.as_ptr(), c::RSA_PSS_SALTLEN_DIGEST);
        // SAFETY: the key is valid; hash and signature are as long as said; `md` is a constant.
        let done = unsafe {
            c::RSA_verify_pss_mgf1(rsa, hash.as_ptr(), hash.len(), md, md, salt, signature.as_ptr(), signature.len())
        };
        clear_errors();
        done == 1
    }

    /// A text under PKCS#1 v1.5. `None` if it is too long.
    pub(crate) fn encrypts_v15(&self, text: &SecretBytes) -> Option<Vec<u8>> {
        self.transform(c::RSA_encrypt, text.expose(), c::RSA_PKCS1_PADDING)
    }

    /// A text under OAEP, with MGF1 with the same hash. `None` if it is too long.
    pub(crate) fn encrypts_oaep(&self, alg: Hash, text: &SecretBytes, label: &[u8]) -> Option<Vec<u8>> {
        let (md, text) = (digest(alg)?, text.expose());
        let mut padded = SecretBytes::new(vec![0; self.len()]);
        let block = padded.expose_mut();
        // SAFETY: the block is writable, text and label are readable for their lengths; `md` is a constant.
        let done = unsafe {
            c::RSA_padding_add_PKCS1_OAEP_mgf1(
                block.as_mut_ptr(),
                block.len(),
                text.as_ptr(),
                text.len(),
                label.as_ptr(),
                label.len(),
                md,
                md,
            )
        };
        clear_errors();
        if done == 1 { self.transform(c::RSA_encrypt, padded.expose(), c::RSA_NO_PADDING) } else { None }
    }

    /// Length of the modulus in bytes.
    fn len(&self) -> usize {
        // SAFETY: the key is valid.
        unsafe { c::RSA_size(self.0.as_ptr()) as usize }
    }

    fn transform(&self, function: Transform, input: &[u8], padding: c_int) -> Option<Vec<u8>> {
        let mut output = vec![0; self.len()];
        let mut length = 0;
        // SAFETY: the key is valid; input and output are as long as said; the length is ours.
        let done = unsafe {
            let (out, room) = (output.as_mut_ptr(), output.len());
            function(self.0.as_ptr(), &raw mut length, out, room, input.as_ptr(), input.len(), padding)
        };
        clear_errors();
        output.truncate(length);
        (done == 1).then_some(output)
    }
}

/// What the functions look like that raise to the public exponent.
type Transform = unsafe extern "C" fn(*mut c::RSA, *mut usize, *mut u8, usize, *const u8, usize, c_int) -> c_int;

impl Drop for RsaKey {
    fn drop(&mut self) {
        // SAFETY: a key of ours, which is not used again.
        unsafe { c::RSA_free(self.0.as_ptr()) }
    }
}

/// Whether r ‖ s is a signature over a hash by the key whose point this is.
pub(crate) fn verifies_ecdsa(curve: &NamedCurve, point: &[u8], hash: &[u8], signature: &[u8]) -> bool {
    let Some(group) = group(curve.family, curve.bits) else { return false };
    if signature.len() != 2 * curve.length() {
        return false;
    }
    let (r, s) = signature.split_at(curve.length());
    // SAFETY: the group is a constant; whatever is made is ours, may be null, and is freed once, which is allowed for null;
    // all bytes are as many as said. A signature takes r and s over if ECDSA_SIG_set0 succeeds, and only then.
    let verifies = unsafe {
        let key = c::EC_KEY_new();
        let place = c::EC_POINT_new(group);
        let parts = c::ECDSA_SIG_new();
        let numbers = [r, s].map(|half| c::BN_bin2bn(half.as_ptr(), half.len(), ptr::null_mut()));
        let has_numbers = !parts.is_null()
            && numbers.iter().all(|number| !number.is_null())
            && c::ECDSA_SIG_set0(parts, numbers[0], numbers[1]) == 1;
        if !has_numbers {
            for number in numbers {
                c::BN_free(number);
            }
        }
        let verifies = has_numbers
            && !key.is_null()
            && !place.is_null()
            && c::EC_KEY_set_group(key, group) == 1
            && c::EC_POINT_oct2point(group, place, point.as_ptr(), point.len(), ptr::null_mut()) == 1
            && c::EC_KEY_set_public_key(key, place) == 1
            && c::ECDSA_do_verify(hash.as_ptr(), hash.len(), parts, key) == 1;
        c::ECDSA_SIG_free(parts);
        c::EC_POINT_free(place);
        c::EC_KEY_free(key);
        verifies
    };
    clear_errors();
    verifies
}

/// Whether PSS and OAEP can be done here with this hash.
pub(crate) fn has_digest(alg: Hash) -> bool {
    digest(alg).is_some()
}

fn digest(alg: Hash) -> Option<*const c::EVP_MD> {
    let digest = match alg {
        Hash::Sha1 => c::EVP_sha1,
        Hash::Sha224 => c::EVP_sha224,
        Hash::Sha256 => c::EVP_sha256,
        Hash::Sha384 => c::EVP_sha384,
        Hash::Sha512 => c::EVP_sha512,
        Hash::Sha512_224 => c::EVP_sha512_224,
        Hash::Sha512_256 => c::EVP_sha512_256,
        Hash::Sha3_224 => c::EVP_sha3_224,
        Hash::Sha3_256 => c::EVP_sha3_256,
        Hash::Sha3_384 => c::EVP_sha3_384,
        Hash::Sha3_512 => c::EVP_sha3_512,
        _ => return None,
    };
    // SAFETY: these functions take nothing and give a constant of the library.
    Some(unsafe { digest() })
}

#[cfg(test)]
mod tests {
    use keystead_interface::attributes::EccFamily;

    use super::*;

    fn bytes(digits: &str) -> Vec<u8> {
        let digit = |byte: u8| char::from(byte).to_digit(16).expect("a digit") as u8;
        digits.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
    }

    #[test]
    fn a_signature_of_rfc_6979_verifies_and_nothing_near_it_does() {
        // A.2.4, P-224 with SHA-224, message "sample".
        let curve = NamedCurve::of(EccFamily::SecpR1, 224).expect("a curve");
        let point = bytes(
            "0400cf08da5ad719e42707fa431292dea11244d64fc51610d94b130d6ceeab6f3debe455e3dbf85416f7030cbd94f34f2d6f232c69f3c1385a",
        );
        let hash = keystead_provider::hashing::hash(Hash::Sha224, b"sample").expect("a hash");
        let signature = bytes(
            "1cdfe6662dde1e4a1ec4cdedf6a1f5a2fb7fbd9145c12113e6abfd3ea6694fd7718a21053f225d3f46197ca699d45006c06f871808f43ebc",
        );
        assert!(verifies_ecdsa(curve, &point, &hash, &signature));
        for place in 0..signature.len() {
            let mut other = signature.clone();
            other[place] ^= 1;
            assert!(!verifies_ecdsa(curve, &point, &hash, &other), "byte {place}");
        }
        assert!(
            !verifies_ecdsa(curve, &point, &hash, &signature[1..]) && !verifies_ecdsa(curve, &point, &hash, &[0; 56])
        );
        assert!(
            !verifies_ecdsa(curve, &point[1..], &hash, &signature) && !verifies_ecdsa(curve, &[], &hash, &signature)
        );
    }
}
