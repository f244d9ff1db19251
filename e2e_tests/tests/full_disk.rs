//! A state directory on a full disk: the service says so, goes on with what it has, and recovers when there is space.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use keystead_e2e_tests::caller::Caller;
use keystead_e2e_tests::effort::left_out;
use keystead_e2e_tests::home::{Home, PLAIN};
use keystead_e2e_tests::service::Service;
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::names::KeyName;
use keystead_interface::operations::core::ListKeys;
use keystead_interface::operations::keys::{PsaDestroyKey, PsaExportPublicKey, PsaGenerateKey};
use keystead_interface::operations::sign::{PsaSignHash, PsaVerifyHash};
use keystead_interface::status::Status;

/// What the disk has after it was filled from outside: room for some keys, and not for many.
const ROOM: u64 = 96 * 1024;
/// More keys than fit into [`ROOM`].
const MANY: usize = 5_000;

const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));

/// A small disk, mounted at a folder until it is dropped.
struct Disk(PathBuf);

impl Disk {
    /// None, and noted as left out, if this process may not mount.
    fn mount(at: PathBuf) -> Option<Disk> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m,mode=0700", "keystead-test"]).arg(&at);
        match mount.output() {
            Ok(output) if output.status.success() => Some(Disk(at)),
            Ok(output) => {
                left_out("a full disk", String::from_utf8_lossy(&output.stderr).trim());
                None
            }
            Err(error) => {
                left_out("a full disk", &error.to_string());
                None
            }
        }
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Fills the disk but for this many bytes.
    fn fill(&self, but_for: u64) {
        let mut file = File::create(self.ballast()).expect("the disk is ours");
        let mut length = 0;
        loop {
            match file.write(&[1; 4096]) {
                Ok(written) => length += written as u64,
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("the ballast cannot be written: {error}"),
            }
        }
        file.set_len(length.saturating_sub(but_for)).expect("the disk is ours");
    }

    fn empty(&self) {
        fs::remove_file(self.ballast()).expect("the disk is ours");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: after a failure a service may still live there for a moment.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn create(caller: &Caller, name: &str) -> Result<(), Status> {
    let usage = Usage::SIGN_HASH.and(Usage::VERIFY_HASH);
    let algorithm = Algorithm::AsymmetricSignature(ECDSA);
    let attributes = KeyAttributes::new(KeyType::EccKeyPair(EccFamily::SecpR1), 256, usage, algorithm);
    caller.ask(PsaGenerateKey { key_name: key_name(name), attributes }).map(|_| ())
}

fn public_key(caller: &Caller, name: &str) -> Vec<u8> {
    caller.ask(PsaExportPublicKey { key_name: key_name(name) }).expect("the key is there").data
}

fn check_signs(caller: &Caller, name: &str) {
    let request = PsaSignHash { key_name: key_name(name), alg: ECDSA, hash: vec![7; 32] };
    let signature = caller.ask(request).expect("the key signs").signature;
    let request = PsaVerifyHash { key_name: key_name(name), alg: ECDSA, hash: vec![7; 32], signature };
    caller.ask(request).expect("the signature is the key's");
}

fn check_all(caller: &Caller, keys: &[(String, Vec<u8>)]) {
    let listed = caller.ask(ListKeys::default()).expect("a list").keys;
    let mut listed: Vec<_> = listed.into_iter().map(|key| key.name.into_string()).collect();
    let mut known: Vec<_> = keys.iter().map(|(name, _)| name.clone()).collect();
    listed.sort();
    known.sort();
    assert_eq!(listed, known);
    for (name, public) in keys {
        assert_eq!(&public_key(caller, name), public, "{name} became another");
        check_signs(caller, name);
    }
}

/// Creates keys until the disk is full. That must be said by its status.
fn create_until_full(caller: &Caller, keys: &mut Vec<(String, Vec<u8>)>, prefix: &str) {
    for number in 0..MANY {
        let name = format!("{prefix} {number}");
        match create(caller, &name) {
            Ok(()) => {
                let public = public_key(caller, &name);
                keys.push((name, public));
            }
            Err(status) => {
                assert_eq!(status, Status::PsaErrorInsufficientStorage);
                return;
            }
        }
    }
    panic!("{MANY} keys fitted into {ROOM} bytes");
}

#[test]
fn a_full_disk_is_said_so_and_costs_no_key() {
    let home = Home::new(PLAIN);
    let Some(disk) = small_disk(&home.state()) else { return };
    let service = Service::in_home(home);
    let caller = service.caller();
    let mut keys = Vec::new();
    for number in 0..10 {
        let name = format!("early {number}");
        create(&caller, &name).expect("there is space");
        keys.push((name.clone(), public_key(&caller, &name)));
    }
    disk.fill(ROOM);
    create_until_full(&caller, &mut keys, "late");
    println!("{} keys when the disk was full", keys.len());
    // It stays so, and what was refused is not there.
    for number in 0..20 {
        assert_eq!(create(&caller, &format!("refused {number}")), Err(Status::PsaErrorInsufficientStorage));
    }
    check_all(&caller, &keys);

    // A restart on the full disk loses nothing either.
    let service = Service::in_home(service.kill());
    let caller = service.caller();
    check_all(&caller, &keys);

    disk.empty();
    create(&caller, "after").expect("there is space again");
    keys.push(("after".into(), public_key(&caller, "after")));
    caller.ask(PsaDestroyKey { key_name: key_name(&keys.remove(0).0) }).expect("it is destroyed");
    check_all(&caller, &keys);
    let service = Service::in_home(service.kill());
    check_all(&service.caller(), &keys);
    drop(service);
    drop(disk);
}

fn small_disk(state: &Path) -> Option<Disk> {
    fs::create_dir(state).expect("the directory is ours");
    Disk::mount(state.to_owned())
}

fn key_name(name: &str) -> KeyName {
    KeyName::new(name).expect("a short name")
}
