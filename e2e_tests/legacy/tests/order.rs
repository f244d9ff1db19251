//! Row 63 of what Parsec teaches: old clients take the first authenticator that they can, so the order in the
//! configuration says which one that is.

use keystead_e2e_tests::home::WITH_DIRECT;
use keystead_e2e_tests::service::Service;
use parsec_client::auth::Authentication;
use parsec_client::core::interface::requests::ProviderId;
use parsec_client::BasicClient;

/// `WITH_DIRECT` with its authenticators the other way round.
fn direct_first() -> String {
    let (head, rest) = WITH_DIRECT.split_once("[[authenticator]]").expect("it has authenticators");
    let (peer, rest) = rest.split_once("[[authenticator]]").expect("it has two");
    let (direct, providers) = rest.split_once("[[provider]]").expect("it has a provider");
    format!("{head}[[authenticator]]{direct}[[authenticator]]{peer}[[provider]]{providers}")
}

#[test]
fn old_clients_follow_the_order_of_the_configuration() {
    let service = Service::with(WITH_DIRECT);
    keystead_legacy_tests::point_clients_to(&service);
    let choice = || {
        let client = BasicClient::new(Some("app".to_owned())).expect("the client finds the service");
        assert_eq!(client.implicit_provider(), ProviderId::MbedCrypto);
        assert!(client.list_keys().expect("it is believed").is_empty());
        matches!(client.auth_data(), Authentication::Direct(name) if name == "app")
    };
    assert!(!choice(), "peer credentials come first");
    service.home().configure(&direct_first());
    service.reload();
    assert!(choice(), "the name that the application gives itself comes first");
    service.home().configure(WITH_DIRECT);
    service.reload();
    assert!(!choice());
}
