//! Which one algorithm a new key gets, from what its template says it is for.
//!
//! A key of the service has one algorithm for its life, a key of PKCS#11 as many as its flags permit. CKA_ALLOWED_MECHANISMS
//! says best what is meant; without it a key gets what the usual tools expect of one with these flags, and signing comes
//! before everything else. Attributes that are read afterwards tell what became of it.

use cryptoki_sys::*;
use keystead_client::interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_client::interface::attributes::{KeyAttributes, KeyType, Usage};

use crate::error::{Result, refuse};
use crate::hashes::{self, HASHES};
use crate::mechanism::{CMAC, ECDH, GCM, MODES, RSA_CRYPT, hashed_signature, hmac, oaep};
use crate::template::Template;

/// What a template wants the key for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Purpose {
    sign: bool,
    crypt: bool,
    derive: bool,
    allowed: Vec<CK_MECHANISM_TYPE>,
    /// Whether the key may leave.
    export: bool,
    /// What the caller said of the key's HMAC by its type.
    hash: Option<Hash>,
}

impl Purpose {
    /// Of the template of a private, secret or public key.
    pub(crate) fn of(template: &Template) -> Result<Purpose> {
        let any = |kinds: &[CK_ATTRIBUTE_TYPE]| -> Result<bool> {
            kinds.iter().try_fold(false, |found, kind| Ok(found | template.flag(*kind)?.unwrap_or(false)))
        };
        let key_type = template.number(CKA_KEY_TYPE)?;
        Ok(Purpose {
            sign: any(&[CKA_SIGN, CKA_VERIFY])?,
            crypt: any(&[CKA_ENCRYPT, CKA_DECRYPT, CKA_WRAP, CKA_UNWRAP])?,
            derive: any(&[CKA_DERIVE])?,
            allowed: template.allowed_mechanisms()?,
            // What is sensitive leaves only wrapped, and nothing is wrapped here.
            export: template.flag(CKA_EXTRACTABLE)?.unwrap_or(false) && !template.flag(CKA_SENSITIVE)?.unwrap_or(false),
            hash: HASHES.iter().find(|names| Some(names.hmac_key) == key_type).map(|names| names.hash),
        })
    }

    /// Of the templates of a pair: the private object's counts, and either may have the list of mechanisms.
    pub(crate) fn of_pair(private: &Template, public: &Template) -> Result<Purpose> {
        let mut purpose = Purpose::of(private)?;
        if purpose.allowed.is_empty() {
            purpose.allowed = public.allowed_mechanisms()?;
        }
        Ok(purpose)
    }

    /// The attributes of a key of this type and size; 0 bits stand for those of the material.
    pub(crate) fn attributes(&self, key_type: KeyType, bits: u32) -> Result<KeyAttributes> {
        let algorithm = self.algorithm(key_type)?;
        let export = if self.export { Usage::EXPORT } else { Usage::NONE };
        Ok(KeyAttributes::new(key_type, bits, usage_of(algorithm, key_type).and(export), algorithm))
    }

    /// The same with CBC in the place of GCM, for providers that have no GCM; `None` if the caller named what it wants.
    pub(crate) fn without_gcm(&self, attributes: &KeyAttributes) -> Option<KeyAttributes> {
        let is_default = self.allowed.is_empty() && attributes.algorithm() == GCM;
        is_default.then(|| {
            let cbc = Algorithm::Cipher(keystead_client::interface::algorithm::Cipher::CbcPkcs7);
            KeyAttributes::new(attributes.key_type(), attributes.bits(), attributes.usage(), cbc)
        })
    }

