//! Where a storage root key is, as the store remembers it: nothing of it is secret.

use std::ffi::OsString;
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// Where the storage root key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this file.
    File(PathBuf),
    /// In the systemd credential of this name.
    Credential(String),
    /// In the file that the environment variable of this name names.
    Environment(String),
    /// In the store itself, sealed by the token of the provider that is configured under this name.
    Sealed(String),
}

impl Place {
    /// The kind, and what tells one place of it from another.
    pub(crate) fn to_columns(&self) -> (&'static str, &[u8]) {
        match self {
            Place::File(path) => ("file", path.as_os_str().as_bytes()),
            Place::Credential(name) => ("credential", name.as_bytes()),
            Place::Environment(variable) => ("environment", variable.as_bytes()),
            Place::Sealed(provider) => ("sealed", provider.as_bytes()),
        }
    }

    /// Reads what [`Place::to_columns`] gave.
    pub(crate) fn from_columns(kind: &str, at: Vec<u8>) -> Option<Self> {
        let text = |at| String::from_utf8(at).ok();
        match kind {
            "file" => Some(Place::File(OsString::from_vec(at).into())),
            "credential" => text(at).map(Place::Credential),
            "environment" => text(at).map(Place::Environment),
            "sealed" => text(at).map(Place::Sealed),
            _ => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path) => write!(f, "in the file {}", path.display()),
            Place::Credential(name) => write!(f, "in the systemd credential {name:?}"),
            Place::Environment(variable) => write!(f, "in the file that ${variable} names"),
            Place::Sealed(provider) => write!(f, "sealed by the token of the provider {provider:?}"),
        }
    }
}
