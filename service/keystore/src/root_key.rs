//! The storage root key: 32 bytes under which every record of the store is sealed.

mod error;
mod file;
mod place;

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest;
use keystead_interface::secret::{Secret, SecretBytes};
use keystead_provider::{ErrorKind, ProviderError, Sealing};

pub use error::RootKeyError;
pub use place::Place;

/// Length of the key in bytes.
const KEY_BYTES: usize = 32;
/// What goes into the fingerprint before the key, so that it is no plain hash of it.
const FINGERPRINT_LABEL: &[u8] = b"keystead storage root key fingerprint v1";
/// Where systemd says that a unit's credentials are.
const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// Where the storage root key comes from. It is 32 random bytes, as they are.
#[derive(Clone)]
pub enum RootKeySource {
    /// A file of ours, not wider than 0600. It is made if it is missing and the store is still empty.
    File(PathBuf),
    /// A systemd credential of this name (`LoadCredential=`, `LoadCredentialEncrypted=`). It is never made.
    Credential(String),
    /// A file of ours, not wider than 0600, that the environment variable of this name names. It is never made.
    Environment(String),
    /// The store itself, where it lies sealed by a token. It is made if the store is still empty.
    Sealed {
        /// The configured name of the provider whose token it is.
        provider: String,
        /// What that token does. It may block, and connects by itself.
        sealing: Arc<dyn Sealing>,
    },
}

/// By what a storage root key is known without showing it: 64 bits of its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 8]);

/// The key itself.
pub(crate) struct RootKey(Secret<[u8; KEY_BYTES]>);

/// A key that a store is to be sealed under.
pub(crate) struct NewRootKey {
    pub(crate) key: RootKey,
    /// What the store is to keep of it, if a token sealed it.
    pub(crate) sealed: Option<Vec<u8>>,
}

impl RootKey {
    /// The bytes, for the moment of their use.
    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        self.0.expose()
    }

    /// By what it is known.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(FINGERPRINT_LABEL);
        context.update(self.expose());
        let mut short = [0; 8];
        short.copy_from_slice(&context.finish().as_ref()[..8]);
        Fingerprint(short)
    }

    fn random() -> Result<Self, RootKeyError> {
        let mut key = Secret::new([0; KEY_BYTES]);
        aws_lc_rs::rand::fill(key.expose_mut()).map_err(|_| RootKeyError::NoRandomness)?;
        Ok(RootKey(key))
    }

    #[cfg(test)]
    pub(crate) fn for_test(byte: u8) -> Self {
        RootKey(Secret::new([byte; KEY_BYTES]))
    }
}

