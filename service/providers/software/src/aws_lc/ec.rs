//! Elliptic-curve keys and their operations: `EC_KEY`, `EC_POINT`, `ECDSA_SIG` and `BIGNUM` of AWS-LC.

use std::ptr::{self, NonNull};

use aws_lc_sys as c;
use zeroize::Zeroizing;

use super::number::Number;
use super::{Failed, clear_errors, succeed};

/// A curve that is built into the library; all of them have prime order.
#[derive(Clone, Copy)]
pub(crate) struct Group(unsafe extern "C" fn() -> *const c::EC_GROUP);

impl Group {
    pub(crate) const P224: Group = Group(c::EC_group_p224);
    pub(crate) const P256: Group = Group(c::EC_group_p256);
    pub(crate) const P384: Group = Group(c::EC_group_p384);
    pub(crate) const P521: Group = Group(c::EC_group_p521);
    pub(crate) const SECP256K1: Group = Group(c::EC_group_secp256k1);
    pub(crate) const BRAINPOOL_P224R1: Group = Group(c::EC_group_brainpoolP224r1);
    pub(crate) const BRAINPOOL_P256R1: Group = Group(c::EC_group_brainpoolP256r1);
    pub(crate) const BRAINPOOL_P320R1: Group = Group(c::EC_group_brainpoolP320r1);
    pub(crate) const BRAINPOOL_P384R1: Group = Group(c::EC_group_brainpoolP384r1);
    pub(crate) const BRAINPOOL_P512R1: Group = Group(c::EC_group_brainpoolP512r1);

    fn as_ptr(self) -> *const c::EC_GROUP {
        // SAFETY: these functions take nothing and return a pointer to a constant of the library.
        unsafe { (self.0)() }
    }

    /// Length of the order in bits.
    pub(crate) fn order_bits(self) -> usize {
        // SAFETY: the pointer is one to a built-in group.
        let bits = unsafe { c::EC_GROUP_order_bits(self.as_ptr()) };
        bits.unsigned_abs() as usize
    }

    /// Length of a coordinate in bytes.
    fn coordinate_len(self) -> usize {
        // SAFETY: as above.
        let bits = unsafe { c::EC_GROUP_get_degree(self.as_ptr()) };
        (bits as usize).div_ceil(8)
    }

    /// The order, big-endian and without leading zeros.
    pub(crate) fn order(self) -> Result<Vec<u8>, Failed> {
        let mut order = vec![0; self.order_bits().div_ceil(8)];
        // SAFETY: the order belongs to the group, which is constant; `order` is writable for its length.
        succeed(unsafe {
            c::BN_bn2bin_padded(order.as_mut_ptr(), order.len(), c::EC_GROUP_get0_order(self.as_ptr()))
        })?;
        Ok(order)
    }
}

/// A point of a group.
struct Point(NonNull<c::EC_POINT>);

impl Point {
    fn new(group: Group) -> Result<Self, Failed> {
        // SAFETY: the group is constant.
        NonNull::new(unsafe { c::EC_POINT_new(group.as_ptr()) }).map(Point).ok_or(Failed)
    }

    /// A point in the uncompressed form of SEC 1; nothing else, and no point that is not on the curve.
    fn from_bytes(group: Group, bytes: &[u8]) -> Result<Self, Failed> {
        if bytes.first() != Some(&UNCOMPRESSED) || bytes.len() != 1 + 2 * group.coordinate_len() {
            return Err(Failed);
        }
        let point = Self::new(group)?;
        // SAFETY: group and point are valid and belong together; `bytes` is readable for its length.
        succeed(unsafe {
            c::EC_POINT_oct2point(group.as_ptr(), point.0.as_ptr(), bytes.as_ptr(), bytes.len(), ptr::null_mut())
        })?;
        Ok(point)
    }
}

impl Drop for Point {
    fn drop(&mut self) {
        // SAFETY: we own the point and use it no more.
        unsafe { c::EC_POINT_free(self.0.as_ptr()) }
    }
}

/// The first byte of an uncompressed point (SEC 1 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A public key, with its private key or without, checked when it was made.
pub(crate) struct EcKey {
    key: NonNull<c::EC_KEY>,
    group: Group,
}

// SAFETY: an `EC_KEY` is changed only while it is made, below; afterwards only functions are called that take it as
// const, which AWS-LC allows from several threads at once (openssl/ec_key.h).
unsafe impl Send for EcKey {}
// SAFETY: as above.
unsafe impl Sync for EcKey {}

