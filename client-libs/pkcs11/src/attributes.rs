//! What an object's attributes are: from the service's records, from its own key material where that may be seen, and from
//! the notes beside it.

use cryptoki_sys::*;
use keystead_client::Client;
use keystead_client::interface::algorithm::{Algorithm, SignHash};
use keystead_client::interface::attributes::{KeyType, Usage};
use keystead_client::interface::secret::SecretBytes;
use keystead_der::{self as der, tag};
use sha2::{Digest, Sha256};

use crate::curves::Curve;
use crate::error::{Refusal, Result, as_object, refuse};
use crate::hashes::{self, HASHES};
use crate::mechanism::{MODES, SCHEMES};
use crate::object::{Key, Object, Residence};
use crate::owner::Owner;
use crate::pkcs1::{self, PRIVATE_NUMBERS};
use crate::records::{Notes, Side};
use crate::template::{flag, number};

/// Bytes of a CKA_ID that nobody chose: as many as a SHA-1 of a public key has, which others use.
const DEFAULT_ID_BYTES: usize = 20;

/// The value of an attribute. CKR_ATTRIBUTE_TYPE_INVALID if such an object has none, CKR_ATTRIBUTE_SENSITIVE if nobody may
/// see it.
pub(crate) fn read(client: &Client, owner: &Owner, object: &Object, kind: CK_ATTRIBUTE_TYPE) -> Result<SecretBytes> {
    let (notes, side) = object.notes();
    if kind == CKA_TOKEN {
        return Ok(flag(object.session().is_none()).into());
    }
    let value = match object {
        Object::Key(key, _) if is_material(key, side, kind) => return material(client, owner, key, kind),
        Object::Key(key, _) => match of_key(key, side, kind, &notes) {
            Some(value) => Some(value),
            None => public_part(client, owner, key, side, kind)?,
        },
        Object::Paper(_) => of_paper(&notes, kind),
    };
    value.map(SecretBytes::new).ok_or(Refusal(CKR_ATTRIBUTE_TYPE_INVALID))
}

/// What can be said of a key without asking the service.
fn of_key(key: &Key, side: Side, kind: CK_ATTRIBUTE_TYPE, notes: &Notes) -> Option<Vec<u8>> {
    let noted = || notes.get(side, kind).map(<[u8]>::to_vec);
    match kind {
        CKA_CLASS => Some(number(match side {
            Side::Public => CKO_PUBLIC_KEY,
            Side::Private => CKO_PRIVATE_KEY,
            Side::Secret | Side::Paper => CKO_SECRET_KEY,
        })),
        CKA_PRIVATE => noted().or(Some(flag(side != Side::Public))),
        CKA_MODIFIABLE | CKA_DESTROYABLE => Some(flag(true)),
        CKA_COPYABLE | CKA_WRAP_WITH_TRUSTED | CKA_ALWAYS_AUTHENTICATE | CKA_TRUSTED => Some(flag(false)),
        CKA_LABEL => noted().or_else(|| Some(lasting_name(key).unwrap_or_default().as_bytes().to_vec())),
        CKA_ID => noted().or_else(|| Some(lasting_name(key).map(default_id).unwrap_or_default())),
        CKA_KEY_TYPE => noted().or_else(|| Some(number(key_type(key.attributes.key_type())?))),
        CKA_START_DATE | CKA_END_DATE | CKA_SUBJECT => noted().or(Some(Vec::new())),
        CKA_LOCAL => noted().or(Some(flag(false))),
        CKA_KEY_GEN_MECHANISM => noted().or(Some(number(CK_UNAVAILABLE_INFORMATION))),
        CKA_ALLOWED_MECHANISMS => {
            Some(mechanisms(key.attributes.algorithm()).into_iter().flat_map(CK_ULONG::to_ne_bytes).collect())
        }
        CKA_MODULUS_BITS if key.attributes.key_type().is_rsa() && side == Side::Public => {
            Some(number(key.attributes.bits().into()))
        }
        CKA_VALUE_LEN if side == Side::Secret => Some(number(CK_ULONG::from(key.attributes.bits() / 8))),
        CKA_EC_PARAMS => {
            Some(Curve::of(key.attributes.key_type().ecc_family()?, key.attributes.bits())?.parameters.to_vec())
        }
        _ => usage(key, side, kind, notes).map(flag),
    }
}

