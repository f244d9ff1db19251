//! Where a secret of the configuration is, such as a token's PIN.

use std::path::{Path, PathBuf};

use keystead_interface::secret::SecretBytes;
use keystead_keystore::private_file::{self, PrivateFileError};

use super::checklist::Checklist;
use crate::config::Pin;

/// The longest secret in bytes: longer than the PIN of any token.
const MAX_SECRET_BYTES: usize = 1024;

/// Where systemd says that a unit's credentials are.
const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// In the configuration.
    Written(Pin),
    /// In a file of ours that nobody else can read; an absolute path.
    File(PathBuf),
    /// In a systemd credential of this name.
    Credential(String),
}

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file is not as it must be, or cannot be read.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// There is no such file.
    #[error("there is no file {path}", path = .0.display())]
    Missing(PathBuf),
    /// The service was not given any credentials.
    #[error(
        "the credential {0:?} cannot be read: $CREDENTIALS_DIRECTORY is not set, so this is not a unit of systemd's"
    )]
    NoCredentials(String),
}

impl SecretSource {
    /// The secret, byte for byte; a newline at the end of a file is no part of it.
    pub fn read(&self) -> Result<SecretBytes, SecretError> {
        let (path, private) = match self {
            SecretSource::Written(pin) => return Ok(SecretBytes::new(pin.expose().to_vec())),
            SecretSource::File(path) => (path.clone(), true),
            SecretSource::Credential(name) => {
                let folder = std::env::var_os(CREDENTIALS_DIRECTORY);
                let folder = folder.ok_or_else(|| SecretError::NoCredentials(name.clone()))?;
                // systemd gives credentials wider modes, in a directory that only the unit can enter.
                (Path::new(&folder).join(name), false)
            }
        };
        let secret = private_file::read_secret(&path, MAX_SECRET_BYTES, private)?;
        let mut secret = secret.ok_or(SecretError::Missing(path))?;
        if secret.expose().last() == Some(&b'\n') {
            secret.expose_mut().pop();
        }
        Ok(secret)
    }
}

/// The one source that is written under one of several keys; none if there is none. Paths start at the file's folder.
pub(super) fn secret_source<const KEYS: usize>(
    keys: [(&str, Option<SecretSource>); KEYS],
    path: &str,
    checklist: &mut Checklist<'_>,
) -> Option<SecretSource> {
    let mut chosen: Option<(String, SecretSource)> = None;
    for (key, source) in keys {
        let Some(source) = source else { continue };
        let at = format!("{path}.{key}");
        let source = match source {
            SecretSource::File(file) => SecretSource::File(checklist.path(&at, &file.to_string_lossy())),
            SecretSource::Credential(name)
                if name.is_empty() || name.contains(['/', '\0']) || name.starts_with('.') =>
            {
                checklist.complain(&at, "must be a credential's name, without a slash");
                continue;
            }
            other => other,
        };
        match &chosen {
            Some((first, _)) => checklist.complain(&at, format!("{first} says the same already; write one of them")),
            None => chosen = Some((at, source)),
        }
    }
    chosen.map(|(_, source)| source)
}
