//! The public areas of keys: what the TPM is told about a key that is made or taken over.

use tss_esapi::Result;
use tss_esapi::interface_types::algorithm::SymmetricMode;
use tss_esapi::interface_types::ecc::EccCurve;
use tss_esapi::interface_types::key_bits::{AesKeyBits, RsaKeyBits};
use tss_esapi::structures::{
    EccScheme, KeyDerivationFunctionScheme, PublicEccParameters, PublicRsaParameters, RsaExponent, RsaScheme,
    SymmetricCipherParameters, SymmetricDefinitionObject,
};

/// An RSA key that can be used with any scheme.
pub(crate) fn rsa(bits: RsaKeyBits) -> Result<PublicRsaParameters> {
    // 0 stands for 65537.
    Ok(PublicRsaParameters::new(SymmetricDefinitionObject::Null, RsaScheme::Null, bits, RsaExponent::default()))
}

/// A key on a curve that can be used with any scheme.
pub(crate) fn ecc(curve: EccCurve) -> Result<PublicEccParameters> {
    Ok(PublicEccParameters::new(
        SymmetricDefinitionObject::Null,
        EccScheme::Null,
        curve,
        KeyDerivationFunctionScheme::Null,
    ))
}

/// An AES key that can be used in any mode.
pub(crate) fn aes(bits: AesKeyBits) -> SymmetricCipherParameters {
    SymmetricCipherParameters::new(SymmetricDefinitionObject::Aes { key_bits: bits, mode: SymmetricMode::Null })
}
