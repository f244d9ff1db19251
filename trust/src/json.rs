//! JSON as signed messages may be written: one object, no member twice at any depth, no number but whole ones.
//!
//! What two readers could read in two ways is refused, because one of them checks what the other one acts on.
//! serde_json does the lexing; it refuses invalid UTF-8, lone surrogates, trailing bytes and nesting beyond 128.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value. There are no fractions and no exponents: times and numbers here are whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number within 64 bits.
    Integer(i64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Object(Object),
}

/// The members of an object, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(BTreeMap<String, Value>);

/// The bytes are not one such object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadJson(String);

/// A member is missing, or is of another type than it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the member `{0}` is missing or of the wrong type")]
pub struct BadMember(pub &'static str);

impl Object {
    /// Reads one object and nothing after it. The caller has bounded the length.
    pub fn parse(bytes: &[u8]) -> Result<Object, BadJson> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(BadJson("it is not an object".to_owned())),
            Err(error) => Err(BadJson(error.to_string())),
        }
    }

    /// Takes a member out, whatever it is.
    pub fn take(&mut self, name: &'static str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Takes a string out.
    pub fn take_text(&mut self, name: &'static str) -> Result<String, BadMember> {
        match self.take(name) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(BadMember(name)),
        }
    }

    /// Takes a whole number of 0 or more out.
    pub fn take_natural(&mut self, name: &'static str) -> Result<u64, BadMember> {
        match self.take(name) {
            Some(Value::Integer(number)) => u64::try_from(number).map_err(|_| BadMember(name)),
            _ => Err(BadMember(name)),
        }
    }

    /// The same where the member may be absent; it may not be null.
    pub fn take_optional_natural(&mut self, name: &'static str) -> Result<Option<u64>, BadMember> {
        if self.0.contains_key(name) { self.take_natural(name).map(Some) } else { Ok(None) }
    }

    /// Takes an object out.
    pub fn take_object(&mut self, name: &'static str) -> Result<Object, BadMember> {
        match self.take(name) {
            Some(Value::Object(object)) => Ok(object),
            _ => Err(BadMember(name)),
        }
    }

    /// The members that nobody took, by name.
    pub fn into_members(self) -> impl Iterator<Item = (String, Value)> {
        self.0.into_iter()
    }

    /// The names of the members that nobody took.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether every member was taken.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
        from.deserialize_any(Strict)
    }
}

struct Strict;

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without fractions, exponents or members that occur twice")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map(Value::Integer).map_err(|_| E::custom("a number is beyond 63 bits"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = BTreeMap::new();
        while let Some((name, value)) = members.next_entry()? {
            if object.insert(name, value).is_some() {
                return Err(de::Error::custom("a member occurs twice"));
            }
        }
        Ok(Value::Object(Object(object)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_taken_by_type() {
        let mut object = Object::parse(br#" {"s":"a\u0301","n":7,"z":-1,"o":{"x":[null,true]}} "#).expect("an object");
        assert_eq!(object.take_text("s"), Ok("a\u{301}".to_owned()));
        assert_eq!(object.take_natural("n"), Ok(7));
        assert_eq!(object.take_natural("z"), Err(BadMember("z")));
        assert_eq!(object.take_optional_natural("absent"), Ok(None));
        let mut inner = object.take_object("o").expect("an object");
        assert_eq!(inner.take("x"), Some(Value::List(vec![Value::Null, Value::Bool(true)])));
        assert!(object.is_empty());
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":1}"#,
            r#"{"o":{"a":1,"b":[{"c":1,"c":2}]}}"#,
            r#"{"a":1.0}"#,
            r#"{"a":1e2}"#,
            r#"{"a":1e400}"#,
            r#"{"a":-0}"#,
            r#"{"a":01}"#,
            r#"{"a":9223372036854775808}"#,
            r#"{"a":-9223372036854775809}"#,
            r#"{"a":NaN}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":1}{"#,
            r#"{"a":1,}"#,
            r#"[{"a":1}]"#,
            "\u{feff}{}",
            "",
        ] {
            assert!(Object::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Object::parse(b"{\"a\":\"\xff\"}").is_err());
        assert!(Object::parse(format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200)).as_bytes()).is_err());
    }
}
