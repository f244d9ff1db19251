//! Names of keys and of those who own them: any UTF-8 text, compared byte for byte.

use crate::codes::AuthKind;

/// The longest name, in bytes (wire contract 4.4): a length that an authentication part can carry too.
pub const MAX_NAME_BYTES: usize = 65_535;

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
