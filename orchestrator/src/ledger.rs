//! The list of running clients on disk, a file for each, so that they keep their identities when the daemon is restarted.
//! Nothing in it is secret, and nothing is believed that the kernel does not confirm.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use keystead_interface::names::ClientRef;
use keystead_trust::json::{BadMember, Object};
use keystead_trust::payload::Content;
use keystead_trust::payload::definition::Definition;
use keystead_trust::peer::boot_id;
use serde_json::{Map, json};

use crate::client::Client;
use crate::facts::Process;

/// The folder of the list.
#[derive(Debug)]
pub struct Ledger(PathBuf);

impl Ledger {
    /// Opens the list, and makes its folder with mode 0700 if it is missing.
    pub fn open(folder: &Path) -> io::Result<Ledger> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        Ok(Ledger(folder.to_owned()))
    }

    /// Writes a client down. A crash leaves all of it or nothing.
    pub fn note(&self, client: &Client) -> io::Result<()> {
        let mut definition = Map::new();
        client.definition.write(&mut definition);
        let process = client.runtime.process;
        let boot = boot_id()?.to_string();
        let record = json!({
            "boot": boot, "pid": process.pid, "pidfd_inode": process.pidfd_inode, "definition": definition,
        });
        let file = self.file(client.client_ref());
        let unfinished = file.with_extension(UNFINISHED);
        let written = fs::write(&unfinished, record.to_string()).and_then(|()| fs::rename(&unfinished, file));
        if written.is_err() {
            // It takes room on a disk that is full; if it stays nevertheless, the next start removes it.
            let _ = fs::remove_file(unfinished);
        }
        written
    }

    /// Strikes a client out.
    pub fn strike(&self, client: &ClientRef) {
        if let Err(error) = fs::remove_file(self.file(client)) {
            log::warn!("a client that has ended stays in the list until the next start: {error}");
        }
    }

    /// The clients that live still, as the kernel confirms. What has ended or cannot be understood is struck out; files that
    /// are not ours stay.
    pub fn living(&self) -> io::Result<Vec<(Client, Process)>> {
        let mut living = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some(FINISHED) => {}
                // Nobody was told that this client is vouched for.
                Some(UNFINISHED) => {
                    fs::remove_file(path)?;
                    continue;
                }
                _ => continue,
            }
            match confirmed(&path) {
                Ok(client) => living.push(client),
                Err(error) if is_over(&error) => {
                    log::info!("a client of the list is not there any more: {error}");
                    fs::remove_file(path)?;
                }
                // It may live, and is looked for again at the next start.
                Err(error) => {
                    log::warn!("a client cannot be looked for, and gets no tokens: {}: {error}", path.display())
                }
            }
        }
        Ok(living)
    }

    fn file(&self, client: &ClientRef) -> PathBuf {
        // Not with_extension: names may have dots.
        self.0.join(format!("{client}.{FINISHED}"))
    }
}

/// How files of clients end, and how they end while they are written.
const FINISHED: &str = "json";
const UNFINISHED: &str = "new";

/// Whether a client cannot come back: its process is gone, or its file says nothing.
fn is_over(error: &io::Error) -> bool {
    let is_gone = error.raw_os_error() == Some(rustix::io::Errno::SRCH.raw_os_error());
    is_gone || matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData)
}

/// The client of a file, if its process is the same one that it was.
fn confirmed(path: &Path) -> io::Result<(Client, Process)> {
    let unreadable = |error: &dyn std::fmt::Display| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    let mut record = Object::parse(&fs::read(path)?).map_err(|error| unreadable(&error))?;
    let (boot, pid, inode, definition) = read(&mut record).map_err(|error| unreadable(&error))?;
    let process = Process::open(pid)?;
    if boot != boot_id()?.to_string() || process.pinned().pidfd_inode != inode {
        return Err(io::Error::new(io::ErrorKind::NotFound, "its process has ended"));
    }
    let runtime = process.look()?.runtime;
    Ok((Client { definition, runtime }, process))
}

fn read(record: &mut Object) -> Result<(String, u32, u64, Definition), BadMember> {
    let pid = u32::try_from(record.take_natural("pid")?).map_err(|_| BadMember("pid"))?;
    let definition = Definition::read(&mut record.take_object("definition")?)?;
    Ok((record.take_text("boot")?, pid, record.take_natural("pidfd_inode")?, definition))
}

#[cfg(test)]
mod tests {
    use keystead_trust::spiffe_id::SpiffeId;

    use super::*;

    #[test]
    fn only_what_lives_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(&folder.path().join("state")).unwrap();
        let client_of = |name: &str, pid| {
            let seen = Process::open(pid).unwrap().look().unwrap();
            let identity = SpiffeId::parse("spiffe://localhost/shop").unwrap();
            Client::of_command(ClientRef::new(name).unwrap(), identity, &seen)
        };
        let own = client_of("own.1", std::process::id());
        let mut child = std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let ended = client_of("ended", child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        let mut other = own.clone();
        other.definition.client_ref = ClientRef::new("other").unwrap();
        other.runtime.process.pidfd_inode += 1;
        for client in [&own, &ended, &other] {
            ledger.note(client).unwrap();
        }
        // A crash while one was written, and what is nothing of ours.
        let state = folder.path().join("state");
        fs::write(state.join("torn.json"), "{\"boot\":").unwrap();
        fs::copy(state.join("own.1.json"), state.join("crashed.new")).unwrap();
        fs::create_dir(state.join("lost+found")).unwrap();
        let living: Vec<Client> = ledger.living().unwrap().into_iter().map(|(client, _)| client).collect();
        assert_eq!(living, std::slice::from_ref(&own));
        ledger.strike(own.client_ref());
        let left: Vec<_> = fs::read_dir(state).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["lost+found"]);
    }

    #[test]
    fn a_list_that_cannot_be_written_is_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path()).unwrap();
        let seen = Process::open(std::process::id()).unwrap().look().unwrap();
        let identity = SpiffeId::parse("spiffe://localhost/shop").unwrap();
        let client = Client::of_command(ClientRef::new("shop").unwrap(), identity, &seen);
        // In its way, as a full disk would be.
        fs::create_dir(folder.path().join("shop.json")).unwrap();
        assert!(ledger.note(&client).is_err());
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["shop.json"]);
    }
}
