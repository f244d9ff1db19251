//! What is computed on the host with keys that are brought to a token: whether they are keys at all, and public halves.
//!
//! Tokens take numbers that are no key, and do not compute the public half of a private key that they are given.
#![allow(unsafe_code)] // AWS-LC is C.

use std::ptr;

use aws_lc_sys as c;
use keystead_interface::attributes::EccFamily;

use crate::named_curves::NamedCurve;

/// Whether the numbers of an RSAPrivateKey belong together.
pub(crate) fn is_rsa_pair(der: &[u8]) -> bool {
    // SAFETY: the function reads as many bytes as it is told, and gives a key that is ours, or nothing.
    let key = unsafe { c::RSA_private_key_from_bytes(der.as_ptr(), der.len()) };
    let sound = !key.is_null();
    // SAFETY: a key of ours that is not used again, or nothing, which is allowed.
    unsafe { c::RSA_free(key) };
    clear_errors();
    sound
}

/// Whether anything can be computed on this curve.
pub(crate) fn computes_on(family: EccFamily, bits: u32) -> bool {
    group(family, bits).is_some()
}

/// The public half of a private key in the format of wire contract 4.2. None if the number is 0 or not below the order
/// of the curve, or of another length.
pub(crate) fn public_point(curve: &NamedCurve, scalar: &[u8]) -> Option<Vec<u8>> {
    let group = group(curve.family, curve.bits)?;
    let key = if scalar.len() == curve.length() { Key::new(group, scalar) } else { None };
    let public = key.and_then(|key| key.public(group, 1 + 2 * curve.length()));
    clear_errors();
    public
}

/// Whether this is an uncompressed point of the curve, in the format of wire contract 4.2. Not every module looks, and to
/// multiply a point of another curve with a private key gives the key away, piece by piece.
pub(crate) fn is_point(curve: &NamedCurve, bytes: &[u8]) -> bool {
    let Some(group) = group(curve.family, curve.bits) else { return false };
    if bytes.len() != 1 + 2 * curve.length() || bytes[0] != 4 {
        return false;
    }
    // SAFETY: the group is a constant; the point is ours, or null, and freed once; the bytes are as many as said; null asks
    // for a context that is not there.
    let is_on_curve = unsafe {
        let point = c::EC_POINT_new(group);
        let is_on_curve =
            !point.is_null() && c::EC_POINT_oct2point(group, point, bytes.as_ptr(), bytes.len(), ptr::null_mut()) == 1;
        c::EC_POINT_free(point);
        is_on_curve
    };
    clear_errors();
    is_on_curve
}

fn group(family: EccFamily, bits: u32) -> Option<*const c::EC_GROUP> {
    let group = match (family, bits) {
        (EccFamily::SecpR1, 224) => c::EC_group_p224,
        (EccFamily::SecpR1, 256) => c::EC_group_p256,
        (EccFamily::SecpR1, 384) => c::EC_group_p384,
        (EccFamily::SecpR1, 521) => c::EC_group_p521,
        (EccFamily::SecpK1, 256) => c::EC_group_secp256k1,
        (EccFamily::BrainpoolPR1, 224) => c::EC_group_brainpoolP224r1,
        (EccFamily::BrainpoolPR1, 256) => c::EC_group_brainpoolP256r1,
        (EccFamily::BrainpoolPR1, 320) => c::EC_group_brainpoolP320r1,
        (EccFamily::BrainpoolPR1, 384) => c::EC_group_brainpoolP384r1,
        (EccFamily::BrainpoolPR1, 512) => c::EC_group_brainpoolP512r1,
        _ => return None,
    };
    // SAFETY: these functions take nothing and give a constant of the library.
    Some(unsafe { group() })
}

/// A private key, freed when it is dropped.
struct Key(*mut c::EC_KEY);

impl Key {
    fn new(group: *const c::EC_GROUP, scalar: &[u8]) -> Option<Key> {
        // SAFETY: takes nothing; the key is ours, or null.
        let key = Key(unsafe { c::EC_KEY_new() });
        // SAFETY: key and number are used if they are not null; the group is a constant; the scalar is as long as said; the
        // key takes a copy of the number, if it is in range, and the number is cleared and freed once.
        let made = unsafe {
            let number = c::BN_bin2bn(scalar.as_ptr(), scalar.len(), ptr::null_mut());
            let made = !key.0.is_null()
                && !number.is_null()
                && c::EC_KEY_set_group(key.0, group) == 1
                && c::EC_KEY_set_private_key(key.0, number) == 1;
            c::BN_clear_free(number);
            made
        };
        made.then_some(key)
    }

    fn public(&self, group: *const c::EC_GROUP, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        // SAFETY: group and key are valid and belong together; null asks for a point, a number or a context that is not
        // there; the point is ours and freed once; `bytes` is writable for its length.
        let written = unsafe {
            let point = c::EC_POINT_new(group);
            let number = c::EC_KEY_get0_private_key(self.0);
            let form = c::point_conversion_form_t::POINT_CONVERSION_UNCOMPRESSED;
            let done = !point.is_null()
                && c::EC_POINT_mul(group, point, number, ptr::null(), ptr::null(), ptr::null_mut()) == 1
                && c::EC_POINT_point2oct(group, point, form, bytes.as_mut_ptr(), length, ptr::null_mut()) == length;
            c::EC_POINT_free(point);
            done
        };
        written.then_some(bytes)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: a key of ours, which AWS-LC clears, or null, which is allowed.
        unsafe { c::EC_KEY_free(self.0) }
    }
}

/// The library keeps errors for each thread; nobody asks for them.
fn clear_errors() {
    // SAFETY: takes nothing.
    unsafe { c::ERR_clear_error() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_half_of_one_is_the_generator_and_nothing_near_it_is_a_point() {
        let curve = NamedCurve::of(EccFamily::SecpR1, 256).expect("a curve");
        let mut one = [0; 32];
        one[31] = 1;
        let point = public_point(curve, &one).expect("a key");
        // SEC 2, 2.4.2.
        assert_eq!(point[..5], [4, 0x6B, 0x17, 0xD1, 0xF2]);
        assert!(is_point(curve, &point));
        for place in 0..point.len() {
            let mut other = point.clone();
            other[place] ^= 1;
            assert!(!is_point(curve, &other), "byte {place}");
        }
        let k1 = NamedCurve::of(EccFamily::SecpK1, 256).expect("a curve");
        assert!(!is_point(curve, &[]) && !is_point(curve, &[0]) && !is_point(k1, &point));
        assert!(public_point(curve, &[0; 32]).is_none());
        assert!(public_point(curve, &[0xFF; 32]).is_none());
        assert!(public_point(curve, &one[1..]).is_none());
    }
}
