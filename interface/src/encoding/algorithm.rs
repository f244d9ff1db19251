//! Algorithms as messages: an empty oneof, `NONE` and numbers without meaning are refused, naming the field.

use super::Field;
use crate::algorithm::{
    Aead, AeadAlg, Algorithm, AsymmetricEncryption, AsymmetricSignature, Cipher, FullLengthMac, Hash, KeyAgreement,
    KeyDerivation, Mac, RawKeyAgreement, SignHash,
};
use crate::error::DecodeError;
use crate::proto;

type Decoded<T> = Result<T, DecodeError>;

fn present<T>(value: Option<T>, field: &'static str) -> Decoded<T> {
    value.ok_or(DecodeError::Missing(field))
}

fn hash(number: i32) -> Decoded<Hash> {
    Hash::from_proto(number, "hash_alg")
}

fn aead_alg(number: i32) -> Decoded<AeadAlg> {
    u32::try_from(number)
        .ok()
        .and_then(AeadAlg::from_number)
        .ok_or(DecodeError::Unknown { field: "aead_alg", value: number.into() })
}

fn number(number: u32) -> i32 {
    number as i32
}

pub(super) fn algorithm_from_proto(message: proto::Algorithm) -> Decoded<Algorithm> {
    use proto::algorithm::Variant;
    Ok(match present(message.variant, "key_algorithm")? {
        Variant::None(_) => Algorithm::None,
        Variant::Hash(value) => Algorithm::Hash(Hash::from_proto(value, "hash")?),
        Variant::Mac(value) => Algorithm::Mac(mac_from_proto(value)?),
        Variant::Cipher(value) => Algorithm::Cipher(Cipher::from_proto(value, "cipher")?),
        Variant::Aead(value) => Algorithm::Aead(aead_from_proto(value)?),
        Variant::AsymmetricSignature(value) => Algorithm::AsymmetricSignature(signature_from_proto(value)?),
        Variant::AsymmetricEncryption(value) => Algorithm::AsymmetricEncryption(encryption_from_proto(value)?),
        Variant::KeyAgreement(value) => Algorithm::KeyAgreement(agreement_from_proto(value)?),
        Variant::KeyDerivation(value) => Algorithm::KeyDerivation(derivation_from_proto(value)?),
    })
}

pub(super) fn algorithm_to_proto(algorithm: &Algorithm) -> proto::Algorithm {
    use proto::algorithm::Variant;
    let variant = match algorithm {
        Algorithm::None => Variant::None(proto::Empty {}),
        Algorithm::Hash(value) => Variant::Hash(number(value.number())),
        Algorithm::Mac(value) => Variant::Mac(mac_to_proto(value)),
        Algorithm::Cipher(value) => Variant::Cipher(number(value.number())),
        Algorithm::Aead(value) => Variant::Aead(aead_to_proto(value)),
        Algorithm::AsymmetricSignature(value) => Variant::AsymmetricSignature(signature_to_proto(value)),
        Algorithm::AsymmetricEncryption(value) => Variant::AsymmetricEncryption(encryption_to_proto(value)),
        Algorithm::KeyAgreement(value) => Variant::KeyAgreement(agreement_to_proto(value)),
        Algorithm::KeyDerivation(value) => Variant::KeyDerivation(derivation_to_proto(value)),
    };
    proto::Algorithm { variant: Some(variant) }
}

fn full_length_mac_from_proto(message: proto::FullLengthMac) -> Decoded<FullLengthMac> {
    use proto::full_length_mac::Variant;
    Ok(match present(message.variant, "full_length")? {
        Variant::Hmac(hmac) => FullLengthMac::Hmac(hash(hmac.hash_alg)?),
        Variant::CbcMac(_) => FullLengthMac::CbcMac,
        Variant::Cmac(_) => FullLengthMac::Cmac,
    })
}

fn full_length_mac_to_proto(mac: &FullLengthMac) -> proto::FullLengthMac {
    use proto::full_length_mac::Variant;
    let variant = match mac {
        FullLengthMac::Hmac(hash) => Variant::Hmac(proto::Hmac { hash_alg: number(hash.number()) }),
        FullLengthMac::CbcMac => Variant::CbcMac(proto::Empty {}),
        FullLengthMac::Cmac => Variant::Cmac(proto::Empty {}),
    };
    proto::FullLengthMac { variant: Some(variant) }
}

