//! What a public key is for is done in software where the token cannot, if the configuration says so, and not otherwise.

use keystead_e2e_tests::place::Place;
use keystead_e2e_tests::service::Service;
use keystead_interface::attributes::{KeyAttributes, KeyType, Usage};
use keystead_interface::operations::core::{CanDoCrypto, CheckType};
use keystead_interface::status::Status;

use crate::hands::*;
use crate::requests::*;

/// SoftHSM2 does OAEP with SHA-1 only.
#[test]
fn encryption_that_a_token_lacks_is_done_with_the_public_key_if_that_is_wanted() {
    let name = "encryption_that_a_token_lacks_is_done_with_the_public_key_if_that_is_wanted";
    let Some(place) = Place::softhsm(name) else { return };
    let not_wanted = place.provider();
    let wanted = format!("{not_wanted}public_keys_in_software = true\n");
    let service = Service::in_home(place.home(&config(&[&not_wanted])));
    let (software, token) = (service.caller(), service.caller().at(place.number()));
    let pair = with_usage(KeyType::RsaKeyPair, 2048, ALL_USES.and(Usage::EXPORT), OAEP);
    software.ask(generate("pair", pair)).expect("made");
    let public = software.ask(export_public("pair")).expect("public").data;
    let half = with_usage(KeyType::RsaPublicKey, 2048, ALL_USES, OAEP);
    token.ask(import("half", half, &public)).expect("taken over");

    assert_eq!(token.ask(encrypt("half", OAEP, b"text", b"label")).map(drop), Err(Status::PsaErrorNotSupported));
    assert_eq!(can_use(&token, half), Err(Status::PsaErrorNotSupported));
    service.home().configure(&config(&[&wanted]));
    service.reload();
    assert_eq!(can_use(&token, half), Ok(()));
    let ciphertext = token.ask(encrypt("half", OAEP, b"text", b"label")).expect("encrypted").ciphertext;
    let text = software.ask(decrypt("pair", OAEP, &ciphertext, b"label")).expect("decrypted").plaintext;
    assert_eq!(text.expose(), b"text");
    // What takes the private key is the token's alone.
    token.ask(generate("own", pair_of_the_token())).expect("made");
    let ciphertext = token.ask(encrypt("own", OAEP, b"text", b"")).expect("encrypted").ciphertext;
    assert_eq!(token.ask(decrypt("own", OAEP, &ciphertext, b"")).map(drop), Err(Status::PsaErrorNotSupported));
}

fn pair_of_the_token() -> KeyAttributes {
    with_usage(KeyType::RsaKeyPair, 2048, ALL_USES, OAEP)
}

fn can_use(caller: &keystead_e2e_tests::caller::Caller, attributes: KeyAttributes) -> Result<(), Status> {
    caller.ask(CanDoCrypto { check_type: CheckType::Use, attributes }).map(drop)
}
