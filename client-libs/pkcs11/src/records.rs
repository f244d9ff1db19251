//! What the module remembers in the service: attributes beside keys, certificates and data objects. Each is a raw-data key
//! under a reserved name, which lists leave out unless they are asked for.
//!
//! A record is never changed. A new one with a higher number is written, then the old one is destroyed: of several for one
//! thing the highest counts, so a crash in between costs nothing. The record of a key is written after the key and destroyed
//! before it; one whose key is not there, or is another, means nothing and is removed by whoever sees it.

use std::collections::BTreeMap;

use cryptoki_sys::{CK_ATTRIBUTE_TYPE, CKR_ATTRIBUTE_VALUE_INVALID};
use keystead_client::interface::attributes::KeyAttributes;
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::names::RESERVED_PREFIX;

use crate::error::{Result, refuse};
use crate::limits::MAX_RECORD_BYTES;
use crate::owner::Owner;

/// The module's own part of the reserved names.
const PART: &str = "pkcs11/";

/// What a reserved name of this module stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reserved {
    /// A record.
    Record(RecordName),
    /// A session object of this process.
    Session(Owner),
}

/// The name of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordName {
    /// The slot in which the thing is seen; the record may lie with another provider.
    pub(crate) slot: ProviderNumber,
    /// The higher number counts.
    pub(crate) number: u64,
    /// What it is about.
    pub(crate) subject: Subject,
}

/// What a record is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// The key of this name.
    Key(String),
    /// A certificate or data object, by random digits.
    Paper(String),
}

impl RecordName {
    /// The name as the service has it.
    pub(crate) fn text(&self) -> String {
        let (kind, subject) = match &self.subject {
            Subject::Key(name) => ("key", name),
            Subject::Paper(digits) => ("object", digits),
        };
        format!("{RESERVED_PREFIX}{PART}{kind}/{}/{:016x}/{subject}", self.slot.0, self.number)
    }
}

/// The name of a session object in the service.
pub(crate) fn session_name(owner: &Owner, digits: &str) -> String {
    format!("{RESERVED_PREFIX}{PART}session/{owner}/{digits}")
}

impl Reserved {
    /// Reads a name of this module; `None` for every other.
    pub(crate) fn parse(name: &str) -> Option<Reserved> {
        let (kind, rest) = name.strip_prefix(RESERVED_PREFIX)?.strip_prefix(PART)?.split_once('/')?;
        if kind == "session" {
            return Owner::parse(rest.split_once('/')?.0).map(Reserved::Session);
        }
        let (slot, rest) = rest.split_once('/')?;
        let (number, subject) = rest.split_once('/')?;
        let subject = match kind {
            "key" => Subject::Key(subject.to_owned()),
            "object" => Subject::Paper(subject.to_owned()),
            _ => return None,
        };
        let (slot, number) = (ProviderNumber(slot.parse().ok()?), u64::from_str_radix(number, 16).ok()?);
        Some(Reserved::Record(RecordName { slot, number, subject }))
    }
}

/// Which object of a key an attribute belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Side {
    /// The public half of a pair, or a public key.
    Public = 1,
    /// The private half.
    Private = 2,
    /// A secret key.
    Secret = 3,
    /// No key: a certificate or data object.
    Paper = 4,
}

/// The contents of a record: attributes by their object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notes {
    /// What the key was when this was written.
    pub(crate) of: Option<KeyAttributes>,
    /// The values.
    pub(crate) values: BTreeMap<(Side, CK_ATTRIBUTE_TYPE), Vec<u8>>,
}

/// The form of contents that this version writes.
const VERSION: u8 = 1;

impl Notes {
    /// A value.
    pub(crate) fn get(&self, side: Side, kind: CK_ATTRIBUTE_TYPE) -> Option<&[u8]> {
        self.values.get(&(side, kind)).map(Vec::as_slice)
    }

    /// The bytes of the record. Errors if they are too many.
    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        let of = self.of.map(|attributes| attributes.to_bytes()).unwrap_or_default();
        let mut out = vec![VERSION];
        put(&mut out, &of)?;
        for ((side, kind), value) in &self.values {
            out.push(*side as u8);
            out.extend_from_slice(&kind.to_le_bytes());
            put(&mut out, value)?;
        }
        if out.len() > MAX_RECORD_BYTES { refuse(CKR_ATTRIBUTE_VALUE_INVALID) } else { Ok(out) }
    }

    /// Reads what [`Notes::encode`] wrote; `None` if it is something else.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Notes> {
        let (version, mut rest) = bytes.split_first()?;
        let of = take(&mut rest)?;
        let of = if of.is_empty() { None } else { Some(KeyAttributes::from_bytes(of).ok()?) };
        let mut values = BTreeMap::new();
        while let Some((side, after)) = rest.split_first() {
            let side =
                [Side::Public, Side::Private, Side::Secret, Side::Paper].into_iter().find(|one| *one as u8 == *side)?;
            let (kind, after) = after.split_first_chunk()?;
            rest = after;
            values.insert((side, CK_ATTRIBUTE_TYPE::from_le_bytes(*kind)), take(&mut rest)?.to_vec());
        }
        (*version == VERSION).then_some(Notes { of, values })
    }
}

fn put(out: &mut Vec<u8>, value: &[u8]) -> Result<()> {
    let Ok(length) = u32::try_from(value.len()) else { return refuse(CKR_ATTRIBUTE_VALUE_INVALID) };
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(value);
    Ok(())
}

fn take<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (value, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *bytes = rest;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keystead_client::presets;

    #[test]
    fn names_come_back_whatever_the_key_is_called() {
        for subject in [Subject::Key("a/b\0/".into()), Subject::Key(String::new()), Subject::Paper("0f".into())] {
            let name = RecordName { slot: ProviderNumber(16), number: 0x1f, subject };
            assert_eq!(Reserved::parse(&name.text()), Some(Reserved::Record(name)));
        }
        let owner = Owner::this();
        assert_eq!(Reserved::parse(&session_name(&owner, "00")), Some(Reserved::Session(owner)));
        for other in
            ["key", "keystead.reserved/", "keystead.reserved/psa/key/1/0/a", "keystead.reserved/pkcs11/key/1/x/a"]
        {
            assert_eq!(Reserved::parse(other), None, "{other}");
        }
    }

    #[test]
    fn contents_come_back_and_what_is_cut_off_is_nothing() {
        let mut notes = Notes { of: Some(presets::ecdsa_p256()), ..Notes::default() };
        notes.values.insert((Side::Public, 3), b"label".to_vec());
        notes.values.insert((Side::Private, 0x102), Vec::new());
        let bytes = notes.encode().unwrap();
        assert_eq!(Notes::decode(&bytes), Some(notes));
        assert_eq!(Notes::decode(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Notes::decode(&[&[2], &bytes[1..]].concat()), None, "another version");
    }
}