pub(super) fn mac_from_proto(message: proto::Mac) -> Decoded<Mac> {
    use proto::mac::Variant;
    Ok(match present(message.variant, "mac")? {
        Variant::FullLength(mac) => Mac::FullLength(full_length_mac_from_proto(mac)?),
        Variant::Truncated(truncated) => Mac::Truncated {
            mac: full_length_mac_from_proto(present(truncated.mac_alg, "mac_alg")?)?,
            length: truncated.mac_length,
        },
    })
}

pub(super) fn mac_to_proto(mac: &Mac) -> proto::Mac {
    use proto::mac::Variant;
    let variant = match mac {
        Mac::FullLength(mac) => Variant::FullLength(full_length_mac_to_proto(mac)),
        Mac::Truncated { mac, length } => Variant::Truncated(proto::TruncatedMac {
            mac_alg: Some(full_length_mac_to_proto(mac)),
            mac_length: *length,
        }),
    };
    proto::Mac { variant: Some(variant) }
}

pub(super) fn aead_from_proto(message: proto::Aead) -> Decoded<Aead> {
    use proto::aead::Variant;
    Ok(match present(message.variant, "aead")? {
        Variant::AeadWithDefaultLengthTag(alg) => Aead::DefaultLengthTag(aead_alg(alg)?),
        Variant::AeadWithShortenedTag(short) => {
            Aead::ShortenedTag { alg: aead_alg(short.aead_alg)?, tag_length: short.tag_length }
        }
    })
}

pub(super) fn aead_to_proto(aead: &Aead) -> proto::Aead {
    use proto::aead::Variant;
    let variant = match aead {
        Aead::DefaultLengthTag(alg) => Variant::AeadWithDefaultLengthTag(number(alg.number())),
        Aead::ShortenedTag { alg, tag_length } => Variant::AeadWithShortenedTag(proto::AeadWithShortenedTag {
            aead_alg: number(alg.number()),
            tag_length: *tag_length,
        }),
    };
    proto::Aead { variant: Some(variant) }
}

fn sign_hash_from_proto(message: proto::SignatureWithHash) -> Decoded<SignHash> {
    use proto::sign_hash::Variant;
    let sign_hash = present(message.hash_alg, "hash_alg")?;
    Ok(match present(sign_hash.variant, "hash_alg")? {
        Variant::Any(_) => SignHash::Any,
        Variant::Specific(value) => SignHash::Specific(hash(value)?),
    })
}

fn sign_hash_to_proto(sign_hash: &SignHash) -> proto::SignatureWithHash {
    use proto::sign_hash::Variant;
    let variant = match sign_hash {
        SignHash::Any => Variant::Any(proto::Empty {}),
        SignHash::Specific(hash) => Variant::Specific(number(hash.number())),
    };
    proto::SignatureWithHash { hash_alg: Some(proto::SignHash { variant: Some(variant) }) }
}

pub(super) fn signature_from_proto(message: proto::AsymmetricSignature) -> Decoded<AsymmetricSignature> {
    use proto::asymmetric_signature::Variant;
    Ok(match present(message.variant, "asymmetric_signature")? {
        Variant::RsaPkcs1v15Sign(value) => AsymmetricSignature::RsaPkcs1v15Sign(sign_hash_from_proto(value)?),
        Variant::RsaPkcs1v15SignRaw(_) => AsymmetricSignature::RsaPkcs1v15SignRaw,
        Variant::RsaPss(value) => AsymmetricSignature::RsaPss(sign_hash_from_proto(value)?),
        Variant::Ecdsa(value) => AsymmetricSignature::Ecdsa(sign_hash_from_proto(value)?),
        Variant::EcdsaAny(_) => AsymmetricSignature::EcdsaAny,
        Variant::DeterministicEcdsa(value) => AsymmetricSignature::DeterministicEcdsa(sign_hash_from_proto(value)?),
    })
}

