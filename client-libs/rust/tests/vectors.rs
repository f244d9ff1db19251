//! The golden bytes that all client libraries share, through the typed methods.

#[path = "service/scripted.rs"]
#[allow(dead_code)]
mod scripted;

use std::path::Path;

use keystead_client::interface::algorithm::Hash;
use keystead_client::interface::attributes::Usage;
use keystead_client::interface::codes::ProviderNumber;
use keystead_client::interface::status::Status;
use keystead_client::{Client, Credential, presets};
use scripted::{Scripted, Step, hex};

/// The bytes of a vector.
fn vector(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../interface/vectors").join(format!("{name}.hex"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    hex(&lines.flat_map(str::chars).filter(|digit| !digit.is_whitespace()).collect::<String>())
}

/// Calls a service that answers with this vector; gives what the call gave, and the request.
fn answered<T>(name: &str, call: impl FnOnce(&Client) -> T) -> (T, Vec<u8>) {
    let service = Scripted::start(vec![vec![Step::Bytes(vector(name))]]);
    let client = Client::at(service.client().endpoint().clone(), Credential::Direct("admin_priv".into()))
        .with_provider(ProviderNumber(1));
    let result = call(&client);
    let mut seen = service.finish(client);
    (result, seen.remove(0).remove(0))
}

/// The vector as this client sends it: with the flags KEEP_ALIVE and EXTENDED.
fn with_flags(name: &str) -> Vec<u8> {
    let mut bytes = vector(name);
    bytes[8] = 3;
    bytes
}

/// A request's body: what lies between its header and its authentication part.
fn body_of(request: &[u8]) -> &[u8] {
    let length = u32::from_le_bytes(request[22..26].try_into().unwrap());
    &request[36..][..length as usize]
}

#[test]
fn requests_are_the_golden_bytes_but_for_the_flags() {
    let (version, request) = answered("V1r", |client| client.ping().unwrap());
    assert_eq!((version, request), ((1, 0), with_flags("V1")));
    let (refusal, request) = answered("V3e", |client| client.delete_client("existing client").unwrap_err());
    assert_eq!((refusal.status(), request), (Some(Status::AdminOperation), with_flags("V3")));
}

#[test]
fn answers_are_read_from_the_golden_bytes() {
    let (opcodes, _) = answered("V2r", |client| client.list_opcodes(ProviderNumber(1)).unwrap());
    assert_eq!(opcodes, [1, 3, 2, 6]);
    let (clients, _) = answered("V4r", |client| client.list_clients().unwrap());
    assert_eq!(clients, ["jim", "bob"]);
    assert!(answered("V10r", |client| client.release_client("1000").unwrap()).0);
    let (accepted, _) = answered("V11r", |client| client.accept_token("hsm").unwrap());
    assert_eq!((accepted.former.as_str(), accepted.accepted.as_str()), ("serial 1", "serial 2"));
    let attributes = presets::ecdsa_p256().with_bits(0);
    let (adopted, request) = answered("V12r", |client| client.adopt_key("hsm", &[1, 2], "1000", "k1", &attributes));
    assert_eq!(adopted.unwrap(), presets::ecdsa_p256());
    assert_eq!(body_of(&request), body_of(&vector("V12")));
    let (rekeyed, _) = answered("V13r", |client| client.rekey_store().unwrap());
    assert_eq!((rekeyed.place.as_str(), rekeyed.records), ("tpm", 300));
    let (quote, request) =
        answered("V14r", |client| client.tpm_quote("k1", Hash::Sha256, &[0, 7], &[1, 2, 3]).unwrap());
    assert_eq!((&quote.attest[..], &quote.signature[..]), (&b"attest"[..], &b"signature"[..]));
    assert_eq!(body_of(&request), body_of(&vector("V14")));
    let (made, _) = answered("V5r", |client| client.generate("k1", &presets::ecdsa_p256()).is_ok());
    assert!(made);
    let (taken, _) = answered("V5e", |client| client.generate("k1", &presets::ecdsa_p256()).unwrap_err());
    assert_eq!(taken.status(), Some(Status::PsaErrorAlreadyExists));
    let (attributes, _) = answered("V6r", |client| client.key_attributes("k1").unwrap());
    assert_eq!(attributes, presets::ecdsa_p256());
    assert!(attributes.usage().contains(Usage::SIGN_MESSAGE.and(Usage::VERIFY_MESSAGE)));
    let (refusal, _) = answered("V9e", |client| client.ping().unwrap_err());
    assert_eq!(refusal.status(), Some(Status::InvalidHeader));
}

#[test]
fn what_parsec_answers_to_our_flags_is_understood() {
    for name in ["V8r", "V8p"] {
        assert_eq!(answered(name, |client| client.ping().unwrap()).0, (1, 0), "{name}");
    }
}
