//! What an operator does: writes a configuration with mistakes, reloads it under load, starts the service twice, opens
//! the state to others, or lets systemd hold the socket.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use keystead_e2e_tests::binary::workspace;
use keystead_e2e_tests::effort::rounds;
use keystead_e2e_tests::home::{Home, PLAIN};
use keystead_e2e_tests::service::{Refused, Service, run};
use keystead_e2e_tests::wire::{Draft, Wire};
use keystead_interface::algorithm::{Algorithm, AsymmetricSignature, Hash, SignHash};
use keystead_interface::attributes::{EccFamily, KeyAttributes, KeyType, Usage};
use keystead_interface::names::KeyName;
use keystead_interface::operations::keys::PsaGenerateKey;
use keystead_interface::operations::sign::PsaSignHash;
use keystead_interface::status::Status;

/// An unknown key, a value of the wrong type, and a provider of a kind that there is not.
const THREE_MISTAKES: &str = r#"
[service]
socket_path = "service.sock"
socket_mod = 0o666
state_directory = "state"
allow_deprecated = "no"

[[authenticator]]
kind = "unix-peer-credentials"

[[provider]]
kind = "sofware"
"#;

/// What each of the three complaints must hold: its line and its path.
const THREE_COMPLAINTS: [&str; 3] =
    [":4: service.socket_mod: ", ":6: service.allow_deprecated: ", ":12: provider[0].kind: "];

const ECDSA: AsymmetricSignature = AsymmetricSignature::Ecdsa(SignHash::Specific(Hash::Sha256));

fn assert_three_complaints(text: &str) {
    for complaint in THREE_COMPLAINTS {
        assert_eq!(text.matches(complaint).count(), 1, "{complaint:?} once in:\n{text}");
    }
    assert_eq!(text.matches("config.toml:").count(), 3, "three complaints and no more in:\n{text}");
    assert!(text.contains("socket_mode"), "the unknown key's neighbour is suggested:\n{text}");
}

fn assert_pongs(socket: &Path) {
    assert_eq!(Wire::connect(socket).exchange(&Draft::ping().bytes()).status(), Status::Success);
}

fn refused(home: Home) -> (Home, Refused) {
    match Service::try_in(home, None) {
        Ok(service) => panic!("the service started; its log:\n{}", service.log()),
        Err(refused) => refused,
    }
}

#[test]
fn three_mistakes_are_three_complaints() {
    let home = Home::new(THREE_MISTAKES);
    let config = home.config();
    let checked = run(&["--check-config", "--config", config.to_str().expect("the path is text")]);
    assert_eq!(checked.status.code(), Some(2));
    assert_three_complaints(&String::from_utf8_lossy(&[checked.stdout, checked.stderr].concat()));

    let (home, refused) = refused(home);
    assert_eq!(refused.status.code(), Some(2));
    assert_three_complaints(&refused.log);
    assert!(!home.state().exists() && !home.socket().exists(), "nothing was begun");
}

#[test]
fn a_good_configuration_is_said_to_be_good() {
    let home = Home::new(PLAIN);
    for config in [home.config(), workspace().join("config.toml")] {
        let checked = run(&["--check-config", "--config", config.to_str().expect("the path is text")]);
        let said = String::from_utf8_lossy(&checked.stderr);
        assert_eq!(checked.status.code(), Some(0), "{}: {said}", config.display());
    }
    assert!(!home.state().exists(), "checking begins nothing");
}

#[test]
fn a_bad_reload_leaves_the_old_service_answering() {
    let service = Service::plain();
    for bad in [THREE_MISTAKES, "this is not TOML", ""] {
        service.home().configure(bad);
        service.reload();
        assert_pongs(&service.home().socket());
    }
    assert_three_complaints_among(&service.log());
    // And what a reload cannot change is refused as well, with its name.
    service.home().configure(&PLAIN.replace("service.sock", "elsewhere.sock"));
    service.reload();
    assert!(service.log().contains("socket_path"), "the log names what cannot change:\n{}", service.log());
    assert_pongs(&service.home().socket());
    assert!(!service.home().path().join("elsewhere.sock").exists());
}

fn assert_three_complaints_among(log: &str) {
    for complaint in THREE_COMPLAINTS {
        assert!(log.contains(complaint), "{complaint:?} in:\n{log}");
    }
}