impl EcKey {
    fn new(group: Group) -> Result<Self, Failed> {
        // SAFETY: takes nothing.
        let key = NonNull::new(unsafe { c::EC_KEY_new() }).ok_or(Failed)?;
        let key = EcKey { key, group };
        // SAFETY: the key is ours; the group is constant.
        succeed(unsafe { c::EC_KEY_set_group(key.key.as_ptr(), group.as_ptr()) })?;
        Ok(key)
    }

    /// A new pair.
    pub(crate) fn generate(group: Group) -> Result<Self, Failed> {
        let key = Self::new(group)?;
        // SAFETY: the key is ours and has a group.
        succeed(unsafe { c::EC_KEY_generate_key(key.key.as_ptr()) })?;
        Ok(key)
    }

    /// A pair from its private scalar, big-endian; refused unless it lies in 1..n-1. The caller checks the length.
    pub(crate) fn from_private(group: Group, scalar: &[u8]) -> Result<Self, Failed> {
        let key = Self::new(group)?;
        let scalar = Number::from_bytes(scalar)?;
        let point = Point::new(group)?;
        // SAFETY: all objects are valid and of one group. The first call refuses scalars out of range, so the second,
        // whose time does not depend on the scalar, has a proper one. The setters copy.
        unsafe {
            succeed(c::EC_KEY_set_private_key(key.key.as_ptr(), scalar.as_ptr()))?;
            succeed(c::EC_POINT_mul(
                group.as_ptr(),
                point.0.as_ptr(),
                scalar.as_ptr(),
                ptr::null(),
                ptr::null(),
                ptr::null_mut(),
            ))?;
            succeed(c::EC_KEY_set_public_key(key.key.as_ptr(), point.0.as_ptr()))?;
        }
        Ok(key)
    }

    /// A public key from its uncompressed point; refused unless it lies on the curve.
    pub(crate) fn from_public(group: Group, point: &[u8]) -> Result<Self, Failed> {
        let key = Self::new(group)?;
        let point = Point::from_bytes(group, point)?;
        // SAFETY: both are valid and of one group; the setter copies.
        succeed(unsafe { c::EC_KEY_set_public_key(key.key.as_ptr(), point.0.as_ptr()) })?;
        Ok(key)
    }

    /// The uncompressed point.
    pub(crate) fn public(&self) -> Result<Vec<u8>, Failed> {
        let mut bytes = vec![0; 1 + 2 * self.group.coordinate_len()];
        // SAFETY: every key that we make has a public point; `bytes` is writable for its length.
        let written = unsafe {
            c::EC_POINT_point2oct(
                self.group.as_ptr(),
                c::EC_KEY_get0_public_key(self.key.as_ptr()),
                c::point_conversion_form_t::POINT_CONVERSION_UNCOMPRESSED,
                bytes.as_mut_ptr(),
                bytes.len(),
                ptr::null_mut(),
            )
        };
        if written == bytes.len() { Ok(bytes) } else { Err(Failed) }
    }

    /// The private scalar, big-endian, as long as the order. `Failed` for a public key.
    pub(crate) fn private(&self) -> Result<Zeroizing<Vec<u8>>, Failed> {
        // SAFETY: the key is valid.
        let scalar = unsafe { c::EC_KEY_get0_private_key(self.key.as_ptr()) };
        if scalar.is_null() {
            return Err(Failed);
        }
        let mut bytes = Zeroizing::new(vec![0; self.scalar_len()]);
        // SAFETY: the scalar lives as long as the key; `bytes` is writable for its length.
        succeed(unsafe { c::BN_bn2bin_padded(bytes.as_mut_ptr(), bytes.len(), scalar) })?;
        Ok(bytes)
    }

    /// The group that the key is of.
    pub(crate) fn group(&self) -> Group {
        self.group
    }

    fn scalar_len(&self) -> usize {
        self.group.order_bits().div_ceil(8)
    }

    /// Signs a hash with a random nonce: r ‖ s, each as long as the order. A longer hash is cut (FIPS 186-5 6.4.1).
    pub(crate) fn sign(&self, hash: &[u8]) -> Result<Vec<u8>, Failed> {
        // SAFETY: the key is valid; `hash` is readable for its length.
        let signature = unsafe { c::ECDSA_do_sign(hash.as_ptr(), hash.len(), self.key.as_ptr()) };
        Signature::owned(signature)?.to_bytes(self.scalar_len())
    }

