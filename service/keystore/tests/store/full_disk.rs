//! A disk that takes no more.

use std::path::PathBuf;
use std::process::Command;

use keystead_interface::status::Status;
use keystead_keystore::{KeyStore, RootKeySource, SqliteStore};

use crate::{Place, address, record, wait};

/// Tells this test that it is the process whose files may not grow, and where its store is.
const CONFINED: &str = "KEYSTEAD_TEST_FULL_DISK_DIRECTORY";

/// Inserts until nothing fits any more, and prints how many fitted.
fn be_confined(path: PathBuf) {
    let directory = crate::directory(&path);
    let root_key = RootKeySource::File(directory.root_key_file());
    let store = SqliteStore::open(directory, &root_key).unwrap();
    let insert = |number: u64| wait(store.insert(&address("1000", &number.to_string()), &record(number, &[1; 1000])));
    let fitted = (0..10_000).take_while(|number| insert(*number).is_ok()).count() as u64;
    for number in fitted..fitted + 10 {
        let error = insert(number).unwrap_err();
        let status = error.status();
        assert!(
            matches!(status, Status::PsaErrorInsufficientStorage | Status::PsaErrorStorageFailure),
            "{error} is {status}"
        );
        assert!(store.find(&address("1000", &number.to_string())).unwrap().is_none());
    }
    // It still reads.
    assert!(store.find(&address("1000", "0")).unwrap().is_some());
    println!("fitted {fitted}");
    // No clean end: nothing may depend on it.
    std::process::abort();
}

#[test]
fn a_full_disk_costs_no_key_that_was_acknowledged() {
    if let Some(path) = std::env::var_os(CONFINED) {
        return be_confined(path.into());
    }
    let place = Place::new();
    // No file over 512 KiB; the signal that would end the process is ignored, so that writes fail instead.
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -c 0; ulimit -f 1024; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "full_disk::a_full_disk_costs_no_key_that_was_acknowledged", "--nocapture"])
        .env(CONFINED, place.path())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let fitted = printed.lines().find_map(|line| line.strip_prefix("fitted ")?.parse::<u64>().ok());
    let fitted = fitted.unwrap_or_else(|| panic!("{printed}\n{}", String::from_utf8_lossy(&output.stderr)));
    assert!(fitted > 10, "{fitted}");

    let store = place.open();
    assert_eq!(store.count().unwrap(), fitted);
    for number in 0..fitted {
        assert!(store.find(&address("1000", &number.to_string())).unwrap().is_some());
    }
    wait(store.insert(&address("1000", &fitted.to_string()), &record(fitted, b"handle"))).unwrap();
}
