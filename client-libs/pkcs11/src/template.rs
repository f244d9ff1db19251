//! What a caller says of an object that it makes, looks for or changes: attributes with their values.

use cryptoki_sys::*;
use keystead_client::interface::secret::SecretBytes;

use crate::error::{Refusal, Result, refuse};
use crate::limits::MAX_LABEL_BYTES;

/// Attributes in the caller's order. Values may be keys: they are cleared when the template is dropped.
#[derive(Default)]
pub(crate) struct Template(Vec<(CK_ATTRIBUTE_TYPE, SecretBytes)>);

impl Template {
    /// Takes attributes over. Errors if one comes twice with different values.
    pub(crate) fn new(attributes: Vec<(CK_ATTRIBUTE_TYPE, SecretBytes)>) -> Result<Template> {
        let template = Template(attributes);
        let contradicts = |(kind, value): &(CK_ATTRIBUTE_TYPE, SecretBytes)| {
            template.bytes(*kind).is_some_and(|first| first != value.expose().as_slice())
        };
        if template.0.iter().any(contradicts) { refuse(CKR_TEMPLATE_INCONSISTENT) } else { Ok(template) }
    }

    /// Every attribute.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (CK_ATTRIBUTE_TYPE, &[u8])> {
        self.0.iter().map(|(kind, value)| (*kind, value.expose().as_slice()))
    }

    /// The value of an attribute, if it is there.
    pub(crate) fn bytes(&self, kind: CK_ATTRIBUTE_TYPE) -> Option<&[u8]> {
        self.iter().find(|(found, _)| *found == kind).map(|(_, value)| value)
    }

    /// The value of an attribute without which nothing can be made.
    pub(crate) fn required(&self, kind: CK_ATTRIBUTE_TYPE) -> Result<&[u8]> {
        self.bytes(kind).ok_or(Refusal(CKR_TEMPLATE_INCOMPLETE))
    }

    /// A CK_BBOOL.
    pub(crate) fn flag(&self, kind: CK_ATTRIBUTE_TYPE) -> Result<Option<bool>> {
        match self.bytes(kind) {
            None => Ok(None),
            Some([CK_FALSE]) => Ok(Some(false)),
            Some([_]) => Ok(Some(true)),
            Some(_) => refuse(CKR_ATTRIBUTE_VALUE_INVALID),
        }
    }

    /// A CK_ULONG.
    pub(crate) fn number(&self, kind: CK_ATTRIBUTE_TYPE) -> Result<Option<CK_ULONG>> {
        self.bytes(kind).map(number_of).transpose()
    }

    /// CKA_ALLOWED_MECHANISMS; none if it is not there.
    pub(crate) fn allowed_mechanisms(&self) -> Result<Vec<CK_MECHANISM_TYPE>> {
        let bytes = self.bytes(CKA_ALLOWED_MECHANISMS).unwrap_or_default();
        if !bytes.len().is_multiple_of(size_of::<CK_MECHANISM_TYPE>()) {
            return refuse(CKR_ATTRIBUTE_VALUE_INVALID);
        }
        bytes.chunks_exact(size_of::<CK_MECHANISM_TYPE>()).map(number_of).collect()
    }

    /// CKA_LABEL as text, empty if it is not there.
    pub(crate) fn label(&self) -> Result<&str> {
        let bytes = self.bytes(CKA_LABEL).unwrap_or_default();
        if bytes.len() > MAX_LABEL_BYTES {
            return refuse(CKR_ATTRIBUTE_VALUE_INVALID);
        }
        std::str::from_utf8(bytes).map_err(|_| Refusal(CKR_ATTRIBUTE_VALUE_INVALID))
    }

    /// What the public object of a pair gets of its private one's template.
    pub(crate) fn public_half(&self) -> Result<Template> {
        let shared = self.iter().filter(|(kind, _)| [CKA_ID, CKA_LABEL, CKA_TOKEN, CKA_SUBJECT].contains(kind));
        Template::new(shared.map(|(kind, value)| (kind, value.to_vec().into())).collect())
    }

    /// Whether the object shall outlive the session (CKA_TOKEN).
    pub(crate) fn is_token(&self) -> Result<bool> {
        Ok(self.flag(CKA_TOKEN)?.unwrap_or(false))
    }
}

/// A CK_ULONG from an attribute's bytes.
pub(crate) fn number_of(bytes: &[u8]) -> Result<CK_ULONG> {
    bytes.try_into().map(CK_ULONG::from_ne_bytes).map_err(|_| Refusal(CKR_ATTRIBUTE_VALUE_INVALID))
}

/// An attribute's bytes of a CK_ULONG.
pub(crate) fn number(value: CK_ULONG) -> Vec<u8> {
    value.to_ne_bytes().to_vec()
}

/// An attribute's bytes of a CK_BBOOL.
pub(crate) fn flag(value: bool) -> Vec<u8> {
    vec![if value { CK_TRUE } else { CK_FALSE }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_that_contradicts_itself_is_refused() {
        let twice = |a: &[u8], b: &[u8]| {
            Template::new(vec![(CKA_LABEL, SecretBytes::new(a.to_vec())), (CKA_LABEL, SecretBytes::new(b.to_vec()))])
        };
        assert!(twice(b"a", b"a").is_ok());
        assert_eq!(twice(b"a", b"b").err(), Some(Refusal(CKR_TEMPLATE_INCONSISTENT)));
    }
}