/// The flags that say what may be done with a key.
fn usage(key: &Key, side: Side, kind: CK_ATTRIBUTE_TYPE, notes: &Notes) -> Option<bool> {
    let may = |usage: Usage| match key.residence {
        Residence::Stored(_) => key.attributes.usage().intersects(usage),
        // It is bound to no algorithm yet.
        Residence::Brought { .. } => notes.get(side, kind).is_none_or(|value| value != [CK_FALSE]),
    };
    let is_public = side == Side::Public;
    let is_private = side == Side::Private;
    match kind {
        CKA_SIGN if !is_public => Some(may(Usage::SIGN_MESSAGE.and(Usage::SIGN_HASH))),
        CKA_VERIFY if !is_private => Some(may(Usage::VERIFY_MESSAGE.and(Usage::VERIFY_HASH))),
        CKA_DECRYPT if !is_public => Some(may(Usage::DECRYPT)),
        CKA_ENCRYPT if !is_private => Some(may(Usage::ENCRYPT)),
        CKA_DERIVE => Some(!is_public && may(Usage::DERIVE)),
        CKA_WRAP | CKA_VERIFY_RECOVER if !is_private => Some(false),
        CKA_UNWRAP | CKA_SIGN_RECOVER if !is_public => Some(false),
        CKA_SENSITIVE if !is_public => Some(!is_extractable(key)),
        CKA_EXTRACTABLE if !is_public => Some(is_extractable(key)),
        CKA_ALWAYS_SENSITIVE | CKA_NEVER_EXTRACTABLE if !is_public => {
            Some(notes.get(side, CKA_LOCAL) == Some(&[CK_TRUE]) && !is_extractable(key))
        }
        _ => None,
    }
}

fn is_extractable(key: &Key) -> bool {
    key.attributes.usage().contains(Usage::EXPORT)
}

/// Whether an attribute is the key itself, or a part of it.
fn is_material(key: &Key, side: Side, kind: CK_ATTRIBUTE_TYPE) -> bool {
    let is_rsa = key.attributes.key_type().is_rsa();
    match side {
        Side::Secret => kind == CKA_VALUE,
        Side::Private if is_rsa => PRIVATE_NUMBERS[2..].contains(&kind),
        Side::Private => kind == CKA_VALUE,
        Side::Public | Side::Paper => false,
    }
}

fn material(client: &Client, owner: &Owner, key: &Key, kind: CK_ATTRIBUTE_TYPE) -> Result<SecretBytes> {
    if !is_extractable(key) {
        return refuse(CKR_ATTRIBUTE_SENSITIVE);
    }
    let exported = match &key.residence {
        Residence::Brought { material, .. } => SecretBytes::new(material.expose().clone()),
        Residence::Stored(_) => {
            let name = key.name_for(client, owner, key.attributes.algorithm())?;
            client.with_provider(key.slot).export(&name).map_err(|error| as_object(error.into()))?
        }
    };
    if kind == CKA_VALUE { Ok(exported) } else { pkcs1::private_number(&exported, kind) }
}

/// What the public half tells. Private objects show it too: many programs look for it there.
fn public_part(
    client: &Client,
    owner: &Owner,
    key: &Key,
    side: Side,
    kind: CK_ATTRIBUTE_TYPE,
) -> Result<Option<Vec<u8>>> {
    if side == Side::Secret {
        return Ok(None);
    }
    let is_rsa = key.attributes.key_type().is_rsa();
    match kind {
        CKA_MODULUS | CKA_PUBLIC_EXPONENT if is_rsa => {
            pkcs1::public_number(&key.public_key(client, owner)?, kind).map(Some)
        }
        CKA_EC_POINT if !is_rsa => Ok(Some(der::element(tag::OCTET_STRING, &key.public_key(client, owner)?))),
        _ => Ok(None),
    }
}