    fn algorithm(&self, key_type: KeyType) -> Result<Algorithm> {
        match key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => self.of_rsa(),
            KeyType::EccKeyPair(family) | KeyType::EccPublicKey(family) => {
                let agrees_only = family == keystead_client::interface::attributes::EccFamily::Montgomery;
                self.of_curve(agrees_only)
            }
            KeyType::Aes => self.of_aes(),
            KeyType::Hmac => Ok(hmac(self.of_hmac())),
            _ => refuse(CKR_TEMPLATE_INCONSISTENT),
        }
    }

    fn of_rsa(&self) -> Result<Algorithm> {
        let signs = self.sign || !self.crypt;
        let Some(first) = self.allowed.iter().find(|mechanism| hashes::of_digest(**mechanism).is_none()) else {
            return Ok(if signs { signature(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any)) } else { RSA_CRYPT });
        };
        match *first {
            CKM_RSA_PKCS if !signs => Ok(RSA_CRYPT),
            CKM_RSA_PKCS => Ok(signature(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any))),
            CKM_RSA_PKCS_PSS => Ok(signature(AsymmetricSignature::RsaPss(self.named_hash()))),
            // OAEP's hash belongs to a key here, and in PKCS#11 to an operation: a digest in the list names it.
            CKM_RSA_PKCS_OAEP => match self.named_hash() {
                SignHash::Specific(hash) => Ok(oaep(hash)),
                SignHash::Any => Ok(oaep(Hash::Sha256)),
            },
            _ => match hashed_signature(*first) {
                Some((alg, _)) if alg.is_rsa() => Ok(signature(self.common(alg))),
                _ => refuse(CKR_TEMPLATE_INCONSISTENT),
            },
        }
    }

    fn of_curve(&self, agrees_only: bool) -> Result<Algorithm> {
        let any = signature(AsymmetricSignature::Ecdsa(SignHash::Any));
        match self.allowed.first() {
            None if agrees_only || self.derive && !self.sign => Ok(ECDH),
            None => Ok(any),
            Some(&CKM_ECDH1_DERIVE) => Ok(ECDH),
            Some(_) if agrees_only => refuse(CKR_TEMPLATE_INCONSISTENT),
            Some(&CKM_ECDSA) => Ok(any),
            Some(first) => match hashed_signature(*first) {
                Some((alg, _)) if !alg.is_rsa() => Ok(signature(self.common(alg))),
                _ => refuse(CKR_TEMPLATE_INCONSISTENT),
            },
        }
    }

    fn of_aes(&self) -> Result<Algorithm> {
        match self.allowed.first() {
            None if self.sign && !self.crypt => Ok(CMAC),
            None | Some(&CKM_AES_GCM) => Ok(GCM),
            Some(&CKM_AES_CMAC) => Ok(CMAC),
            Some(first) => match MODES.iter().find(|(mode, _)| mode == first) {
                Some((_, cipher)) => Ok(Algorithm::Cipher(*cipher)),
                None => refuse(CKR_TEMPLATE_INCONSISTENT),
            },
        }
    }

    fn of_hmac(&self) -> Hash {
        let named = self.allowed.iter().find_map(|one| HASHES.iter().find(|names| names.hmac == *one));
        self.hash.or(named.map(|names| names.hash)).unwrap_or(Hash::Sha256)
    }

    /// The scheme with its hash if the list names this one alone, else with any.
    fn common(&self, alg: AsymmetricSignature) -> AsymmetricSignature {
        if self.allowed.len() == 1 { alg } else { alg.with_hash(SignHash::Any) }
    }

    /// The hash that a digest in the list names.
    fn named_hash(&self) -> SignHash {
        self.allowed.iter().find_map(|one| hashes::of_digest(*one)).map_or(SignHash::Any, SignHash::Specific)
    }
}

fn signature(alg: AsymmetricSignature) -> Algorithm {
    Algorithm::AsymmetricSignature(alg)
}