    /// Signs a hash with the nonce given, big-endian and as long as the order. The nonce must be secret and never used
    /// for another hash: whoever breaks that gives the private key away.
    ///
    /// The C function's name is a warning of the same. It is the only one that takes a nonce; its arithmetic is that of
    /// ordinary signatures.
    pub(crate) fn sign_with_nonce(&self, hash: &[u8], nonce: &[u8]) -> Result<Vec<u8>, Failed> {
        // SAFETY: the key is valid; `hash` and `nonce` are readable for their lengths.
        let signature = unsafe {
            c::ECDSA_sign_with_nonce_and_leak_private_key_for_testing(
                hash.as_ptr(),
                hash.len(),
                self.key.as_ptr(),
                nonce.as_ptr(),
                nonce.len(),
            )
        };
        Signature::owned(signature)?.to_bytes(self.scalar_len())
    }

    /// Whether `signature` is one over the hash.
    pub(crate) fn verify(&self, hash: &[u8], signature: &[u8]) -> bool {
        if signature.len() != 2 * self.scalar_len() {
            return false;
        }
        let Ok(signature) = Signature::from_bytes(signature) else { return false };
        // SAFETY: key and signature are valid; `hash` is readable for its length.
        let verdict = unsafe { c::ECDSA_do_verify(hash.as_ptr(), hash.len(), signature.0.as_ptr(), self.key.as_ptr()) };
        if verdict != 1 {
            clear_errors();
        }
        verdict == 1
    }

    /// The x coordinate of the point that this pair and the peer's uncompressed point agree on.
    pub(crate) fn agree(&self, peer: &[u8]) -> Result<Zeroizing<Vec<u8>>, Failed> {
        let peer = Point::from_bytes(self.group, peer)?;
        let mut shared = Zeroizing::new(vec![0; self.group.coordinate_len()]);
        // SAFETY: point and key are valid and of one group; `shared` is writable for its length; without a derivation
        // function the x coordinate itself is written.
        let written = unsafe {
            c::ECDH_compute_key(shared.as_mut_ptr().cast(), shared.len(), peer.0.as_ptr(), self.key.as_ptr(), None)
        };
        succeed((usize::try_from(written) == Ok(shared.len())).into())?;
        Ok(shared)
    }
}

impl Drop for EcKey {
    fn drop(&mut self) {
        // SAFETY: we own the key and use it no more. The library clears the private scalar.
        unsafe { c::EC_KEY_free(self.key.as_ptr()) }
    }
}

/// A signature.
struct Signature(NonNull<c::ECDSA_SIG>);

impl Signature {
    /// Takes over what a signing function gave.
    fn owned(signature: *mut c::ECDSA_SIG) -> Result<Self, Failed> {
        match NonNull::new(signature) {
            Some(signature) => Ok(Signature(signature)),
            None => {
                clear_errors();
                Err(Failed)
            }
        }
    }

    /// From r ‖ s, of equal length.
    fn from_bytes(bytes: &[u8]) -> Result<Self, Failed> {
        let (r, s) = bytes.split_at(bytes.len() / 2);
        let (r, s) = (Number::from_bytes(r)?, Number::from_bytes(s)?);
        // SAFETY: takes nothing.
        let signature = Self::owned(unsafe { c::ECDSA_SIG_new() })?;
        // SAFETY: the signature takes the numbers over; the function fails only for null pointers, which these are not.
        succeed(unsafe { c::ECDSA_SIG_set0(signature.0.as_ptr(), r.into_ptr(), s.into_ptr()) })?;
        Ok(signature)
    }

    /// As r ‖ s, each `half` bytes long.
    fn to_bytes(&self, half: usize) -> Result<Vec<u8>, Failed> {
        let mut bytes = vec![0; 2 * half];
        // SAFETY: r and s live as long as the signature; each writes `half` bytes within `bytes`.
        unsafe {
            let (r, s) = (c::ECDSA_SIG_get0_r(self.0.as_ptr()), c::ECDSA_SIG_get0_s(self.0.as_ptr()));
            succeed(c::BN_bn2bin_padded(bytes.as_mut_ptr(), half, r))?;
            succeed(c::BN_bn2bin_padded(bytes.as_mut_ptr().add(half), half, s))?;
        }
        Ok(bytes)
    }
}

impl Drop for Signature {
    fn drop(&mut self) {
        // SAFETY: we own the signature and use it no more.
        unsafe { c::ECDSA_SIG_free(self.0.as_ptr()) }
    }
}