impl Fingerprint {
    /// Reads what `to_string` wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let number = u64::from_str_radix(text, 16).ok()?;
        (text.len() == 16).then(|| Fingerprint(number.to_be_bytes()))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl RootKeySource {
    /// Where that is.
    pub fn place(&self) -> Place {
        match self {
            RootKeySource::File(path) => Place::File(path.clone()),
            RootKeySource::Credential(name) => Place::Credential(name.clone()),
            RootKeySource::Environment(variable) => Place::Environment(variable.clone()),
            RootKeySource::Sealed { provider, .. } => Place::Sealed(provider.clone()),
        }
    }

    /// The first key of a store that is empty.
    ///
    /// A crash after the key was made and before the store knows its fingerprint does no harm: the next start finds
    /// the key, or makes another, and the store is still empty.
    pub(crate) fn first(&self) -> Result<NewRootKey, RootKeyError> {
        match self {
            RootKeySource::Sealed { provider, sealing } => seal_new(provider, sealing.as_ref()),
            _ => Ok(NewRootKey { key: self.obtain(None)?, sealed: None }),
        }
    }

    /// The key with this fingerprint. `sealed` is what the store keeps of it, and `held` where it was at last.
    pub(crate) fn find(
        &self,
        expected: Fingerprint,
        held: Option<&Place>,
        sealed: Option<&[u8]>,
    ) -> Result<RootKey, RootKeyError> {
        let wanted = self.place();
        let elsewhere = |held: Option<&Place>| RootKeyError::Elsewhere {
            held: held.map_or("where an earlier version of the service found it".into(), ToString::to_string),
            wanted: wanted.clone(),
        };
        let found = match (self, sealed) {
            (RootKeySource::Sealed { provider, sealing }, Some(sealed)) => {
                unseal(provider, sealing.as_ref(), expected, sealed)
            }
            (RootKeySource::Sealed { .. }, None) | (_, Some(_)) => return Err(elsewhere(held)),
            (_, None) => self.obtain(Some(expected)),
        };
        match (found, held) {
            // A key that was carried to another place by hand is found there; this one was not.
            (Err(error), Some(held)) if *held != wanted && !matches!(error, RootKeyError::File(_)) => {
                Err(elsewhere(Some(held)))
            }
            (found, _) => found,
        }
    }

    /// Another key than the present one, made there or found there. A file's key waits under another name, until
    /// [`settle`] says that the store is sealed under it.
    pub(crate) fn next(&self, present: Fingerprint) -> Result<NewRootKey, RootKeyError> {
        match self {
            RootKeySource::Sealed { provider, sealing } => seal_new(provider, sealing.as_ref()),
            RootKeySource::File(path) => {
                file::settle(path, present)?;
                match file::read_private(path)? {
                    Some(key) if key.fingerprint() != present => Err(RootKeyError::Occupied { path: path.clone() }),
                    _ => Ok(NewRootKey { key: file::create_next(path)?, sealed: None }),
                }
            }
            RootKeySource::Credential(_) | RootKeySource::Environment(_) => {
                let key = self.obtain(None)?;
                if key.fingerprint() == present {
                    return Err(RootKeyError::Unchanged { present, place: self.place() });
                }
                Ok(NewRootKey { key, sealed: None })
            }
        }
    }

    /// The key of a file or a credential. If the store knows a fingerprint, it must be that key, and none is made.
    fn obtain(&self, expected: Option<Fingerprint>) -> Result<RootKey, RootKeyError> {
        self.obtain_in(expected, |variable| std::env::var_os(variable))
    }

    fn obtain_in(
        &self,
        expected: Option<Fingerprint>,
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<RootKey, RootKeyError> {
        let missing = |place: String| match expected {
            Some(expected) => RootKeyError::Missing { expected, place },
            None => RootKeyError::NotProvided { place },
        };
        let path = self.path(environment).map_err(&missing)?;
        let place = path.display().to_string();
        if let RootKeySource::File(path) = self {
            file::clear_draft(path)?;
            expected.map_or(Ok(()), |expected| file::settle(path, expected))?;
        }
        // systemd gives credentials to other owners and with group bits (ACLs), in a directory that only the unit can
        // enter.
        let found = match self {
            RootKeySource::Credential(_) => file::read_any(&path)?,
            _ => file::read_private(&path)?,
        };
        let key = match (found, self, expected) {
            (Some(key), _, _) => key,
            (None, RootKeySource::File(_), None) => file::create(&path)?,
            (None, _, _) => return Err(missing(format!("there is no file {place}"))),
        };
        let found = key.fingerprint();
        match expected {
            Some(expected) if expected != found => Err(RootKeyError::Different { expected, found, place }),
            _ => Ok(key),
        }
    }

    /// The file in which the key is, or why that is not known.
    fn path(&self, environment: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, String> {
        match self {
            RootKeySource::File(path) => Ok(path.clone()),
            RootKeySource::Credential(name) => match environment(CREDENTIALS_DIRECTORY) {
                Some(directory) => Ok(Path::new(&directory).join(name)),
                None => Err(format!(
                    "it should be the systemd credential {name:?}, but ${CREDENTIALS_DIRECTORY} is not set"
                )),
            },
            RootKeySource::Environment(variable) => match environment(variable) {
                Some(path) if !path.is_empty() => Ok(path.into()),
                _ => Err(format!("it should be in the file that ${variable} names, but that is not set")),
            },
            RootKeySource::Sealed { provider, .. } => Err(format!("the provider {provider:?} keeps no file")),
        }
    }
}

/// The store is sealed under this key: if it lies beside the place where it belongs, it is put there.
pub(crate) fn settle(place: &Place, present: Fingerprint) -> Result<(), RootKeyError> {
    match place {
        Place::File(path) => file::settle(path, present),
        _ => Ok(()),
    }
}

/// Removes the file of a key that is no longer in use, unless another key is in it by now.
pub(crate) fn retire(path: &Path, former: Fingerprint) -> Result<(), RootKeyError> {
    file::retire(path, former)
}

/// A new key, sealed by a token that has proved that it gives it back.
fn seal_new(provider: &str, sealing: &dyn Sealing) -> Result<NewRootKey, RootKeyError> {
    let key = RootKey::random()?;
    let failed = |error| RootKeyError::CannotSeal { provider: provider.into(), error };
    let sealed = sealing.seal(&SecretBytes::new(key.expose().to_vec())).map_err(failed)?;
    let back = sealing.unseal(&sealed).map_err(failed)?;
    if back.expose().as_slice() != key.expose() {
        return Err(failed(ProviderError::corruption("what it unseals is not what it sealed")));
    }
    Ok(NewRootKey { key, sealed: Some(sealed) })
}

fn unseal(
    provider: &str,
    sealing: &dyn Sealing,
    expected: Fingerprint,
    sealed: &[u8],
) -> Result<RootKey, RootKeyError> {
    let provider = || provider.to_owned();
    let other = |error| RootKeyError::OtherToken { expected, provider: provider(), error };
    let bytes = sealing.unseal(sealed).map_err(|error| match error.kind {
        ErrorKind::InvalidArgument | ErrorKind::KeyMissing => other(error),
        _ => RootKeyError::TokenAway { provider: provider(), error },
    })?;
    let mut key = Secret::new([0; KEY_BYTES]);
    if bytes.expose().len() != KEY_BYTES {
        return Err(other(ProviderError::corruption("what it unseals has another length")));
    }
    key.expose_mut().copy_from_slice(bytes.expose());
    let key = RootKey(key);
    if key.fingerprint() == expected {
        Ok(key)
    } else {
        Err(other(ProviderError::corruption("it unseals another key")))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::private_file::PrivateFileError;

    fn nothing_set(_: &str) -> Option<OsString> {
        None
    }

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("root.key");
        let source = RootKeySource::File(path.clone());
        let made = source.obtain(None).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
        // As after a crash before the fingerprint was recorded.
        assert_eq!(source.obtain(None).unwrap().expose(), made.expose());
        assert_eq!(source.obtain(Some(made.fingerprint())).unwrap().expose(), made.expose());
        assert_eq!(Fingerprint::parse(&made.fingerprint().to_string()), Some(made.fingerprint()));
    }

    #[test]
    fn what_a_crash_left_of_making_a_key_is_cleared_away() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("root.key");
        let draft = place.path().join("root.key.new");
        fs::write(&draft, b"half").unwrap();
        let made = RootKeySource::File(path.clone()).obtain(None).unwrap();
        assert!(!draft.exists());
        fs::hard_link(&path, &draft).unwrap();
        assert_eq!(RootKeySource::File(path).obtain(None).unwrap().expose(), made.expose());
        assert!(!draft.exists());
    }

    #[test]
    fn a_missing_or_different_key_is_named_by_its_fingerprint_and_its_place() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("root.key");
        let source = RootKeySource::File(path.clone());
        let expected = source.obtain(None).unwrap().fingerprint();
        fs::remove_file(&path).unwrap();

        let missing = source.obtain(Some(expected)).err().unwrap().to_string();
        assert!(missing.contains(&expected.to_string()) && missing.contains(path.to_str().unwrap()), "{missing}");
        assert!(!path.exists(), "no key may be made for a store that has one");

        let other = source.obtain(None).unwrap().fingerprint();
        let different = source.obtain(Some(expected)).err().unwrap().to_string();
        assert!(different.contains(&expected.to_string()) && different.contains(&other.to_string()), "{different}");
    }

    #[test]
    fn a_credential_and_a_named_file_are_read_and_never_made() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("keystead");
        let directory = place.path().as_os_str().to_owned();
        let credential = RootKeySource::Credential("keystead".into());
        let named = RootKeySource::Environment("KEYSTEAD_ROOT_KEY".into());
        let in_directory = |variable: &str| (variable == CREDENTIALS_DIRECTORY).then(|| directory.clone());
        let in_variable = |variable: &str| (variable == "KEYSTEAD_ROOT_KEY").then(|| path.clone().into_os_string());

        for refused in [
            credential.obtain_in(None, nothing_set).err().unwrap(),
            credential.obtain_in(None, in_directory).err().unwrap(),
            named.obtain_in(None, nothing_set).err().unwrap(),
            named.obtain_in(None, in_variable).err().unwrap(),
        ] {
            assert!(matches!(refused, RootKeyError::NotProvided { .. }), "{refused}");
        }
        fs::write(&path, [7; 32]).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o440)).unwrap();
        assert_eq!(credential.obtain_in(None, in_directory).unwrap().expose(), &[7; 32]);
        let wide = named.obtain_in(None, in_variable).err().unwrap().to_string();
        assert!(wide.contains("chmod 0600"), "{wide}");
        fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        assert_eq!(named.obtain_in(None, in_variable).unwrap().expose(), &[7; 32]);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("root.key");
        let source = RootKeySource::File(path.clone());
        for length in [0, 31, 33] {
            fs::write(&path, vec![1; length]).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
            assert!(matches!(source.obtain(None), Err(RootKeyError::WrongLength { .. })), "{length}");
        }
        let real = place.path().join("real.key");
        fs::rename(&path, &real).unwrap();
        symlink(&real, &path).unwrap();
        assert!(matches!(source.obtain(None), Err(RootKeyError::File(PrivateFileError::WrongKind { .. }))));
    }
}
