//! How many keys an application may have (`limits.max_keys_per_application`).

use keystead_e2e_tests::service::Service;
use keystead_interface::attributes::KeyType;
use keystead_interface::status::Status;

use crate::requests::*;

const CONFIG: &str = r#"
[service]
socket_path = "service.sock"
state_directory = "state"
allow_insecure = true

[limits]
max_keys_per_application = 2

[[authenticator]]
kind = "direct"

[[provider]]
kind = "software"
"#;

#[test]
fn an_application_that_has_its_share_of_keys_gets_no_more_until_the_share_grows_or_one_is_gone() {
    let service = Service::with(CONFIG);
    let caller = service.caller().as_application("one");
    let make = |name| caller.ask(generate(name, key(KeyType::Aes, 128, GCM))).map(drop);
    assert_eq!((make("a"), make("b")), (Ok(()), Ok(())));
    assert_eq!(make("c"), Err(Status::QuotaExceeded));
    let legacy = caller.clone().legacy().ask(generate("c", key(KeyType::Aes, 128, GCM))).err();
    assert_eq!(legacy, Some(Status::PsaErrorInsufficientMemory), "old clients know no such status");
    assert_eq!(make("a"), Err(Status::PsaErrorAlreadyExists));
    let other = service.caller().as_application("other");
    other.ask(generate("a", key(KeyType::Aes, 128, GCM))).expect("another's share is its own");
    caller.ask(destroy("a")).expect("gone");
    assert_eq!((make("c"), make("d")), (Ok(()), Err(Status::QuotaExceeded)));
    service.home().configure(&CONFIG.replace("application = 2", "application = 3"));
    service.reload();
    assert_eq!((make("d"), make("e")), (Ok(()), Err(Status::QuotaExceeded)));
}