fn of_paper(notes: &Notes, kind: CK_ATTRIBUTE_TYPE) -> Option<Vec<u8>> {
    let noted = notes.get(Side::Paper, kind).map(<[u8]>::to_vec);
    let is_certificate = notes.get(Side::Paper, CKA_CLASS) == Some(&number(CKO_CERTIFICATE));
    noted.or_else(|| match kind {
        CKA_MODIFIABLE | CKA_DESTROYABLE => Some(flag(true)),
        CKA_PRIVATE | CKA_COPYABLE => Some(flag(false)),
        CKA_LABEL | CKA_VALUE => Some(Vec::new()),
        CKA_TRUSTED if is_certificate => Some(flag(false)),
        CKA_CERTIFICATE_TYPE if is_certificate => Some(number(CKC_X_509)),
        CKA_CERTIFICATE_CATEGORY if is_certificate => Some(number(CK_CERTIFICATE_CATEGORY_UNSPECIFIED)),
        CKA_ID | CKA_SUBJECT | CKA_ISSUER | CKA_SERIAL_NUMBER | CKA_START_DATE | CKA_END_DATE if is_certificate => {
            Some(Vec::new())
        }
        CKA_APPLICATION | CKA_OBJECT_ID if !is_certificate => Some(Vec::new()),
        _ => None,
    })
}

/// What a token object is called.
fn lasting_name(key: &Key) -> Option<&str> {
    key.stored_name().filter(|_| key.session.is_none())
}

/// The CKA_ID of a key of which nobody said it: the same every time, and another for every name.
fn default_id(name: &str) -> Vec<u8> {
    Sha256::digest(name.as_bytes())[..DEFAULT_ID_BYTES].to_vec()
}

fn key_type(key_type: KeyType) -> Option<CK_KEY_TYPE> {
    Some(match key_type {
        KeyType::RsaKeyPair | KeyType::RsaPublicKey => CKK_RSA,
        KeyType::EccKeyPair(family) | KeyType::EccPublicKey(family) => {
            if family == keystead_client::interface::attributes::EccFamily::Montgomery {
                CKK_EC_MONTGOMERY
            } else {
                CKK_EC
            }
        }
        KeyType::Aes => CKK_AES,
        KeyType::Camellia => CKK_CAMELLIA,
        KeyType::Des => CKK_DES3,
        KeyType::Arc4 => CKK_RC4,
        KeyType::Chacha20 => CKK_CHACHA20,
        KeyType::Hmac | KeyType::Derive | KeyType::RawData => CKK_GENERIC_SECRET,
        KeyType::DhKeyPair(_) | KeyType::DhPublicKey(_) => return None,
    })
}

/// The mechanisms that a key's one algorithm stands for.
pub(crate) fn mechanisms(algorithm: Algorithm) -> Vec<CK_MECHANISM_TYPE> {
    use crate::mechanism::{CMAC, ECDH, GCM, RSA_CRYPT, hmac, oaep};
    match algorithm {
        Algorithm::AsymmetricSignature(alg) => {
            let Some(policy) = alg.hash() else { return Vec::new() };
            let scheme = SCHEMES.iter().position(|scheme| scheme(policy) == alg);
            let Some(scheme) = scheme else { return Vec::new() };
            let plain = [CKM_RSA_PKCS, CKM_RSA_PKCS_PSS, CKM_ECDSA][scheme];
            let hashed = |hash| hashes::names(hash).map(|names| names.signatures[scheme]);
            match policy {
                SignHash::Specific(hash) => [Some(plain), hashed(hash)].into_iter().flatten().collect(),
                SignHash::Any => {
                    [plain].into_iter().chain(HASHES.iter().map(|names| names.signatures[scheme])).collect()
                }
            }
        }
        Algorithm::Cipher(cipher) => MODES.iter().filter(|(_, of)| *of == cipher).map(|(mode, _)| *mode).collect(),
        RSA_CRYPT => vec![CKM_RSA_PKCS],
        GCM => vec![CKM_AES_GCM],
        CMAC => vec![CKM_AES_CMAC],
        ECDH => vec![CKM_ECDH1_DERIVE],
        other => HASHES
            .iter()
            .find_map(|names| match other {
                _ if other == hmac(names.hash) => Some(vec![names.hmac]),
                _ if other == oaep(names.hash) => Some(vec![CKM_RSA_PKCS_OAEP]),
                _ => None,
            })
            .unwrap_or_default(),
    }
}
