//! Real containers: runc tells the orchestrator of them through its hooks, and two of one uid have identities of their own.
//!
//! Service, identity provider and orchestrator run as users of their own, as they are packaged, and without any capability.

#[path = "containers/host.rs"]
mod host;
#[path = "containers/insider.rs"]
mod insider;
#[path = "containers/runc.rs"]
mod runc;

use host::Host;
use insider::Insider;
use keystead_e2e_tests::binary::workspace;
use runc::{Bundle, Container};

/// What the test's own processes are when they are started as an application outside of the containers.
#[test]
fn insider() {
    insider::serve();
}

#[test]
fn the_packaged_examples_call_one_hook() {
    let read = |name: &str| -> serde_json::Value {
        let text = std::fs::read(workspace().join("packaging/oci").join(name)).expect("it is packaged");
        serde_json::from_slice(&text).expect("it is JSON")
    };
    let (bundle, engine) = (read("config.json.example"), read("hooks.d/keystead.json"));
    let stages = ["createRuntime", "poststop"];
    assert_eq!(engine["stages"], serde_json::json!(stages));
    for stage in stages {
        assert_eq!(bundle["hooks"][stage], serde_json::json!([engine["hook"]]), "{stage}");
    }
}

#[test]
fn containers_of_one_user_have_identities_and_keys_of_their_own() {
    let Some(host) = Host::start("containers_of_one_user_have_identities_and_keys_of_their_own") else { return };
    let (mut shop, mut till) = (host.container("shop"), host.container("till"));
    let mut public_keys = Vec::new();
    for (name, container) in [("shop", &mut shop), ("till", &mut till)] {
        assert_eq!(container.succeeds("id -u"), host::APPLICATION.to_string());
        assert_eq!(container.succeeds("keystead token").lines().next(), Some(&*host::identity(name)));
        assert_eq!(container.succeeds("keystead keys"), "", "{name} sees another's key");
        container.succeeds("keystead generate signing");
        public_keys.push(container.succeeds("keystead public-key signing"));
    }
    assert_ne!(public_keys[0], public_keys[1]);
    for container in [&mut shop, &mut till] {
        let keys = container.succeeds("keystead keys");
        assert!(
            keys.lines().filter(|line| line.contains("signing")).count() == 1 && keys.lines().count() <= 2,
            "{keys}"
        );
        container.succeeds("echo letter > /tmp/letter && keystead sign signing /tmp/letter -o /tmp/letter.sig");
        container.succeeds("keystead verify signing /tmp/letter --signature /tmp/letter.sig");
    }
    assert!(shop.end() && till.end());
    // A new container of this identity, with another cgroup and other processes.
    let mut again = host.container("shop");
    assert_eq!(again.succeeds("keystead public-key signing"), public_keys[0]);
    assert!(again.end());
}

#[test]
fn the_tokens_of_a_container_end_with_it_wherever_they_are() {
    let Some(host) = Host::start("the_tokens_of_a_container_end_with_it_wherever_they_are") else { return };
    let mut shop = host.container("shop");
    let shown = shop.succeeds("keystead token --show");
    let token = shown.lines().last().expect("a token").to_owned();
    let mut stranger = Insider::start(&host);
    assert_eq!(stranger.ask(&token), "AuthenticationError", "a token that was copied out of its container");
    assert_eq!(stranger.get_token(), "");
    // A process of the host that root puts into the container's cgroup is of the container, and lives on when that ends.
    let mut insider = Insider::start(&host);
    insider.enter(&shop.cgroups());
    assert_eq!(insider.ask(&token), "");
    let own = insider.get_token();
    assert_eq!((own.is_empty(), insider.ask(&own)), (false, String::new()));

    // runc complains of the cgroup, in which somebody is left.
    shop.end();
    assert_eq!(insider.get_token(), "", "a new token after the end");
    for token in [&token, &own] {
        insider.is_refused_from_now_on(token);
        assert_ne!(stranger.ask(token), "");
    }
    let mut till = host.container("till");
    assert_eq!(till.succeeds("keystead token").lines().next(), Some(&*host::identity("till")), "the others go on");
    assert!(till.end());
}

#[test]
fn a_container_starts_only_with_an_identity_that_it_may_have_or_with_none() {
    let Some(host) = Host::start("a_container_starts_only_with_an_identity_that_it_may_have_or_with_none") else {
        return;
    };
    let refused = host.bundle("secret", Some("spiffe://example.org/secret")).run_to_its_end("echo it ran");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("no rule lets the caller"), "{refused:?}");
    assert!(refused.stdout.is_empty(), "it ran");

    let mut nobody = Container::start(host.bundle("nobody", None));
    let (code, said) = nobody.shell("keystead token 2>&1");
    assert!(code != 0 && said.contains("AuthenticationError"), "{said}");
    assert_ne!(nobody.shell("keystead keys 2>&1").0, 0);
    assert!(nobody.end());
}

#[test]
fn a_container_in_the_cgroup_of_another_does_not_become_it() {
    let Some(host) = Host::start("a_container_in_the_cgroup_of_another_does_not_become_it") else { return };
    let mut shop = host.container("shop");
    let till = host.bundle("till", Some(&host::identity("till"))).in_cgroup_of(shop.bundle());
    let refused = till.run_to_its_end("echo it ran");
    assert!(!refused.status.success() && refused.stdout.is_empty(), "{refused:?}");
    assert_eq!(shop.succeeds("keystead token").lines().next(), Some(&*host::identity("shop")));
    assert!(shop.end());
}
