//! C_CreateObject and C_CopyObject: keys that the caller brings, certificates and data.

use std::sync::Arc;

use cryptoki_sys::*;
use keystead_client::interface::attributes::{EccFamily, KeyType};
use keystead_client::interface::secret::SecretBytes;
use keystead_der as der;
use parking_lot::Mutex;

use crate::creation::Plan;
use crate::curves::Curve;
use crate::error::{Refusal, Result, refuse};
use crate::hashes::HASHES;
use crate::module::Module;
use crate::object::{Key, Object, Paper, Residence};
use crate::pkcs1;
use crate::policy::Purpose;
use crate::random::digits;
use crate::records::{Notes, Side, Subject};
use crate::session::Session;
use crate::shelf;
use crate::template::Template;

/// A key as a template has it.
struct Brought {
    side: Side,
    key_type: KeyType,
    bits: u32,
    material: SecretBytes,
}

impl Module {
    /// C_CreateObject.
    pub(crate) fn create_object(&self, session: &Session, template: &Template) -> Result<CK_OBJECT_HANDLE> {
        let class = template.number(CKA_CLASS)?.ok_or(Refusal(CKR_TEMPLATE_INCOMPLETE))?;
        match class {
            CKO_CERTIFICATE | CKO_DATA => self.create_paper(session, template),
            CKO_PUBLIC_KEY | CKO_PRIVATE_KEY | CKO_SECRET_KEY => {
                self.import_key(session, template, Brought::of(class, template)?)
            }
            _ => refuse(CKR_ATTRIBUTE_VALUE_INVALID),
        }
    }

    /// Takes a secret over as a secret key, as the template says.
    pub(crate) fn create_secret(
        &self,
        session: &Session,
        template: &Template,
        secret: SecretBytes,
    ) -> Result<CK_OBJECT_HANDLE> {
        self.import_key(session, template, Brought::secret(template, secret)?)
    }

    /// C_CopyObject: of papers, and of keys that the caller brought for the session. Keys in the service are not copied.
    pub(crate) fn copy_object(
        &self,
        session: &Session,
        object: &Object,
        changes: &Template,
    ) -> Result<CK_OBJECT_HANDLE> {
        match object {
            Object::Paper(paper) => {
                let notes = Arc::clone(&paper.notes.lock());
                let former = notes.values.iter().map(|((_, kind), value)| (*kind, value.clone()));
                let former = former.filter(|(kind, _)| changes.bytes(*kind).is_none());
                let all = changes.iter().map(|(kind, value)| (kind, value.to_vec())).chain(former);
                self.create_paper(session, &Template::new(all.map(|(kind, value)| (kind, value.into())).collect())?)
            }
            Object::Key(key, side) => match &key.residence {
                Residence::Stored(_) => refuse(CKR_ACTION_PROHIBITED),
                Residence::Brought { material, .. } => {
                    let material = SecretBytes::new(material.expose().clone());
                    let (key_type, bits) = (key.attributes.key_type(), key.attributes.bits());
                    let template = with_former(key, *side, changes)?;
                    self.import_key(session, &template, Brought { side: *side, key_type, bits, material })
                }
            },
        }
    }

    fn import_key(&self, session: &Session, template: &Template, brought: Brought) -> Result<CK_OBJECT_HANDLE> {
        let purpose = Purpose::of(template)?;
        let mut attributes = purpose.attributes(brought.key_type, brought.bits)?;
        let sides: &[(Side, &Template)] = match brought.side {
            // The public half comes with the private one, and under the same CKA_ID.
            Side::Private => &[(Side::Private, template), (Side::Public, &template.public_half()?)],
            side => &[(side, template)],
        };
        let handles = if template.is_token()? {
            attributes = self.with_a_mode(session, &purpose, attributes)?;
            let plan = Plan { attributes, sides, mechanism: None };
            let material = brought.material.expose();
            self.make_key(session, &plan, |client, name| client.import(name, &attributes, material).map(drop))?
        } else {
            let residence = Residence::Brought { material: brought.material, made: Mutex::default() };
            self.keep_key(session, &Plan { attributes, sides: &sides[..1], mechanism: None }, residence)?
        };
        handles.first().copied().ok_or(Refusal(CKR_GENERAL_ERROR))
    }

    fn create_paper(&self, session: &Session, template: &Template) -> Result<CK_OBJECT_HANDLE> {
        let is_token = template.is_token()?;
        session.check_write(is_token)?;
        let is_certificate = template.number(CKA_CLASS)? == Some(CKO_CERTIFICATE);
        if is_certificate {
            template.required(CKA_VALUE)?;
            if template.number(CKA_CERTIFICATE_TYPE)?.is_some_and(|kind| kind != CKC_X_509) {
                return refuse(CKR_ATTRIBUTE_VALUE_INVALID);
            }
        }
        let mut notes = Notes::default();
        for (kind, value) in template.iter().filter(|(kind, _)| *kind != CKA_TOKEN) {
            notes.values.insert((Side::Paper, kind), value.to_vec());
        }
        let digits = digits()?;
        if is_token {
            shelf::write(&self.client, session.slot, &Subject::Paper(digits.clone()), 0, &notes)?;
        }
        let session_of = (!is_token).then_some(session.handle);
        let notes = Mutex::new(Arc::new(notes));
        let paper = Paper { slot: session.slot, digits, notes, session: session_of };
        Ok(self.catalogue.lock().add_new(Object::Paper(Arc::new(paper))))
    }
}

