//! Which keys a table of the configuration knows, and which of them a misspelt one was meant to be.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;

use super::Kind;

/// The keys of one table, or of one kind of a table that has kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTable {
    /// The table's name, as in `[service]`.
    pub table: &'static str,
    /// The value of `kind` under which these keys are known, where the table has kinds.
    pub kind: Option<&'static str>,
    /// The keys, without `kind` itself.
    pub keys: &'static [&'static str],
}

impl KnownTable {
    /// A table without kinds.
    pub const fn plain(table: &'static str, keys: &'static [&'static str]) -> KnownTable {
        KnownTable { table, kind: None, keys }
    }

    /// A table for each of its kinds.
    pub fn kinds<T>(table: &'static str, kinds: &'static [Kind<T>]) -> impl Iterator<Item = KnownTable> {
        kinds.iter().map(move |kind| KnownTable { table, kind: Some(kind.name), keys: (kind.keys)() })
    }
}

/// The keys of `T`, a struct that serde reads by name: asked of serde itself, so that nobody keeps a second list.
pub fn known_keys<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut keys: &'static [&'static str] = &[];
    // It always ends in an error: once the keys are known there is nothing to read.
    let _ = T::deserialize(KeyList { keys: &mut keys });
    keys
}

/// The candidate that `word` was probably meant to be: at most a third of its letters away, or a part of it.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.replace('-', "_")), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A deserializer that holds no data and only notes which fields it is asked for.
struct KeyList<'k> {
    keys: &'k mut &'static [&'static str],
}

impl<'de> Deserializer<'de> for KeyList<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.keys = fields;
        Err(Self::Error::custom("only the keys were asked for"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Self::Error> {
        Err(Self::Error::custom("not a struct"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the names matter")]
    struct Sample {
        first: u8,
        #[serde(default)]
        second: Option<String>,
    }

    #[test]
    fn the_keys_of_a_struct_are_found() {
        assert_eq!(known_keys::<Sample>(), ["first", "second"]);
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let keys = ["socket_path", "socket_mode", "workers"];
        assert_eq!(nearest("socket_mod", keys), Some("socket_mode"));
        assert_eq!(nearest("Socket-Path", keys), Some("socket_path"));
        assert_eq!(nearest("wrokers", keys), Some("workers"));
        assert_eq!(nearest("colour", keys), None);
    }
}