pub(super) fn signature_to_proto(alg: &AsymmetricSignature) -> proto::AsymmetricSignature {
    use proto::asymmetric_signature::Variant;
    let variant = match alg {
        AsymmetricSignature::RsaPkcs1v15Sign(hash) => Variant::RsaPkcs1v15Sign(sign_hash_to_proto(hash)),
        AsymmetricSignature::RsaPkcs1v15SignRaw => Variant::RsaPkcs1v15SignRaw(proto::Empty {}),
        AsymmetricSignature::RsaPss(hash) => Variant::RsaPss(sign_hash_to_proto(hash)),
        AsymmetricSignature::Ecdsa(hash) => Variant::Ecdsa(sign_hash_to_proto(hash)),
        AsymmetricSignature::EcdsaAny => Variant::EcdsaAny(proto::Empty {}),
        AsymmetricSignature::DeterministicEcdsa(hash) => Variant::DeterministicEcdsa(sign_hash_to_proto(hash)),
    };
    proto::AsymmetricSignature { variant: Some(variant) }
}

pub(super) fn encryption_from_proto(message: proto::AsymmetricEncryption) -> Decoded<AsymmetricEncryption> {
    use proto::asymmetric_encryption::Variant;
    Ok(match present(message.variant, "asymmetric_encryption")? {
        Variant::RsaPkcs1v15Crypt(_) => AsymmetricEncryption::RsaPkcs1v15Crypt,
        Variant::RsaOaep(oaep) => AsymmetricEncryption::RsaOaep(hash(oaep.hash_alg)?),
    })
}

pub(super) fn encryption_to_proto(alg: &AsymmetricEncryption) -> proto::AsymmetricEncryption {
    use proto::asymmetric_encryption::Variant;
    let variant = match alg {
        AsymmetricEncryption::RsaPkcs1v15Crypt => Variant::RsaPkcs1v15Crypt(proto::Empty {}),
        AsymmetricEncryption::RsaOaep(hash) => Variant::RsaOaep(proto::RsaOaep { hash_alg: number(hash.number()) }),
    };
    proto::AsymmetricEncryption { variant: Some(variant) }
}

fn agreement_from_proto(message: proto::KeyAgreement) -> Decoded<KeyAgreement> {
    use proto::key_agreement::Variant;
    Ok(match present(message.variant, "key_agreement")? {
        Variant::Raw(value) => KeyAgreement::Raw(RawKeyAgreement::from_proto(value, "raw")?),
        Variant::WithKeyDerivation(value) => KeyAgreement::WithKeyDerivation {
            agreement: RawKeyAgreement::from_proto(value.ka_alg, "ka_alg")?,
            derivation: derivation_from_proto(present(value.kdf_alg, "kdf_alg")?)?,
        },
    })
}

fn agreement_to_proto(agreement: &KeyAgreement) -> proto::KeyAgreement {
    use proto::key_agreement::Variant;
    let variant = match agreement {
        KeyAgreement::Raw(alg) => Variant::Raw(number(alg.number())),
        KeyAgreement::WithKeyDerivation { agreement, derivation } => {
            Variant::WithKeyDerivation(proto::KeyAgreementWithKeyDerivation {
                ka_alg: number(agreement.number()),
                kdf_alg: Some(derivation_to_proto(derivation)),
            })
        }
    };
    proto::KeyAgreement { variant: Some(variant) }
}

fn derivation_from_proto(message: proto::KeyDerivation) -> Decoded<KeyDerivation> {
    use proto::key_derivation::Variant;
    Ok(match present(message.variant, "key_derivation")? {
        Variant::Hkdf(value) => KeyDerivation::Hkdf(hash(value.hash_alg)?),
        Variant::Tls12Prf(value) => KeyDerivation::Tls12Prf(hash(value.hash_alg)?),
        Variant::Tls12PskToMs(value) => KeyDerivation::Tls12PskToMs(hash(value.hash_alg)?),
    })
}

fn derivation_to_proto(derivation: &KeyDerivation) -> proto::KeyDerivation {
    use proto::key_derivation::Variant;
    let with = proto::KeyDerivationWithHash { hash_alg: number(derivation.hash().number()) };
    let variant = match derivation {
        KeyDerivation::Hkdf(_) => Variant::Hkdf(with),
        KeyDerivation::Tls12Prf(_) => Variant::Tls12Prf(with),
        KeyDerivation::Tls12PskToMs(_) => Variant::Tls12PskToMs(with),
    };
    proto::KeyDerivation { variant: Some(variant) }
}