/// The copy's template: the changes, and behind them what was noted of the original.
fn with_former(key: &Key, side: Side, changes: &Template) -> Result<Template> {
    let notes = Arc::clone(&key.notes.lock());
    let former = notes.values.iter().filter(|((of, kind), _)| *of == side && changes.bytes(*kind).is_none());
    let former = former.filter(|((_, kind), _)| *kind != CKA_LOCAL).map(|((_, kind), value)| (*kind, value.clone()));
    let all = changes.iter().map(|(kind, value)| (kind, value.to_vec())).chain(former);
    Template::new(all.map(|(kind, value)| (kind, value.into())).collect())
}

impl Brought {
    fn of(class: CK_OBJECT_CLASS, template: &Template) -> Result<Brought> {
        let key_type = template.number(CKA_KEY_TYPE)?.ok_or(Refusal(CKR_TEMPLATE_INCOMPLETE))?;
        match (class, key_type) {
            (CKO_PUBLIC_KEY, CKK_RSA) => {
                let material = pkcs1::public_key(template)?.into();
                Ok(Brought {
                    side: Side::Public,
                    key_type: KeyType::RsaPublicKey,
                    bits: modulus_bits(template)?,
                    material,
                })
            }
            (CKO_PRIVATE_KEY, CKK_RSA) => {
                let material = pkcs1::private_key(template)?;
                Ok(Brought {
                    side: Side::Private,
                    key_type: KeyType::RsaKeyPair,
                    bits: modulus_bits(template)?,
                    material,
                })
            }
            (CKO_PUBLIC_KEY, CKK_EC | CKK_EC_MONTGOMERY) => {
                let curve = curve(template)?;
                let point = curve.point(template.required(CKA_EC_POINT)?);
                let material = point.ok_or(Refusal(CKR_ATTRIBUTE_VALUE_INVALID))?.to_vec().into();
                let key_type = KeyType::EccPublicKey(curve.family);
                Ok(Brought { side: Side::Public, key_type, bits: curve.bits, material })
            }
            (CKO_PRIVATE_KEY, CKK_EC | CKK_EC_MONTGOMERY) => {
                let curve = curve(template)?;
                let material = scalar(curve, template.required(CKA_VALUE)?)?;
                let key_type = KeyType::EccKeyPair(curve.family);
                Ok(Brought { side: Side::Private, key_type, bits: curve.bits, material })
            }
            (CKO_SECRET_KEY, _) => Brought::secret(template, template.required(CKA_VALUE)?.to_vec().into()),
            _ => refuse(CKR_ATTRIBUTE_VALUE_INVALID),
        }
    }

    fn secret(template: &Template, material: SecretBytes) -> Result<Brought> {
        let key_type = match template.number(CKA_KEY_TYPE)? {
            Some(CKK_AES) => KeyType::Aes,
            None | Some(CKK_GENERIC_SECRET) => KeyType::Hmac,
            Some(other) if HASHES.iter().any(|names| names.hmac_key == other) => KeyType::Hmac,
            _ => return refuse(CKR_ATTRIBUTE_VALUE_INVALID),
        };
        let bits = crate::generation::bits_of(material.expose().len() as CK_ULONG)?;
        if !key_type.has_size(bits) {
            return refuse(CKR_KEY_SIZE_RANGE);
        }
        Ok(Brought { side: Side::Secret, key_type, bits, material })
    }
}

fn curve(template: &Template) -> Result<&'static Curve> {
    Curve::named(template.required(CKA_EC_PARAMS)?).ok_or(Refusal(CKR_CURVE_NOT_SUPPORTED))
}

/// The private number of a curve in its full length; programs leave zeros away, or put some before it.
fn scalar(curve: &Curve, value: &[u8]) -> Result<SecretBytes> {
    if curve.family == EccFamily::Montgomery {
        return Ok(value.to_vec().into());
    }
    let digits = der::without_zeros(value);
    let zeros = curve.length().checked_sub(digits.len()).ok_or(Refusal(CKR_ATTRIBUTE_VALUE_INVALID))?;
    let mut whole = SecretBytes::new(Vec::with_capacity(curve.length()));
    whole.expose_mut().resize(zeros, 0);
    whole.expose_mut().extend_from_slice(digits);
    Ok(whole)
}

fn modulus_bits(template: &Template) -> Result<u32> {
    match der::bit_length(template.required(CKA_MODULUS)?) {
        0 => refuse(CKR_ATTRIBUTE_VALUE_INVALID),
        bits => u32::try_from(bits).map_err(|_| Refusal(CKR_KEY_SIZE_RANGE)),
    }
}
