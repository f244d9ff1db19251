//! Names: of keys and of those who own them (any UTF-8 text), of running daemons and of the clients that one announces to
//! another. All are compared byte for byte.

use crate::codes::AuthKind;

/// The longest name, in bytes (wire contract 4.4): a length that an authentication part can carry too.
pub const MAX_NAME_BYTES: usize = 65_535;

/// Names that begin so are not a person's keys but records that client libraries keep beside them, each under a further
/// part of its own (`pkcs11/` is that of the PKCS#11 module). Whoever knows such a name may use it as any other; ListKeys
/// leaves it out unless it is asked for, so that nobody has to know what a library remembers.
pub const RESERVED_PREFIX: &str = "keystead.reserved/";

/// The name is longer than [`MAX_NAME_BYTES`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a name of {0} bytes is over the limit of {MAX_NAME_BYTES}")]
pub struct NameTooLong(pub usize);

/// What a key is called by its owner. It may be empty and may hold any character: nothing may take it for a path,
/// a label or a line of a log. Its [`Display`](std::fmt::Display) form is quoted and escaped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName(String);

impl KeyName {
    /// Takes a name as it is. Errors if it is too long.
    pub fn new(name: impl Into<String>) -> Result<Self, NameTooLong> {
        let name = name.into();
        if name.len() > MAX_NAME_BYTES {
            return Err(NameTooLong(name.len()));
        }
        Ok(KeyName(name))
    }

    /// The name as the client gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is that of a library's record: see [`RESERVED_PREFIX`].
    pub fn is_reserved(&self) -> bool {
        self.0.starts_with(RESERVED_PREFIX)
    }

    /// The name as the client gave it.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl std::fmt::Display for KeyName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Who owns keys: what an authenticator made of a request. Equal names under different authenticators are
/// different tenants (wire contract 2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tenant {
    kind: AuthKind,
    name: String,
}

impl Tenant {
    /// A tenant of the authenticator `kind`. Errors if the name is too long.
    pub fn new(kind: AuthKind, name: impl Into<String>) -> Result<Self, NameTooLong> {
        let name = name.into();
        if name.len() > MAX_NAME_BYTES {
            return Err(NameTooLong(name.len()));
        }
        Ok(Tenant { kind, name })
    }

    /// The authenticator that vouches for the name.
    pub fn kind(&self) -> AuthKind {
        self.kind
    }

    /// The name under that authenticator.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl std::fmt::Display for Tenant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:?}", self.kind.0, self.name)
    }
}

/// One run of a daemon: random bytes that it takes at its start, so that the others see that it was started anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceId([u8; InstanceId::BYTES]);

impl InstanceId {
    /// Its length: 128 bits do not come again by chance.
    pub const BYTES: usize = 16;

    /// Takes random bytes.
    pub const fn new(random: [u8; InstanceId::BYTES]) -> InstanceId {
        InstanceId(random)
    }

    /// The bytes, as they go over the wire.
    pub const fn as_bytes(&self) -> &[u8; InstanceId::BYTES] {
        &self.0
    }

    /// Reads what [`Display`](std::fmt::Display) wrote: 32 hexadecimal digits in lower case. No other form is taken.
    pub fn from_hex(text: &str) -> Option<InstanceId> {
        let digits: &[u8; 2 * InstanceId::BYTES] = text.as_bytes().try_into().ok()?;
        if digits.iter().any(u8::is_ascii_uppercase) {
            return None;
        }
        let mut bytes = [0; InstanceId::BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let value = |digit: u8| char::from(digit).to_digit(16);
            *byte = u8::try_from(value(pair[0])? << 4 | value(pair[1])?).ok()?;
        }
        Some(InstanceId(bytes))
    }
}

impl std::fmt::Display for InstanceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The longest [`ClientRef`], in bytes: container ids have 64.
pub const MAX_CLIENT_REF_BYTES: usize = 128;

/// What an orchestrator calls one of its clients: 1 to [`MAX_CLIENT_REF_BYTES`] letters, digits, `.`, `_`, `:` and `-`, so
/// that it may stand in a log and in the name of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientRef(String);

impl ClientRef {
    /// Takes a name; `None` if it is empty, too long or has another character.
    pub fn new(name: impl Into<String>) -> Option<ClientRef> {
        let name = name.into();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        let is_name = (1..=MAX_CLIENT_REF_BYTES).contains(&name.len()) && name.bytes().all(allowed);
        // A file of this name must not be a directory.
        (is_name && !matches!(name.as_str(), "." | "..")).then_some(ClientRef(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ClientRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_id_has_one_spelling() {
        let id = InstanceId::new(*b"\x00\x0f\xa0\xff 123456789ab");
        assert_eq!(id.to_string(), "000fa0ff203132333435363738396162");
        assert_eq!(InstanceId::from_hex(&id.to_string()), Some(id));
        for other in [
            "",
            "000FA0FF203132333435363738396162",
            "000fa0ff2031323334353637383961",
            "+00fa0ff203132333435363738396162",
        ] {
            assert_eq!(InstanceId::from_hex(other), None, "{other}");
        }
    }

    #[test]
    fn a_client_ref_may_name_a_file() {
        let longest = "a".repeat(MAX_CLIENT_REF_BYTES);
        for name in ["web-1", "pod:7.a_B", "...", longest.as_str()] {
            assert_eq!(ClientRef::new(name).expect("a good name").as_str(), name);
        }
        let too_long = "a".repeat(MAX_CLIENT_REF_BYTES + 1);
        for name in ["", ".", "..", "a/b", "a b", "a\n", "\u{e9}", too_long.as_str()] {
            assert_eq!(ClientRef::new(name), None, "{name:?}");
        }
    }
}
