//! The published `parsec-client` makes signature after signature, a connection each, and none fails.

use keystead_e2e_tests::effort::rounds;
use keystead_e2e_tests::service::Service;
use parsec_client::core::interface::operations::psa_algorithm::{AsymmetricSignature, Hash};
use parsec_client::core::interface::operations::psa_key_attributes::{
    Attributes, EccFamily, Lifetime, Policy, Type, UsageFlags,
};
use parsec_client::BasicClient;

/// Signatures between two that are verified.
const VERIFY_EVERY: u64 = 100;

#[test]
fn signatures_without_an_error() {
    let service = Service::plain();
    keystead_legacy_tests::point_clients_to(&service);
    let client = BasicClient::new(None).expect("the client finds the service");
    let alg = AsymmetricSignature::Ecdsa { hash_alg: Hash::Sha256.into() };
    let mut usage_flags = UsageFlags::default();
    let _ = usage_flags.set_sign_hash().set_verify_hash();
    let attributes = Attributes {
        lifetime: Lifetime::Persistent,
        key_type: Type::EccKeyPair { curve_family: EccFamily::SecpR1 },
        bits: 256,
        policy: Policy { usage_flags, permitted_algorithms: alg.into() },
    };
    client.psa_generate_key("signer", attributes).expect("a key is made");

    for number in 0..rounds("signatures by parsec-client 0.16", 2_000, 10_000) {
        let mut hash = [0x5A; 32];
        hash[..8].copy_from_slice(&number.to_le_bytes());
        let signature =
            client.psa_sign_hash("signer", &hash, alg).unwrap_or_else(|error| panic!("signature {number}: {error}"));
        if number % VERIFY_EVERY == 0 {
            client.psa_verify_hash("signer", &hash, alg, &signature).expect("the signature is right");
        }
    }
}