/// Every use of a key that its algorithm and its type have.
pub(crate) fn usage_of(algorithm: Algorithm, key_type: KeyType) -> Usage {
    let (private, public) = match algorithm {
        Algorithm::AsymmetricSignature(_) => (Usage::SIGN_HASH, Usage::VERIFY_HASH),
        Algorithm::AsymmetricEncryption(_) | Algorithm::Cipher(_) | Algorithm::Aead(_) => {
            (Usage::DECRYPT, Usage::ENCRYPT)
        }
        Algorithm::Mac(_) => (Usage::SIGN_MESSAGE, Usage::VERIFY_MESSAGE),
        Algorithm::KeyAgreement(_) => (Usage::DERIVE, Usage::NONE),
        _ => (Usage::NONE, Usage::NONE),
    };
    if key_type.is_public() { public } else { private.and(public) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keystead_client::interface::attributes::EccFamily;
    use keystead_client::interface::secret::SecretBytes;

    fn algorithm(key_type: KeyType, flags: &[CK_ATTRIBUTE_TYPE], allowed: &[CK_MECHANISM_TYPE]) -> Result<Algorithm> {
        let mut template: Vec<_> = flags.iter().map(|flag| (*flag, SecretBytes::new(vec![CK_TRUE]))).collect();
        if !allowed.is_empty() {
            let list = allowed.iter().flat_map(|one| one.to_ne_bytes()).collect();
            template.push((CKA_ALLOWED_MECHANISMS, SecretBytes::new(list)));
        }
        let purpose = Purpose::of(&Template::new(template)?)?;
        purpose.attributes(key_type, 0).map(|attributes| attributes.algorithm())
    }

    #[test]
    fn a_key_without_a_list_gets_what_tools_expect() {
        let rsa = |flags: &[CK_ATTRIBUTE_TYPE]| algorithm(KeyType::RsaKeyPair, flags, &[]).unwrap();
        let pkcs1 = signature(AsymmetricSignature::RsaPkcs1v15Sign(SignHash::Any));
        assert_eq!([rsa(&[]), rsa(&[CKA_SIGN]), rsa(&[CKA_SIGN, CKA_DECRYPT])], [pkcs1; 3]);
        assert_eq!(rsa(&[CKA_DECRYPT]), RSA_CRYPT);
        let p256 = |flags: &[CK_ATTRIBUTE_TYPE]| algorithm(KeyType::EccKeyPair(EccFamily::SecpR1), flags, &[]).unwrap();
        let ecdsa = signature(AsymmetricSignature::Ecdsa(SignHash::Any));
        assert_eq!([p256(&[]), p256(&[CKA_SIGN, CKA_DERIVE])], [ecdsa; 2]);
        assert_eq!(p256(&[CKA_DERIVE]), ECDH);
        assert_eq!(algorithm(KeyType::EccKeyPair(EccFamily::Montgomery), &[], &[]), Ok(ECDH));
        assert_eq!(algorithm(KeyType::Aes, &[CKA_ENCRYPT, CKA_SIGN], &[]), Ok(GCM));
        assert_eq!(algorithm(KeyType::Aes, &[CKA_SIGN], &[]), Ok(CMAC));
        assert_eq!(algorithm(KeyType::Hmac, &[], &[]), Ok(hmac(Hash::Sha256)));
    }

    #[test]
    fn a_list_of_mechanisms_decides() {
        let rsa = |allowed: &[CK_MECHANISM_TYPE]| algorithm(KeyType::RsaKeyPair, &[CKA_SIGN, CKA_DECRYPT], allowed);
        let pss = |hash| Ok(signature(AsymmetricSignature::RsaPss(hash)));
        assert_eq!(rsa(&[CKM_RSA_PKCS_PSS]), pss(SignHash::Any));
        assert_eq!(rsa(&[CKM_SHA384_RSA_PKCS_PSS]), pss(SignHash::Specific(Hash::Sha384)));
        assert_eq!(rsa(&[CKM_SHA384_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS]), pss(SignHash::Any));
        assert_eq!(rsa(&[CKM_RSA_PKCS_OAEP]), Ok(oaep(Hash::Sha256)));
        assert_eq!(rsa(&[CKM_RSA_PKCS_OAEP, CKM_SHA_1]), Ok(oaep(Hash::Sha1)));
        assert_eq!(algorithm(KeyType::RsaKeyPair, &[CKA_DECRYPT], &[CKM_RSA_PKCS]), Ok(RSA_CRYPT));
        assert_eq!(rsa(&[CKM_ECDSA]), refuse(CKR_TEMPLATE_INCONSISTENT));
        assert_eq!(algorithm(KeyType::Hmac, &[], &[CKM_SHA512_HMAC]), Ok(hmac(Hash::Sha512)));
    }
}
