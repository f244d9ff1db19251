//! A directory of a test's own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A new directory that every user can enter, removed when this is dropped; after a failure it stays, for whoever
/// looks for the reason.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// An empty directory.
    pub fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // Short, because the path of a socket can have 107 bytes at most.
        let path = std::env::temp_dir().join(format!("keystead-{}-{number}", std::process::id()));
        // What is left of a process with the same number, which is long gone.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).expect("the directory for temporary files takes another");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("the directory is ours");
        Folder { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Default for Folder {
    fn default() -> Folder {
        Folder::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("left for inspection: {}", self.path.display());
        } else {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
