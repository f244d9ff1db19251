//! What the provider says that it can do, from what its token offers.

use cryptoki_sys::{
    CKF_DECRYPT, CKF_DERIVE, CKF_ENCRYPT, CKF_SIGN, CKF_VERIFY, CKM_ECDH1_DERIVE, CKM_ECDSA, CKM_RSA_PKCS,
    CKM_RSA_PKCS_OAEP, CKM_RSA_PKCS_PSS, CKM_RSA_X_509,
};
use keystead_interface::algorithm::{Cipher, FullLengthMac, Hash, Mac as MacAlgorithm};
use keystead_interface::attributes::{KeyShape, KeyType};
use keystead_provider::{Capabilities, Mac, UnauthenticatedCipher};

use crate::sealing;
use crate::token::Token;

impl Token {
    /// Each family of operations of which the token offers anything at all. Nothing while it was never there.
    pub(crate) fn capabilities(&self) -> Capabilities<'_> {
        let Some(offered) = self.mechanisms() else { return Capabilities::default() };
        let any = |mechanisms: &[u64], flags: &[u64]| {
            mechanisms.iter().any(|mechanism| flags.iter().any(|flag| offered.offers(*mechanism, *flag)))
        };
        let signs = [CKM_RSA_PKCS, CKM_RSA_X_509, CKM_RSA_PKCS_PSS, CKM_ECDSA];
        let encrypts = [CKM_RSA_PKCS, CKM_RSA_X_509, CKM_RSA_PKCS_OAEP];
        let of_any_size = |key_type| KeyShape { key_type, bits: 0 };
        let macs = [FullLengthMac::Cmac].into_iter().chain(Hash::ALL.iter().copied().map(FullLengthMac::Hmac));
        let mut macs = macs.map(MacAlgorithm::FullLength);
        let has_mac = macs
            .any(|mac| [KeyType::Aes, KeyType::Hmac].into_iter().any(|key| Mac::supports(self, of_any_size(key), mac)));
        let aes = of_any_size(KeyType::Aes);
        let has_cipher = Cipher::ALL.iter().any(|mode| UnauthenticatedCipher::supports(self, aes, *mode));
        Capabilities {
            signing: if any(&signs, &[CKF_SIGN, CKF_VERIFY]) { Some(self) } else { None },
            asymmetric_encryption: if any(&encrypts, &[CKF_ENCRYPT, CKF_DECRYPT]) { Some(self) } else { None },
            aead: if offered.trials().tags.is_empty() { None } else { Some(self) },
            cipher: if has_cipher { Some(self) } else { None },
            mac: if has_mac { Some(self) } else { None },
            hash: Some(self),
            key_agreement: if any(&[CKM_ECDH1_DERIVE], &[CKF_DERIVE]) { Some(self) } else { None },
            adoption: Some(self),
            sealing: if sealing::offers(&offered) { Some(self) } else { None },
            random: if offered.offers_random() { Some(self) } else { None },
            ..Capabilities::default()
        }
    }
}