#[test]
fn reloads_under_load_fail_no_request() {
    let service = Service::plain();
    let caller = service.caller();
    let name = || KeyName::new("k").expect("a short name");
    let attributes = KeyAttributes::new(
        KeyType::EccKeyPair(EccFamily::SecpR1),
        256,
        Usage::SIGN_HASH,
        Algorithm::AsymmetricSignature(ECDSA),
    );
    caller.ask(PsaGenerateKey { key_name: name(), attributes }).expect("a key is made");

    let reloads = rounds("reloads under load", 100, 100);
    let is_over = AtomicBool::new(false);
    let answered = AtomicU64::new(0);
    let load = |is_kept: bool| {
        let mut wire = caller.connect();
        while !is_over.load(Ordering::Relaxed) {
            let sign = PsaSignHash { key_name: name(), alg: ECDSA, hash: vec![7; 32] };
            let signed = if is_kept { caller.ask_on(&mut wire, sign) } else { caller.ask(sign) };
            signed.expect("a reload is felt by nobody");
            answered.fetch_add(1, Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        let workers = [true, true, false, false].map(|is_kept| scope.spawn(move || load(is_kept)));
        for number in 0..reloads {
            let (good, bad) = (format!("{PLAIN}\n[limits]\nmax_cached_keys = {}\n", 100 + number), THREE_MISTAKES);
            service.home().configure(if number % 2 == 0 { bad } else { &good });
            let before = answered.load(Ordering::Relaxed);
            service.reload();
            // The load goes on between reloads; a worker that failed ends the wait by its panic.
            while answered.load(Ordering::Relaxed) < before + 10 && !workers.iter().any(|one| one.is_finished()) {
                std::thread::yield_now();
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    println!("requests during the reloads: {}", answered.load(Ordering::Relaxed));
}

#[test]
fn a_second_daemon_is_refused() {
    let service = Service::plain();
    let second = Home::new(&PLAIN.replace("\"state\"", &format!("{:?}", service.home().state())));
    let (second, refused) = refused(second);
    assert_ne!(refused.status.code(), Some(0));
    assert!(refused.log.contains("state"), "the log says what is taken:\n{}", refused.log);
    drop(second);
    // And so is one that would take over the same socket as well.
    let config = service.home().config();
    let output = run(&["--config", config.to_str().expect("the path is text")]);
    assert_ne!(output.status.code(), Some(0));
    assert_pongs(&service.home().socket());
}

#[test]
fn state_that_others_can_read_is_refused() {
    let (status, home) = Service::plain().stop();
    assert_eq!(status.code(), Some(0));
    let mode = |path: &Path| fs::metadata(path).expect("it is there").mode() & 0o777;
    assert_eq!(mode(&home.state()), 0o700);
    let files: Vec<_> =
        fs::read_dir(home.state()).expect("it is ours").map(|file| file.expect("ours").path()).collect();
    assert!(!files.is_empty());
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }

    let mut home = home;
    let widened = files.iter().map(|file| (file.clone(), 0o640, 0o600)).chain([(home.state(), 0o750, 0o700)]);
    for (path, wide, narrow) in widened {
        fs::set_permissions(&path, fs::Permissions::from_mode(wide)).expect("it is ours");
        let refused;
        (home, refused) = self::refused(home);
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        assert!(refused.log.lines().any(|line| line.contains(&name)), "{name} is named in:\n{}", refused.log);
        fs::set_permissions(&path, fs::Permissions::from_mode(narrow)).expect("it is ours");
    }
    assert_pongs(&Service::in_home(home).home().socket());
}

#[test]
fn a_socket_of_systemd_outlives_reloads() {
    let home = Home::new(PLAIN);
    let socket = home.socket();
    let listener = UnixListener::bind(&socket).expect("the directory is ours");
    let inode = fs::metadata(&socket).expect("it was just bound").ino();
    // A client that connects before the service is there waits for it.
    let mut early = Wire::connect(&socket);
    early.send(&Draft::ping().bytes());
    let service = Service::activated(home, listener);
    assert_eq!(early.answer().status(), Status::Success);
    for number in 0..2 {
        service.home().configure(&format!("{PLAIN}\n[limits]\nmax_cached_keys = {}\n", 100 + number));
        service.reload();
        assert_pongs(&socket);
        assert_eq!(fs::metadata(&socket).expect("it stays").ino(), inode, "the socket is still systemd's");
    }
    let (status, _home) = service.stop();
    assert_eq!(status.code(), Some(0));
    assert!(socket.exists(), "who did not make the socket does not remove it");
}

#[test]
fn an_order_to_stop_is_obeyed() {
    let service = Service::plain();
    let socket = service.home().socket();
    let (status, home) = service.stop();
    assert_eq!(status.code(), Some(0));
    assert!(!socket.exists(), "its own socket is removed");
    // Another can start in the same place at once.
    assert_pongs(&Service::in_home(home).home().socket());
}
