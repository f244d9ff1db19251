//! The storage root key: 32 bytes under which every record of the store is sealed.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use keystead_interface::secret::Secret;

use crate::private_file::{self, PrivateFileError, failed};

/// Length of the key in bytes.
const KEY_BYTES: usize = 32;
/// What goes into the fingerprint before the key, so that it is no plain hash of it.
const FINGERPRINT_LABEL: &[u8] = b"keystead storage root key fingerprint v1";
/// Where systemd says that a unit's credentials are.
const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// Where the storage root key comes from. It is 32 random bytes, as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootKeySource {
    /// A file of ours, not wider than 0600. It is made if it is missing and the store is still empty.
    File(PathBuf),
    /// A systemd credential of this name (`LoadCredential=`, `LoadCredentialEncrypted=`). It is never made.
    Credential(String),
    /// A file of ours, not wider than 0600, that the environment variable of this name names. It is never made.
    Environment(String),
}

/// By what a storage root key is known without showing it: 64 bits of its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 8]);

/// Why there is no storage root key. `place` says where it was looked for.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// The store is sealed, and its key is not there.
    #[error(
        "the store is sealed under the storage root key with the fingerprint {expected}, which is missing: {place}. \
         Put it back; without it the keys in the store are lost"
    )]
    Missing {
        /// The key that is needed.
        expected: Fingerprint,
        /// Where it was looked for.
        place: String,
    },
    /// The store is empty, and the key is to come from a place where none is ever made.
    #[error(
        "there is no storage root key: {place}. Put 32 random bytes there, as `head -c 32 /dev/urandom` makes them"
    )]
    NotProvided {
        /// Where it was looked for.
        place: String,
    },
    /// The store is sealed under another key.
    #[error(
        "the store is sealed under the storage root key with the fingerprint {expected}, but {place} holds the one \
         with the fingerprint {found}"
    )]
    Different {
        /// The key that is needed.
        expected: Fingerprint,
        /// The key that was found.
        found: Fingerprint,
        /// Where it was found.
        place: String,
    },
    /// What is there is no key.
    #[error("{place} is no storage root key: it must be exactly 32 bytes long")]
    WrongLength {
        /// Where it was found.
        place: String,
    },
    /// The file is not as it must be, or cannot be read.
    #[error("storage root key: {0}")]
    File(#[from] PrivateFileError),
    /// The system gives no randomness.
    #[error("no randomness for a new storage root key")]
    NoRandomness,
}

/// The key itself.
pub(crate) struct RootKey(Secret<[u8; KEY_BYTES]>);

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
    /// The key. If the store knows a fingerprint, it must be that key, and none is made.
    ///
    /// A crash after the key was made and before the store knows its fingerprint does no harm: the next start finds
    /// the key, and the store is still empty.
    pub(crate) fn obtain(&self, expected: Option<Fingerprint>) -> Result<RootKey, RootKeyError> {
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
            clear_draft(path)?;
        }
        let key = match (read(&path, self)?, self, expected) {
            (Some(key), _, _) => key,
            (None, RootKeySource::File(_), None) => create(&path)?,
            (None, _, _) => return Err(missing(format!("there is no file {place}"))),
        };
        let found = key.fingerprint();
        match expected {
            Some(expected) if expected != found => Err(RootKeyError::Different { expected, found, place }),
            _ => Ok(key),
        }
    }

    /// Where the key is, or why that is not known.
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
        }
    }
}

fn read(path: &Path, source: &RootKeySource) -> Result<Option<RootKey>, RootKeyError> {
    let Some(mut file) = private_file::open_file(path)? else {
        return Ok(None);
    };
    // systemd gives credentials to other owners and with group bits (ACLs), in a directory that only the unit can enter.
    if !matches!(source, RootKeySource::Credential(_)) {
        let found = file.metadata().map_err(failed(path, "look at it"))?;
        private_file::check_private(path, &found)?;
    }
    let mut key = Secret::new([0; KEY_BYTES]);
    let wrong_length = || RootKeyError::WrongLength { place: path.display().to_string() };
    match file.read_exact(key.expose_mut()) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(wrong_length()),
        Err(error) => return Err(failed(path, "read it")(error).into()),
    }
    // A key with a line end behind it was made by something that might have cut it short at a zero byte, too.
    match file.read(&mut [0]).map_err(failed(path, "read it"))? {
        0 => Ok(Some(RootKey(key))),
        _ => Err(wrong_length()),
    }
}

/// Makes a key. It appears under its name whole and durable, or not at all, and never instead of another.
fn create(path: &Path) -> Result<RootKey, RootKeyError> {
    let mut key = Secret::new([0; KEY_BYTES]);
    aws_lc_rs::rand::fill(key.expose_mut()).map_err(|_| RootKeyError::NoRandomness)?;
    let draft = draft_of(path);
    let mut file = private_file::create_private(&draft)?;
    file.write_all(key.expose()).and_then(|()| file.sync_all()).map_err(failed(&draft, "write it"))?;
    // Unlike a rename, a link never replaces what is there.
    fs::hard_link(&draft, path).map_err(failed(path, "create it"))?;
    fs::remove_file(&draft).map_err(failed(&draft, "remove it"))?;
    private_file::sync_directory(private_file::directory_of(path))?;
    Ok(RootKey(key))
}

/// Removes what a crash left of making a key: a draft under which nothing was sealed, or a second name of the key.
fn clear_draft(path: &Path) -> Result<(), RootKeyError> {
    let draft = draft_of(path);
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&draft, "remove it")(error).into()),
        _ => Ok(()),
    }
}

fn draft_of(path: &Path) -> PathBuf {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    draft.into()
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

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
