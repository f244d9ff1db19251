//! The storage root key in a file. A key appears under its name whole and durable, or not at all.
//!
//! A new key of a store that has one waits as `NAME.next` until the store is sealed under it, and then takes the name:
//! after a crash the store's fingerprint says which of the two is the key.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use keystead_interface::secret::Secret;

use super::{Fingerprint, KEY_BYTES, RootKey, RootKeyError};
use crate::private_file::{self, failed};

/// Reads the key of a file that is ours alone; none if there is no file.
pub(super) fn read_private(path: &Path) -> Result<Option<RootKey>, RootKeyError> {
    read(path, true)
}

/// Reads the key of a file that may have another owner and mode.
pub(super) fn read_any(path: &Path) -> Result<Option<RootKey>, RootKeyError> {
    read(path, false)
}

/// Makes the first key, and never replaces what is there.
pub(super) fn create(path: &Path) -> Result<RootKey, RootKeyError> {
    let draft = beside(path, ".new");
    let key = write(&draft)?;
    // Unlike a rename, a link never replaces what is there.
    fs::hard_link(&draft, path).map_err(failed(path, "create it"))?;
    fs::remove_file(&draft).map_err(failed(&draft, "remove it"))?;
    private_file::sync_directory(private_file::directory_of(path))?;
    Ok(key)
}

/// Removes what a crash left of making the first key: a draft under which nothing was sealed, or a second name of the
/// key.
pub(super) fn clear_draft(path: &Path) -> Result<(), RootKeyError> {
    remove(&beside(path, ".new"))
}

/// Brings a change of keys that a crash cut short to its end: if the key that the store knows is still the next one, it
/// takes the name; if it has the name, a next one that never came into use is removed. Otherwise nothing is touched.
pub(super) fn settle(path: &Path, expected: Fingerprint) -> Result<(), RootKeyError> {
    let next = beside(path, ".next");
    // Looked at first, because a directory that is read-only has none, and allows no removal of nothing either.
    if fs::symlink_metadata(&next).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(());
    }
    if holds(path, expected) {
        return remove(&next);
    }
    if holds(&next, expected) { promote(path) } else { Ok(()) }
}

/// Makes the next key, durable as `NAME.next`.
pub(super) fn create_next(path: &Path) -> Result<RootKey, RootKeyError> {
    let next = beside(path, ".next");
    remove(&next)?;
    let key = write(&next)?;
    private_file::sync_directory(private_file::directory_of(path))?;
    Ok(key)
}

/// Gives the next key its name, in the place of the former one.
pub(super) fn promote(path: &Path) -> Result<(), RootKeyError> {
    fs::rename(beside(path, ".next"), path).map_err(failed(path, "put the next key in its place"))?;
    Ok(private_file::sync_directory(private_file::directory_of(path))?)
}

/// Removes the file of a key that is no longer in use, unless another key is in it by now.
pub(super) fn retire(path: &Path, former: Fingerprint) -> Result<(), RootKeyError> {
    if holds(path, former) {
        remove(path)?;
        private_file::sync_directory(private_file::directory_of(path))?;
    }
    Ok(())
}

/// Whether this key is in this file. What cannot be read is another one.
fn holds(path: &Path, wanted: Fingerprint) -> bool {
    matches!(read_private(path), Ok(Some(key)) if key.fingerprint() == wanted)
}

fn read(path: &Path, is_private: bool) -> Result<Option<RootKey>, RootKeyError> {
    let Some(mut file) = private_file::open_file(path)? else {
        return Ok(None);
    };
    if is_private {
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

/// A new key in a new file, durable except for the file's name.
fn write(path: &Path) -> Result<RootKey, RootKeyError> {
    let key = RootKey::random()?;
    let mut file = private_file::create_private(path)?;
    file.write_all(key.expose()).and_then(|()| file.sync_all()).map_err(failed(path, "write it"))?;
    Ok(key)
}

fn remove(path: &Path) -> Result<(), RootKeyError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path, "remove it")(error).into()),
        _ => Ok(()),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
