//! Which keys the token can be asked for.

use cryptoki_sys::*;
use keystead_interface::attributes::{KeyShape, KeyType};

use crate::limits::MAX_HMAC_BITS;
use crate::mechanisms::Mechanisms;

/// The sizes of RSA keys in bits. Whether the shortest is allowed is for the service to say.
const RSA_SIZES: [u32; 4] = [1024, 2048, 3072, 4096];

/// Whether the token makes keys of this type and size. 0 bits ask for any size.
pub(super) fn generates(mechanisms: &Mechanisms, key: KeyShape) -> bool {
    let KeyShape { key_type, bits } = key;
    match key_type {
        KeyType::RsaKeyPair => rsa(mechanisms, bits),
        KeyType::EccKeyPair(family) => mechanisms.offers_curve(family, bits),
        KeyType::Aes => is_aes(bits) && mechanisms.offers_key(CKM_AES_KEY_GEN, CKF_GENERATE, bits),
        KeyType::Hmac => is_hmac(bits) && mechanisms.offers_key(CKM_GENERIC_SECRET_KEY_GEN, CKF_GENERATE, bits),
        _ => false,
    }
}

/// Whether the token takes keys of this type and size over: those that it makes itself.
pub(super) fn imports(mechanisms: &Mechanisms, key: KeyShape) -> bool {
    let KeyShape { key_type, bits } = key;
    match key_type {
        KeyType::RsaPublicKey => rsa(mechanisms, bits),
        KeyType::EccPublicKey(family) => mechanisms.offers_curve(family, bits),
        _ => generates(mechanisms, key),
    }
}

fn rsa(mechanisms: &Mechanisms, bits: u32) -> bool {
    (bits == 0 || RSA_SIZES.contains(&bits))
        && mechanisms.offers_key(CKM_RSA_PKCS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR, bits)
}

fn is_aes(bits: u32) -> bool {
    matches!(bits, 0 | 128 | 192 | 256)
}

fn is_hmac(bits: u32) -> bool {
    bits.is_multiple_of(8) && bits <= MAX_HMAC_BITS
}
